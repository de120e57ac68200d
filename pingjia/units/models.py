"""The tree of unions: one lead parent for each unit, links to further superiors, and how all of it stood before."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a unit is within the union's order."""

    FEDERATION = "federation", _("总工会")
    INDUSTRIAL = "industrial", _("产业工会")
    SYSTEM = "system", _("系统工会")
    UNIONS = (
        "unions",
        _("工会联合会"),
    )  # leads the unions of an estate, a township or a trade; has no members of its own
    GRASSROOTS = "grassroots", _("基层工会")
    JOINT = "joint", _("联合基层工会")  # several employers' members form one committee
    BRANCH = "branch", _("分会")
    GROUP = "group", _("工会小组")


LEADING = (Kind.FEDERATION, Kind.INDUSTRIAL, Kind.SYSTEM, Kind.UNIONS)
HOMES = (Kind.GRASSROOTS, Kind.JOINT)


class Level(models.TextChoices):
    """How far a federation reaches; other units may leave it open."""

    NONE = "", _("不适用")
    NATION = "nation", _("全国")
    PROVINCE = "province", _("省级")
    CITY = "city", _("市级")
    COUNTY = "county", _("区县级")
    TOWN = "town", _("乡镇街道")
    VILLAGE = "village", _("村社区")


class Nature(models.TextChoices):
    """What kind of employer a unit's members work for."""

    NONE = "", _("不适用")
    INSTITUTION = "institution", _("事业单位")
    STATE = "state", _("国有企业")
    PRIVATE = "private", _("非公有制企业")
    ORGAN = "organ", _("机关")
    OTHER = "other", _("其他")


class Unit(models.Model):
    """One federation, union, branch or group.

    ``code`` is the public id; names are not unique and never keys. ``path`` is the codes from the root down, each
    followed by ``/`` (``46/4601/460108/``), so a whole subtree is one prefix.

    ``since`` is the day from which the unit stands as it stands now (none: as far back as is known); how it stood
    before is in ``Past``. ``until`` is its last day, once dissolved. ``letters`` and ``initials`` are what somebody
    types to find it. The two counts are of standing units; ``counting`` keeps them, so that no page counts a province.
    """

    code = models.CharField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=200, db_index=True)  # on PostgreSQL with an index for beginnings too
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    level = models.CharField(_("级别"), max_length=12, choices=Level.choices, blank=True, default="")
    nature = models.CharField(_("单位性质"), max_length=12, choices=Nature.choices, blank=True, default="")
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, db_index=True)
    depth = models.PositiveSmallIntegerField()
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)
    letters = models.CharField(max_length=120, blank=True, default="", db_index=True)
    initials = models.CharField(max_length=40, blank=True, default="", db_index=True)
    children_count = models.PositiveIntegerField(default=0)
    below_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["path"]
        indexes = [
            models.Index(fields=["parent", "code"], name="unit_children_by_code"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(path__endswith="/"), name="unit_path_ends_with_slash"),
            # SQLite compares prefixes without regard to case: two codes that differ by it alone would share a subtree.
            models.UniqueConstraint(Lower("code"), name="unit_code_once_whatever_case"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_federation(self) -> bool:
        """Say whether this unit leads other unions rather than employees of one employer."""
        return self.kind in LEADING

    @property
    def is_home(self) -> bool:
        """Say whether members judge this unit as their Staff Home."""
        return self.kind in HOMES

    @property
    def stands(self) -> bool:
        """Say whether the unit has not been dissolved."""
        return self.until is None

    @property
    def is_direct(self) -> bool:
        """Say whether this union answers straight to a federation of a county or above (直属); causes a query."""
        above = (Level.NATION, Level.PROVINCE, Level.CITY, Level.COUNTY)
        return self.is_home and self.parent is not None and self.parent.level in above


class FurtherSuperior(models.Model):
    """A second line of command: the unit also answers to this superior (an industrial union, say)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="further_superiors")
    superior = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="further_units")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "superior"], name="further_superior_once")]

    def __str__(self) -> str:
        return f"{self.unit} → {self.superior}"


class Past(models.Model):
    """How a unit stood from one day to another, both included; a whole moved subtree has its rows here too."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="past")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    level = models.CharField(max_length=12, choices=Level.choices, blank=True, default="")
    nature = models.CharField(max_length=12, choices=Nature.choices, blank=True, default="")
    parent = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    path = models.CharField(max_length=400, db_index=True)
    depth = models.PositiveSmallIntegerField()
    since = models.DateField(null=True)
    until = models.DateField()

    class Meta:
        ordering = ["unit_id", "until"]
        constraints = [models.UniqueConstraint(fields=["unit", "until"], name="past_once_a_day")]

    def __str__(self) -> str:
        return f"{self.name} – {self.until}"


class Act(models.TextChoices):
    """What was done to a unit."""

    FOUNDED = "founded", _("建会")
    RENAMED = "renamed", _("更改登记")
    MOVED = "moved", _("改隶")
    SPLIT = "split", _("分设")
    MERGED = "merged", _("合并")
    DISSOLVED = "dissolved", _("单位撤销")


class Change(models.Model):
    """One line of a unit's history: what was done on which day, with which other unit."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="changes")
    act = models.CharField(max_length=12, choices=Act.choices)
    on = models.DateField()
    other = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="+")
    before = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on} {self.get_act_display()} {self.unit}"


class Firm(models.Model):
    """An employer whose members belong to a joint union, for a time."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="firms")
    name = models.CharField(_("单位名称"), max_length=200)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    joined = models.DateField(_("加入日期"))
    left = models.DateField(_("最后一天"), null=True, blank=True)

    class Meta:
        ordering = ["unit_id", "joined", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "credit_code"], condition=models.Q(left__isnull=True), name="firm_once_in_a_joint_union"
            )
        ]

    def __str__(self) -> str:
        return self.name
