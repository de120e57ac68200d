"""Who logs in, who belongs, who holds which seat, who is a delegate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pingjia.people.dealings import (
    Before,
    Dispute,
    DisputeState,
    Overlap,
    Passage,
    PassageKind,
    RosterColumns,
    RosterImport,
    Transfer,
    TransferState,
)
from pingjia.people.fields import Spelled
from pingjia.units.models import Unit

__all__ = [
    "JUDGED",
    "Before",
    "Category",
    "Delegate",
    "Delegation",
    "Dispute",
    "DisputeState",
    "Employment",
    "Member",
    "Overlap",
    "Passage",
    "PassageKind",
    "Role",
    "RosterColumns",
    "RosterImport",
    "Seat",
    "Sex",
    "SignInFailures",
    "Status",
    "Transfer",
    "TransferState",
    "User",
]


class User(AbstractUser):
    """Somebody who can log in. ``full_name`` is how the trade writes a name: in one piece."""

    full_name = models.CharField(_("姓名"), max_length=80)
    first_name = None
    last_name = None

    REQUIRED_FIELDS = ["full_name"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """Return the name in one piece."""
        return str(self)

    get_short_name = get_full_name


class Role(models.TextChoices):
    """What a seat lets its holder do at its unit."""

    CHAIR = "chair", _("工会主席")
    VICE_CHAIR = "vice_chair", _("工会副主席")
    OFFICER = "officer", _("工会干部")
    WORK_GROUP = "work_group", _("评议工作小组成员")
    ORGANISER = "organiser", _("上级组织部")
    AUDITOR = "auditor", _("经费审查委员")


JUDGED = (Role.CHAIR, Role.VICE_CHAIR)


class Seat(models.Model):
    """A role of a user at a unit for a time; an open end means "still"."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="seats")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="seats")
    role = models.CharField(_("职务"), max_length=12, choices=Role.choices)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        ordering = ["role", "since"]
        indexes = [models.Index(fields=["unit", "role"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.unit} · {self.get_role_display()}"


class Category(models.TextChoices):
    """What kind of post a member holds; the front line's share of voters is checked by rule."""

    FRONT_LINE = "front_line", _("一线职工")
    TECHNICAL = "technical", _("技术人员")
    MANAGER = "manager", _("管理人员")


class Status(models.TextChoices):
    """Where a membership stands; only active members vote.

    Retained members (retired, unemployed) keep their membership without a vote. ``ELSEWHERE``: the same person stands
    in two rosters and it was settled that the vote is in the other one, see ``Overlap``.
    """

    ACTIVE = "active", _("在籍")
    RETAINED = "retained", _("保留会籍")
    ELSEWHERE = "elsewhere", _("在别的工会投票")
    LEFT = "left", _("已离会")


class Employment(models.TextChoices):
    """How a member is employed. Dispatched workers and those of the new forms count as members like everybody."""

    UNKNOWN = "", _("没有登记")
    CONTRACT = "contract", _("劳动合同")
    POSTED = "posted", _("在编")
    DISPATCHED = "dispatched", _("劳务派遣")
    PLATFORM = "platform", _("新就业形态")
    FLEXIBLE = "flexible", _("灵活就业")


class Sex(models.TextChoices):
    """Kept for one purpose: whether women are among the delegates in proportion. May stay empty."""

    UNKNOWN = "", _("没有登记")
    FEMALE = "female", _("女")
    MALE = "male", _("男")


class Member(models.Model):
    """One line of a union's roster. ``no`` is the member number, unique within the union.

    ``id_hash`` and ``birth_hash`` are keyed hashes by which one person in two rosters is found (see ``identity``);
    neither an identity number nor a day of birth is stored. ``written_in`` is the import that wrote this line last,
    and nothing as soon as anybody changes it otherwise: only untouched lines can be undone.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="members")
    branch = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="branch_members")
    group = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="group_members")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="memberships")
    no = models.CharField(_("会员编号"), max_length=40)
    name = models.CharField(_("姓名"), max_length=80, db_index=True)
    letters = Spelled(db_index=True)
    initials = Spelled(short=True, db_index=True)
    category = models.CharField(_("岗位类别"), max_length=12, choices=Category.choices, default=Category.FRONT_LINE)
    status = models.CharField(_("会籍"), max_length=12, choices=Status.choices, default=Status.ACTIVE)
    employment = models.CharField(_("用工形式"), max_length=12, choices=Employment.choices, blank=True, default="")
    sex = models.CharField(_("性别"), max_length=6, choices=Sex.choices, blank=True, default="")
    joined_at = models.DateField(_("入会日期"), null=True, blank=True)
    left_at = models.DateField(_("离会日期"), null=True, blank=True)
    id_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    birth_hash = models.CharField(max_length=64, blank=True, default="", db_index=True)
    written_in = models.ForeignKey(
        RosterImport, on_delete=models.SET_NULL, null=True, blank=True, related_name="written"
    )

    class Meta:
        ordering = ["unit_id", "no"]
        constraints = [models.UniqueConstraint(fields=["unit", "no"], name="member_no_once_in_a_union")]
        indexes = [models.Index(fields=["unit", "status"])]

    def __str__(self) -> str:
        return gettext("%(name)s（%(no)s）") % {"name": self.name, "no": self.no}

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write how the name is spelled whenever the name is written."""
        if update_fields is not None and "name" in (update_fields := set(update_fields)):
            update_fields |= {"letters", "initials"}
        super().save(*args, update_fields=update_fields, **kwargs)


class Delegation(models.Model):
    """A group of delegates who sit together (代表团)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="delegations")
    name = models.CharField(_("代表团"), max_length=80)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="delegation_name_once_in_a_union")]

    def __str__(self) -> str:
        return self.name


class Delegate(models.Model):
    """A member elected to speak for others, for the whole term (会员代表常任制)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mandates")
    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="delegates")
    since = models.DateField(_("任期自"))
    until = models.DateField(_("任期至"), null=True, blank=True)

    class Meta:
        ordering = ["delegation_id", "pk"]

    def __str__(self) -> str:
        return f"{self.member} · {self.delegation}"


class SignInFailures(models.Model):
    """How often somebody failed to sign in under a name of late, from one of 256 groups of addresses.

    ``name_hash`` (of group and name) is keyed: people type passwords into the name field by mistake. No address is
    kept: an address beside a time is half of a link between member and ballot.
    """

    name_hash = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.count} × {self.name_hash[:8]}"
