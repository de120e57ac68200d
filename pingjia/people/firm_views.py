"""The employers whose people a joint union holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pingjia.people import guards
from pingjia.people.forms import FirmForm, LastDayForm
from pingjia.units import firms as verbs
from pingjia.units.models import Kind, Unit
from pingjia.units.refusal import Refused


def _joint(unit: Unit) -> Unit:
    if unit.kind != Kind.JOINT:
        raise Http404
    return unit


def firms(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer of a joint union asks: whose people are we, since when, and who has left us?"""
    changing = request.method == "POST"
    unit = _joint((guards.unit_run if changing else guards.unit_staffed)(request, code))
    runs = guards.may_run(request.user, unit)
    form = FirmForm(request.POST or None)
    if changing and form.is_valid():
        try:
            firm = verbs.admit(unit, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, _("已登记：%(name)s。") % {"name": firm.name})
            return redirect("people:firms", unit.code)
    context = {
        "unit": unit,
        "now": unit.firms.filter(left=None),
        "gone": unit.firms.exclude(left=None).order_by("-left", "-pk"),
        "form": form if runs else None,
    }
    return render(request, "people/firms.html", context, status=422 if form.errors else 200)


def release_firm(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What an officer of a joint union asks: an employer leaves us. From which day, and what becomes of its people?"""
    unit = _joint(guards.unit_run(request, code))
    firm = get_object_or_404(unit.firms, pk=number, left=None)
    form = LastDayForm(request.POST or None)
    if form.is_valid():
        try:
            verbs.release(firm, by=request.user, last_day=form.cleaned_data["last_day"])
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, _("已登记退出：%(name)s。") % {"name": firm.name})
            return redirect("people:firms", unit.code)
    return render(
        request,
        "people/release_firm.html",
        {"unit": unit, "firm": firm, "form": form},
        status=422 if form.errors else 200,
    )
