"""Changing the tree: found a unit, move it, link it to a further superior."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from pingjia.core.letters import letters
from pingjia.journal.actions import record
from pingjia.units import history
from pingjia.units.counting import shift
from pingjia.units.models import Act, FurtherSuperior, Kind, Unit
from pingjia.units.paths import at_or_below
from pingjia.units.refusal import Refused

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,39}")
DEEPEST = 20
LONGEST_PATH = 400


def why_not(code: str, name: str, path: str) -> list[str]:
    """Return what is wrong with a unit's code, name or place, one sentence each."""
    reasons = []
    if not CODE.fullmatch(code):
        reasons.append(_("编号只能用数字、字母、“-”和“_”，最多 40 位。"))
    if not name.strip():
        reasons.append(_("没有填写名称。"))
    if path.count("/") > DEEPEST or len(path) > LONGEST_PATH:
        reasons.append(_("层级太深：最多 %(n)d 级。") % {"n": DEEPEST})
    return reasons


def planted(parent: Unit | None, *, code: str, name: str, **more: Any) -> Unit:
    """Return a unit that stands under its lead superior (none: a root), with all that follows from that; unsaved."""
    path = (parent.path if parent else "") + code + "/"
    full, short = letters(name)
    return Unit(
        code=code, name=name, parent=parent, path=path, depth=path.count("/") - 1, letters=full, initials=short, **more
    )


@transaction.atomic
def create_unit(
    parent: Unit | None,
    *,
    by: object,
    code: str,
    name: str,
    kind: str,
    nature: str = "",
    level: str = "",
    since: date | None = None,
) -> Unit:
    """Found a unit under its lead superior (none: a root). Raises ``Refused`` with everything that is wrong."""
    unit = planted(parent, code=code, name=name, kind=kind, nature=nature, level=level, since=since)
    reasons = why_not(code, name, unit.path)
    if Unit.objects.filter(code__iexact=code).exists():
        reasons.append(_("编号 %(code)s 已被使用，请换一个。") % {"code": code})
    if kind not in Kind.values:
        reasons.append(_("请选一个类别。"))
    if parent is not None and not parent.stands:
        reasons.append(_("上级 %(name)s 已经撤销，请另选上级。") % {"name": parent.name})
    if reasons:
        raise Refused(*reasons)
    unit.save(force_insert=True)
    shift(unit.path, 1)
    if since is not None:
        history.note(unit, Act.FOUNDED, since)
    record("create_unit", by=by, about=code, unit=code, name=name, under=parent.code if parent else "")
    return unit


def why_not_move(unit: Unit, parent: Unit, on: date | None) -> list[str]:
    """Return what stands in the way of moving the unit under another lead superior."""
    reasons = []
    if parent.path.startswith(unit.path):
        reasons.append(_("不能移到自己的下级里：那样就成了一个圈。请先移出那个下级。"))
    if not unit.stands:
        reasons.append(_("%(name)s 已经撤销，不能再移动。") % {"name": unit.name})
    if not parent.stands:
        reasons.append(_("上级 %(name)s 已经撤销，请另选上级。") % {"name": parent.name})
    if why_not(unit.code, unit.name, f"{parent.path}{unit.code}/"):
        reasons.append(_("层级太深：最多 %(n)d 级。") % {"n": DEEPEST})
    return reasons + not_before(unit, on)


@transaction.atomic
def move_unit(unit: Unit, parent: Unit, *, by: object, on: date | None = None) -> Unit:
    """Put a unit, with everything below it, under another lead superior from a day on (today unless told)."""
    here = Unit.objects.select_for_update().get(pk=unit.pk)
    there = Unit.objects.select_for_update().get(pk=parent.pk)
    if reasons := why_not_move(here, there, on):
        raise Refused(*reasons)
    before = here.parent
    if before is not None and before.pk == there.pk:
        return here
    replant(here, there, on or history.today())
    history.note(here, Act.MOVED, on or history.today(), other=there, before=before.name if before else "")
    record("move_unit", by=by, about=here.code, unit=here.code, before=before.code if before else "", after=there.code)
    return here


def not_before(unit: Unit, on: date | None) -> list[str]:
    """Return why a change may not count from that day: the future is not yet so, the past is already written down."""
    if on is None:
        return []
    if on > history.today():
        return [_("日期 %(day)s 还没有到，请到那天再办。") % {"day": on.isoformat()}]
    latest = unit.since
    if latest is not None and on < latest:
        return [_("日期早于上一次变动（%(day)s），请改晚一些。") % {"day": latest.isoformat()}]
    return []


def replant(unit: Unit, parent: Unit | None, on: date) -> None:
    """Rewrite parent, path and depth of a unit and of all below it, keep how it was, and move the counts along.

    The number of queries grows with the size of the subtree only where its past is written down, in batches.
    """
    old, new = unit.path, f"{parent.path if parent else ''}{unit.code}/"
    whole = 1 + unit.below_count
    # What was dissolved there stays where it ended.
    subtree = Unit.objects.filter(at_or_below(old), until=None)
    history.keep(subtree, on)
    shift(old, -whole)
    subtree.update(
        path=Concat(Value(new), Substr("path", len(old) + 1)), depth=F("depth") + new.count("/") - old.count("/")
    )
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    shift(new, whole)
    unit.refresh_from_db()


@transaction.atomic
def add_further_superior(unit: Unit, superior: Unit, *, by: object) -> FurtherSuperior:
    """Let a unit answer to a second superior too (an industrial union, say)."""
    if not (unit.stands and superior.stands):
        raise Refused(_("已经撤销的单位不能再有新的上下级关系。"))
    if superior.path.startswith(unit.path):
        raise Refused(_("上级不能是自己或自己的下级。"))
    link, made = FurtherSuperior.objects.get_or_create(unit=unit, superior=superior)
    if made:
        record("add_further_superior", by=by, about=unit.code, unit=unit.code, superior=superior.code)
    return link
