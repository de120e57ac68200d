"""The tree of unions: one lead parent for each unit, and links to further superiors."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a unit is within the union's order."""

    FEDERATION = "federation", _("总工会")
    INDUSTRIAL = "industrial", _("产业（系统）工会")
    GRASSROOTS = "grassroots", _("基层工会")
    JOINT = "joint", _("联合基层工会")
    BRANCH = "branch", _("分会")
    GROUP = "group", _("工会小组")


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
    """

    code = models.CharField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    kind = models.CharField(_("类别"), max_length=12, choices=Kind.choices)
    nature = models.CharField(_("单位性质"), max_length=12, choices=Nature.choices, blank=True, default="")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, db_index=True)
    depth = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["path"]
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
        return self.kind in (Kind.FEDERATION, Kind.INDUSTRIAL)

    @property
    def is_home(self) -> bool:
        """Say whether members judge this unit as their Staff Home."""
        return self.kind in (Kind.GRASSROOTS, Kind.JOINT)


class FurtherSuperior(models.Model):
    """A second line of command: the unit also answers to this superior (an industrial union, say)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="further_superiors")
    superior = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="further_units")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "superior"], name="further_superior_once")]

    def __str__(self) -> str:
        return f"{self.unit} → {self.superior}"
