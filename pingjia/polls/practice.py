"""The practice ballot for everybody: a slip from the pile of a standing practice poll, without a name or a login."""

from __future__ import annotations

from django.db.models import Count, F, Q

from pingjia.polls.models import Poll, State
from pingjia.polls.refusal import Refused
from pingjia.polls.slips import print_blank_slips


def standing_poll() -> Poll | None:
    """Return the open practice poll with the most slips left to give, among those without named slips; else None.

    A practice poll gives out at most as many slips as its roll has lines, as every poll does.
    """
    polls = (
        Poll.objects.filter(practice=True, state=State.OPEN)
        .annotate(
            lines=Count("roll", distinct=True),
            taken=Count("slips", filter=~Q(slips__state="surplus"), distinct=True),
            named=Count("slips", filter=Q(slips__entry__isnull=False), distinct=True),
            drawn=Count("roll", filter=~Q(roll__medium="open"), distinct=True),
        )
        .filter(named=0, drawn=0, taken__lt=F("lines"))
    )
    return max(polls, key=lambda poll: poll.lines - poll.taken, default=None)


def take_slip(poll: Poll) -> str:
    """Return the code of a fresh slip of a practice poll; raise ``Refused`` for a real one."""
    if not poll.practice:
        raise Refused("")
    return print_blank_slips(poll, by="practice", count=1)[0]
