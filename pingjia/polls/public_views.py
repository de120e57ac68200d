"""What anybody may read, signed in or not."""

from __future__ import annotations

import json
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pingjia.journal.models import Line
from pingjia.polls import guards, pagehashes
from pingjia.polls.desk_views import box_numbers
from pingjia.polls.hall import scene
from pingjia.polls.issue import EARLIEST
from pingjia.polls.models import ANNOUNCED, Poll, State
from pingjia.polls.recountsheet import objections
from pingjia.polls.resultsheet import sheet
from pingjia.ui.hosts import SITE_POLICY


@require_safe
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """What a member asks before voting: who can see what I chose?"""
    return render(request, "polls/who_sees_what.html", {"pages": pagehashes.fingerprint()})


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """What a doubter asks: how can a vote on a phone be as secret as paper in a box?"""
    return render(request, "polls/how_it_works.html")


def _heading(poll: Poll, lines: list) -> str:  # type: ignore[type-arg]
    """Return the one sentence about a published result."""
    if any(line.kind == "none" for line in lines):
        return _("人数过少，不公布结果")
    reached = sum(line.reached is True for line in lines)
    if reached == len(lines):
        return _("%(n)s 项评议全部达到") % {"n": len(lines)}
    return _("%(n)s 项评议，%(reached)s 项达到") % {"n": len(lines), "reached": reached}


def _countdown(poll: Poll) -> dict[str, object]:
    """Return when the rest of the keys and the codes go: at the end of the objection period."""
    if poll.declared_at is None:
        return {}
    end = poll.declared_at + timedelta(days=poll.objection_days)
    return {"destroyed_by": end, "days_left": max(0, (timezone.localtime(end).date() - timezone.localdate()).days)}


@require_safe
def result(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What anybody asks: how did it come out, how do I check it, and what is destroyed when?"""
    poll = guards.poll_public(poll_id)
    published = poll.state in ANNOUNCED
    shown = sheet(poll) if published else None
    swept = Line.objects.filter(about=poll.poll_id, verb="poll.swept").order_by("-pk").first()
    context = {
        "poll": poll,
        "published": published,
        "sheet": shown,
        "sentence": _heading(poll, shown.lines) if shown else "",
        "boxes": box_numbers(poll),
        "ballot_box": poll.boxes.filter(kind="ballot").first(),
        "scrutineers": poll.ceremony.scrutineers.all(),
        "closed_keys_at": poll.secrets_destroyed_at,
        "swept_at": swept.at if swept else None,
        **_countdown(poll),
        "challenges": objections(poll),
        "replaced_by": getattr(poll, "replaced_by", None),
    }
    return render(request, "polls/result.html", context)


@require_safe
def hall(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What 800 people in a hall ask: what is happening at this moment? One number or one sentence."""
    poll = guards.poll_public(poll_id)
    n = _turn(request)
    return render(request, "polls/hall.html", {"poll": poll, "scene": scene(poll, n), "next_turn": n + 1})


@require_safe
def hall_now(request: HttpRequest, poll_id: str) -> JsonResponse:
    """The same scene for the page's script."""
    poll = guards.poll_public(poll_id)
    response = JsonResponse(scene(poll, _turn(request)).as_value())
    response["Cache-Control"] = "no-store"
    return response


def _turn(request: HttpRequest) -> int:
    asked = request.GET.get("n", "0")
    return int(asked) % 1000 if asked.isdecimal() and len(asked) < 6 else 0


def _towards_the_booth(response: HttpResponse) -> HttpResponse:
    """Keep the address of a page that leads to the booth from travelling along, at the site's own door too."""
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def enter(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What a member asks, slip in hand: is this the right vote, and how do I get to the ballot?

    The code stands in the fragment, which no server sees; the script keeps it for this tab and goes on to the booth.
    """
    poll = guards.poll_public(poll_id)
    user = request.user
    by_login = user.is_authenticated and poll.roll.filter(member__user=user).exclude(medium="paper").exists()
    # Where slips are drawn by hand, the slip is the right and the login is none.
    by_login = by_login and not poll.slips.by_hand().exists()
    draws_from = poll.opens_at - EARLIEST
    early = poll.state == State.SEALED and draws_from > timezone.now()
    context = {
        "poll": poll,
        "ready": bool(poll.poll_hash) and poll.state in (State.SEALED, State.OPEN) and not early,
        "draws_from": draws_from if early else None,
        "ended": poll.state not in (State.ROLLED, State.SEALED, State.OPEN),
        "on_roll": by_login,
        "boxes": box_numbers(poll),
        "booth_origin": settings.PINGJIA_BOOTH,
    }
    return _towards_the_booth(render(request, "polls/enter.html", context))


def _draw_reasons() -> str:
    """Return a sentence for every refusal of the issuing desk, by its status, as JSON for the page's script."""
    reasons = {
        "1": _("您不在这次投票的名册上。请到“我的投票”核对，或者问工会干部。"),
        "2": _("这个码已经领过票了。如果不是您本人领的，请马上告诉监票人。"),
        "3": _("您已改用纸质票，请到投票点领取。"),
        "4": _("现在不能领票：投票还没有开始，或者已经停止。"),
        "5": _("这个码不对，或者已经换发了新码。请核对领票条。"),
        "6": _("送出的内容不完整。请返回重试。"),
        "7": _("现在领票的人太多，请等一会儿再试。您的码没有作废。"),
    }
    return json.dumps(reasons, ensure_ascii=False)


@require_safe
def draw(request: HttpRequest) -> HttpResponse:
    """What a member sees for two seconds: my ballot is being drawn. The script does it and goes back to the booth."""
    context = {"booth_origin": settings.PINGJIA_BOOTH, "reasons": _draw_reasons()}
    return _towards_the_booth(render(request, "polls/draw.html", context))


@require_safe
def kiosk_draw(request: HttpRequest) -> HttpResponse:
    """What a member at a shared device asks: where do I type my code? A page for a frame in the booth and nowhere else.

    A frame gets no cookie of ours, so nobody is signed in here, and the language comes along in the address.
    """
    wanted = "en" if request.GET.get("lang") == "en" else "zh-hans"
    with translation.override(wanted):
        context = {"booth_origin": settings.PINGJIA_BOOTH, "reasons": _draw_reasons(), "language": wanted}
        response = render(request, "polls/kiosk_draw.html", context)
    response["Content-Security-Policy"] = SITE_POLICY.replace(
        "frame-ancestors 'none'", f"frame-ancestors {settings.PINGJIA_BOOTH}"
    )
    response["Cache-Control"] = "no-store"
    return _towards_the_booth(response)
