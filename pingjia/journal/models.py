"""The journal's one table."""

from __future__ import annotations

from django.db import models


class Line(models.Model):
    """One action: who (``by``, a user's name as it was), what (``verb``), on what (``about``), in which unit, when.

    People and units stand as text: the journal lies below them and must outlive them. ``chain`` is
    SHA-256(previous chain ‖ canonical JSON of this line), so that a changed or missing line shows.
    """

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    about = models.CharField(max_length=120)
    unit = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)
    chain = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["unit", "-at"]), models.Index(fields=["about"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.by} {self.verb} {self.about}"
