"""What comes after the close: openings, results, hand counts, opinions, challenges, reports of pressure.

These are tables of the same room as ``models``, which lists them all; only the file is another.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Opening(models.Model):
    """Boxes opened as one sum (one box, or a pool): the tier fixed by V beforehand, and what the scrutineers signed.

    ``set_id`` names the opening in addresses: the opening hash in hex. ``result`` is canonical JSON once ≥ t agree.
    """

    set_id = models.CharField(max_length=64, unique=True)
    boxes = models.ManyToManyField("Box", related_name="openings")
    tier = models.CharField(max_length=8)
    returned = models.PositiveIntegerField()
    invalid = models.PositiveIntegerField()
    valid = models.PositiveIntegerField()
    issued = models.PositiveIntegerField()
    result = models.BinaryField(null=True)

    def __str__(self) -> str:
        return self.set_id[:16]


class Partial(models.Model):
    """What one scrutineer contributed to an opening: public partials, or messages sealed to each other scrutineer."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="partials")
    scrutineer = models.ForeignKey("Scrutineer", on_delete=models.PROTECT, related_name="partials")
    recipient = models.PositiveSmallIntegerField(default=0, help_text="0: public; else the position it is sealed to")
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opening", "scrutineer", "recipient"], name="partial_once_per_recipient")
        ]

    def __str__(self) -> str:
        return f"{self.opening} {self.scrutineer_id}→{self.recipient}"


class ResultSignature(models.Model):
    """One scrutineer's signature over one result text; ≥ t over the same bytes make it the result."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, related_name="signatures")
    scrutineer = models.ForeignKey("Scrutineer", on_delete=models.PROTECT, related_name="signatures")
    result = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opening", "scrutineer"], name="result_signed_once")]

    def __str__(self) -> str:
        return f"{self.opening} {self.scrutineer_id}"


class SubjectResult(models.Model):
    """The public outcome of one subject: counts where the tier allows them, else a band. Integers only."""

    opening = models.ForeignKey(Opening, on_delete=models.CASCADE, null=True, related_name="subject_results")
    hand_count = models.ForeignKey("HandCount", on_delete=models.CASCADE, null=True, related_name="subject_results")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    favourable = models.PositiveIntegerField(null=True)
    unfavourable = models.PositiveIntegerField(null=True)
    blank = models.PositiveIntegerField(null=True)
    reached = models.BooleanField(null=True, help_text="threshold reached; None: no result")

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return self.code


class GradeCount(models.Model):
    """How many ballots chose one grade of one subject (full tier and hand counts only)."""

    subject_result = models.ForeignKey(SubjectResult, on_delete=models.CASCADE, related_name="grade_counts")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    count = models.PositiveIntegerField()

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.count}"


class HandCount(models.Model):
    """Custody counts of a paper vote, entered by one person and confirmed by another."""

    poll = models.OneToOneField("Poll", on_delete=models.PROTECT, related_name="hand_count")
    roll_size = models.PositiveIntegerField(_("应到"))
    invited = models.PositiveIntegerField(_("发出"))
    returned = models.PositiveIntegerField(_("收回"))
    invalid = models.PositiveIntegerField(_("无效"))
    entered_by = models.CharField(max_length=150)
    confirmed_by = models.CharField(max_length=150, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.poll}"


class OpinionShare(models.Model):
    """One scrutineer's share of the opinion key, sealed again to the reader; deleted when the result is final."""

    scrutineer = models.ForeignKey("Scrutineer", on_delete=models.CASCADE, related_name="opinion_shares")
    box = models.ForeignKey("Box", on_delete=models.CASCADE, related_name="opinion_shares")
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scrutineer", "box"], name="opinion_share_once")]

    def __str__(self) -> str:
        return f"{self.box} {self.scrutineer_id}"


class Opinion(models.Model):
    """One text from the opinion box, in the order of its hash; nothing else about it is known."""

    poll = models.ForeignKey("Poll", on_delete=models.CASCADE, related_name="opinions")
    hash = models.CharField(max_length=64)
    text = models.TextField()

    class Meta:
        ordering = ["hash"]

    def __str__(self) -> str:
        return self.text[:20]


class OpinionReading(models.Model):
    """What the reader signed about the opinion box: how many texts, and whether there were enough to read."""

    poll = models.OneToOneField("Poll", on_delete=models.CASCADE, related_name="opinion_reading")
    written = models.PositiveIntegerField(null=True, help_text="number of non-empty texts; None below the limit")
    enough = models.BooleanField()
    signature = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.poll}"


class Challenge(models.Model):
    """An objection within the objection period, by failure code, and what the recount found."""

    poll = models.ForeignKey("Poll", on_delete=models.PROTECT, related_name="challenges")
    code = models.CharField(_("问题代码"), max_length=40)
    reason = models.TextField(_("说明"))
    raised_by = models.CharField(max_length=150)
    raised_at = models.DateTimeField()
    finding = models.TextField(_("复核结论"), blank=True, default="")
    upheld = models.BooleanField(null=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["raised_at"]

    def __str__(self) -> str:
        return self.code


class Recount(models.Model):
    """What the verifier said about the published bundle when an objection was looked into.

    ``verdict`` is its exit code. ``failures`` are its first rows of {code, party, place} out of ``failed``; ``report``
    holds the numbers it recomputed. ``bundle`` and ``trust`` are the SHA-256 of the two files that it read.
    """

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="recounts")
    ran_at = models.DateTimeField()
    ran_by = models.CharField(max_length=150)
    verdict = models.PositiveSmallIntegerField()
    failures = models.JSONField(default=list)
    failed = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    bundle = models.CharField(max_length=64)
    trust = models.CharField(max_length=64)
    version = models.CharField(max_length=20)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.challenge} {self.verdict}"


class PressureReport(models.Model):
    """A member's report of pressure. Only superiors read it; who wrote it is kept only if the member signed it."""

    poll = models.ForeignKey("Poll", on_delete=models.PROTECT, related_name="pressure_reports")
    text = models.TextField(_("情况"))
    signed = models.CharField(_("署名（可不填）"), max_length=80, blank=True)
    on_day = models.DateField()
    answer = models.TextField(_("处理情况"), blank=True, default="")
    answered_by = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        ordering = ["-on_day", "-pk"]

    def __str__(self) -> str:
        return f"{self.on_day}"
