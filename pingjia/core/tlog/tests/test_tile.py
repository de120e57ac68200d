"""Tiles: paths and widths as the format's own examples say, and any proof can be made from tiles alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.tests.scale import scaled
from pingjia.core.tlog import merkle
from pingjia.core.tlog.tile import (
    WIDTH,
    Tile,
    TiledTree,
    TileRefused,
    bundle,
    entries,
    split_hashes,
    tiles_between,
    tiles_of,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1234067), "tile/0/x001/x234/067"),  # the example of c2sp.org/tlog-tiles
        (Tile(0, 999, 1), "tile/0/999.p/1"),
        (Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
        (Tile(63, 999_999), "tile/63/x999/999"),
        (Tile(None, 0, 112), "tile/entries/000.p/112"),
        (Tile(None, 1_000_000), "tile/entries/x001/x000/000"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/001.p/0",
        "tile/0/001.p/256",
        "tile/0/001.p/01",
        "tile/0/001.p/",
        "tile/00/001",
        "tile/64/001",
        "tile/-1/001",
        "tile/entry/001",
        "/tile/0/001",
        "tile/0/001/",
        "tile/0/001\n",
        "tile/0/../../checkpoint",
        "tile/0/x001/../001",
        "tile/0/٠٠١",
        "tile/0/" + "x001/" * 3000 + "001",
    ],
)
def test_other_paths_are_refused(path: str) -> None:
    with pytest.raises(TileRefused):
        Tile.parse(path)


@settings(max_examples=scaled(200, 5000), deadline=None)
@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**15), st.integers(1, WIDTH))
def test_every_path_is_read_as_it_was_written(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert Tile.parse(tile.path()) == tile


def test_seventy_thousand_entries_make_the_tiles_that_the_format_names() -> None:
    """c2sp.org/tlog-tiles, "Partial Tiles": 273 full and one of 112; one full and one of 17; one of 1."""
    tiles = [tile for tile in tiles_of(70_000) if tile.level is not None]
    assert [tile for tile in tiles if tile.level == 0 and tile.width != WIDTH] == [Tile(0, 273, 112)]
    assert sum(tile.level == 0 and tile.width == WIDTH for tile in tiles) == 273
    assert [tile for tile in tiles if tile.level == 1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert [tile for tile in tiles if tile.level == 2] == [Tile(2, 0, 1)]
    assert max(tile.level or 0 for tile in tiles) == 2
    assert [tile for tile in tiles_of(256) if tile.level is not None] == [Tile(0, 0), Tile(1, 0, 1)]
    assert tiles_of(0) == []


@settings(max_examples=scaled(60, 1000), deadline=None)
@given(st.lists(st.integers(0, 3000), max_size=6))
def test_growing_in_steps_leaves_every_tile_of_the_final_tree(steps: list[int]) -> None:
    written: set[Tile] = set()
    size = 0
    for step in steps:
        new = tiles_between(size, size + step)
        assert not written & set(new), "a tile is written once"
        written |= set(new)
        size += step
        assert set(tiles_of(size)) <= written


def _store(leaves: list[bytes]) -> dict[str, bytes]:
    """Write the tiles of a tree from the definition: MTH(D[(n·256+i)·256^l : (n·256+i+1)·256^l])."""
    files = {}
    for tile in tiles_of(len(leaves)):
        span = tile.leaves()
        block = len(span) // tile.width
        parts = [leaves[at : at + block] for at in range(span.start, span.stop, block)]
        files[tile.path()] = (
            bundle(leaves[span.start : span.stop]) if tile.level is None else b"".join(map(merkle.root, parts))
        )
    return files


@settings(max_examples=scaled(40, 500), deadline=None)
@given(st.data())
def test_any_proof_can_be_made_from_tiles_alone(data: st.DataObject) -> None:
    size = data.draw(st.one_of(st.integers(1, 1500), st.sampled_from([256, 512, 65_536 + 700])))
    leaves = [number.to_bytes(4, "big") for number in range(size)]
    files = _store(leaves)
    tree = TiledTree(size, lambda tile: files[tile.path()])
    root = merkle.root(leaves)
    assert tree.root() == root

    index = data.draw(st.integers(0, size - 1))
    proof = [tree.hash_of(low, high) for low, high in merkle.proof_ranges(index, index + 1, size)]
    assert merkle.verify_inclusion(merkle.leaf_hash(leaves[index]), index, size, proof, root)

    size1 = data.draw(st.integers(1, size))
    proof = [tree.hash_of(low, high) for low, high in merkle.proof_ranges(0, size1, size)]
    assert merkle.verify_consistency(size1, size, proof, merkle.root(leaves[:size1]), root)


def test_the_empty_tree_reads_no_tile() -> None:
    assert TiledTree(0, lambda tile: pytest.fail(tile.path())).root() == merkle.EMPTY_ROOT


def test_a_tile_of_another_width_is_refused() -> None:
    with pytest.raises(TileRefused):
        TiledTree(3, lambda tile: bytes(64)).root()


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=WIDTH))
def test_bundles_are_read_as_they_were_written(items: list[bytes]) -> None:
    raw = bundle(items)
    assert entries(raw) == items
    with pytest.raises(TileRefused):
        entries(raw + b"\x00")


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x00" * 257])
def test_broken_bundles_are_refused(raw: bytes) -> None:
    with pytest.raises(TileRefused):
        entries(raw)


def test_an_entry_too_long_for_its_length_field_is_refused() -> None:
    assert entries(bundle([b"x" * 65_535])) == [b"x" * 65_535]
    with pytest.raises(TileRefused):
        bundle([b"x" * 65_536])


@pytest.mark.parametrize("raw", [b"", b"x" * 31, b"x" * 33, b"x" * 32 * 257])
def test_broken_tiles_are_refused(raw: bytes) -> None:
    with pytest.raises(TileRefused):
        split_hashes(raw)
