"""The frozen roll, and the rights to draw: slips, surplus, lines moved to paper."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pingjia.polls import checkin, guards, prepare
from pingjia.polls.attempt import attempt
from pingjia.polls.desk_views import box_numbers, missing
from pingjia.polls.forms import LeftForm, SlipsForm
from pingjia.polls.impartial import name_of
from pingjia.polls.models import Poll, RollEntry, SlipCount, State
from pingjia.polls.print_views import SlipRow, slips_sheet
from pingjia.polls.slips import NAMED, SEALED, kind_of

LINES_A_PAGE = 50
MOVABLE = (State.ROLLED, State.SEALED, State.OPEN)


def _found(request: HttpRequest, poll: Poll) -> object:
    """Return one page of the roll, narrowed by ``?q=`` (name or number)."""
    lines = poll.roll.all()
    if wanted := request.GET.get("q", "").strip():
        lines = lines.filter(name__contains=wanted) | lines.filter(no__contains=wanted)
    return Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))


@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: who is on the roll of this vote, and is it frozen?"""
    poll = guards.poll_run(request, poll_id)
    blockers: list[str] = []
    if request.method == "POST":
        number, blockers = attempt(lambda: prepare.freeze_roll(poll, by=request.user))
        if not blockers:
            messages.success(request, _("名册已冻结，应到 %(n)s 人。") % {"n": number})
            return redirect("polls:desk", poll.poll_id)
    frozen = poll.state != State.DRAFT
    expected = None if frozen else prepare.electorate(poll)
    context = {
        "poll": poll,
        "frozen": frozen,
        "page": _found(request, poll) if frozen else None,
        "expected": expected[:20] if expected is not None else None,
        "expected_count": expected.count() if expected is not None else 0,
        "roll_size": poll.roll.count(),
        "q": request.GET.get("q", ""),
        "boxes": box_numbers(poll),
        "missing": missing(poll),
        "blockers": blockers,
        "may_move": poll.state in (State.ROLLED, State.SEALED, State.OPEN) and not poll.slips.by_hand().exists(),
    }
    return render(request, "polls/roll.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def to_paper(request: HttpRequest, poll_id: str, pk: int) -> HttpResponse:
    """What an officer asks: this member votes at the table; what does moving the line to paper mean?"""
    poll = guards.poll_run(request, poll_id)
    entry = get_object_or_404(RollEntry, poll=poll, pk=pk)
    blockers: list[str] = []
    if request.method == "POST":
        moved, blockers = attempt(lambda: prepare.move_to_paper(entry, by=request.user))
        if moved:
            said = (
                _("%(name)s已改用纸质票。")
                if moved.medium == "paper"
                else _("已记下。请另一位经办人也按一次，%(name)s才改用纸质票。")
            )
            messages.success(request, said % {"name": moved.name})
            return redirect("polls:roll", poll.poll_id)
    context = {"poll": poll, "entry": entry, "blockers": blockers}
    return render(request, "polls/to_paper.html", context, status=409 if blockers else 200)


def _slips_context(poll: Poll) -> dict[str, object]:
    count = SlipCount.objects.filter(poll=poll).first()
    kind = kind_of(poll)
    return {
        "poll": poll,
        "boxes": box_numbers(poll),
        "roll_size": poll.roll.count(),
        "kind": kind,
        "printed": count.printed if count else poll.slips.count(),
        "count": count,
        "to_count": count is not None and not count.settled and poll.state in (State.SEALED, State.OPEN),
        "present": checkin.present(poll),
        "in_stock": poll.slips.sealed().filter(state="stock").count(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def slips(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: how do I hand every member the right to draw a ballot? The sheet is shown once."""
    poll = guards.poll_run(request, poll_id)
    form = SlipsForm(request.POST or None, poll=poll)
    blockers: list[str] = []
    if request.method == "POST" and form.is_valid():
        kind, count = form.cleaned_data["kind"], form.cleaned_data.get("count") or 0
        rows: list[SlipRow] = []
        if kind == NAMED:
            named, blockers = attempt(lambda: prepare.print_named_slips(poll, by=request.user))
            rows = [SlipRow(code, entry=entry) for entry, code in named or []]
        elif kind == SEALED:
            made, blockers = attempt(lambda: prepare.print_sealed_slips(poll, by=request.user, count=count))
            rows = [SlipRow(code, number=number) for number, code in made or []]
        else:
            codes, blockers = attempt(lambda: prepare.print_blank_slips(poll, by=request.user, count=count))
            rows = [SlipRow(code) for code in codes or []]
        if not blockers:
            return slips_sheet(request, poll, rows)
    context = {**_slips_context(poll), "form": form, "blockers": blockers}
    return render(request, "polls/slips.html", context, status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def surplus(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: slips are left over; how are they counted and destroyed so that nobody uses them?"""
    poll = guards.poll_run(request, poll_id)
    form, blockers = LeftForm(request.POST or None), []
    count = SlipCount.objects.filter(poll=poll).first()
    first = count is None or count.counted_by in ("", name_of(request.user))
    if request.method == "POST" and form.is_valid():
        verb = prepare.count_left if first else prepare.confirm_left
        made, blockers = attempt(lambda: verb(poll, by=request.user, left=form.cleaned_data["left"]))
        if made:
            messages.success(request, _told(made, first))
            return redirect("polls:slips" if made.settled else "polls:surplus", poll.poll_id)
    context = {**_slips_context(poll), "form": form, "first": first, "blockers": blockers}
    return render(request, "polls/surplus.html", context, status=409 if blockers else 200)


def _told(count: SlipCount, first: bool) -> str:
    if count.settled:
        return _("两个人点的数一样。剩下的已作废，各项条数记入公开日志。")
    if first:
        return _("已记下您点的数。请另一位经办人不看您的数，自己再点一次。")
    return _("两个人点的数不一样，都不算。请两位各自重新点一次。")
