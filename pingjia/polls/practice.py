"""The practice ballot for everybody: a slip from the pile of a standing practice poll, without a name or a login.

A practice poll gives out at most as many slips as its roll has lines, as every poll does, so that its bundle holds.
What keeps one visitor from emptying the pile: a slip that nobody drew with is handed on to the next, and one browser
and one address take only so many in ten minutes (counted in memory, see ``throttle``).
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.polls import secretcodes
from pingjia.polls.models import Poll, State
from pingjia.polls.refusal import Refused
from pingjia.polls.slips import hand_out
from pingjia.polls.throttle import KEY_SECONDS, Failures

SLIPS_A_BROWSER = 3
TAKEN = Failures(SLIPS_A_BROWSER, window=KEY_SECONDS)


def _open_polls() -> QuerySet[Poll]:
    """Return the open practice polls that everybody may use: nobody drew there by name."""
    return (
        Poll.objects.filter(practice=True, state=State.OPEN)
        .annotate(
            lines=Count("roll", distinct=True),
            taken=Count("slips", filter=~Q(slips__state="surplus"), distinct=True),
            waiting=Count("slips", filter=Q(slips__state="out"), distinct=True),
            named=Count("slips", filter=Q(slips__entry__isnull=False) | Q(slips__number__isnull=False), distinct=True),
            drawn=Count("roll", filter=~Q(roll__medium="open"), distinct=True),
        )
        .filter(named=0, drawn=0)
    )


def standing_poll() -> Poll | None:
    """Return the practice poll with the most slips left to give, or to hand on; None if there is none."""
    polls = _open_polls().filter(Q(taken__lt=F("lines")) | Q(waiting__gt=0))
    return max(polls, key=lambda poll: (poll.lines - poll.taken, poll.waiting), default=None)


def is_used_up() -> bool:
    """Say whether practice polls are open, but every slip of theirs was drawn with."""
    return standing_poll() is None and _open_polls().exists()


@transaction.atomic
def take_slip(poll: Poll) -> str:
    """Return the code of a fresh slip of a practice poll; raise ``Refused`` for a real one, or where all are used."""
    if not poll.practice:
        raise Refused("")
    if poll.slips.exclude(state="surplus").count() < poll.roll.count():
        return hand_out(poll, by="practice", count=1)[0]
    return _handed_on(poll)


def _handed_on(poll: Poll) -> str:
    """Give a slip that nobody drew with a new code. The slip stays one slip, so their number keeps its bound."""
    unused = list(poll.slips.by_hand().filter(state="out").values_list("pk", flat=True))
    code, kept = secretcodes.fresh_slip(poll)
    if not unused or not poll.slips.filter(pk=secrets.choice(unused), state="out").update(code_hash=kept):
        raise Refused(_("演练票刚刚领完了，请稍后再试。"))
    record("poll.practice_slip_handed_on", by="practice", about=poll.poll_id, unit=poll.unit.code)
    return code


def note_taker(poll: Poll, browser: str, address: str) -> None:
    """Count one slip for this browser and this address; raise ``Refused`` if either has had its share.

    An address may be a whole hall's: its share is a quarter of the pile.
    """
    at, share = f"{poll.poll_id} {address}", max(SLIPS_A_BROWSER, poll.roll.count() // 4)
    if TAKEN.too_many(browser):
        raise Refused(_("您已经领了几张演练票。请先投完手里的，过十分钟再领。"))
    if TAKEN.too_many(at, share):
        raise Refused(_("从这里领演练票的人太多了，请过十分钟再试，或者换一个网络。"))
    TAKEN.note(browser)
    TAKEN.note(at)
