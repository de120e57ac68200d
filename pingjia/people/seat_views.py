"""Seats: who holds which until when; given and ended by a superior or an officer, never by anybody for themselves."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.people import actions, guards, queries
from pingjia.people.forms import SeatForm
from pingjia.people.models import Seat
from pingjia.people.roster_views import A_PAGE
from pingjia.units.refusal import Refused


def seats(request: HttpRequest, code: str) -> HttpResponse:
    """What a superior asks: who holds which seat here, until when, and whose term is over?"""
    unit, roles = guards.unit_seated(request, code)
    form = SeatForm(request.POST or None, roles=roles)
    if form.is_valid():
        try:
            seat, password = actions.give_seat(unit, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reasons)
        else:
            if password:  # shown on this answer only, never stored or sent
                return render(request, "people/new_login.html", {"unit": unit, "seat": seat, "password": password})
            messages.success(request, _("已登记：%(seat)s。") % {"seat": seat})
            return redirect("people:seats", unit.code)
    today = timezone.localdate()
    in_office = [(seat, _ends_soon(seat), seat.since > today) for seat in queries.in_office(unit)]
    context = {
        "unit": unit,
        "form": form if roles else None,
        "roles": roles,
        "in_office": in_office,
        "over": Paginator(queries.over(unit), A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "people/seats.html", context, status=422 if form.errors else 200)


def _ends_soon(seat: Seat) -> bool:
    return seat.until is not None and seat.until - timezone.localdate() <= timedelta(days=90)


def end_seat(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a superior asks: how do I end a seat, so that its holder can do nothing more here?"""
    unit, roles = guards.unit_seated(request, code)
    seat = get_object_or_404(queries.in_office(unit), pk=number)
    if seat.role not in roles or seat.user_id == request.user.pk:
        raise PermissionDenied(_("这个任职由上级组织部或另一位工会干部结束；自己的任职不能自己结束。"))
    if request.method == "POST":
        # Over at once: yesterday was its last day; a seat that began today, or never began, was not held at all.
        last_day = max(seat.since, timezone.localdate()) - timedelta(days=1)
        actions.end_seat(seat, by=request.user, last_day=last_day)
        messages.success(request, _("任职已结束：%(seat)s。") % {"seat": seat})
        return redirect("people:seats", unit.code)
    return render(request, "people/end_seat.html", {"unit": unit, "seat": seat})
