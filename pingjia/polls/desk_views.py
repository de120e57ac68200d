"""The officer's desk: the polls of a unit, and the doors of each from the first to the last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pingjia.core.ballot.objects import box_number
from pingjia.people import guards as people
from pingjia.polls import closing, doors, guards, outcome, queries, sealing
from pingjia.polls.attempt import attempt
from pingjia.polls.models import Medium, Poll, State
from pingjia.polls.resultsheet import formula_in_words, sheet, threshold_in_words


def box_numbers(poll: Poll) -> list[tuple[str, str]]:
    """Return (kind of box, 箱号) of the poll's boxes, empty before sealing."""
    return [(box.get_kind_display(), box_number(bytes.fromhex(box.box_hash))) for box in poll.boxes.all()]


def missing(poll: Poll) -> list[dict[str, str]]:
    """Return what is missing as {"sentence", "url_name"}."""
    found = queries.what_is_missing(poll)
    return [
        {"sentence": sentence, "url_name": name and f"polls:{name.removeprefix('polls:')}"} for sentence, name in found
    ]


@require_safe
def unit_polls(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: which votes does my union have, and where does each stand?"""
    unit = people.unit_staffed(request, code)
    polls = [{"poll": poll, "next": doors.next_step(poll)} for poll in unit.polls.all()]
    may_run = people.may_run(request.user, unit)
    return render(request, "polls/unit_polls.html", {"unit": unit, "polls": polls, "may_run": may_run})


@require_safe
def desk(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: what do I do now, by when, and what is still missing?"""
    poll = guards.poll_seen(request, poll_id)
    step = doors.next_step(poll)
    # What the one button mends needs no line of its own.
    left = [one for one in missing(poll) if one["url_name"] != f"polls:{step.url_name}"]
    context = {
        "poll": poll,
        "runs": guards.runs(request.user, poll),
        "line": doors.line(poll),
        "next": step,
        "missing": left,
        "boxes": box_numbers(poll),
        "subjects": poll.subjects.select_related("grade_set"),
        "formula": formula_in_words(poll.formula),
        "threshold": threshold_in_words(poll),
        "is_paper": poll.medium == Medium.PAPER,
        "turnout": queries.turnout_step(poll) if poll.state in (State.OPEN, State.CLOSED) else None,
        "needs_convenor": guards.may_be_convened(poll.unit, poll.year),
        "leads": people.leads(request.user, poll.unit),
        "audits": guards.audits(request.user, poll),
    }
    return render(request, "polls/desk.html", context)


def _confirmed(
    request: HttpRequest, poll: Poll, page: str, action: Callable[[], Any], done: str, after: str = "polls:desk"
) -> HttpResponse:
    """Ask once, then act; on refusal show everything that is missing, with the way to mend it."""
    blockers: list[str] = []
    if request.method == "POST":
        _made, blockers = attempt(action)
        if not blockers:
            messages.success(request, done)
            return redirect(after, poll.poll_id)
    context = {"poll": poll, "blockers": blockers, "missing": missing(poll), "boxes": box_numbers(poll), "page": page}
    return render(request, f"polls/{page}.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def open_(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: may the vote begin, and what can no longer change afterwards?"""
    poll = guards.poll_run(request, poll_id)
    return _confirmed(request, poll, "open", lambda: sealing.open_poll(poll, by=request.user), _("投票已开始。"))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: may the vote end, and what becomes final with it?"""
    poll = guards.poll_run(request, poll_id)
    done = _("投票已停止，票箱已贴封条。请监票人开箱。")
    return _confirmed(request, poll, "close", lambda: closing.close_poll(poll, by=request.user), done)


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: what exactly will everybody read when I declare the result?"""
    poll = guards.poll_run(request, poll_id)
    blockers: list[str] = []
    if request.method == "POST":
        _made, blockers = attempt(lambda: outcome.declare(poll, by=request.user))
        if not blockers:
            messages.success(request, _("结果已宣布，任何人都能看到。异议期从现在开始。"))
            return redirect("polls:desk", poll.poll_id)
    context = {"poll": poll, "blockers": blockers, "missing": missing(poll), "sheet": sheet(poll)}
    return render(request, "polls/declare.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def finalise(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: may the result stand for good, and what is destroyed with it?"""
    poll = guards.poll_run(request, poll_id)
    done = _("结果已定。剩下的钥匙和领票码已销毁。")
    return _confirmed(request, poll, "finalise", lambda: outcome.finalise(poll, by=request.user), done)


@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: how do we vote again after a void vote?"""
    poll = guards.poll_run(request, poll_id)
    blockers: list[str] = []
    if hasattr(poll, "replaced_by"):
        return redirect("polls:desk", poll.replaced_by.poll_id)
    if request.method == "POST":
        again, blockers = attempt(lambda: outcome.repeat(poll, by=request.user))
        if again:
            messages.success(request, _("新的一次投票已建好，内容照旧，名册重新冻结。"))
            return redirect("polls:desk", again.poll_id)
    context = {"poll": poll, "blockers": blockers}
    return render(request, "polls/repeat.html", context, status=409 if blockers else 200)
