"""Seats for one poll alone: the scrutineers who hold the keys, and the convenor where the chair is the only officer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pingjia.polls import guards, prepare
from pingjia.polls.attempt import attempt
from pingjia.polls.forms import InvitationForm, ScrutineersForm, StewardForm
from pingjia.polls.models import Scrutineer, State
from pingjia.polls.print_views import convenor_sheet, invitations_sheet


def fingerprint(seat: Scrutineer) -> str:
    """Return the start of the card's public key, as it is read aloud in the hall."""
    return " ".join(seat.key[i : i + 4] for i in range(0, 16, 4)).upper()


@require_http_methods(["GET", "HEAD", "POST"])
def scrutineers(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: who holds the keys of the box, and how far has each come?"""
    poll = guards.poll_run(request, poll_id)
    form = ScrutineersForm(request.POST or None, poll=poll)
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        made, blockers = attempt(lambda: prepare.invite_scrutineers(poll, by=request.user, names=form.seats))
        if made:
            return invitations_sheet(request, poll, made)
    seats = list(poll.ceremony.scrutineers.all())
    context = {
        "poll": poll,
        "form": form,
        "blockers": blockers,
        "seats": [{"seat": seat, "fingerprint": fingerprint(seat) if seat.key else ""} for seat in seats],
        "enrolled": sum(bool(seat.key) for seat in seats),
        "accepted": sum(seat.acceptance is not None for seat in seats),
        "keyset": bool(poll.ceremony.keyset_hash),
        "may_invite": poll.state in (State.DRAFT, State.ROLLED),
        "changing": request.method == "POST" or "change" in request.GET or not seats,
    }
    return render(request, "polls/scrutineers.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def steward(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What the superior asks: the chair is the only officer there; who runs this vote instead?"""
    poll = guards.poll_run(request, poll_id)
    form = StewardForm(request.POST or None)
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        made, blockers = attempt(lambda: prepare.invite_steward(poll, by=request.user, name=name))
        if made:
            return convenor_sheet(request, poll, name, made[1])
    context = {
        "poll": poll,
        "form": form,
        "blockers": blockers,
        "stewards": poll.stewards.select_related("user"),
        "needed": guards.may_be_convened(poll.unit, poll.year),
    }
    return render(request, "polls/steward.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def convene(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What the convenor asks: I was handed a slip; how do I take my seat for this vote?"""
    poll = guards.poll_for_convenor(request, poll_id)
    if guards.is_steward(request.user, poll):
        return redirect("polls:desk", poll.poll_id)
    form = InvitationForm(request.POST or None)
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        _seat, blockers = attempt(lambda: prepare.accept_stewardship(poll, code, by=request.user))
        if not blockers:
            messages.success(request, _("您已就任本次投票的召集人。这个席位只管这一次投票。"))
            return redirect("polls:desk", poll.poll_id)
    context = {"poll": poll, "form": form, "blockers": blockers}
    return render(request, "polls/convene.html", context, status=409 if blockers else 200)
