"""Every decoder of the log by properties: round trip, one declared error, one form, bounded memory."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.tests.decoding import Decoder, comes_back, is_strict, stays_small
from pingjia.core.tests.scale import scaled
from pingjia.core.tlog import merkle
from pingjia.core.tlog.tests.decoders import HASHES, decoders
from pingjia.core.tlog.tile import Tile, TiledTree, TileRefused

ALL = pytest.mark.parametrize("decoder", decoders(), ids=lambda decoder: decoder.name)


@ALL
def test_good_bytes_come_back(decoder: Decoder) -> None:
    comes_back(decoder)


@ALL
def test_spoiled_bytes_are_refused_in_the_one_declared_way_or_are_the_only_form(decoder: Decoder) -> None:
    @settings(max_examples=scaled(100, 5000))
    @given(st.randoms(use_true_random=False))
    def spoiled(draw: random.Random) -> None:
        is_strict(decoder, draw)

    spoiled()


@ALL
def test_arbitrary_texts_are_refused_in_the_one_declared_way_or_are_the_only_form(decoder: Decoder) -> None:
    @settings(max_examples=scaled(30, 1000))
    @given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def arbitrary(raw: bytes) -> None:
        written = decoder.read(raw)
        assert written is None or written == raw

    arbitrary()


@ALL
def test_a_long_input_takes_a_few_times_its_size_and_comes_to_an_end(decoder: Decoder) -> None:
    stays_small(decoder)


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
