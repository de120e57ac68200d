"""The bodies of a box: every head that counts has its own, and each proof is checked."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from pingjia.core.ballot import head
from pingjia.core.ballot.body import Paper
from pingjia.core.ballot.head import Head
from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.ballot.sums import Sums
from pingjia.core.verify import work
from pingjia.core.verify.case import BoxCase, Case, Standing
from pingjia.core.verify.failures import Check, Code, Role
from pingjia.core.verify.source import Part


def check_bodies(case: Case, box: BoxCase) -> None:
    """Find the body of every head that counts, check its proofs, and add the valid ones up."""
    manifest = box.manifest
    bodies, heads = case.part(box.place("bodies.bin")), case.part(box.place("heads.bin"))
    if not case.published:
        return
    paper = case.paper(manifest) if manifest is not None else None
    if bodies is None or heads is None or manifest is None or paper is None:
        case.skip(Check.BODIES)
        return
    if bodies.size % paper.body_length:
        case.fail(Code.BODIES_LENGTH, box.place("bodies.bin"), Role.BOX)
    walk = _Walk(case, box, _Heads(box, heads, manifest))
    sums = Sums(paper.grade_counts)
    for _, valid, part in case.run(work.run, walk.tasks(paper, bodies)):
        sums.add_sums(part)
        box.invalid_heads += [n for n, good in zip(walk.handed_out.popleft(), valid, strict=True) if not good]
    if not walk.complete:
        return
    box.sums = sums
    if box.closing is not None and box.closing.invalid != box.twins + len(box.invalid_heads):
        case.fail(Code.INVALID_MISMATCH, box.place("closing.note"), Role.BOX)


class _Counting(NamedTuple):
    """A head that counts, and its place."""

    n: int
    head: Head


class _Heads:
    """The heads that count, in the order of their leaves, as often as they are asked for."""

    def __init__(self, box: BoxCase, heads: Part, manifest: BoxManifest) -> None:
        self._heads, self._manifest = heads, manifest
        self._length = head.head_length(manifest)
        self._places: list[int] | bytearray = box.standing
        self._sorted = not box.in_order
        if self._sorted:  # a fault of the box, which costs memory: the places by their leaves
            counted = (one for one in enumerate(heads.pieces(self._length)) if box.standing[one[0]] == Standing.COUNTED)
            self._places = [n for _, n in sorted((head.leaf(raw), n) for n, raw in counted)]

    def __iter__(self) -> Iterator[_Counting]:
        if self._sorted:
            for n in self._places:
                yield _Counting(n, Head.parse(self._heads.read(n * self._length, self._length), self._manifest))
            return
        for n, (raw, standing) in enumerate(zip(self._heads.pieces(self._length), self._places, strict=True)):
            if standing == Standing.COUNTED:
                yield _Counting(n, Head.parse(raw, self._manifest))


class _Walk:
    """Along heads and bodies in their common order. ``complete``: nothing was missing or extra, once all is walked.

    ``handed_out``: for each task whose outcome is still awaited, the places of its heads.
    """

    def __init__(self, case: Case, box: BoxCase, heads: _Heads) -> None:
        self._case, self._box, self._heads = case, box, heads
        self.complete = True
        self.handed_out: deque[tuple[int, ...]] = deque()

    def tasks(self, paper: Paper, bodies: Part) -> Iterator[work.BodiesTask]:
        """Yield the pairs of head and body, cut into tasks."""
        pairs, start, of = self._pairs(paper, bodies), 0, bodies.size // paper.body_length
        while together := tuple(islice(pairs, self._case.chunk)):
            self.handed_out.append(tuple(one.n for one, _ in together))
            yield work.BodiesTask(paper, of, start, tuple((one.head.pk, raw) for one, raw in together))
            start += len(together)

    def _pairs(self, paper: Paper, bodies: Part) -> Iterator[tuple[_Counting, bytes]]:
        heads, taken = iter(self._heads), 0
        ahead: Counter[bytes] | None = None  # hashes still asked for; nobody needs them while all is regular
        one = next(heads, None)
        for m, raw in enumerate(bodies.pieces(paper.body_length)):
            found = hashlib.sha256(raw).digest()
            if ahead is None and (one is None or one.head.body_hash != found):
                ahead = Counter(other.head.body_hash for other in islice(self._heads, taken, None))
            if ahead is not None and not ahead[found]:
                self._case.fail(Code.BODY_EXTRA, self._box.place(f"bodies.bin/{m}"), Role.BOX)
                self.complete = False
                continue
            while one is not None:
                if ahead is not None:
                    ahead[one.head.body_hash] -= 1
                right = one.head.body_hash == found
                if right:
                    yield one, raw
                else:
                    self._missing(one)
                one, taken = next(heads, None), taken + 1
                if right:
                    break
        while one is not None:
            self._missing(one)
            one = next(heads, None)

    def _missing(self, one: _Counting) -> None:
        self._case.fail(Code.BODY_MISSING, self._box.place(f"heads.bin/{one.n}"), Role.BOX)
        self.complete = False
