"""A poll from its slate to its result. What is inside a ballot never comes near these tables."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pingjia.people.models import Member
from pingjia.polls.hall_models import Reminder, SlipCount
from pingjia.polls.result_models import (
    Challenge,
    GradeCount,
    HandCount,
    Opening,
    Opinion,
    OpinionReading,
    OpinionShare,
    Partial,
    PressureReport,
    Recount,
    ResultSignature,
    SubjectResult,
)
from pingjia.units.models import Unit

__all__ = [
    "Box",
    "Challenge",
    "Electorate",
    "Grade",
    "GradeCount",
    "GradeSet",
    "HandCount",
    "Issuance",
    "Medium",
    "Opening",
    "Opinion",
    "OpinionReading",
    "OpinionShare",
    "Partial",
    "Poll",
    "PressureReport",
    "PublicObject",
    "Recount",
    "Reminder",
    "ResultSignature",
    "RollEntry",
    "Scrutineer",
    "Slip",
    "SlipCount",
    "State",
    "Steward",
    "Subject",
    "SubjectResult",
]


class GradeSet(models.Model):
    """A named scale a subject is judged on; ``code`` is stable, the words are what the ballot prints."""

    code = models.SlugField(unique=True)
    title = models.CharField(_("等次名称"), max_length=80)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Grade(models.Model):
    """One grade of a set, in the order printed. ``favourable`` grades count towards the threshold."""

    grade_set = models.ForeignKey(GradeSet, on_delete=models.CASCADE, related_name="grades")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)
    label = models.CharField(_("等次"), max_length=40)
    favourable = models.BooleanField(_("计入认同"))

    class Meta:
        ordering = ["grade_set_id", "order"]
        constraints = [models.UniqueConstraint(fields=["grade_set", "code"], name="grade_code_once_in_a_set")]

    def __str__(self) -> str:
        return self.label


class State(models.TextChoices):
    """Where a poll stands. ``VOID`` and ``FINAL`` and ``UNOPENED`` are ends; a void vote is repeated as a new poll."""

    DRAFT = "draft", _("准备中")
    ROLLED = "rolled", _("名册已冻结")
    SEALED = "sealed", _("已封箱待开始")
    OPEN = "open", _("正在投票")
    CLOSED = "closed", _("已停止投票，待开箱")
    COUNTED = "counted", _("已计票")
    DECLARED = "declared", _("已宣布，异议期内")
    CHALLENGED = "challenged", _("有异议，复核中")
    FINAL = "final", _("结果已定")
    VOID = "void", _("已作废")
    UNOPENED = "unopened", _("未能开箱")


# From the declaration on, anybody may read the result and download what it was counted from.
ANNOUNCED = (State.DECLARED, State.CHALLENGED, State.FINAL)


class Medium(models.TextChoices):
    """How the ballots are cast: sealed electronic ballots, or paper counted by hand."""

    ELECTRONIC = "electronic", _("电子票箱")
    PAPER = "paper", _("纸质票，人工计票")


class Electorate(models.TextChoices):
    """Who votes: every member with a vote, or the standing delegates."""

    MEMBERS = "members", _("会员大会（全体会员）")
    DELEGATES = "delegates", _("会员代表大会（会员代表）")


class Poll(models.Model):
    """One vote of one unit (or, pooled, of several): the questions, the rules, the state.

    ``poll_id`` is 16 random bytes in hex; ``poll_hash`` is the SHA-256 of the poll's manifest once it is sealed.
    """

    poll_id = models.CharField(max_length=32, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="polls")
    title = models.CharField(_("名称"), max_length=120)
    year = models.PositiveSmallIntegerField(_("评家年度"))
    medium = models.CharField(_("形式"), max_length=12, choices=Medium.choices, default=Medium.ELECTRONIC)
    electorate = models.CharField(_("参评范围"), max_length=12, choices=Electorate.choices, default=Electorate.MEMBERS)
    practice = models.BooleanField(_("演练"), default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    opens_at = models.DateTimeField(_("投票开始"))
    closes_at = models.DateTimeField(_("最早结束"))
    revote = models.BooleanField(_("允许改票"), default=True)
    with_opinions = models.BooleanField(_("设意见箱"), default=True)
    formula = models.CharField(_("认同率算法"), max_length=16, default="fav-valid")
    threshold_num = models.PositiveSmallIntegerField(default=4)
    threshold_den = models.PositiveSmallIntegerField(default=5)
    pool = models.CharField(_("合并计票组"), max_length=40, blank=True, default="")
    scrutineers_needed = models.PositiveSmallIntegerField(_("开箱所需监票人数"), default=2)
    objection_days = models.PositiveSmallIntegerField(_("异议期（天）"), default=7)
    poll_hash = models.CharField(max_length=64, blank=True, default="")
    slate_hash = models.CharField(max_length=64, blank=True, default="")
    keyset_hash = models.CharField(max_length=64, blank=True, default="")
    declared_at = models.DateTimeField(null=True, blank=True)
    secrets_destroyed_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(_("作废原因"), blank=True, default="")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    lead = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followers",
        help_text="the poll whose scrutineers and keys this one shares, where several units are counted as one pool",
    )

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(threshold_den__gt=0, threshold_num__lte=models.F("threshold_den")),
                name="poll_threshold_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="poll_closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ceremony(self) -> Poll:
        """The poll that holds the scrutineers and the key set: this one, or the lead of its pool."""
        return self.lead or self


class Subject(models.Model):
    """One line of the ballot: what is judged, and on which scale."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="subjects")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    title = models.CharField(_("评议内容"), max_length=120)
    grade_set = models.ForeignKey(GradeSet, on_delete=models.PROTECT)

    class Meta:
        ordering = ["poll_id", "order"]
        constraints = [models.UniqueConstraint(fields=["poll", "code"], name="subject_code_once_in_a_poll")]

    def __str__(self) -> str:
        return self.title


