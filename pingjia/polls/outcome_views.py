"""After the count: the officer's result, hand counts, objections, and voiding."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pingjia.people import guards as people
from pingjia.polls import guards, handcount, outcome
from pingjia.polls import recount as recounting
from pingjia.polls.attempt import attempt
from pingjia.polls.desk_views import box_numbers, missing
from pingjia.polls.forms import ChallengeForm, FindingForm, HandCountForm, ReasonForm
from pingjia.polls.models import Challenge, Medium, Poll, State
from pingjia.polls.recountsheet import objections
from pingjia.polls.resultsheet import sheet


@require_safe
def officer_result(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: how did it come out, by which rule, and does it hold?"""
    poll = guards.poll_run(request, poll_id)
    context = {"poll": poll, "sheet": sheet(poll), "boxes": box_numbers(poll), "missing": missing(poll)}
    return render(request, "polls/outcome.html", context)


def _entered(poll: Poll) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return what was entered, a subject a line: (title, [(grade, count) …])."""
    rows = {row.code: row for row in poll.hand_count.subject_results.prefetch_related("grade_counts")}
    table = []
    for subject in poll.subjects.select_related("grade_set").prefetch_related("grade_set__grades"):
        if subject.code not in rows:
            continue
        counts = {one.code: one.count for one in rows[subject.code].grade_counts.all()}
        cells = [(_(grade.label), counts.get(grade.code, 0)) for grade in subject.grade_set.grades.all()]
        table.append((_(subject.title), [*cells, (_("弃权"), rows[subject.code].blank or 0)]))
    return table


@require_http_methods(["GET", "HEAD", "POST"])
def hand_count(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: the paper ballots are counted; how are the numbers entered and confirmed by two people?"""
    poll = guards.poll_run(request, poll_id)
    if poll.medium != Medium.PAPER:
        raise Http404
    entered = getattr(poll, "hand_count", None)
    blockers: list[str] = []
    form = HandCountForm(poll=poll)
    if request.method == "POST" and request.POST.get("step") == "confirm":
        _made, blockers = attempt(lambda: handcount.confirm(poll, by=request.user))
        if not blockers:
            messages.success(request, _("两人核对一致，计票完成。请当场宣布。"))
            return redirect("polls:desk", poll.poll_id)
    elif request.method == "POST":
        form = HandCountForm(request.POST, poll=poll)
        if form.is_valid():
            _made, blockers = attempt(
                lambda: handcount.enter(poll, by=request.user, subjects=form.tallies(), **form.custody())
            )
            if not blockers:
                messages.success(request, _("已录入。请另一位经办人登录，对照报告单核对。"))
                return redirect("polls:handcount", poll.poll_id)
    context = {
        "poll": poll,
        "form": form,
        "blockers": blockers,
        "entered": entered,
        "table": _entered(poll) if entered else [],
        "mine": entered is not None and entered.entered_by == request.user.username,
        "correcting": "change" in request.GET or request.method == "POST",
    }
    return render(request, "polls/handcount.html", context, status=409 if blockers else 200)


def _may_object(request: HttpRequest, poll_id: str) -> Poll:
    """Return the poll to its members and to those who run it; 404 to strangers."""
    user = people.signed_in(request)
    poll = guards.poll_public(poll_id)
    if guards.runs(user, poll):
        return poll
    return guards.poll_as_member(request, poll_id)[0]


def _objection(poll: Poll, number: str) -> Challenge:
    """Return an objection that waits for its finding, or 404."""
    return get_object_or_404(
        poll.challenges, pk=int(number) if number.isascii() and number.isdigit() else 0, upheld=None
    )


@require_http_methods(["GET", "HEAD", "POST"])
def challenge(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What a member asks: something is wrong with this result; how do I object? And the officer: what was found?"""
    poll = _may_object(request, poll_id)
    runs, leads = guards.runs(request.user, poll), people.leads(request.user, poll.unit)
    form, finding = ChallengeForm(), FindingForm(leads=leads)
    blockers: list[str] = []
    given = request.POST
    if not runs and ("settle" in given or "recount" in given):
        raise PermissionDenied(_("只有工会干部、评议工作小组和上级组织部可以办理。"))
    if "recount" in given:
        one = _objection(poll, given["recount"])
        _made, blockers = attempt(lambda: recounting.recount(one, by=request.user))
        if not blockers:
            messages.success(request, _("复核程序已经算完，报告写在异议下面，并已公布。"))
            return redirect("polls:challenge", poll.poll_id)
    elif "settle" in given:
        one = _objection(poll, given["settle"])
        finding = FindingForm(given, leads=leads)
        if finding.is_valid():
            facts = {"upheld": finding.cleaned_data["upheld"] == "yes", "finding": finding.cleaned_data["finding"]}
            _made, blockers = attempt(lambda: outcome.settle(one, by=request.user, **facts))
            if not blockers:
                messages.success(request, _("复核结论已记下并公布。"))
                return redirect("polls:desk", poll.poll_id)
    elif request.method == "POST":
        form = ChallengeForm(given)
        if form.is_valid():
            facts = {"code": form.cleaned_data["code"], "reason": form.cleaned_data["reason"]}
            _made, blockers = attempt(lambda: outcome.challenge(poll, by=request.user, **facts))
            if not blockers:
                messages.success(request, _("异议已收到。复核结论会写在结果页上。"))
                return redirect("polls:challenge", poll.poll_id)
    context = {"poll": poll, "form": form, "finding": finding, "blockers": blockers, "runs": runs}
    context |= {"challenges": objections(poll), "open_now": poll.state in (State.DECLARED, State.CHALLENGED)}
    context |= {"countable": recounting.countable(poll), "booth": settings.PINGJIA_BOOTH}
    return render(request, "polls/challenge.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What the superior asks: this vote cannot stand; how is it voided, and what happens then?"""
    poll = guards.poll_led(request, poll_id)
    form = ReasonForm(request.POST or None)
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        _made, blockers = attempt(lambda: outcome.void(poll, by=request.user, reason=reason))
        if not blockers:
            messages.success(request, _("这次投票已作废，原因已公布。"))
            return redirect("polls:desk", poll.poll_id)
    context = {"poll": poll, "form": form, "blockers": blockers, "missing": missing(poll)}
    return render(request, "polls/void.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def give_up(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: too few scrutineers still have their cards; what becomes of the box?"""
    poll = guards.poll_run(request, poll_id)
    form = ReasonForm(request.POST or None)
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        _made, blockers = attempt(lambda: outcome.give_up_opening(poll, by=request.user, reason=reason))
        if not blockers:
            messages.success(request, _("已宣布未能开箱。请重新举行。"))
            return redirect("polls:desk", poll.poll_id)
    context = {"poll": poll, "form": form, "blockers": blockers}
    return render(request, "polls/give_up.html", context, status=409 if blockers else 200)
