"""The log as static files below ``PINGJIA_LOG_DIR``: tiles, entry bundles, and the checkpoint that vouches for them.

A file appears whole or not at all. Tiles and bundles are written once and never changed; only
``checkpoint`` is replaced.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from pingjia.core.tlog.merkle import leaf_hash, root_of_hashes
from pingjia.core.tlog.tile import WIDTH, Tile, TiledTree, bundle, split_hashes, tiles_between

from . import files
from .models import Log


class TileClash(RuntimeError):
    """A file of the log holds other bytes than the database says: stop, and let a person look."""


def folder(log: Log) -> Path:
    """Return the folder of the log's files."""
    return Path(settings.PINGJIA_LOG_DIR) / log.path


def read(log: Log, tile: Tile) -> bytes:
    """Return a tile's bytes from its file, or from the entries where the file is missing."""
    try:
        return (folder(log) / tile.path()).read_bytes()
    except FileNotFoundError:
        return build(log, tile)


def build(log: Log, tile: Tile) -> bytes:
    """Return a tile's bytes from the entries in the database, through the tiles of the level below."""
    if tile.level:
        below = (Tile(tile.level - 1, tile.index * WIDTH + item) for item in range(tile.width))
        return b"".join(root_of_hashes(split_hashes(read(log, child))) for child in below)
    places = tile.leaves()
    rows = log.entries.filter(index__gte=places.start, index__lt=places.stop).order_by("index")
    leaves = [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
    if len(leaves) != tile.width:
        raise TileClash(f"{log.origin}: {len(leaves)} entries where {tile.path()} needs {tile.width}")
    return bundle(leaves) if tile.level is None else b"".join(map(leaf_hash, leaves))


def write(log: Log, old: int, new: int) -> None:
    """Write what a tree of ``new`` entries needs beyond one of ``old``, lowest level first."""
    for tile in sorted(tiles_between(old, new), key=lambda tile: -1 if tile.level is None else tile.level):
        file, content = folder(log) / tile.path(), build(log, tile)
        try:
            if file.read_bytes() != content:
                raise TileClash(f"{log.origin}: {tile.path()} differs from the database")
        except FileNotFoundError:
            files.replace(file, content)


def tree(log: Log, size: int) -> TiledTree:
    """Return the tree of the first ``size`` entries, read through tiles."""
    return TiledTree(size, lambda tile: read(log, tile))
