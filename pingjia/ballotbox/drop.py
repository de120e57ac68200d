"""The one way into a box. ``DropSlot`` is the seam: a faster implementation passes the same contract tests.

Nothing here knows who drops, from where or when, and nothing is logged: no journal line, no address, no time. The
order of things makes "receipt ⇒ leaf" hold at every kill point: the row is committed under the box's lock, then the
receipt is signed. (docs/spec/ballot.md §7)
"""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from django.db import IntegrityError, connections, transaction

from pingjia.ballotbox import keyfile, sealed, shelf
from pingjia.ballotbox.models import Drop, SealedBox
from pingjia.core.ballot import receipt
from pingjia.core.ballot.head import BadHead, DropStatus, Head, body_length, check_record, head_length
from pingjia.core.ballot.objects import BoxManifest, Slate

STATUS = {
    "sealed": DropStatus.NOT_OPEN,
    "closing": DropStatus.CLOSED,
    "closed": DropStatus.CLOSED,
    "destroyed": DropStatus.CLOSED,
}


class DropSlot(Protocol):
    """Takes one record for one box and answers 128 bytes: ``u8 status ‖ receipt or zeros ‖ zeros``."""

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """Take ``record``; the same record always gets the same answer while the box is open. No box: UnknownBox."""


class UnknownBox(LookupError):
    """No box of this hash stands here."""


@lru_cache(maxsize=256)
def paper_of(box_hash: str) -> tuple[BoxManifest, Slate | None]:
    """Return manifest and slate of a box, which never change (one query the first time)."""
    row = SealedBox.objects.filter(box_hash=box_hash).first()
    if row is None:
        raise UnknownBox(box_hash)
    slate = Slate.from_bytes(bytes(row.slate)) if row.slate else None
    return BoxManifest.from_bytes(bytes(row.manifest)), slate


def record_length(box_hash: str) -> int:
    """Return the exact number of bytes of a record for this box."""
    box, slate = paper_of(box_hash)
    return head_length(box) + body_length(box, slate)


def hold(box_hash: str) -> str:
    """Return the box's state, held for this transaction: closing waits for it, other drops do not.

    SQLite's writers take turns from their first statement (IMMEDIATE), so reading is holding there.
    """
    connection = connections["box"]
    shared = " FOR SHARE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT state FROM ballotbox_sealedbox WHERE box_hash = %s{shared}", [box_hash])  # noqa: S608 (no input in it)
        row = cursor.fetchone()
    return str(row[0]) if row else "destroyed"


class PlainDrop:
    """One transaction a drop, on any database."""

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``DropSlot``."""
        box, slate = paper_of(box_hash)
        state = SealedBox.objects.values_list("state", flat=True).get(box_hash=box_hash)
        if state in STATUS:  # asked once more below, under the lock
            return receipt.answer(STATUS[state])
        try:
            head, _body = check_record(record, box, slate)
        except BadHead as bad:
            return receipt.answer(bad.status)
        try:
            status = self._store(box_hash, head, record)
            seed = keyfile.read(shelf.key(box_hash, "box"))
        except keyfile.KeyGone:
            return receipt.answer(DropStatus.CLOSED)
        if status != DropStatus.ACCEPTED:
            return receipt.answer(status)
        return receipt.answer(status, receipt.sign(seed, box.hash, head.leaf))

    def _store(self, box_hash: str, head: Head, record: bytes) -> DropStatus:
        """Commit the row unless the box is no longer open or the sequence number is not the next one."""
        storage_key = keyfile.read(shelf.key(box_hash, "storage"))
        place = sealed.slot(storage_key, head.pk, head.seq)
        try:
            with transaction.atomic(using="box"):
                state = hold(box_hash)
                if state != "open":
                    return STATUS[state]
                present = Drop.objects.filter(box_id=box_hash, slot=place).first()
                if present:
                    return self._same(storage_key, place, present, record)
                if head.seq > 1:
                    before = sealed.slot(storage_key, head.pk, head.seq - 1)
                    if not Drop.objects.filter(box_id=box_hash, slot=before).exists():
                        return DropStatus.SEQ
                blob = sealed.seal(storage_key, place, record)
                Drop.objects.bulk_create([Drop(box_id=box_hash, slot=place, blob=blob)])
        except IntegrityError:  # another drop took the slot between the look and the write
            present = Drop.objects.get(box_id=box_hash, slot=place)
            return self._same(storage_key, place, present, record)
        return DropStatus.ACCEPTED

    @staticmethod
    def _same(storage_key: bytes, place: bytes, present: Drop, record: bytes) -> DropStatus:
        """A repeated record is accepted again; another record under a used sequence number is not."""
        same = sealed.unseal(storage_key, place, bytes(present.blob)) == record
        return DropStatus.ACCEPTED if same else DropStatus.SEQ
