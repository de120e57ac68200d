"""Changing the tree: found a unit, move it, link it to a further superior."""

from __future__ import annotations

import re

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.units.models import FurtherSuperior, Kind, Unit
from pingjia.units.queries import at_or_below
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


@transaction.atomic
def create_unit(parent: Unit | None, *, by: object, code: str, name: str, kind: str, nature: str = "") -> Unit:
    """Found a unit under its lead superior (none: a root). Raises ``Refused`` with everything that is wrong."""
    path = (parent.path if parent else "") + code + "/"
    reasons = why_not(code, name, path)
    if Unit.objects.filter(code__iexact=code).exists():
        reasons.append(_("编号 %(code)s 已被使用，请换一个。") % {"code": code})
    if kind not in Kind.values:
        reasons.append(_("请选一个类别。"))
    if reasons:
        raise Refused(*reasons)
    unit = Unit.objects.create(
        code=code, name=name, kind=kind, nature=nature, parent=parent, path=path, depth=path.count("/") - 1
    )
    record("create_unit", by=by, about=code, unit=code, name=name, under=parent.code if parent else "")
    return unit


@transaction.atomic
def move_unit(unit: Unit, parent: Unit, *, by: object) -> Unit:
    """Put a unit, with everything below it, under another lead superior."""
    here = Unit.objects.select_for_update().get(pk=unit.pk)
    there = Unit.objects.select_for_update().get(pk=parent.pk)
    if there.path.startswith(here.path):
        raise Refused(_("不能移到自己的下级里：那样就成了一个圈。请先移出那个下级。"))
    before = here.parent.code if here.parent else ""
    replant(here, there)
    record("move_unit", by=by, about=here.code, unit=here.code, before=before, after=there.code)
    return here


def replant(unit: Unit, parent: Unit) -> None:
    """Rewrite parent, path and depth of a unit and of everything below it (two queries, whatever the size)."""
    old, new = unit.path, f"{parent.path}{unit.code}/"
    deeper = new.count("/") - old.count("/")
    Unit.objects.filter(at_or_below(old)).update(
        path=Concat(Value(new), Substr("path", len(old) + 1)), depth=F("depth") + deeper
    )
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    unit.refresh_from_db()


@transaction.atomic
def add_further_superior(unit: Unit, superior: Unit, *, by: object) -> FurtherSuperior:
    """Let a unit answer to a second superior too (an industrial union, say)."""
    if superior.path.startswith(unit.path):
        raise Refused(_("上级不能是自己或自己的下级。"))
    link, made = FurtherSuperior.objects.get_or_create(unit=unit, superior=superior)
    if made:
        record("add_further_superior", by=by, about=unit.code, unit=unit.code, superior=superior.code)
    return link
