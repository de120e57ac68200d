"""Every decoder of the cellar by properties: round trip, one declared error, one form, bounded memory."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot.tests.decoders import decoders as of_the_ballot
from pingjia.core.tests.decoding import Decoder, comes_back, is_strict, stays_small
from pingjia.core.tests.scale import scaled
from pingjia.core.tlog.tests.decoders import decoders as of_the_log
from pingjia.core.verify.tests.decoders import decoders as of_the_verifier

ALL = pytest.mark.parametrize(
    "decoder", [*of_the_ballot(), *of_the_log(), *of_the_verifier()], ids=lambda decoder: decoder.name
)


@ALL
def test_good_bytes_come_back(decoder: Decoder) -> None:
    comes_back(decoder)


@ALL
def test_spoiled_bytes_are_refused_in_the_one_declared_way_or_are_the_only_form(decoder: Decoder) -> None:
    @settings(max_examples=scaled(80, 5000))
    @given(st.randoms(use_true_random=False))
    def spoiled(draw: random.Random) -> None:
        is_strict(decoder, draw)

    spoiled()


@ALL
def test_arbitrary_bytes_are_refused_in_the_one_declared_way_or_are_the_only_form(decoder: Decoder) -> None:
    @settings(max_examples=scaled(30, 1000))
    @given(st.binary(max_size=2200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
    def arbitrary(raw: bytes) -> None:
        written = decoder.read(raw)
        assert written is None or written == (decoder.again(written) if decoder.typed else raw)

    arbitrary()


@ALL
def test_a_long_input_takes_a_few_times_its_size_and_comes_to_an_end(decoder: Decoder) -> None:
    stays_small(decoder)


def test_every_decoder_has_a_name_of_its_own() -> None:
    names = [decoder.name for decoder in (*of_the_ballot(), *of_the_log(), *of_the_verifier())]
    assert len(names) == len(set(names)) > 30
