"""Saying which column of a waiting table is what, by choosing or by dragging."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pingjia.intake import mapping, reading
from pingjia.intake.columns import SEARCHED
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.people import guards, layouts
from pingjia.people.forms import ColumnsForm
from pingjia.people.roster_columns import COLUMNS
from pingjia.people.roster_views import way_in

MANY_DIGITS = re.compile(r"([0-9]\s?){14}")
SHOWN = 14  # characters of an example: enough to know a column by


def roster_columns(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: my table calls its columns otherwise, how do I say which is which?"""
    unit = guards.unit_run(request, code)
    waiting = way_in(request, unit).waiting(request)
    if waiting is None:
        return redirect("people:roster_import", unit.code)
    try:
        table = reading.read(bytes(waiting.content), sheet=waiting.choices.get("sheet", ""))
    except Unreadable:
        return redirect("people:roster_import", unit.code)  # which says why
    row = _header_row(request, table)
    there = mapping.file_columns(table, row)
    said = waiting.choices.get("columns") or {}
    before = said.get("named") or layouts.guess(there)
    initial = {**before, "category_of_new": said.get("category", "")}
    chips = [(one.label, _examples(one.examples)) for one in there]
    form = ColumnsForm(request.POST or None, there=there, chips=chips, initial=initial)
    if form.is_valid():
        columns, category = form.cleaned_data["columns"], form.cleaned_data["category_of_new"]
        layouts.remember(unit, columns, category=category, there=there, by=request.user)
        waiting.choices["columns"] = {"named": columns, "category": category}
        waiting.save(update_fields=["choices"])
        messages.success(request, _("已记住各列的对应，下次同样的表照此读入。"))
        return redirect("people:roster_import", unit.code)
    context = {
        "unit": unit,
        "upload": waiting,
        "form": form,
        "chips": chips,
        "row": row,
        "rows": [(number, _examples(list(filter(None, cells))[:4])) for number, cells in table.rows[:SEARCHED]],
    }
    return render(request, "people/roster_columns.html", context, status=422 if form.errors else 200)


def _header_row(request: HttpRequest, table: Table) -> int:
    """Return the row that was chosen as the header, else the one that looks most like it."""
    asked = request.POST.get("row") or request.GET.get("row") or ""
    if asked in {str(number) for number, _cells in table.rows[:SEARCHED]}:
        return int(asked)
    everything = [*COLUMNS, *(column for profile in layouts.profiles() for column in profile.layout.columns)]
    return mapping.likely_header(table, everything)


def _examples(found: Sequence[str]) -> str:
    """Show what stands in a column; of what may be an identity number, right or wrong, only the beginning."""
    return _("、").join(one[:3] + "…" if MANY_DIGITS.search(one) else one[:SHOWN] for one in found)
