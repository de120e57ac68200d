"""Pages of the organisation: one unit, the tree below it, search, and importing units.

They stand in this room because each begins with a guard, and guards know people; the tree is in ``pingjia.units``.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pingjia.intake.table import Table
from pingjia.intake.workbooks import XLSX, template
from pingjia.people import guards, importing, queries
from pingjia.people.forms import UnitsFileForm
from pingjia.people.models import Role
from pingjia.people.roster_views import A_PAGE
from pingjia.units import organisation, writing
from pingjia.units import queries as units
from pingjia.units.columns import COLUMNS
from pingjia.units.models import FurtherSuperior, Kind, Level, Nature, Unit


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """What anybody of a union asks: who are we, to whom do we answer, who holds which seat until when?"""
    one = guards.unit_seen(request, code)
    staffed = guards.holds(request.user, one, *guards.STAFF, Role.ORGANISER) or guards.leads(request.user, one)
    line = units.line_of_command(one)[:-1]
    further = [link.superior for link in FurtherSuperior.objects.filter(unit=one).select_related("superior")]
    seen = _seen_of(request, [*line, *further])
    context = {
        "unit": one,
        "line": [(up, up.pk in seen) for up in line],
        "further": [(up, up.pk in seen) for up in further],
        "seats": queries.in_office(one),
        "headcount": None if one.is_federation else queries.headcount(one),
        "composition": None if one.is_federation else queries.composition(queries.delegates(one)),
        "children": units.children(one).count(),
        "staffed": staffed,
        "imports": one.is_federation and guards.holds(request.user, one, Role.ORGANISER),
    }
    return render(request, "people/unit.html", context)


def _seen_of(request: HttpRequest, some: list[Unit]) -> set[int]:
    """Return the keys of those units whose pages the reader may open; the others are named without a link."""
    return set(guards.units_seen(request).filter(pk__in=[one.pk for one in some]).values_list("pk", flat=True))


@require_safe
def tree(request: HttpRequest, code: str) -> HttpResponse:
    """What an organiser asks: who belongs to us, level by level?"""
    one = guards.unit_seen(request, code)
    line = units.line_of_command(one)[:-1]
    seen = _seen_of(request, line)
    below = Unit.objects.filter(parent=OuterRef("pk"))
    children = units.children(one).annotate(leads_others=Exists(below))
    context = {
        "unit": one,
        "line": [(up, up.pk in seen) for up in line],
        "page": Paginator(children, A_PAGE).get_page(request.GET.get("page")),
        "opens": guards.holds(request.user, one, Role.ORGANISER) or guards.leads(request.user, one),
        "imports": one.is_federation and guards.holds(request.user, one, Role.ORGANISER),
    }
    return render(request, "people/tree.html", context)


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """What an organiser asks: where is the unit whose name I half remember?"""
    within = guards.units_seen(request)
    words = request.GET.get("q", "").strip()[:100]
    found = units.search(within, words) if words else within.order_by("depth", "path")
    # One more than a page tells whether there is more, without counting a whole province.
    rows = list(found.select_related("parent")[: A_PAGE + 1])
    context = {"words": words, "rows": rows[:A_PAGE], "more": len(rows) > A_PAGE}
    return render(request, "people/find.html", context)


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
