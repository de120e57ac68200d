"""The roster: reading it, importing it, taking an import back, correcting one line."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pingjia.intake import outgoing
from pingjia.intake.table import Table
from pingjia.intake.workbooks import XLSX, template
from pingjia.people import actions, disputes, export, guards, importing, layouts, overlaps, queries, undo
from pingjia.people import roster as rosters
from pingjia.people.forms import MemberForm, RosterFileForm, RosterFilter
from pingjia.people.membership import CHANGEABLE
from pingjia.people.models import Category, Employment, Member, Sex, Status
from pingjia.units import queries as units
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

A_PAGE = 50


@require_safe
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: who belongs to our union, and who of them has a vote?"""
    unit = guards.unit_staffed(request, code)
    asked = RosterFilter(request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    found = queries.roster(
        unit,
        branch=chosen.get("branch", ""),
        status=chosen.get("status", ""),
        category=chosen.get("category", ""),
        words=chosen.get("q", ""),
    )
    context = {
        "unit": unit,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "headcount": queries.headcount(unit),
        "branches": units.branches(unit),
        "categories": Category.choices,
        "statuses": Status.choices,
        "chosen": chosen,
        "may_run": guards.may_run(request.user, unit),
    }
    if context["may_run"]:
        batch = undo.last_import(unit)
        context |= {
            "disputes": disputes.open_disputes(unit),
            "overlaps": overlaps.counted(unit),
            "arrivals": queries.arrivals(unit),
            "undoable": batch,
            "batch_by": _name(batch.by) if batch else "",
        }
    return render(request, "people/roster.html", context)


def _name(login: str) -> str:
    return queries.full_names([login])[login]


def way_in(request: HttpRequest, unit: Unit) -> importing.Import:
    """Return how a roster's file goes in: read as its columns were said, planned, written."""

    def plan(table: Table, choices: dict[str, Any]) -> rosters.Plan:
        whole, found = choices.get("mode") != "part", bool(choices.get("found_branches"))
        layout = layouts.choose(unit, table, choices.get("columns"))
        return rosters.plan(unit, table, whole=whole, found_branches=found, layout=layout)

    def apply(made: rosters.Plan) -> str:
        actions.apply_roster(made, by=request.user)
        return _("名册已更新：新增 %(new)d 人，改动 %(changed)d 人，离会 %(left)d 人。") % {
            "new": len(made.new),
            "changed": len(made.changed),
            "left": len(made.left),
        }

    return importing.Import(
        "roster",
        unit,
        RosterFileForm,
        "people/roster_import.html",
        plan,
        apply,
        reverse("people:roster", args=[unit.code]),
        reverse("people:roster_columns", args=[unit.code]),
    )


def roster_import(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: how do I bring in the spreadsheet I have, and what would it change?"""
    unit = guards.unit_run(request, code)
    return importing.serve(request, way_in(request, unit))


def roster_undo(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: the file was the wrong one, how do I get yesterday's roster back?"""
    unit = guards.unit_run(request, code)
    batch = undo.last_import(unit)
    reasons = undo.why_not(batch) if batch else []
    if request.method == "POST" and batch and request.POST.get("number") == str(batch.pk):
        try:
            undo.undo_import(batch, by=request.user)
        except Refused as refusal:
            for reason in refusal.reasons:
                messages.error(request, reason)
            return redirect("people:roster_undo", unit.code)
        messages.success(request, _("已撤销导入，名册恢复原样。"))
        return redirect("people:roster", unit.code)
    context = {"unit": unit, "batch": batch, "batch_by": _name(batch.by) if batch else "", "reasons": reasons}
    return render(request, "people/roster_undo.html", context)


@require_safe
def roster_rejected(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: may I have the wrong rows back, with what to correct in each?"""
    unit = guards.unit_run(request, code)
    return importing.rejected_rows(request, way_in(request, unit))


@require_safe
def roster_template(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: what should the spreadsheet look like?"""
    unit = guards.unit_run(request, code)
    branches = [branch.name for branch in units.branches(unit)[:200]]
    labels = {"category": Category, "status": Status, "employment": Employment, "sex": Sex}
    choices = {
        place: [str(label) for value, label in labels[column.key].choices if value and value != Status.ELSEWHERE]
        for place, column in enumerate(rosters.OUR_OWN)
        if column.key in labels
    }
    # A list of choices in a cell holds at most 255 characters, commas included.
    if branches and sum(map(len, branches)) + len(branches) < 255:
        choices[3] = branches
    content = template(_("会员名册"), rosters.OUR_OWN, choices)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="roster.xlsx"'
    return response


@require_safe
def roster_export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """What an officer asks: may I take our roster away, such that it comes in again unchanged?"""
    unit = guards.unit_run(request, code)
    if kind == "xlsx":
        raw = io.BytesIO()
        outgoing.write_xlsx(raw, "roster", export.titles(), export.rows(unit))
        response = HttpResponse(raw.getvalue(), content_type=XLSX)
    elif kind == "csv":
        text = io.StringIO(newline="")
        outgoing.write_csv(text, export.titles(), export.rows(unit))
        response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="roster.{kind}"'
    return response


def member(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What an officer asks: how do I correct one line of the roster?"""
    unit = guards.unit_run(request, code)
    one = get_object_or_404(Member, unit=unit, pk=number)
    form = MemberForm(request.POST or None, instance=Member.objects.get(pk=one.pk), unit=unit)
    if form.is_valid():
        data = form.cleaned_data
        fields = {what: data[what] for what in CHANGEABLE}
        try:
            actions.change_member(one, by=request.user, **fields)
        except Refused as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        else:
            messages.success(request, _("已保存：%(name)s。") % {"name": one.name})
            return redirect("people:roster", unit.code)
    steps = list(one.passages.select_related("other"))
    names = queries.full_names(step.by for step in steps)
    for step in steps:
        step.by = names[step.by]
    context = {"unit": unit, "one": one, "form": form, "steps": steps, "may_go": one.status != Status.LEFT}
    return render(request, "people/member.html", context, status=422 if form.errors else 200)


def new_member(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: how do I enter one person who has just joined?"""
    unit = guards.unit_run(request, code)
    form = MemberForm(request.POST or None, unit=unit)
    if form.is_valid():
        try:
            one = actions.enter_member(unit, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, " ".join(refusal.reasons))
        else:
            messages.success(request, _("已登记：%(name)s。") % {"name": one.name})
            return redirect("people:roster", unit.code)
    context = {"unit": unit, "form": form}
    return render(request, "people/member.html", context, status=422 if form.errors else 200)
