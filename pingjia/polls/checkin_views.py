"""The door of the hall, on an officer's device: find a person, hand over a sealed slip, count who is present."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pingjia.polls import checkin, guards
from pingjia.polls.attempt import attempt
from pingjia.polls.forms import CheckInForm
from pingjia.polls.models import Poll, RollEntry
from pingjia.polls.slips import SEALED, kind_of


def _state_of_the_door(poll: Poll) -> dict[str, object]:
    return {
        "poll": poll,
        "present": checkin.present(poll),
        "roll_size": poll.roll.count(),
        "open": checkin.is_open(poll),
        "shut": checkin.blockers(poll),
        "kind": kind_of(poll),
        "stock": poll.slips.sealed().filter(state="stock").count(),
    }


@require_safe
def door(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer at the door asks: who stands here, and how many are in the hall?"""
    poll = guards.poll_run(request, poll_id)
    typed = request.GET.get("q", "").strip()[:80]
    found = checkin.find(poll, typed)
    if len(found) == 1 and checkin.is_open(poll):
        return redirect("polls:checkin_person", poll.poll_id, found[0].pk)
    context = {**_state_of_the_door(poll), "q": typed, "found": found, "most": checkin.MOST_FOUND}
    return render(request, "polls/checkin.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, poll_id: str, pk: int) -> HttpResponse:
    """What an officer asks: is this the person, have they been here, and which slip goes into their hand?"""
    poll = guards.poll_run(request, poll_id)
    entry = get_object_or_404(RollEntry, poll=poll, pk=pk)
    with_number = kind_of(poll) == SEALED and entry.medium != "paper"
    form, blockers = CheckInForm(request.POST or None, with_number=with_number), []
    if request.method == "POST" and form.is_valid():
        made, blockers = attempt(lambda: checkin.check_in(entry, by=request.user, **form.cleaned_data))
        if made:
            number = form.cleaned_data.get("number")
            told = _("%(name)s 已签到，第 %(n)s 号条交给本人。") if number else _("%(name)s 已签到。")
            messages.success(request, told % {"name": entry.name, "n": number})
            return redirect("polls:checkin", poll.poll_id)
    context = {
        **_state_of_the_door(poll),
        "entry": entry,
        "slip": checkin.slip_of(entry) if entry.present else None,
        "hand": checkin.what_to_hand(poll),
        "form": form,
        "blockers": blockers,
    }
    return render(request, "polls/checkin_person.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, poll_id: str, pk: int) -> HttpResponse:
    """What an officer asks: I marked the wrong person; how do I take it back, and what about the slip?"""
    poll = guards.poll_run(request, poll_id)
    entry = get_object_or_404(RollEntry, poll=poll, pk=pk)
    blockers: list[str] = []
    if request.method == "POST":
        spoilt = request.POST.get("slip") == "spoilt"
        made, blockers = attempt(lambda: checkin.undo(entry, by=request.user, spoilt=spoilt))
        if made:
            messages.success(request, _("已撤销 %s 的签到。") % entry.name)
            return redirect("polls:checkin", poll.poll_id)
    context = {**_state_of_the_door(poll), "entry": entry, "slip": checkin.slip_of(entry), "blockers": blockers}
    return render(request, "polls/checkin_undo.html", context, status=409 if blockers else 200)
