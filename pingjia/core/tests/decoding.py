"""What every decoder owes its caller, as properties: round trip, one declared error, one form only, bounded memory."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass

from pingjia.core.tests.spoiling import spoil

LONG = 30_000
FILLINGS = (b"\0", b"9", b"[", b"\n", b"A", b"\xff", "票".encode(), b"x000/")


@dataclass(frozen=True)
class Decoder:
    """One decoder. ``good``: bytes that it must take. ``again`` decodes and writes what it read.

    ``typed`` stands for texts that people type: what is written is the printed form, and that must be a fixed point.
    """

    name: str
    good: tuple[bytes, ...]
    again: Callable[[bytes], bytes]
    refusals: tuple[type[Exception], ...]
    typed: bool = False

    def read(self, raw: bytes) -> bytes | None:
        """Return what is written again of ``raw``, None where it is refused; any undeclared error comes through."""
        try:
            return self.again(raw)
        except self.refusals:
            return None


def comes_back(decoder: Decoder) -> None:
    """Assert that good bytes are read and written as they were."""
    assert decoder.good
    for raw in decoder.good:
        assert decoder.again(raw) == raw, decoder.name


def is_strict(decoder: Decoder, draw: random.Random) -> None:
    """Assert that spoiled bytes are refused in the one declared way, or are the only form of what they say."""
    raw = spoil(draw.choice(decoder.good), draw)
    written = decoder.read(raw)
    if written is None:
        return
    assert (decoder.again(written) if decoder.typed else raw) == written, decoder.name


def stays_small(decoder: Decoder, times: int = 40) -> None:
    """Assert that much of anything, behind a good beginning or alone, takes no more than a few times its size."""
    for filling in FILLINGS:
        noise = filling * (LONG // len(filling))
        for raw in (noise, decoder.good[0][: len(decoder.good[0]) // 2] + noise):
            tracemalloc.start()
            written = decoder.read(raw)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert peak < times * len(raw), (decoder.name, filling, peak)
            assert written is None or decoder.typed or written == raw
