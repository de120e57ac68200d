"""Ending and dividing units: dissolve, merge, split. A code is never used again, and a past year keeps what it saw.

Each verb has a ``why_not_…`` that a page asks before it offers to confirm; the verb asks it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingjia.journal.actions import record
from pingjia.units import history
from pingjia.units.actions import create_unit, not_before, replant
from pingjia.units.counting import shift
from pingjia.units.models import Act, Kind, Unit
from pingjia.units.paths import at_or_below
from pingjia.units.queries import children
from pingjia.units.refusal import Refused

WITHIN = (Kind.BRANCH, Kind.GROUP)  # parts of a union: they end with it


def why_not_dissolve(unit: Unit, on: date) -> list[str]:
    """Return what stands in the way, one sentence each with its remedy."""
    reasons = [] if unit.stands else [_("%(name)s 已经撤销。") % {"name": unit.name}]
    left = Unit.objects.filter(at_or_below(unit.path), until=None).exclude(pk=unit.pk).exclude(kind__in=WITHIN).count()
    if left:
        words = ngettext(
            "下面还有 %(n)d 个单位，请先把它们改隶或撤销。", "下面还有 %(n)d 个单位，请先把它们改隶或撤销。", left
        )
        reasons.append(words % {"n": left})
    return reasons + not_before(unit, on)


def why_not_merge(unit: Unit, into: Unit, on: date) -> list[str]:
    """Return what stands in the way of merging ``unit`` into ``into``."""
    reasons = []
    if unit.pk == into.pk:
        reasons.append(_("不能并入自己，请另选单位。"))
    for one in (unit, into):
        if not one.stands:
            reasons.append(_("%(name)s 已经撤销。") % {"name": one.name})
    if unit.is_federation != into.is_federation or unit.kind in WITHIN or into.kind in WITHIN:
        reasons.append(_("只有同样是工会或同样是上级工会的两个单位可以合并。"))
    if into.path.startswith(unit.path) and unit.pk != into.pk:
        reasons.append(_("不能并入自己的下级，请先把那个下级改隶。"))
    return reasons + not_before(unit, on)


@transaction.atomic
def dissolve(unit: Unit, *, by: object, on: date) -> Unit:
    """End a unit with its branches: the day before ``on`` is its last. Its page, its votes and its past remain."""
    here = Unit.objects.select_for_update().get(pk=unit.pk)
    if reasons := why_not_dissolve(here, on):
        raise Refused(*reasons)
    _end(here, on)
    history.note(here, Act.DISSOLVED, on)
    record("dissolve_unit", by=by, about=here.code, unit=here.code, on=on.isoformat())
    return here


def _end(unit: Unit, on: date) -> None:
    shift(unit.path, -1 - unit.below_count)
    Unit.objects.filter(at_or_below(unit.path), until=None).update(
        until=on - timedelta(days=1), children_count=0, below_count=0
    )
    unit.refresh_from_db()


@transaction.atomic
def merge(unit: Unit, into: Unit, *, by: object, on: date) -> Unit:
    """End a unit in favour of another, which takes over everything below it. Returns the other."""
    here = Unit.objects.select_for_update().get(pk=unit.pk)
    there = Unit.objects.select_for_update().get(pk=into.pk)
    if reasons := why_not_merge(here, there, on):
        raise Refused(*reasons)
    for child in children(here):
        # A child may itself have changed since that day; its own past is never overwritten.
        replant(child, Unit.objects.get(pk=there.pk), max(on, child.since or on))
        history.note(child, Act.MOVED, on, other=there, before=here.name)
    here.refresh_from_db()
    _end(here, on)
    history.note(here, Act.MERGED, on, other=there)
    history.note(there, Act.MERGED, on, other=here)
    record("merge_units", by=by, about=here.code, unit=here.code, into=there.code, on=on.isoformat())
    there.refresh_from_db()
    return there


@transaction.atomic
def split(unit: Unit, *, by: object, on: date, code: str, name: str, moving: Sequence[Unit] = ()) -> Unit:
    """Found a unit of the same kind beside this one and give it some of what stands below; return the new one."""
    here = Unit.objects.select_for_update().get(pk=unit.pk)
    reasons = [] if here.stands else [_("%(name)s 已经撤销。") % {"name": here.name}]
    reasons += not_before(here, on)
    if any(one.parent_id != here.pk or not one.stands for one in moving):
        reasons.append(_("只能带走本单位直接的下级。"))
    if reasons:
        raise Refused(*reasons)
    new = create_unit(
        here.parent, by=by, code=code, name=name, kind=here.kind, nature=here.nature, level=here.level, since=on
    )
    for child in moving:
        child.refresh_from_db()
        replant(child, Unit.objects.get(pk=new.pk), max(on, child.since or on))
        history.note(child, Act.MOVED, on, other=new, before=here.name)
    history.note(here, Act.SPLIT, on, other=new)
    history.note(new, Act.SPLIT, on, other=here)
    record("split_unit", by=by, about=here.code, unit=here.code, into=new.code, on=on.isoformat())
    new.refresh_from_db()
    return new
