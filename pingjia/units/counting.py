"""Keeping ``children_count`` and ``below_count``: how many standing units answer to one directly, and at any depth.

A page that counted a province would take as long as the province is large; these columns make every page read one row.
"""

from __future__ import annotations

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Subquery, Sum, Value

from pingjia.units.models import Unit
from pingjia.units.paths import at_or_below


def codes_above(path: str) -> list[str]:
    """Return the codes of every unit above the one with this path."""
    return path.rstrip("/").split("/")[:-1]


def shift(path: str, by: int) -> None:
    """Say that the unit with this path came (with its subtree: ``by`` units) or went (a negative ``by``)."""
    above = codes_above(path)
    if not above:
        return
    Unit.objects.filter(code__in=above).update(below_count=F("below_count") + by)
    Unit.objects.filter(code=above[-1]).update(children_count=F("children_count") + (1 if by > 0 else -1))


def recount(root: Unit | None = None) -> None:
    """Count everything at and below ``root`` (the whole organisation unless told) and correct what stands above it.

    Level by level from the bottom: two updates a level, whatever the number of units.
    """
    within = Unit.objects.filter(at_or_below(root.path)) if root else Unit.objects.all()
    deepest = within.aggregate(deepest=Max("depth"))["deepest"]
    if deepest is None:
        return
    for depth in range(deepest, -1, -1):
        level = within.filter(depth=depth) if root is None or depth >= root.depth else None
        if level is None:
            level = Unit.objects.filter(code__in=codes_above(root.path), depth=depth) if root else Unit.objects.none()
        _count(level)


def _count(level: QuerySet[Unit]) -> None:
    standing = Unit.objects.filter(parent=OuterRef("pk"), until=None).order_by()
    sums = standing.values("parent")
    level.filter(Exists(standing)).update(
        children_count=Subquery(sums.annotate(n=Count("pk")).values("n")),
        below_count=Subquery(sums.annotate(n=Sum(F("below_count") + 1)).values("n")),
    )
    level.exclude(children_count=0).filter(~Exists(standing)).update(children_count=Value(0), below_count=Value(0))
