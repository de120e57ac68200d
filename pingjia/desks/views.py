"""Front page and the desks. Each desk answers: what is mine to do now?"""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pingjia.desks import queries
from pingjia.people import guards
from pingjia.people.models import Member, Role, Seat, Status
from pingjia.polls.models import Poll, PressureReport, State
from pingjia.units import queries as units
from pingjia.units.models import Unit

HOMES_A_PAGE = 25


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What anybody asks who comes here first: what is this, and which results were published lately?"""
    published = (
        Poll.objects.filter(state__in=[State.DECLARED, State.FINAL]).select_related("unit").order_by("-declared_at")[:8]
    )
    return render(request, "desks/front.html", {"published": published})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What somebody who just signed in asks: where do I have something to do?"""
    user = guards.signed_in(request)
    seats = list(guards.seats(user).select_related("unit"))
    for seat in seats:
        if seat.role == Role.ORGANISER:
            return redirect("desks:upper", seat.unit.code)
    for seat in seats:
        if seat.role in guards.STAFF:
            return redirect("desks:unit", seat.unit.code)
    return redirect("desks:member")


def _hats(request: HttpRequest) -> list[Seat]:
    """The seats this user may change between, for the line of tabs above each desk."""
    seen, hats = set(), []
    for seat in guards.seats(request.user).select_related("unit"):
        key = (seat.unit_id, seat.role == Role.ORGANISER)
        if key not in seen:
            seen.add(key)
            hats.append(seat)
    return hats


@require_safe
def member(request: HttpRequest) -> HttpResponse:
    """What a member asks: is there anything to vote on, and what came of the last vote?"""
    user = guards.signed_in(request)
    entries = Member.objects.filter(user=user).exclude(status=Status.LEFT).select_related("unit", "branch")
    polls = list(queries.open_to(user)[:20])
    context = {
        "entries": entries,
        "hats": _hats(request),
        "open": [poll for poll in polls if poll.state == State.OPEN],
        "waiting": [poll for poll in polls if poll.state in (State.ROLLED, State.SEALED)],
        "past": [poll for poll in polls if poll.state not in (State.OPEN, State.ROLLED, State.SEALED)],
    }
    return render(request, "desks/member.html", context)


@require_safe
def unit(request: HttpRequest, unit: str) -> HttpResponse:
    """What a unit's officer asks: what is the next step of this year's evaluation, by when, and what is missing?"""
    home = guards.unit_staffed(request, unit)
    if not home.is_home:
        return redirect("units:unit", home.code)
    poll = (
        Poll.objects.filter(unit=home, practice=False).order_by("-pk").first()
        or Poll.objects.filter(unit=home).order_by("-pk").first()
    )
    counts = {
        "members": Member.objects.filter(unit=home, status=Status.ACTIVE).count(),
        "retained": Member.objects.filter(unit=home, status=Status.RETAINED).count(),
    }
    judged = guards.is_judged(request.user, home)
    if judged:
        messages.info(request, _("您是被评议人：可以查看进度和公布的结果，但不能经办投票。"))
    context = {
        "unit": home,
        "hats": _hats(request),
        "poll": poll,
        "counts": counts,
        "judged": judged,
        "line": units.line_of_command(home),
    }
    return render(request, "desks/unit.html", context)


@require_safe
def upper(request: HttpRequest, unit: str) -> HttpResponse:
    """What a superior's organiser asks: how many of my unions have voted, who is late, and who needs help?"""
    federation = guards.federation(request, unit)
    year = queries.this_year()
    homes = queries.homes_with_state(federation, year)
    stage = request.GET.get("stage", "")
    if stage in queries.STAGES:
        homes = homes.filter(queries.STAGES[stage])
    page = Paginator(homes, HOMES_A_PAGE).get_page(request.GET.get("page"))
    labels = dict(State.choices)
    for one in page.object_list:
        one.state_words = labels.get(one.state, _("还没有开始"))
    reports = PressureReport.objects.filter(poll__unit__in=_homes(federation), answer="").select_related("poll__unit")
    reports = reports.exclude(poll__unit__in=guards.judged_units(request.user))
    context = {
        "unit": federation,
        "hats": _hats(request),
        "year": year,
        "coverage": queries.coverage(federation, year),
        "page": page,
        "stage": stage,
        "reports": reports[:10],
    }
    return render(request, "desks/upper.html", context)


def _homes(federation: Unit) -> QuerySet[Unit]:
    return units.homes_below(federation).values("pk")
