"""The two heavy tasks, cut so that other processes can do them: what goes in and out is plain data."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pingjia.core.ballot import body, receipt, signing, token
from pingjia.core.ballot.head import BadHead, Head
from pingjia.core.ballot.labels import BALLOT
from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.ballot.sums import Sums
from pingjia.core.verify.failures import Code


class HeadsTask(NamedTuple):
    """Heads (raw) and receipts of one box; ``start`` is the place of the first. A receipt may be missing: no bytes.

    ``of``: how many heads there are in all, for whoever shows how far the work is.
    """

    box: bytes
    of: int
    start: int
    heads: tuple[bytes, ...]
    receipts: tuple[bytes, ...]


class BodiesTask(NamedTuple):
    """One-time keys and bodies of one box. ``start`` and ``of``: bodies before these, and in all."""

    paper: body.Paper
    of: int
    start: int
    ballots: tuple[tuple[bytes, bytes], ...]


def run(task: HeadsTask | BodiesTask) -> tuple[list[tuple[int, Code]], list[bool], Sums]:
    """Return faulty heads as (place, code); or, of bodies, whether each is valid, and the sums of those that are."""
    return check_heads(task) if isinstance(task, HeadsTask) else check_bodies(task)


def check_heads(task: HeadsTask) -> tuple[list[tuple[int, Code]], list[bool], Sums]:
    """Check form, tokens, signature and receipt of each head."""
    box = _box(task.box)
    faults: list[tuple[int, Code]] = []
    for n, (raw, given) in enumerate(zip(task.heads, task.receipts, strict=True), start=task.start):
        try:
            head = Head.parse(raw, box)
        except BadHead:
            faults.append((n, Code.HEAD_FORM))
            continue
        text = token.message(box.hash, head.pk)
        if not all(token.verify(issuer.rsa_n, text, t) for issuer, t in zip(box.issuers, head.tokens, strict=True)):
            faults.append((n, Code.TOKEN))
        if not signing.verify(head.pk, head.signature, BALLOT + box.hash + raw[:-64]):
            faults.append((n, Code.SIGNATURE))
        if given and not receipt.verify(box.box_key, box.hash, head.leaf, given):
            faults.append((n, Code.RECEIPT))
    return faults, [], Sums(())


def check_bodies(task: BodiesTask) -> tuple[list[tuple[int, Code]], list[bool], Sums]:
    """Check the proofs of each body, and add the valid ones up."""
    sums = Sums(task.paper.grade_counts)
    valid = []
    for pk, raw in task.ballots:
        valid.append(body.is_valid(task.paper, pk, raw))
        if valid[-1]:
            sums.add_body(task.paper, raw)
    return [], valid, sums


@lru_cache(maxsize=16)
def _box(raw: bytes) -> BoxManifest:
    return BoxManifest.from_bytes(raw)
