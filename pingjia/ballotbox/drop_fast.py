"""The same way in as ``drop``, for PostgreSQL: awaited, and many drops to a commit.

A batch is one statement, and so one transaction: it holds the boxes that are open against a close (which waits, or
comes first and is seen), writes the rows in the order of their slots, and commits. Only then are receipts signed, so
"receipt ⇒ leaf" holds wherever the process is killed. Keys are read from their files for each batch and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pingjia.ballotbox import keyfile, sealed, shelf
from pingjia.ballotbox.drop import STATUS, UnknownBox
from pingjia.ballotbox.groupcommit import Batcher, Wire
from pingjia.core.ballot import receipt
from pingjia.core.ballot.head import BadHead, DropStatus, Head, body_length, check_record, head_length
from pingjia.core.ballot.objects import BoxManifest, Slate

BOXES_KEPT = 256

LOOK = "SELECT box_hash, state, manifest, slate FROM ballotbox_sealedbox WHERE box_hash = ANY($1::text[])"
# ``FOR SHARE`` reads the state anew after waiting for a close. A row whose predecessor is missing is left out.
WRITE = """
WITH held AS MATERIALIZED (
    SELECT box_hash FROM ballotbox_sealedbox WHERE box_hash = ANY($1::text[]) AND state = 'open'
    ORDER BY box_hash FOR SHARE
)
INSERT INTO ballotbox_drop (box_id, slot, blob)
SELECT w.box, w.slot, w.blob
FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[]) AS w (box, slot, before, blob)
JOIN held ON held.box_hash = w.box
LEFT JOIN ballotbox_drop d ON d.box_id = w.box AND d.slot = w.before
WHERE w.before IS NULL OR d.slot IS NOT NULL
ORDER BY w.box, w.slot
ON CONFLICT DO NOTHING
RETURNING slot
"""
WHY_NOT = """
SELECT b.box_hash, b.state, w.slot, d.blob
FROM unnest($1::text[], $2::bytea[]) AS w (box, slot)
JOIN ballotbox_sealedbox b ON b.box_hash = w.box
LEFT JOIN ballotbox_drop d ON d.box_id = w.box AND d.slot = w.slot
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A box as it stood when it was last looked at; ``state`` may have changed since, the papers never do."""

    state: str
    box: BoxManifest
    slate: Slate | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """One checked record on its way into a box."""

    box_hash: str
    head: Head
    record: bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """The two keys of a box, for the length of one batch."""

    storage: bytes
    sign: receipt.Signer


class FastDrop:
    """Many drops a transaction, on PostgreSQL. One instance serves one event loop."""

    def __init__(self) -> None:
        self._reading, self._writing = Wire("box"), Wire("box")
        self._looks: Batcher[str, Seen | None] = Batcher(self._look)
        self._commits: Batcher[Ballot, bytes] = Batcher(self._commit)
        self._seen: dict[str, Seen] = {}

    async def close(self) -> None:
        """Hang up."""
        await self._reading.close()
        await self._writing.close()

    async def record_length(self, box_hash: str) -> int:
        """Return the exact number of bytes of a record for this box; raise UnknownBox."""
        seen = self._seen.get(box_hash) or await self._see(box_hash)
        return head_length(seen.box) + body_length(seen.box, seen.slate)

    async def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``DropSlot``. Raises Unavailable besides."""
        seen = self._seen.get(box_hash)
        if seen is None or seen.state != "open":  # an open box is asked once more below, under the lock
            seen = await self._see(box_hash)
        if seen.state in STATUS:
            return receipt.answer(STATUS[seen.state])
        try:
            head, _body = check_record(record, seen.box, seen.slate)
        except BadHead as bad:
            return receipt.answer(bad.status)
        return await self._commits.put(Ballot(box_hash, head, record))

    async def _see(self, box_hash: str) -> Seen:
        seen = await self._looks.put(box_hash)
        if seen is None:
            raise UnknownBox(box_hash)
        if len(self._seen) >= BOXES_KEPT:
            self._seen.clear()
        self._seen[box_hash] = seen
        return seen

    async def _look(self, wanted: list[str]) -> list[Seen | None]:
        rows = await self._reading.fetch(LOOK, sorted(set(wanted)))
        found = {
            row["box_hash"]: Seen(
                row["state"],
                BoxManifest.from_bytes(row["manifest"]),
                Slate.from_bytes(row["slate"]) if row["slate"] else None,
            )
            for row in rows
        }
        return [found.get(box_hash) for box_hash in wanted]

    async def _commit(self, ballots: list[Ballot]) -> list[bytes]:
        """Write a batch; return each ballot's answer, with its receipt where its row is committed."""
        keys = {box_hash: self._keys(box_hash) for box_hash in {one.box_hash for one in ballots}}
        places = [self._place(one, keys[one.box_hash]) for one in ballots]
        kept = await self._write(ballots, places, keys)
        rest = [n for n, (one, place) in enumerate(zip(ballots, places, strict=True)) if kept.get(place) != one.record]
        statuses = [DropStatus.ACCEPTED] * len(ballots)
        for n, status in zip(rest, await self._why_not([ballots[n] for n in rest], keys), strict=True):
            statuses[n] = status
        return [self._answer(one, status, keys) for one, status in zip(ballots, statuses, strict=True)]

    @staticmethod
    def _keys(box_hash: str) -> Keys | None:
        try:
            storage = keyfile.read(shelf.key(box_hash, "storage"))
            return Keys(storage, receipt.Signer(keyfile.read(shelf.key(box_hash, "box"))))
        except keyfile.KeyGone:
            return None

    @staticmethod
    def _place(ballot: Ballot, keys: Keys | None) -> bytes:
        return sealed.slot(keys.storage, ballot.head.pk, ballot.head.seq) if keys else b""

    async def _write(
        self, ballots: Sequence[Ballot], places: Sequence[bytes], keys: dict[str, Keys | None]
    ) -> dict[bytes, bytes]:
        """Commit one row a slot, in the order of the slots; return slot → record of those that this batch wrote."""
        rows: dict[bytes, tuple[str, bytes | None, bytes]] = {}
        records: dict[bytes, bytes] = {}
        for one, place in zip(ballots, places, strict=True):
            key = keys[one.box_hash]
            if key is None or place in rows:  # of two with one number in one batch the first is taken
                continue
            head = one.head
            before = sealed.slot(key.storage, head.pk, head.seq - 1) if head.seq > 1 else None
            rows[place] = (one.box_hash, before, sealed.seal(key.storage, place, one.record))
            records[place] = one.record
        if not rows:
            return {}
        slots = sorted(rows)
        columns = zip(*(rows[slot] for slot in slots), strict=True)
        box_hashes, befores, blobs = (list(column) for column in columns)
        written = await self._writing.fetch(WRITE, box_hashes, slots, befores, blobs)
        return {row["slot"]: records[row["slot"]] for row in written}

    async def _why_not(self, ballots: Sequence[Ballot], keys: dict[str, Keys | None]) -> list[DropStatus]:
        """Return what stands in the way of each ballot, or ACCEPTED where the same record lay in the box before."""
        if not ballots:
            return []
        places = [self._place(one, keys[one.box_hash]) for one in ballots]
        rows = await self._writing.fetch(WHY_NOT, [one.box_hash for one in ballots], places)
        found = {(row["box_hash"], row["slot"]): row for row in rows}
        statuses = []
        for one, place in zip(ballots, places, strict=True):
            row, key = found.get((one.box_hash, place)), keys[one.box_hash]
            state = row["state"] if row else "destroyed"
            if state != "open":
                self._seen.pop(one.box_hash, None)
            if state != "open" or row is None or key is None:
                statuses.append(STATUS.get(state, DropStatus.CLOSED))
            elif row["blob"] is None:
                statuses.append(DropStatus.SEQ)  # its predecessor is missing
            else:
                same = sealed.unseal(key.storage, place, row["blob"]) == one.record
                statuses.append(DropStatus.ACCEPTED if same else DropStatus.SEQ)
        return statuses

    @staticmethod
    def _answer(ballot: Ballot, status: DropStatus, keys: dict[str, Keys | None]) -> bytes:
        key = keys[ballot.box_hash]
        if status != DropStatus.ACCEPTED or key is None:
            return receipt.answer(status)
        return receipt.answer(status, key.sign(bytes.fromhex(ballot.box_hash), ballot.head.leaf))
