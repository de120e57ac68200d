"""What an officer sets up around a meeting: shared devices, and a reminder to everybody."""

from __future__ import annotations

from math import ceil

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pingjia.polls import checkin, guards, reminders
from pingjia.polls.attempt import attempt
from pingjia.polls.desk_views import box_numbers
from pingjia.polls.models import State
from pingjia.polls.print_views import qr

# Fewer at one device, and whoever watches its door knows who stands behind a ballot's time.
LEAST_AT_A_KIOSK = 10


@require_safe
def kiosk(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: some have no phone; how does a computer in the hall become a device without a name?"""
    poll = guards.poll_run(request, poll_id)
    ready = bool(poll.poll_hash) and poll.state in (State.SEALED, State.OPEN)
    address = f"{settings.PINGJIA_BOOTH}/kiosk#p={poll.poll_hash}"
    expected = checkin.present(poll) or poll.roll.count()
    context = {
        "poll": poll,
        "ready": ready,
        "address": address,
        "qr": qr(address) if ready else "",
        "boxes": box_numbers(poll),
        "least": LEAST_AT_A_KIOSK,
        "most_kiosks": expected // LEAST_AT_A_KIOSK,
        "minutes": ceil(2 * expected / max(1, expected // (4 * LEAST_AT_A_KIOSK))),
    }
    return render(request, "polls/kiosk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: how do I remind people to vote, when nobody may know who has not?"""
    poll = guards.poll_run(request, poll_id)
    blockers: list[str] = []
    if request.method == "POST":
        made, blockers = attempt(lambda: reminders.remind(poll, by=request.user))
        if made:
            messages.success(
                request, _("已提醒名册上的所有人：有账号的会在主页看到。请把下面的话发到群里，或者打印张贴。")
            )
            return redirect("polls:remind", poll.poll_id)
    notice = reminders.notice(poll)
    context = {
        "poll": poll,
        "notice": notice,
        "qr": qr(notice.address),
        "sent": poll.reminders.all(),
        "waits": reminders.blockers(poll),
        "roll_size": poll.roll.count(),
        "blockers": blockers,
    }
    return render(request, "polls/remind.html", context, status=409 if blockers else 200)
