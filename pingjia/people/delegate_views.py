"""Delegates and delegations: who speaks for whom, until when, and how they are composed."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pingjia.people import actions, composition, guards, queries
from pingjia.people.forms import DelegatesForm
from pingjia.people.models import Delegate, Delegation, Member, Status
from pingjia.people.roster_views import A_PAGE
from pingjia.units.refusal import Refused


@require_safe
def delegates(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: who are our delegates, and are there enough from the front line?"""
    unit = guards.unit_staffed(request, code)
    found = queries.delegates(unit)
    context = {
        "unit": unit,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "composition": queries.composition(found),
        "checks": composition.checks(unit, found),
        "delegations": Delegation.objects.filter(unit=unit).count(),
        "may_run": guards.may_run(request.user, unit),
    }
    return render(request, "people/delegates.html", context)


def end_mandate(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What an officer asks: how do I end the mandate of somebody who was recalled or has gone?"""
    unit = guards.unit_run(request, code)
    one = get_object_or_404(queries.delegates(unit), pk=number)
    if request.method == "POST":
        actions.end_mandate(Delegate.objects.get(pk=one.pk), by=request.user)
        messages.success(request, _("%(name)s的代表任期已结束。") % {"name": one.member.name})
        return redirect("people:delegates", unit.code)
    return render(request, "people/end_mandate.html", {"unit": unit, "one": one})


def new_delegates(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: how do I enter those who were elected, straight from the roster?"""
    unit = guards.unit_run(request, code)
    words = request.GET.get("q", "").strip()
    standing = queries.delegates(unit).values("member_id")
    found = queries.roster(unit, status=Status.ACTIVE, words=words).exclude(pk__in=standing)
    form = DelegatesForm(request.POST or None)
    picked = [int(number) for number in request.POST.getlist("member") if number.isdigit()][:500]
    if form.is_valid():
        try:
            members = list(Member.objects.filter(unit=unit, pk__in=picked))
            group = actions.add_delegates(unit, by=request.user, members=members, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            messages.success(request, _("已加入%(group)s：%(n)d 人。") % {"group": group.name, "n": len(members)})
            return redirect("people:delegates", unit.code)
    context = {
        "unit": unit,
        "form": form,
        "words": words,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "picked": picked,
        "delegations": Delegation.objects.filter(unit=unit)[:50],
    }
    return render(request, "people/new_delegates.html", context, status=422 if form.errors else 200)
