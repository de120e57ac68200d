"""What is read from a foreign log: tiles that are not its own, and the one path of each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.tlog import merkle
from pingjia.core.tlog.tests.decoders import HASHES
from pingjia.core.tlog.tile import Tile, TiledTree, TileRefused


@given(st.integers(1, 300), st.binary(max_size=400))
def test_a_tree_of_foreign_tiles_is_refused_or_has_another_root(size: int, raw: bytes) -> None:
    tree = TiledTree(size, lambda _tile: raw)
    try:
        root = tree.root()
    except TileRefused:
        return
    assert root != merkle.root_of_hashes(HASHES)


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**12), st.integers(1, 256))
def test_every_tile_has_one_path(level: int | None, index: int, width: int) -> None:
    one = Tile(level, index, width)
    assert Tile.parse(one.path()) == one
