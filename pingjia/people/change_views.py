"""Pages on which a superior moves, splits, merges or dissolves a unit: first what will happen, then the doing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingjia.people import guards, queries
from pingjia.people.forms import CHANGES, ChangeForm
from pingjia.people.models import Role
from pingjia.units import actions, succession
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused


@dataclass(frozen=True)
class Step:
    """One change as asked for: what stands in its way, what it will do, how to do it."""

    refusals: list[str]
    effects: list[str]
    do: Callable[[], Unit]


def change(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """What a superior asks: how do I move, split, merge or dissolve a unit, and what will that do to its past?"""
    unit = guards.unit_led(request, code)
    if act not in CHANGES or not unit.stands:
        raise Http404
    form = ChangeForm(request.POST or None, act=act, unit=unit)
    step = None
    if form.is_valid():
        step = _step(request, unit, act, form)
        for reason in step.refusals:
            form.add_error(None, reason)
        if not step.refusals and "confirm" in request.POST:
            try:
                done = step.do()
            except Refused as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, _("已办理：%(act)s，%(name)s。") % {"act": CHANGES[act], "name": unit.name})
                return redirect("units:unit", done.code)
    context = {
        "unit": unit,
        "act": act,
        "act_words": CHANGES[act],
        "form": form,
        "effects": step.effects if step and not form.errors else None,
    }
    return render(request, "people/change.html", context, status=422 if form.errors else 200)


def _step(request: HttpRequest, unit: Unit, act: str, form: ChangeForm) -> Step:
    data: dict[str, Any] = form.cleaned_data
    on = data["on"]
    other = _other(request, data["to"]) if "to" in form.fields else unit
    if other is None:
        return Step([_("找不到编号 %(code)s，或者它不归您管。") % {"code": data["to"]}], [], lambda: unit)
    kept = _("%(day)s以前的年份，各级看到的仍和当时一样。") % {"day": on.isoformat()}
    names = {"name": unit.name, "other": other.name}
    by = request.user
    if act == "move":
        refusals = [] if other.is_federation or unit.kind in succession.WITHIN else [_("新的上级应是上级工会。")]
        return Step(
            refusals + actions.why_not_move(unit, other, on),
            [_("%(name)s 改归 %(other)s。") % names, *_below(unit), kept],
            lambda: actions.move_unit(unit, other, by=by, on=on),
        )
    if act == "merge":
        return Step(
            succession.why_not_merge(unit, other, on),
            [_("%(name)s 并入 %(other)s，自己撤销，编号不再使用。") % names, *_below(unit), *_roster(unit), kept],
            lambda: succession.merge(unit, other, by=by, on=on),
        )
    if act == "dissolve":
        return Step(
            succession.why_not_dissolve(unit, on),
            [_("%(name)s 撤销，页面、投票和过去都保留，编号不再使用。") % names, *_roster(unit), kept],
            lambda: succession.dissolve(unit, by=by, on=on),
        )
    new = {"code": data["code"], "name": data["name"], "moving": list(data["moving"])}
    words = {"name": new["name"], "code": new["code"], "from": unit.name}
    effects = [_("新设 %(name)s（%(code)s），上级和类别与 %(from)s 相同。") % words]
    if new["moving"]:
        effects.append(_("带走：%(names)s。") % {"names": _("、").join(one.name for one in new["moving"])})
    return Step(actions.not_before(unit, on), [*effects, kept], lambda: succession.split(unit, by=by, on=on, **new))


def _below(unit: Unit) -> list[str]:
    n = unit.below_count
    return [ngettext("下面的 %(n)d 个单位一起走。", "下面的 %(n)d 个单位一起走。", n) % {"n": n}] if n else []


def _roster(unit: Unit) -> list[str]:
    active = queries.headcount(unit).active
    if not active:
        return []
    words = ngettext(
        "名册上还有 %(n)d 名在籍会员：他们留在这份名册里，请另行办理转会。",
        "名册上还有 %(n)d 名在籍会员：他们留在这份名册里，请另行办理转会。",
        active,
    )
    return [words % {"n": active}]


def _other(request: HttpRequest, code: str) -> Unit | None:
    """Return the unit with this code if the reader leads it, or is an organiser there."""
    other = Unit.objects.filter(code=code).first()
    if other is None or not (guards.leads(request.user, other) or guards.holds(request.user, other, Role.ORGANISER)):
        return None
    return other
