"""The member's pages: my votes, my own line on the roll, pressure reported to the superior, practice."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pingjia.people import guards as people
from pingjia.polls import guards, issuance_list, issued, outcome, practice, queries
from pingjia.polls.attempt import attempt
from pingjia.polls.forms import AnswerForm, PressureForm
from pingjia.polls.models import Poll, PressureReport, State


@require_safe
def my_polls(request: HttpRequest) -> HttpResponse:
    """What a member asks: is there something for me to vote on, and how did earlier votes come out?"""
    user = people.signed_in(request)
    lines = user.memberships.values_list("pk", flat=True)
    polls = Poll.objects.filter(roll__member_id__in=list(lines)).select_related("unit").distinct()
    shown = [poll for poll in polls if poll.state != State.DRAFT]
    context = {
        "now": [poll for poll in shown if poll.state == State.OPEN],
        "coming": [poll for poll in shown if poll.state in (State.ROLLED, State.SEALED)],
        "past": [poll for poll in shown if poll.state not in (State.OPEN, State.ROLLED, State.SEALED)],
    }
    return render(request, "polls/my_polls.html", context)


@require_safe
def my_entry(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What a member asks: am I on the roll of this vote, is my line right, and was a ballot drawn in my name?"""
    poll, entry = guards.poll_as_member(request, poll_id)
    drawn = issuance_list.own(entry) if entry else []
    context = {
        "poll": poll,
        "entry": entry,
        "drawn": [(one, queries.issuance_proof(one)) for one in drawn],
        # Where nobody drew in this name there is nothing to prove from; the page says what can be checked instead.
        "committed": issuance_list.committed(poll) if entry and not drawn else [],
        "forgotten": issued.forgotten(poll),
        "by_hand": poll.slips.by_hand().exists(),
        "proof": queries.roll_proof(entry) if entry and poll.state != State.DRAFT else None,
        "roll_size": poll.roll.count(),
        "boxes": [(box.title, box.box_hash) for box in poll.boxes.all()],
    }
    return render(request, "polls/my_entry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pressure(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What a member asks: somebody pressed me; whom can I tell, and who will know that it was me?"""
    poll, _entry = guards.poll_as_member(request, poll_id)
    form = PressureForm(request.POST or None)
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        facts = {"text": form.cleaned_data["text"], "signed": form.cleaned_data["signed"]}
        _made, blockers = attempt(lambda: outcome.report_pressure(poll, **facts))
        if not blockers:
            messages.success(request, _("已送到上级工会。本单位看不到这份报告。"))
            return redirect("polls:my_polls")
    context = {"poll": poll, "form": form, "blockers": blockers, "superior": poll.unit.parent}
    return render(request, "polls/pressure.html", context, status=409 if blockers else 200)


@require_safe
def pressures(request: HttpRequest) -> HttpResponse:
    """What the superior asks: which members reported pressure, and which reports wait for an answer?"""
    below = guards.led_unit_ids(request)
    reports = PressureReport.objects.filter(poll__unit_id__in=below).select_related("poll__unit")
    context = {
        "waiting": [one for one in reports if not one.answer],
        "answered": [one for one in reports if one.answer],
    }
    return render(request, "polls/pressures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pressure_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the superior asks: what was reported, and what do I do about it?"""
    report = guards.pressure_read(request, pk)
    form = AnswerForm(request.POST or None, initial={"answer": report.answer})
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        _made, blockers = attempt(lambda: outcome.answer_pressure(report, by=request.user, answer=answer))
        if not blockers:
            messages.success(request, _("处理情况已记下。"))
            return redirect("polls:pressures")
    context = {"report": report, "poll": report.poll, "form": form, "blockers": blockers}
    return render(request, "polls/pressure_answer.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def practise(request: HttpRequest) -> HttpResponse:
    """What anybody asks: may I try it once before it counts? Takes a practice slip and goes to the booth."""
    poll = practice.standing_poll()
    blockers: list[str] = []
    if request.method == "POST" and poll:
        if request.session.session_key is None:
            request.session.create()
        browser, address = str(request.session.session_key), request.META.get("REMOTE_ADDR", "")
        _made, blockers = attempt(lambda: practice.note_taker(poll, browser, address))
        code, blockers = (None, blockers) if blockers else attempt(lambda: practice.take_slip(poll))
        if code:
            return HttpResponseRedirect(f"{reverse('polls:enter', args=[poll.poll_id])}#c={code}")
    context = {"poll": poll, "blockers": blockers, "used_up": practice.is_used_up()}
    return render(request, "polls/practice.html", context, status=409 if blockers else 200)
