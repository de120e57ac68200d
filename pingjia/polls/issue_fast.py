"""The same issuing desk as ``issue``, for PostgreSQL: awaited, and many draws to a commit.

Only what is plain is done here: a code that stands for one line of the roll, drawn for the first time or asked for
again. Everything else (no code, a slip from the pile, whatever is to be refused) returns None and is for the plain path
to answer. So each refusal has one place in the program, and a faster grant can never be a laxer one.

A batch of grants is one statement, and so one transaction, which no drop ever shares: it holds the polls against a
close, the lines and slips against another draw, and releases no signature before it has committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from pingjia.ballotbox import keyfile
from pingjia.ballotbox.groupcommit import Batcher, Wire
from pingjia.core.ballot.issuance import BadDraw, DrawRequest, granted
from pingjia.core.ballot.token import BadBlinding
from pingjia.polls import secretcodes
from pingjia.polls.issue import EARLIEST, K, signer_at
from pingjia.polls.models import State

POLLS_KEPT = 64

POLLS = """
SELECT p.poll_hash, p.id, p.poll_id, array_agg(b."order" ORDER BY b."order") AS orders
FROM polls_poll p JOIN polls_box b ON b.poll_id = p.id WHERE p.poll_hash = ANY($1::text[]) GROUP BY p.id
"""
LOOK = """
SELECT w.n, p.state, p.opens_at, s.id AS slip, e.id AS entry, e.medium, i.blinded, i.answer
FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS w (poll, code, n)
JOIN polls_poll p ON p.id = w.poll
JOIN polls_slip s ON s.poll_id = w.poll AND s.code_hash = w.code AND s.state IN ('out', 'drawn')
JOIN polls_rollentry e ON e.id = s.entry_id
LEFT JOIN polls_issuance i ON i.entry_id = e.id
"""
# Locks are taken in one order everywhere: polls by key, then lines by key. After waiting, each row is read anew.
WRITE = """
WITH want AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[])
        AS w (poll, slip, entry, blinded, answer)
), held AS MATERIALIZED (
    SELECT id FROM polls_poll WHERE id = ANY($1::bigint[]) AND state IN ('sealed', 'open') ORDER BY id FOR SHARE
), free AS MATERIALIZED (
    SELECT e.id AS entry, s.id AS slip
    FROM want
    JOIN held ON held.id = want.poll
    JOIN polls_rollentry e ON e.id = want.entry
    JOIN polls_slip s ON s.id = want.slip
    WHERE e.medium = 'open' AND s.entry_id = e.id AND s.state IN ('out', 'drawn')
    ORDER BY e.id FOR UPDATE OF e, s
), line AS (
    UPDATE polls_rollentry SET medium = 'drawn' FROM free WHERE polls_rollentry.id = free.entry
), used AS (
    UPDATE polls_slip SET state = 'drawn' FROM free WHERE polls_slip.id = free.slip
)
INSERT INTO polls_issuance (poll_id, entry_id, blinded, answer)
SELECT want.poll, want.entry, want.blinded, want.answer
FROM want JOIN free ON free.entry = want.entry
ORDER BY want.entry
ON CONFLICT DO NOTHING
RETURNING entry_id
"""


@dataclass(frozen=True, slots=True)
class Desk:
    """What never changes about a sealed poll: its keys in the database and on disk, those of its boxes in order."""

    pk: int
    poll_id: str
    keys: tuple[Path, ...]

    @classmethod
    def of(cls, pk: int, poll_id: str, orders: list[int]) -> Desk:
        """Find where the keys lie once, not for every draw."""
        bare = cls(pk, poll_id, ())
        return cls(pk, poll_id, tuple(secretcodes.key_path(bare, f"issuer-{order}") for order in orders))


@dataclass(frozen=True, slots=True)
class Right:
    """Whose right a code is, and how it stands: one row of ``LOOK``."""

    state: str
    opens_at: datetime
    slip: int
    entry: int
    medium: str
    blinded: bytes | None
    answer: bytes | None

    def may_draw(self) -> bool:
        """Say whether nothing stands in the way of a first draw; under the lock it is asked once more."""
        early = self.state == State.SEALED and self.opens_at - timezone.now() <= EARLIEST
        return self.blinded is None and self.medium == "open" and (self.state == State.OPEN or early)


@dataclass(frozen=True, slots=True)
class Grant:
    """One signed draw that waits for its commit."""

    poll: int
    slip: int
    entry: int
    blinded: bytes
    answer: bytes


class FastIssuer:
    """Many draws a transaction, on PostgreSQL. One instance serves one event loop."""

    def __init__(self) -> None:
        self._finding, self._looking, self._writing = Wire("default"), Wire("default"), Wire("default")
        self._desks: dict[bytes, Desk] = {}
        self._openings: Batcher[bytes, Desk | None] = Batcher(self._find)
        self._looks: Batcher[tuple[Desk, str], Right | None] = Batcher(self._look)
        self._commits: Batcher[Grant, bool] = Batcher(self._commit)

    async def close(self) -> None:
        """Hang up."""
        for wire in (self._finding, self._looking, self._writing):
            await wire.close()

    async def issue(self, request: bytes) -> bytes | None:
        """Return the answer to a request that holds a code; None: the plain path must answer. Raises Unavailable."""
        try:
            desk = await self._desk(DrawRequest.poll_of(request))
            if desk is None:
                return None
            draw = DrawRequest.parse(request, K, len(desk.keys))
            right = await self._looks.put((desk, draw.code)) if draw.code else None
            if right is None:
                return None
            blinded = b"".join(draw.blinded)
            if right.blinded == blinded:
                return right.answer
            if not right.may_draw():
                return None
            answer = self._sign(desk, draw)
        except (BadDraw, BadBlinding, keyfile.KeyGone):
            return None
        taken = await self._commits.put(Grant(desk.pk, right.slip, right.entry, blinded, answer))
        return answer if taken else None

    @staticmethod
    def _sign(desk: Desk, draw: DrawRequest) -> bytes:
        """Sign here and now: handing so short a piece of work to a thread costs more than it saves."""
        return granted([signer_at(key).sign(one) for key, one in zip(desk.keys, draw.blinded, strict=True)])

    async def _desk(self, poll_hash: bytes) -> Desk | None:
        known = self._desks.get(poll_hash) or await self._openings.put(poll_hash)
        if known is not None:
            if len(self._desks) >= POLLS_KEPT:
                self._desks.clear()
            self._desks[poll_hash] = known
        return known

    async def _find(self, poll_hashes: list[bytes]) -> list[Desk | None]:
        rows = await self._finding.fetch(POLLS, sorted({one.hex() for one in poll_hashes}))
        found = {row["poll_hash"]: Desk.of(row["id"], row["poll_id"], row["orders"]) for row in rows}
        return [found.get(one.hex()) for one in poll_hashes]

    async def _look(self, asked: list[tuple[Desk, str]]) -> list[Right | None]:
        peppers = {desk: secretcodes.slip_pepper(desk) for desk in {desk for desk, _code in asked}}
        kept = [secretcodes.peppered(peppers[desk], code) for desk, code in asked]
        pairs = [(n, desk.pk, one) for n, ((desk, _code), one) in enumerate(zip(asked, kept, strict=True)) if one]
        rows = await self._looking.fetch(LOOK, [poll for _n, poll, _one in pairs], [one for _n, _poll, one in pairs])
        found: list[Right | None] = [None] * len(asked)
        for row in rows:
            place = pairs[row["n"] - 1][0]
            found[place] = Right(*(row[name] for name in Right.__slots__))
        return found

    async def _commit(self, grants: list[Grant]) -> list[bool]:
        """Write a batch, in the order of the lines of the roll; say of each whether this batch took its right."""
        first = {one.entry: one for one in reversed(grants)}  # of two of one person in one batch the first draws
        rows = [first[entry] for entry in sorted(first)]
        columns = ([getattr(one, name) for one in rows] for name in Grant.__slots__)
        taken = {row["entry_id"] for row in await self._writing.fetch(WRITE, *columns)}
        return [one.entry in taken and first[one.entry] is one for one in grants]
