"""What officers settle about single members: objections, transfers, one person in two unions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pingjia.people import disputes as objections
from pingjia.people import guards, membership, overlaps
from pingjia.people.forms import TransferForm
from pingjia.people.models import DisputeState, Member, Overlap, Role, Transfer, TransferState
from pingjia.people.roster_views import A_PAGE
from pingjia.people.typed import key_of
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused


def _done(request: HttpRequest, verb: Callable[[], object], sentence: str) -> None:
    """Do it and say so, or say why not."""
    try:
        verb()
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, sentence)


def disputes(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: who says that the roster has them wrong, and what do I answer?"""
    unit = guards.unit_run(request, code)
    if request.method == "POST":
        one = get_object_or_404(objections.disputes(unit), pk=key_of(request))
        corrected, answer = request.POST.get("state") == DisputeState.CORRECTED, request.POST.get("answer", "")
        _done(
            request,
            lambda: objections.settle(one, by=request.user, corrected=corrected, answer=answer),
            _("已答复%(name)s。") % {"name": one.member.name},
        )
        return redirect("people:disputes", unit.code)
    found = objections.disputes(unit)
    context = {
        "unit": unit,
        "waiting": found.filter(state=DisputeState.OPEN)[:A_PAGE],
        "waiting_count": objections.open_disputes(unit),
        "page": Paginator(found.exclude(state=DisputeState.OPEN), A_PAGE).get_page(request.GET.get("page")),
        "may_settle": not objections.judged_by_the_roll(request.user, unit),
        "longest": objections.LONGEST,
    }
    return render(request, "people/disputes.html", context)


def transfer(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What an officer asks: how do I pass a member on to the union where they work now?"""
    unit = guards.unit_run(request, code)
    one = get_object_or_404(Member.objects.select_related("unit"), unit=unit, pk=number)
    form = TransferForm(request.POST or None)
    if form.is_valid():
        try:
            asked = membership.ask_transfer(one, form.cleaned_data["to"], by=request.user)
        except Refused as refusal:
            form.add_error("to", refusal.reasons)
        else:
            said = _("已请%(unit)s接收%(name)s。对方接收以前，他（她）仍在本工会投票。")
            messages.success(request, said % {"unit": asked.to.name, "name": one.name})
            return redirect("people:transfers", unit.code)
    context = {"unit": unit, "one": one, "form": form}
    return render(request, "people/transfer.html", context, status=422 if form.errors else 200)


def transfers(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: who wants to come to us, whom have we passed on, and was each received?"""
    unit = guards.unit_run(request, code)
    coming = Transfer.objects.filter(to=unit).select_related("member__unit", "arrived")
    going = Transfer.objects.filter(member__unit=unit).select_related("member", "to")
    if request.method == "POST":
        _answer_transfer(request, unit)
        return redirect("people:transfers", unit.code)
    context = {
        "unit": unit,
        "waiting": coming.filter(state=TransferState.ASKED)[:A_PAGE],
        "came": coming.exclude(state__in=[TransferState.ASKED, TransferState.WITHDRAWN])[:A_PAGE],
        "page": Paginator(going, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "people/transfers.html", context)


def _answer_transfer(request: HttpRequest, unit: Unit) -> None:
    key = key_of(request)
    if "withdraw" in request.POST:
        one = get_object_or_404(Transfer, pk=key, member__unit=unit)
        _done(request, lambda: membership.withdraw_transfer(one, by=request.user), _("已撤回。"))
        return
    one = get_object_or_404(Transfer, pk=key, to=unit)
    if "refuse" in request.POST:
        reason = request.POST.get("reason", "")
        _done(
            request,
            lambda: membership.refuse_transfer(one, by=request.user, reason=reason),
            _("没有接收%(name)s，对方会看到理由。") % {"name": one.member.name},
        )
        return
    no = request.POST.get("no", "")
    _done(
        request,
        lambda: membership.accept_transfer(one, by=request.user, no=no),
        _("已接收%(name)s。") % {"name": one.member.name},
    )


def overlap(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: who of ours stands in another union's roster too, and where does that person vote?"""
    unit = guards.unit_run(request, code)
    if request.method == "POST":
        one = get_object_or_404(overlaps.overlaps(unit), pk=key_of(request))
        decides = _leads_both(request, one)
        answer = request.POST.get("answer", "")
        _done(
            request,
            lambda: overlaps.say(one, by=request.user, unit=unit, answer=answer, decides=decides),
            _("已记下。"),
        )
        return redirect("people:overlaps", unit.code)
    waiting = list(overlaps.open_overlaps(unit)[:A_PAGE])
    standing = overlaps.overlaps(unit).exclude(settled_as="").exclude(pk__in=[one.pk for one in waiting])
    context = {
        "unit": unit,
        "waiting": [_shown(one, unit) for one in waiting],
        "waiting_count": overlaps.counted(unit),
        "settled": [_shown(one, unit) for one in standing[:A_PAGE]],
    }
    return render(request, "people/overlaps.html", context)


def _leads_both(request: HttpRequest, one: Overlap) -> bool:
    return all(guards.leads(request.user, member.unit) for member in (one.first, one.second))


def _shown(one: Overlap, unit: Unit) -> dict[str, Any]:
    """Say a pair from this union's side. Of the other line only its union is told: it is another union's roster."""
    ours = overlaps.side_of(one, unit)
    theirs = "second" if ours == "first" else "first"
    return {
        "one": one,
        "ours": getattr(one, ours),
        "other": getattr(one, theirs).unit,
        "here": ours,
        "there": theirs,
        "we_say": getattr(one, f"{ours}_says"),
        "they_say": getattr(one, f"{theirs}_says"),
        "vote_here": one.settled_as == ours,
        "apart": one.settled_as == overlaps.APART,
        "lost": bool(one.settled_as),
        "keepers": Role.OFFICER.label,
    }
