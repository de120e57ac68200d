"""Which heads of a box count, in some ten bytes of memory a head.

Almost every one-time key has one head, numbered 1: it counts, and nothing more is to be said about it. The other keys
are found by prints of eight bytes (Python's keyed ``hash``): a print that occurs twice, or a head with another number.
The heads behind such prints are read again and go to ``counting.select``, so that prints that collide cost time only.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import pairwise

from pingjia.core.ballot import counting, head
from pingjia.core.ballot.head import Head
from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.verify.case import BoxCase, Case, Standing
from pingjia.core.verify.failures import Code, Role
from pingjia.core.verify.source import Part

_TOGETHER = 1 << 15  # heads whose prints are sorted at once, on average


class Prints:
    """Of every head, by its place: a print of its key, and its number."""

    def __init__(self) -> None:
        self.keys = array("q")
        self.numbers = bytearray()

    def add(self, raw: bytes) -> None:
        """Append a head."""
        self.keys.append(hash(raw[2:34]))
        self.numbers.append(raw[1])


def select(case: Case, box: BoxCase, heads: Part, manifest: BoxManifest, prints: Prints) -> None:
    """Mark the heads that count, and state how many keys and how many twins there are, and where gaps and twins."""
    length = head.head_length(manifest)
    box.returned = 0
    for places in _shares(box, prints):
        often = _occurring_twice([prints.keys[n] for n in places])
        special = often | {prints.keys[n] for n in places if prints.numbers[n] != 1}
        again: dict[int, Head] = {}
        for n in places:
            if prints.keys[n] in special:
                again[n] = Head.parse(heads.read(n * length, length), manifest)
            else:
                box.standing[n] = Standing.COUNTED
                box.returned += 1
        _look_again(case, box, again)


def _shares(box: BoxCase, prints: Prints) -> Iterator[list[int]]:
    """Yield the places of readable heads, cut so that all heads of a key are in one share."""
    shares = len(prints.keys) // _TOGETHER + 1
    for share in range(shares):
        yield [n for n, one in enumerate(prints.keys) if one % shares == share and box.standing[n]]


def _occurring_twice(prints: list[int]) -> set[int]:
    prints.sort()
    return {one for one, other in pairwise(prints) if one == other}


def _look_again(case: Case, box: BoxCase, heads: dict[int, Head]) -> None:
    """Select among these heads (by their place); gaps and twins of a key show at its first head."""
    first_head: dict[bytes, int] = {}
    first_of_key: dict[bytes, int] = {}
    for n, one in heads.items():
        first_head.setdefault(one.raw, n)
        first_of_key.setdefault(one.pk, n)
    found = counting.select({one.raw: one for one in heads.values()}.values())
    for one in found.counted:
        box.standing[first_head[one.raw]] = Standing.COUNTED
    for pk in found.gaps:
        case.fail(Code.SEQ_GAP, box.place(f"heads.bin/{first_of_key[pk]}"), Role.BOX)
    for pk in found.twins:
        case.fail(Code.SEQ_TWINS, box.place(f"heads.bin/{first_of_key[pk]}"), Role.BOX)
        case.fail(Code.SEQ_TWINS, box.place(f"heads.bin/{first_of_key[pk]}"), Role.VOTER)
    box.returned = (box.returned or 0) + found.returned
    box.twins += len(found.twins)
