"""Honest elections of every tier, made once and handed out as copies."""

from __future__ import annotations

from functools import cache

from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import octets, slate
from pingjia.core.verify.tests.founding import found

SIZES = {"none": 3, "band": 7, "two_way": 13, "full": 21}
KINDS = [*SIZES, "pool", "small_pool"]


@cache
def _made(kind: str) -> Election:
    if kind == "pool":
        return _pool(16)
    if kind == "small_pool":
        return _pool(4)
    # Three subjects in the full box, as in a real one; two below, of which one has no unfavourable grade at all.
    questions = slate("sbd", "sbd", "sbd") if kind == "full" else slate("sbd", "yn")
    election = found(questions, 1, 2)
    box = election.box
    for n in range(SIZES[kind]):
        choices = [(n + s) % 4 if s else 1 + n % 3 for s in range(len(questions.subjects))]
        box.vote(election, f"v{n}", [min(m, g) for m, g in zip(choices, questions.grade_counts, strict=True)])
    if kind != "none":
        box.vote(election, "v0", [1] * len(questions.subjects), seq=2)  # somebody changed the vote
        # One ballot whose proof is rubbish: its holder's own doing, and invalid.
        box.cast("rubbish", octets("rubbish", election.paper(box).body_length))
    return election.finish()


def _pool(second: int) -> Election:
    election = found(slate("sbd", "yn"), 2, 1, pool="mills")
    small, large = election.boxes
    for n in range(4):
        small.vote(election, f"v{n}", [1 + n % 3, n % 3])
    for n in range(second):
        large.vote(election, f"v{n}", [n % 4, n % 3])
    return election.finish()


def honest(kind: str) -> Election:
    """Return a fresh copy of the honest election of a kind."""
    return _made(kind).copy()
