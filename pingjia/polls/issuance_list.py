"""What the issuer committed to at the close, opened to the few who may see it (docs/spec/ballot.md §9.4).

The public sees the number and the root. A member is shown the own line with its proof; auditors see every line, by the
leaf of the roll, without a name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from pingjia.ballotbox import shelf
from pingjia.core.ballot import issuance
from pingjia.core.ballot.issuance import Statement
from pingjia.core.ballot.objects import box_number
from pingjia.core.tlog.merkle import inclusion_proof, root_of_hashes
from pingjia.polls.issued import entries, forgotten, leaves
from pingjia.polls.models import Box, Poll, RollEntry


@dataclass(frozen=True)
class Committed:
    """One box: what the issuer stated and logged at the close, the entries by roll leaf, and their leaf hashes.

    After the end of the vote only the leaf hashes are there.
    """

    box: Box
    statement: Statement
    entries: list[bytes]
    leaves: list[bytes]

    @property
    def holds(self) -> bool:
        """Say whether the leaf hashes give the number and the root that were logged."""
        return (len(self.leaves), root_of_hashes(self.leaves)) == (self.statement.issued, self.statement.root)

    @property
    def number(self) -> str:
        """箱号."""
        return box_number(bytes.fromhex(self.box.box_hash))


@dataclass(frozen=True)
class Own:
    """One member's entry in one box. ``path`` leads from its leaf at ``index`` (from 0) of ``size`` to the root."""

    committed: Committed
    entry: bytes
    index: int
    size: int
    path: list[bytes]


def committed(poll: Poll) -> list[Committed]:
    """Return what was committed to for each box of the poll, in their order; nothing before the close."""
    found = []
    for box in poll.boxes.all():
        file = shelf.file(box.box_hash, "issuance.json")
        if file.exists():
            (statement, _signature), *_others = issuance.read_statements(file.read_bytes())
            found.append(Committed(box, statement, entries(poll, box), leaves(poll, box)))
    return found


def own(entry: RollEntry) -> list[Own]:
    """Return the entries that stand under the member's leaf, one a box; none if no ballot was drawn in that name."""
    leaf = bytes.fromhex(entry.leaf)
    found = []
    for one in committed(entry.poll):
        for raw in one.entries:
            if raw.startswith(leaf):
                index = one.leaves.index(issuance.entry_leaf(raw))
                found.append(Own(one, raw, index, len(one.leaves), inclusion_proof(one.leaves, index)))
    return found


def rows(poll: Poll) -> list[list[str]]:
    """Return the auditors' list: the leaf of the roll (empty for a slip drawn by hand), then a hash a box; in hex.

    Sorted, so that a leaf is found, or missed, at its place. Which line came first nobody can tell. After the end of
    the vote each box has a column of leaf hashes by itself, and the first column is empty.
    """
    if forgotten(poll):
        columns = [[leaf.hex() for leaf in leaves(poll, box)] for box in poll.boxes.all()]
        return [["", *cells] for cells in zip(*columns, strict=True)]
    places = [box.order for box in poll.boxes.all()]

    def lines() -> Iterator[list[str]]:
        for leaf, blinded in poll.issuances.values_list("entry__leaf", "blinded").iterator():
            whole = bytes(blinded)
            size = len(whole) // len(places)
            parts = [whole[size * order : size * (order + 1)] for order in places]
            yield [leaf or "", *(hashlib.sha256(part).hexdigest() for part in parts)]

    return sorted(lines())


@dataclass(frozen=True)
class Findings:
    """What an auditor looks for in the list: lines without a leaf, with one that is not on the roll, with one twice."""

    unnamed: int
    strange: int
    double: int


def findings(poll: Poll) -> Findings:
    """Compare the list with the frozen roll."""
    drawn = [leaf for leaf in poll.issuances.values_list("entry__leaf", flat=True) if leaf]
    roll = set(poll.roll.values_list("leaf", flat=True))
    return Findings(
        unnamed=poll.issuances.filter(entry=None).count(),
        strange=len(set(drawn) - roll),
        double=len(drawn) - len(set(drawn)),
    )
