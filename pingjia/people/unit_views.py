"""Pages of the organisation: one unit, the tree below it, search, and importing units.

They stand in this room because each begins with a guard, and guards know people; the tree is in ``pingjia.units``.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pingjia.intake import outgoing
from pingjia.intake.table import Table
from pingjia.intake.workbooks import XLSX, template
from pingjia.people import guards, importing, queries
from pingjia.people.forms import CHANGES, UnitsFileForm
from pingjia.people.models import Role
from pingjia.people.roster_views import A_PAGE
from pingjia.units import export, organisation, writing
from pingjia.units import queries as units
from pingjia.units.bands import band
from pingjia.units.columns import COLUMNS
from pingjia.units.models import FurtherSuperior, Kind, Level, Nature, Unit

SHOWN = 20  # changes of a unit's history on its page


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """What anybody of a union asks: who are we, to whom do we answer, who holds which seat until when?"""
    one = guards.unit_seen(request, code)
    leads = guards.leads(request.user, one)
    staffed = leads or guards.holds(request.user, one, *guards.STAFF, Role.ORGANISER)
    line = units.line_of_command(one)[:-1]
    further = [link.superior for link in FurtherSuperior.objects.filter(unit=one).select_related("superior")]
    changes = list(one.changes.select_related("other")[:SHOWN])
    seen = _seen_of(request, [*line, *further, *(change.other for change in changes if change.other)])
    headcount = None if one.is_federation else queries.headcount(one)
    context = {
        "unit": one,
        "line": [(up, up.pk in seen) for up in line],
        "further": [(up, up.pk in seen) for up in further],
        "direct": one.is_direct,
        "seats": queries.in_office(one),
        "expired": queries.expired(one),
        "headcount": headcount,
        "band": band(headcount.active) if headcount and one.is_home else None,
        "composition": None if one.is_federation else queries.composition(queries.delegates(one)),
        "children": one.children_count,
        "firms": one.firms.filter(left=None).count() if one.kind == Kind.JOINT else None,
        "staffed": staffed,
        "year": queries.year_in_votes(one, timezone.localdate().year),
        "history": [(change, bool(change.other and change.other.pk in seen)) for change in changes],
        "changes": CHANGES.items() if leads and one.stands else (),
        "imports": one.is_federation and one.stands and guards.holds(request.user, one, Role.ORGANISER),
    }
    return render(request, "people/unit.html", context)


def _seen_of(request: HttpRequest, some: list[Unit]) -> set[int]:
    """Return the keys of those units whose pages the reader may open; the others are named without a link."""
    return set(guards.units_seen(request).filter(pk__in=[one.pk for one in some]).values_list("pk", flat=True))


@require_safe
def tree(request: HttpRequest, code: str) -> HttpResponse:
    """What an organiser asks: who belongs to us, level by level, now or on a day that is over?"""
    one = guards.unit_seen(request, code)
    after = request.GET.get("after", "")[:40]
    day = _day(request.GET.get("on", ""))
    if day is None:
        line, rows = units.line_of_command(one)[:-1], list(_children_after(one, after)[: A_PAGE + 1])
        count = one.children_count
    else:
        then = units.as_of(day)
        line, rows = then.line(one)[:-1], then.children(one, A_PAGE + 1, after)
        count = then.children_count(one)
    seen = _seen_of(request, line)
    context = {
        "unit": one,
        "day": day,
        "line": [(up, up.pk in seen) for up in line],
        "rows": rows[:A_PAGE],
        "count": count,
        "after": after,
        "next": rows[A_PAGE - 1].code if len(rows) > A_PAGE else "",
        "opens": guards.holds(request.user, one, Role.ORGANISER) or guards.leads(request.user, one),
        "imports": one.is_federation and one.stands and guards.holds(request.user, one, Role.ORGANISER),
    }
    return render(request, "people/tree.html", context)


def _children_after(unit: Unit, after: str) -> QuerySet[Unit]:
    found = units.children(unit)
    return found.filter(code__gt=after) if after else found


def _day(text: str) -> date | None:
    """Return a day that is over; anything else means now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < timezone.localdate() else None


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What an organiser asks: where is the unit or the person whose name I half remember?"""
    within = guards.units_seen(request)
    words = request.GET.get("q", "").strip()[:100]
    # One more than a page tells whether there is more, without counting a whole province.
    if words:
        rows, people = (
            units.search(within, words, A_PAGE + 1),
            queries.people_named(guards.rosters_seen(request), words),
        )
    else:
        rows, people = list(within.select_related("parent").order_by("path")[: A_PAGE + 1]), []
    context = {"words": words, "rows": rows[:A_PAGE], "more": len(rows) > A_PAGE, "people": people}
    return render(request, "people/find.html", context)


@require_safe
def units_export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """What an organiser asks: may I take the table of all our units away, such that it comes in again unchanged?"""
    root = guards.federation(request, code)
    if kind == "xlsx":
        raw = io.BytesIO()
        outgoing.write_xlsx(raw, "units", export.titles(), export.rows(root))
        response = HttpResponse(raw.getvalue(), content_type=XLSX)
    elif kind == "csv":
        text = io.StringIO(newline="")
        outgoing.write_csv(text, export.titles(), export.rows(root))
        response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="units.{kind}"'
    return response


def _import(request: HttpRequest, root: Unit) -> importing.Import:
    def plan(table: Table, choices: dict[str, Any]) -> organisation.Plan:
        return organisation.plan(root, table)

    def apply(made: organisation.Plan) -> str:
        writing.apply(root, made, by=request.user)
        return _("单位已更新：新增 %(new)d 个，改动 %(changed)d 个，其中移动 %(moved)d 个。") % {
            "new": len(made.new),
            "changed": len(made.changed),
            "moved": made.moved,
        }

    done = reverse("units:tree", args=[root.code])
    return importing.Import("units", root, UnitsFileForm, "people/units_import.html", plan, apply, done)


def units_import(request: HttpRequest, code: str) -> HttpResponse:
    """What an organiser asks: how do I bring in all our units from the spreadsheet I have?"""
    root = guards.federation(request, code)
    return importing.serve(request, _import(request, root))


@require_safe
def units_rejected(request: HttpRequest, code: str) -> HttpResponse:
    """What an organiser asks: may I have the wrong rows back, with what to correct in each?"""
    root = guards.federation(request, code)
    return importing.rejected_rows(request, _import(request, root))


@require_safe
def units_template(request: HttpRequest, code: str) -> HttpResponse:
    """What an organiser asks: what should the spreadsheet look like?"""
    guards.federation(request, code)
    choices = {
        2: [str(label) for label in Kind.labels],
        4: [str(label) for label in Level.labels[1:]],
        5: [str(label) for label in Nature.labels[1:]],
    }
    content = template(_("单位"), COLUMNS, choices)
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="units.xlsx"'
    return response
