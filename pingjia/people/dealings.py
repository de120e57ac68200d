"""What happens to memberships over the years: passages, transfers, one person twice, disputes, imports to be undone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pingjia.units.models import Unit

MEMBER = "people.Member"


class RosterImport(models.Model):
    """One import that was written: who, when, how much; ``undone_at`` once it was taken back.

    ``written`` counts the lines it wrote; ``founded`` are the codes of the branches and groups that it founded.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="roster_imports")
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    founded = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.unit} {self.at:%Y-%m-%d %H:%M}"

    @property
    def written_count(self) -> int:
        """Return how many lines of the roster it wrote."""
        return self.new + self.changed + self.left


class RosterColumns(models.Model):
    """How a union's table was read; one in which all these names stand is read so again.

    ``named`` is our key to the file's name of the column, ``category`` what new members are where there is no such
    column.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="roster_columns")
    named = models.JSONField()
    category = models.CharField(max_length=12, blank=True, default="")
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.unit} {', '.join(self.named)}"


class Before(models.Model):
    """A line of the roster as it stood before an import changed it; ``mandates`` are those that the import ended."""

    batch = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="before")
    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField()
    mandates = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.batch_id} {self.member_id}"


class PassageKind(models.TextChoices):
    """What happened to a membership on a day."""

    JOINED = "joined", _("入会")
    LEFT = "left", _("离会")
    RETURNED = "returned", _("重新入会")
    RETAINED = "retained", _("保留会籍")
    MOVED_OUT = "moved_out", _("转出")
    MOVED_IN = "moved_in", _("转入")
    ELSEWHERE = "elsewhere", _("改在别的工会投票")


class Passage(models.Model):
    """One step in the history of a membership; ``other`` is the union on the other side of a transfer."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="passages")
    kind = models.CharField(max_length=12, choices=PassageKind.choices)
    on = models.DateField()
    other = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.CharField(max_length=150)
    batch = models.ForeignKey(RosterImport, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.get_kind_display()}"


class TransferState(models.TextChoices):
    """Where a transfer stands: the leaving union asks, the receiving union answers."""

    ASKED = "asked", _("等对方接收")
    ACCEPTED = "accepted", _("已接收")
    REFUSED = "refused", _("对方没有接收")
    WITHDRAWN = "withdrawn", _("已撤回")


class Transfer(models.Model):
    """A member on the way to another union. Until it is accepted, the member belongs and votes where they were."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="transfers")
    to = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="arrivals")
    state = models.CharField(max_length=10, choices=TransferState.choices, default=TransferState.ASKED)
    asked_by = models.CharField(max_length=150)
    asked_on = models.DateField(auto_now_add=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    arrived = models.ForeignKey(MEMBER, on_delete=models.SET_NULL, null=True, blank=True, related_name="came_from")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(state="asked"), name="one_open_transfer_for_a_member"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.to}"


class Overlap(models.Model):
    """Two lines in two unions that seem to be one person, and where that person votes.

    ``sign`` says by what they were found: ``id`` (same identity number), ``login`` (same login), ``birth`` (same name
    and day of birth). ``first_says`` and ``second_says`` are what each union says: ``first``, ``second`` or ``apart``
    (two different people); ``settled_as`` is set once both agree, or a superior of both decides.
    """

    first = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="overlaps_as_first")
    second = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="overlaps_as_second")
    sign = models.CharField(
        max_length=6,
        choices=[("id", _("证件号码相同")), ("login", _("登录名相同")), ("birth", _("姓名和出生日期相同"))],
    )
    first_says = models.CharField(max_length=6, blank=True)
    second_says = models.CharField(max_length=6, blank=True)
    settled_as = models.CharField(max_length=6, blank=True)
    settled_by = models.CharField(max_length=150, blank=True)
    settled_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="two_lines_overlap_once")]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}"


class DisputeState(models.TextChoices):
    """What became of a member's objection to the own entry."""

    OPEN = "open", _("等待答复")
    CORRECTED = "corrected", _("已改正")
    KEPT = "kept", _("没有改，说明了理由")
    WITHDRAWN = "withdrawn", _("本人撤回")


class Dispute(models.Model):
    """A member says that the own entry is wrong; an officer answers; both see what became of it."""

    member = models.ForeignKey(MEMBER, on_delete=models.CASCADE, related_name="disputes")
    text = models.CharField(_("哪里不对"), max_length=200)
    state = models.CharField(max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN)
    asked_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(_("答复"), max_length=200, blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    answered_name = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=models.Q(state="open"), name="one_open_dispute_for_an_entry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.get_state_display()}"
