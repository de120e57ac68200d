"""What a meeting adds to a poll: the count of its slips, and the reminders that went to everybody.

These are tables of the same room as ``models``, which lists them all; only the file is another.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SlipCount(models.Model):
    """What became of the slips that were printed for a hall: two persons count what is left, each without the other.

    ``printed`` grows with every sheet. ``left`` lay unused on the table and was destroyed; ``spoilt`` were taken back
    opened or damaged; ``missing`` are those that nobody can account for. The rest was given out.
    """

    poll = models.OneToOneField("Poll", on_delete=models.PROTECT, related_name="slip_count")
    printed = models.PositiveIntegerField(_("印出"), default=0)
    left = models.PositiveIntegerField(_("剩余"), null=True)
    spoilt = models.PositiveIntegerField(_("作废"), default=0)
    missing = models.PositiveIntegerField(_("对不上"), default=0)
    counted_by = models.CharField(max_length=150, blank=True, default="")
    confirmed_by = models.CharField(max_length=150, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.poll_id}: {self.printed}"

    @property
    def settled(self) -> bool:
        """Whether both have counted and agree."""
        return bool(self.confirmed_by)

    @property
    def given(self) -> int:
        """How many went to members."""
        return self.printed - (self.left or 0) - self.spoilt - self.missing


class Reminder(models.Model):
    """A reminder that went to everybody on the roll, on a day. Who has voted plays no part: nobody knows."""

    poll = models.ForeignKey("Poll", on_delete=models.CASCADE, related_name="reminders")
    on = models.DateField(_("日期"))

    class Meta:
        ordering = ["poll_id", "-on"]
        constraints = [models.UniqueConstraint(fields=["poll", "on"], name="one_reminder_a_day")]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.on}"
