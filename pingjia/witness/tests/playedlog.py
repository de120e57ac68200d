"""A log that its own operator plays: entries, tiles and signed heads in a folder, honest or not."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from pingjia.core.tlog import merkle
from pingjia.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from pingjia.core.tlog.note import KeyType, SignerKey
from pingjia.core.tlog.tile import Tile, bundle, tiles_of

ORIGIN = "booth.example/pingjia/town/2026"
LOG = SignerKey(ORIGIN, KeyType.ED25519, b"l" * 32)


def tile_bytes(leaves: Sequence[bytes], tile: Tile) -> bytes:
    """Return what a tile of the tree over ``leaves`` holds."""
    if tile.level is None:
        return bundle(leaves[tile.index * 256 : tile.index * 256 + tile.width])
    span = 256**tile.level
    first = tile.index * 256
    parts = (leaves[(first + n) * span : (first + n + 1) * span] for n in range(tile.width))
    return b"".join(merkle.root(part) for part in parts)


def head_of(leaves: Sequence[bytes], key: SignerKey = LOG) -> bytes:
    """Return the signed head of the tree over ``leaves``."""
    return sign_checkpoint(Checkpoint(key.name, len(leaves), merkle.root(leaves)), key)


def publish(folder: Path, leaves: Sequence[bytes], key: SignerKey = LOG) -> bytes:
    """Show the tree over ``leaves`` in a folder and nothing else; return the checkpoint."""
    shutil.rmtree(folder, ignore_errors=True)
    for tile in tiles_of(len(leaves)):
        file = folder / tile.path()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(tile_bytes(leaves, tile))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "checkpoint").write_bytes(head_of(leaves, key))
    return head_of(leaves, key)


def leaves_of(count: int, view: str = "") -> list[bytes]:
    """Return ``count`` leaves; another ``view`` differs in every one."""
    return [f"{view}{n}".encode() for n in range(count)]
