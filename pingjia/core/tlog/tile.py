"""C2SP tiles (c2sp.org/tlog-tiles): the tree as static files of 256 hashes, and the entries beside them.

    tile/0/x001/x234/067         256 leaf hashes
    tile/1/000.p/17              17 roots of full tiles of the level below
    tile/entries/000.p/112       112 entries, each u16 length ‖ bytes

A tile or bundle never changes once written; growth adds wider partial ones and then the full one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from . import Refused
from .merkle import EMPTY_ROOT, HASH_SIZE, node_hash, root_of_hashes

WIDTH = 256
_PATH = re.compile(
    r"tile/(?P<level>[0-9]{1,2}|entries)/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[0-9]{1,3}))?"
)


class TileRefused(Refused):
    """A path, a tile's bytes or a bundle's bytes are not what the format allows."""


@dataclass(frozen=True, order=True)
class Tile:
    """One static file: ``level`` 0…63 of the tree, or None for a bundle of entries; ``width`` 1…256 items."""

    level: int | None
    index: int
    width: int = WIDTH

    def path(self) -> str:
        """Return the path below the log's prefix."""
        digits = f"{self.index:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        level = "entries" if self.level is None else str(self.level)
        return f"tile/{level}/{number}" + ("" if self.width == WIDTH else f".p/{self.width}")

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a path; raise TileRefused unless ``path()`` gives exactly it again."""
        found = _PATH.fullmatch(path) if path.isascii() else None
        if found is None:
            raise TileRefused("not a tile's path")
        level = None if found["level"] == "entries" else int(found["level"])
        width = WIDTH if found["width"] is None else int(found["width"])
        index = int(found["index"].replace("x", "").replace("/", "")) if len(found["index"]) < 40 else -1
        tile = cls(level, index, width)
        if index < 0 or (level or 0) > 63 or not 1 <= width <= WIDTH or tile.path() != path:
            raise TileRefused("not a tile's path")
        return tile

    def leaves(self) -> range:
        """Return the range of leaves that the items of this tile span."""
        span: int = WIDTH ** (self.level or 0)
        start = self.index * WIDTH * span
        return range(start, start + self.width * span)


def tiles_of(size: int) -> list[Tile]:
    """Return every tile and bundle, full and partial, that a checkpoint of ``size`` entries calls for."""
    return tiles_between(0, size)


def tiles_between(old: int, new: int) -> list[Tile]:
    """Return the tiles of a tree of ``new`` entries that a tree of ``old`` entries did not call for."""
    tiles: list[Tile] = []
    level, before, items = 0, old, new
    while items:
        for index in range(before // WIDTH, -(-items // WIDTH)):
            width = min(WIDTH, items - index * WIDTH)
            if width != before - index * WIDTH:
                tiles.append(Tile(level, index, width))
                if level == 0:
                    tiles.append(Tile(None, index, width))
        level, before, items = level + 1, before // WIDTH, items // WIDTH
    return tiles


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of an entry bundle: u16 length ‖ entry, one after the other."""
    if any(len(entry) > 0xFFFF for entry in entries):
        raise TileRefused("an entry has at most 65535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def entries(raw: bytes) -> list[bytes]:
    """Return the entries of a bundle; raise TileRefused if its bytes do not come out even."""
    found: list[bytes] = []
    at = 0
    while at < len(raw):
        length = int.from_bytes(raw[at : at + 2], "big")
        entry = raw[at + 2 : at + 2 + length]
        if at + 2 > len(raw) or len(entry) != length:
            raise TileRefused("a bundle ends within an entry")
        found.append(entry)
        at += 2 + length
    if not 1 <= len(found) <= WIDTH:
        raise TileRefused("a bundle holds 1 to 256 entries")
    return found


def split_hashes(raw: bytes) -> list[bytes]:
    """Return the 1 to 256 hashes of a tile's bytes."""
    if not raw or len(raw) % HASH_SIZE or len(raw) > WIDTH * HASH_SIZE:
        raise TileRefused("a tile holds 1 to 256 hashes")
    return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]


class TiledTree:
    """A tree of ``size`` leaves read through its tiles; ``read`` returns the bytes of a tile, and each is read once.

    What comes out is as good as the tiles: compare ``root()`` with a signed checkpoint before trusting them.
    """

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        """Return the root of the tree."""
        return self.hash_of(0, self.size) if self.size else EMPTY_ROOT

    def hash_of(self, low: int, high: int) -> bytes:
        """Return the root over the leaves [low, high), an aligned range (``merkle.proof_ranges`` asks for no other)."""
        count = high - low
        block = 1 << (count.bit_length() - 1)
        if block != count:  # RFC 6962 §2.1: split at the largest power of two
            return node_hash(self.hash_of(low, low + block), self.hash_of(low + block, high))
        level = (count.bit_length() - 1) // 8
        span: int = WIDTH**level
        assert low % count == 0
        return root_of_hashes(self._items(level, low // span, count // span))

    def _items(self, level: int, first: int, count: int) -> list[bytes]:
        """Return ``count`` hashes of one tile of ``level``, from item ``first`` of the level on."""
        index = first // WIDTH
        if (level, index) not in self._tiles:
            width = min(WIDTH, self.size // WIDTH**level - index * WIDTH)
            hashes = split_hashes(self._read(Tile(level, index, width)))
            if len(hashes) != width:
                raise TileRefused("a tile has not the width of its name")
            self._tiles[level, index] = hashes
        return self._tiles[level, index][first % WIDTH : first % WIDTH + count]