class Box(models.Model):
    """A sealed box of the poll as the site sees it: its manifest and its roll, never a ballot.

    A poll has one ballot box, and an opinion box where ``with_opinions``. The drops lie in ``pingjia.ballotbox``.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="boxes")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=[("ballot", _("测评票箱")), ("opinion", _("意见箱"))])
    title = models.CharField(max_length=120)
    box_hash = models.CharField(max_length=64, unique=True)
    returned = models.PositiveIntegerField(_("收回"), null=True)
    invalid = models.PositiveIntegerField(_("无效"), null=True)
    issued = models.PositiveIntegerField(_("发出"), null=True)
    paper = models.PositiveIntegerField(_("改用纸质票"), null=True)

    class Meta:
        ordering = ["poll_id", "order"]

    def __str__(self) -> str:
        return self.title


class PublicObject(models.Model):
    """Canonical bytes that anybody may fetch by their SHA-256 (``/o/<hash>.json`` in the booth)."""

    hash = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=12)
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.kind} {self.hash[:16]}"


class RollEntry(models.Model):
    """One line of the frozen roll: the member as recorded on that day, its salt, its leaf.

    ``medium`` moves to paper only by two officers, and never after a ballot was drawn (compare-and-set on this column).
    ``present``: checked in at the door. A column and not a table of its own, whose rows would stand in the order in
    which people came; no time is kept.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="roll")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="roll_entries")
    no = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    branch = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=12)
    salt = models.BinaryField(max_length=16, null=True)
    leaf = models.CharField(max_length=64)
    medium = models.CharField(
        max_length=10,
        default="open",
        choices=[("open", _("未领票")), ("drawn", _("已领票")), ("paper", _("改用纸质票"))],
    )
    paper_asked_by = models.CharField(max_length=150, blank=True, default="")
    present = models.BooleanField(_("到会"), default=False)

    class Meta:
        ordering = ["poll_id", "no"]
        verbose_name_plural = "roll entries"
        constraints = [models.UniqueConstraint(fields=["poll", "member"], name="member_once_on_a_roll")]

    def __str__(self) -> str:
        return gettext("%(name)s（%(no)s）") % {"name": self.name, "no": self.no}


class SlipQuerySet(models.QuerySet["Slip"]):
    """Slips by their kind."""

    def by_hand(self) -> SlipQuerySet:
        """Keep the slips that members draw from a pile: no name, no number."""
        return self.filter(entry=None, number=None)

    def sealed(self) -> SlipQuerySet:
        """Keep the sealed slips with a number outside, handed out at the door."""
        return self.filter(number__isnull=False)


class Slip(models.Model):
    """A printed right to draw: *named* (``entry`` from the start), *sealed* (``number`` outside), or *by hand*.

    A sealed slip opens nothing until it is handed to somebody on the roll, which sets ``entry``. One drawn by hand has
    neither, ever. ``code_hash`` is a peppered SHA-256; the code itself exists only on the paper.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="slips")
    entry = models.OneToOneField(RollEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="slip")
    number = models.PositiveIntegerField(_("条号"), null=True, blank=True)
    code_hash = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10,
        default="out",
        choices=[
            ("stock", _("未发出")),
            ("out", _("已发出")),
            ("drawn", _("已领票")),
            ("surplus", _("多余，已销毁")),
        ],
    )

    objects = SlipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "code_hash"], name="slip_code_once_in_a_poll"),
            models.UniqueConstraint(fields=["poll", "number"], name="slip_number_once_in_a_poll"),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}:{self.pk}"


class Issuance(models.Model):
    """One ballot drawn: the blinded bytes of all the poll's boxes and the same answer for ever. No time is kept.

    Exactly one of ``entry`` (named slip, or logged in) and ``slip`` (drawn by hand) says who drew; each draws once.
    """

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="issuances")
    entry = models.OneToOneField(RollEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="issuance")
    slip = models.OneToOneField(Slip, on_delete=models.PROTECT, null=True, blank=True, related_name="issuance")
    blinded = models.BinaryField()
    answer = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(entry__isnull=False, slip__isnull=True)
                | models.Q(entry__isnull=True, slip__isnull=False),
                name="issuance_to_exactly_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.poll_id}:{self.pk}"


class Scrutineer(models.Model):
    """A seat at the ceremony: position 1…n (1 is the chief), the card's public halves, what came of each step."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="scrutineers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("监票人"), max_length=80)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invitation_hash = models.CharField(max_length=64)
    key = models.CharField(max_length=64, blank=True, default="")
    exchange = models.CharField(max_length=64, blank=True, default="")
    sealed_share = models.BinaryField(null=True)
    acceptance = models.BinaryField(null=True)

    class Meta:
        ordering = ["poll_id", "position"]
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="scrutineer_position_once")]

    def __str__(self) -> str:
        return self.name


class Steward(models.Model):
    """The work group's convenor, seated for this poll alone by an invitation slip beside a lone chair."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="stewards")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="stewardships")
    name = models.CharField(_("召集人"), max_length=80)
    invitation_hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name
