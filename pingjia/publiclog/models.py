"""A log, its entries and the checkpoints it signed. No time and no link to a unit or a person: the log names hashes."""

from __future__ import annotations

from django.db import models

from pingjia.core.tlog.entry import EntryType
from pingjia.core.tlog.note import VerifierKey


class Log(models.Model):
    """One tree. ``size`` counts the entries appended; the latest checkpoint may still lag behind it."""

    origin = models.CharField(max_length=200, unique=True)
    path = models.CharField(max_length=200, unique=True)  # where its files lie: the origin without the host
    federation = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    practice = models.BooleanField(default=False)
    vkey = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField(default=0)
    quorum = models.PositiveSmallIntegerField(default=0)  # so many witnesses before a box is opened to anybody

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["federation", "year", "practice"], name="one_log_a_year"),
        ]

    def __str__(self) -> str:
        return self.origin

    @property
    def key(self) -> VerifierKey:
        """The public key that signs this log's checkpoints."""
        return VerifierKey.parse(self.vkey)


class Witness(models.Model):
    """Somebody whose cosignatures this log takes and shows; the key stands in the trust file."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="witnesses")
    name = models.CharField(max_length=200)
    vkey = models.CharField(max_length=300)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["log", "name"], name="one_witness_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> VerifierKey:
        """The public key of the witness."""
        return VerifierKey.parse(self.vkey)


class Entry(models.Model):
    """One leaf. An event of an object stands in a log once; asking again finds the same entry."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="entries")
    index = models.PositiveBigIntegerField()
    type = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in EntryType])
    payload_hash = models.CharField(max_length=64)
    leaf = models.BinaryField()

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(fields=["log", "index"], name="one_entry_a_place"),
            models.UniqueConstraint(fields=["log", "type", "payload_hash"], name="one_entry_an_event"),
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.type} {self.payload_hash[:16]}"


class Checkpoint(models.Model):
    """A tree head that the log signed; ``note`` is the signed note, to which witnesses' lines are added."""

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    note = models.BinaryField()
    cosignatures = models.PositiveSmallIntegerField(default=0)  # lines of witnesses, some perhaps registered no more

    class Meta:
        ordering = ["size"]
        constraints = [models.UniqueConstraint(fields=["log", "size"], name="one_checkpoint_a_size")]

    def __str__(self) -> str:
        return f"{self.size} {self.root[:16]}"
