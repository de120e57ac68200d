"""Two tables in a database of their own: a box, and what was dropped into it. No person, no unit, no time."""

from __future__ import annotations

from django.db import models

STATES = ("sealed", "open", "closing", "closed", "destroyed")


class SealedBox(models.Model):
    """A box by its manifest hash. ``state`` opens and closes it; nothing else decides whether a drop is taken.

    ``manifest``, ``slate`` and ``keyset`` are canonical bytes, so that the room can check a ballot without asking
    anybody else; an opinion box has no slate.
    """

    box_hash = models.CharField(max_length=64, primary_key=True)
    manifest = models.BinaryField()
    slate = models.BinaryField(default=b"")
    keyset = models.BinaryField(default=b"")
    state = models.CharField(max_length=10, default="sealed", choices=[(code, code) for code in STATES])

    def __str__(self) -> str:
        return self.box_hash[:16]


class Drop(models.Model):
    """One sealed record: slot = HMAC(storage key, pk ‖ seq), blob = ChaCha20-Poly1305(record), all of one length.

    The order of rows says nothing: the slot is the key of the table, and the table has no other column.
    """

    pk = models.CompositePrimaryKey("box_id", "slot")
    box = models.ForeignKey(SealedBox, on_delete=models.PROTECT, related_name="drops")
    slot = models.BinaryField(max_length=32)
    blob = models.BinaryField()

    def __str__(self) -> str:
        return "drop"
