"""Adding ballots up without opening any of them (``docs/spec/ballot.md`` §6.4)."""

from __future__ import annotations

from pingjia.core.ballot.body import Paper
from pingjia.core.ballot.group import IDENTITY, add


class Sums:
    """Per subject ΣA and ΣB_1 … ΣB_K over the ballots added so far. Add only bodies that ``body.check`` let pass."""

    def __init__(self, grade_counts: tuple[int, ...]) -> None:
        """Begin with no ballot: every sum is the identity."""
        self.grade_counts = grade_counts
        self.count = 0
        self.a = [IDENTITY] * len(grade_counts)
        self.b = [[IDENTITY] * count for count in grade_counts]

    def add_body(self, paper: Paper, body: bytes) -> None:
        """Add one checked ballot."""
        assert paper.grade_counts == self.grade_counts
        for s in range(len(self.grade_counts)):
            a, b = paper.ciphertext(body, s)
            self.a[s] = add(self.a[s], a)
            self.b[s] = [add(total, b_k) for total, b_k in zip(self.b[s], b, strict=True)]
        self.count += 1

    def add_sums(self, other: Sums) -> None:
        """Add the sums of another box under the same key set: how a pool is opened as one."""
        assert other.grade_counts == self.grade_counts
        self.a = [add(x, y) for x, y in zip(self.a, other.a, strict=True)]
        self.b = [[add(x, y) for x, y in zip(p, q, strict=True)] for p, q in zip(self.b, other.b, strict=True)]
        self.count += other.count

    def b_of(self, s: int, mask: int) -> bytes:
        """Return Σ_{k∈mask} ΣB_k of subject ``s``."""
        total = IDENTITY
        for k, b_k in enumerate(self.b[s]):
            if mask >> k & 1:
                total = add(total, b_k)
        return total
