"""Reminding everybody on the roll alike. Nobody knows who has voted, so nobody can be reminded of it alone.

A reminder is one text for print, for the group's chat and for the home pages of members who have a log-in; it goes out
once a day at most, so that it never follows the turnout of the hour.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.models import Medium, Poll, Reminder, State
from pingjia.polls.refusal import NotYet, Refused


@dataclass(frozen=True)
class Notice:
    """What everybody is told: the words, and the address that is the same for all."""

    text: str
    address: str


def notice(poll: Poll) -> Notice:
    """Return the text of a reminder: who asks, until when, where, and that those who have voted need do nothing."""
    address = f"{settings.PINGJIA_SITE}{reverse('polls:enter', args=[poll.poll_id])}"
    opens, closes = (date_format(timezone.localtime(at), "Y-m-d H:i") for at in (poll.opens_at, poll.closes_at))
    lines = [
        _("【%(unit)s】%(title)s") % {"unit": poll.unit.name, "title": poll.title},
        _("这是演练，结果不作数。") if poll.practice else "",
        _("投票时间：%(opens)s 至 %(closes)s。") % {"opens": opens, "closes": closes},
        _("请带着自己的领票条打开：%(address)s；没有手机的，到投票点用公用机。") % {"address": address},
        _("不记名。谁投了、投了什么，没有人知道，所以这条提醒发给所有人；已经投过的，不用理会。"),
    ]
    return Notice("\n".join(line for line in lines if line), address)


def blockers(poll: Poll) -> list[str]:
    """Return what keeps a reminder from going out today."""
    if poll.medium == Medium.PAPER or poll.state not in (State.SEALED, State.OPEN):
        return [_("封箱以后、停止投票以前，才有可以提醒的。")]
    if poll.reminders.filter(on=timezone.localdate()).exists():
        return [_("今天已经提醒过了。提醒一天至多一次，明天再发。")]
    return []


@transaction.atomic
def remind(poll: Poll, *, by: object) -> Reminder:
    """Send today's reminder to everybody on the roll (NotYet, Refused)."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if problems := blockers(poll):
        raise NotYet(problems)
    made, new = Reminder.objects.get_or_create(poll=poll, on=timezone.localdate())
    if not new:  # another officer pressed at the same moment
        raise Refused(_("今天已经提醒过了。提醒一天至多一次，明天再发。"))
    record("poll.all_reminded", by=by, about=poll.poll_id, unit=poll.unit.code, roll_size=poll.roll.count())
    return made
