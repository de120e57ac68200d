"""The coercer: told a member "vote X", holds all that is public and all that the member can be made to show.

Two programs. ``Learner`` knows nothing of cryptography: it is shown many ballots of which it is told who obeyed, weighs
every bit, and then judges others. ``open_with`` is the cryptographer: with the randomness of the encryption, or with
small or repeated randomness that it can guess, it opens the ballot.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pingjia.core.ballot import body, head, receipt, signing
from pingjia.core.ballot.body import Paper
from pingjia.core.ballot.group import IDENTITY, L, mul, mul_base, random_scalar, sub

SUBJECTS = (3, 3, 3)
GUESSES = 64  # how far small randomness is tried


@dataclass(frozen=True)
class Shown:
    """What the coercer gets to see of one ballot: the published head and body, and the receipt's 128 bytes."""

    pk: bytes
    head: bytes
    body: bytes
    receipt: bytes

    @property
    def bits(self) -> list[int]:
        """Everything as bits."""
        whole = int.from_bytes(b"\1" + self.head + self.body + self.receipt, "big")
        return [int(bit) for bit in f"{whole:b}"[1:]]


@dataclass(frozen=True)
class Station:
    """A box to vote in. The token is signed before there is a choice, so any bytes stand in for it."""

    paper: Paper
    box_seed: bytes

    @classmethod
    def build(cls) -> Station:
        """Return a box with keys that nobody holds."""
        keys = tuple(mul_base(random_scalar()) for _k in range(3))
        return cls(Paper(b"\7" * 32, SUBJECTS, keys), b"\5" * 32)

    def vote(self, seed: bytes, token: bytes, choices: Sequence[int], draw: Callable[[], int] = random_scalar) -> Shown:
        """Fill a ballot with the genuine program (``draw``: its randomness); return all that is ever shown of it."""
        pk = signing.public(seed)
        content = body.make(self.paper, pk, choices, draw)
        whole = head.make(self.paper.box_hash, 1, seed, content, [token])[: 130 + len(token)]
        leaf = head.leaf(whole)
        signed = receipt.sign(self.box_seed, self.paper.box_hash, leaf)
        return Shown(pk, whole, content, receipt.qr(self.paper.box_hash, leaf, signed))


def open_with(paper: Paper, shown: Shown, randoms: Sequence[int]) -> list[int] | None:
    """Return the choices if these are the ballot's r, one a subject; None where they are not."""
    found = []
    for s, r in enumerate(randoms):
        a, b = paper.ciphertext(shown.body, s)
        if mul_base(r) != a:
            return None
        found.append(sum(k for k, (b_k, h) in enumerate(zip(b, paper.keys, strict=False), start=1) if b_k != mul(r, h)))
    return found


def guess_randomness(paper: Paper, shown: Shown) -> list[int] | None:
    """Try randomness that a bad generator gives: small numbers, or one r for all subjects (which shows in B − B')."""
    small = {mul_base(r): r for r in range(1, GUESSES)}
    pairs = [paper.ciphertext(shown.body, s) for s in range(len(paper.grade_counts))]
    if all(a in small for a, _b in pairs):
        return open_with(paper, shown, [small[a] for a, _b in pairs])
    if len({a for a, _b in pairs}) < len(pairs):
        # The same r: the difference of two subjects is ±G where they differ, and the identity where they agree.
        return [sum(sub(x, y) != IDENTITY for x, y in zip(pairs[0][1], b, strict=False)) for _a, b in pairs]
    return None


class Learner:
    """Weighs every bit by how much more often it stands with the obedient, and judges by the sum."""

    def __init__(self, obeyed: Sequence[Shown], refused: Sequence[Shown]) -> None:
        yes, no = self._means(obeyed), self._means(refused)
        self.weights = [self._weight(a, b, len(obeyed)) for a, b in zip(yes, no, strict=True)]
        self.middle = [(a + b) / 2 for a, b in zip(yes, no, strict=True)]

    @staticmethod
    def _means(many: Sequence[Shown]) -> list[float]:
        return [sum(column) / len(many) for column in zip(*(one.bits for one in many), strict=True)]

    @staticmethod
    def _weight(a: float, b: float, n: int) -> float:
        """Keep only differences that are not sampling noise: three standard errors."""
        return a - b if abs(a - b) > 3 / math.sqrt(2 * n) else 0.0

    def says_obeyed(self, shown: Shown) -> bool:
        """Judge one ballot."""
        parts = zip(self.weights, self.middle, shown.bits, strict=True)
        return sum(weight * (bit - middle) for weight, middle, bit in parts) > 0


def sigmas(right: int, total: int) -> float:
    """Return how far a number of right answers is from guessing, in standard deviations."""
    return (right - total / 2) / math.sqrt(total / 4)


def biased(draw: Callable[[], int] = random_scalar) -> Callable[[], int]:
    """Return randomness of a bad program: full-sized r, but short numbers for the branches that it only simulates."""
    taken = 0

    def one() -> int:
        nonlocal taken
        taken += 1
        return draw() if taken <= len(SUBJECTS) else draw() % 2**200 or 1

    return one


def kept(into: list[int], draw: Callable[[], int] = random_scalar) -> Callable[[], int]:
    """Return honest randomness of a modified program that keeps every r (they are drawn first)."""

    def one() -> int:
        into.append(draw() % L)
        return into[-1]

    return one
