"""Check-in at the door: who is on the roll is marked present and is handed the right to a ballot, never a ballot.

An officer's device draws nothing and never sees a code: it learns the number on the outside of a sealed slip. Nothing
here keeps a time, and nothing is journalled, because the journal keeps one: a list of who came when is half of a link
between member and ballot (ADR 0014). Both marks are compared and set, so two doors can work at once.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.initials import matches
from pingjia.polls.models import Medium, Poll, RollEntry, Slip, SlipCount, State
from pingjia.polls.refusal import Refused, unless_ready
from pingjia.polls.slips import BY_HAND, NAMED, SEALED, kind_of

MOST_FOUND = 12


def present(poll: Poll) -> int:
    """Return how many people on the roll have checked in: the meeting's 到会."""
    return poll.roll.filter(present=True).count()


def is_open(poll: Poll) -> bool:
    """Say whether anybody can check in: from the sealing to the end of the vote; on paper once the roll stands."""
    if poll.medium == Medium.PAPER:
        return poll.state == State.ROLLED
    return poll.state in (State.SEALED, State.OPEN)


def blockers(poll: Poll) -> list[str]:
    """Return what keeps the doors shut."""
    if is_open(poll):
        return []
    if poll.state in (State.DRAFT, State.ROLLED):
        return [_("还没有封箱，不能签到发条。")]
    return [_("投票已经停止，不再签到。迟到的人这一次不能投票了。")]


def find(poll: Poll, typed: str) -> list[RollEntry]:
    """Return the lines that fit: by number exactly (a scanned card), by part of name or number, or by initials."""
    typed = typed.strip()
    if not typed:
        return []
    exact = list(poll.roll.filter(no=typed))
    if exact:
        return exact
    found = poll.roll.filter(name__contains=typed) | poll.roll.filter(no__contains=typed)
    lines = list(found[:MOST_FOUND])
    if not lines and typed.isascii() and typed.isalpha():
        lines = [entry for entry in poll.roll.all() if matches(entry.name, typed)][:MOST_FOUND]
    return lines


def slip_of(entry: RollEntry) -> Slip | None:
    """Return the slip that belongs to this line of the roll, if there is one."""
    return Slip.objects.filter(entry=entry).first()


@transaction.atomic
def check_in(entry: RollEntry, *, by: object, in_person: bool, number: int | None = None) -> RollEntry:
    """Mark a person present and, where slips are sealed, hand over the one with this number (Refused, NotYet).

    Whoever has drawn before, with a log-in, is given a slip like everybody: the door learns nothing about drawing.
    """
    poll = Poll.objects.select_related("unit").get(pk=entry.poll_id)
    keep_out_the_judged(by, poll.unit, poll.year)
    unless_ready(blockers(poll))
    if not in_person:
        raise Refused(_("不能代领：每个人只能本人来签到、领自己的一条。"))
    if RollEntry.objects.filter(pk=entry.pk, present=False).update(present=True) != 1:
        raise Refused(_second_visit(entry))
    if entry.medium != "paper":
        _hand_over(poll, entry, number)
    entry.refresh_from_db()
    return entry


def _second_visit(entry: RollEntry) -> str:
    slip = slip_of(entry)
    if slip is not None and slip.number is not None:
        words = _("%(name)s 已经签过到，领的是第 %(n)s 号条。一人一条，丢了不补；登记错了可以撤销。")
        return words % {"name": entry.name, "n": slip.number}
    return _("%s 已经签过到，不能再领一条。登记错了可以撤销。") % entry.name


def _hand_over(poll: Poll, entry: RollEntry, number: int | None) -> None:
    kind = kind_of(poll)
    settled = kind in (SEALED, BY_HAND) and SlipCount.objects.filter(poll=poll).exclude(confirmed_by="").exists()
    if settled:
        raise Refused(_("剩下的领票条已经清点销毁，不能再发。"))
    if kind == BY_HAND and present(poll) > poll.slips.by_hand().count():
        raise Refused(_("到会的人已经比印的领票条多。请先加印，再签到。"))
    if kind != SEALED:
        return
    if number is None:
        raise Refused(_("请输入密封条外面的号码。"))
    try:
        with transaction.atomic():
            slips = Slip.objects.filter(poll=poll, number=number, state="stock", entry=None)
            given = slips.update(state="out", entry=entry)
    except IntegrityError:  # the other door was faster
        raise Refused(_second_visit(entry)) from None
    if given != 1:
        raise Refused(_why_not(poll, number))


def _why_not(poll: Poll, number: int) -> str:
    slip = poll.slips.filter(number=number).first()
    if slip is None:
        return _("没有第 %s 号条。请再看一遍条外面的号码。") % number
    if slip.state == "surplus":
        return _("第 %s 号条已经作废。请换一条，把这一条剪掉。") % number
    return _("第 %s 号条已经发给别人。请换一条；如果条还在您手里，请查一查刚才是不是登记错了。") % number


@transaction.atomic
def undo(entry: RollEntry, *, by: object, spoilt: bool = False) -> RollEntry:
    """Take a check-in back, before the slip was used. ``spoilt``: the slip was opened or lost, and is cancelled."""
    keep_out_the_judged(by, entry.poll.unit, entry.poll.year)
    poll = (
        Poll.objects.select_for_update(of=("self",)).select_related("unit").get(pk=entry.poll_id)
    )  # no draw meanwhile
    unless_ready(blockers(poll))
    kind, settled = kind_of(poll), SlipCount.objects.filter(poll=poll).exclude(confirmed_by="").exists()
    if settled and kind in (SEALED, BY_HAND):
        raise Refused(_("剩下的领票条已经清点销毁，不能再撤销。"))
    if RollEntry.objects.filter(pk=entry.pk, present=True).update(present=False) != 1:
        raise Refused(_("%s 还没有签到，没有可以撤销的。") % entry.name)
    if kind == SEALED and entry.medium != "paper":
        after = {"entry": None, "state": "surplus" if spoilt else "stock"}
        if Slip.objects.filter(entry=entry, state="out").update(**after) != 1:
            raise Refused(_("这一条已经用过，不能撤销。"))
    entry.refresh_from_db()
    record("poll.checkin_undone", by=by, about=poll.poll_id, unit=poll.unit.code, spoilt=spoilt)
    return entry


def what_to_hand(poll: Poll) -> str:
    """Return what the officer does with the slip, in a sentence."""
    return {
        NAMED: _("把写着本人姓名的领票条交给本人。"),
        SEALED: _("从密封的条里拿一条，把外面的号码输进来，原封交给本人。码在里面，谁也不要拆开看。"),
        BY_HAND: _("请本人自己从叠里抽一条。抽的是哪一条，哪里也不登记。"),
    }.get(kind_of(poll) or "", _("这次没有印领票条，只登记到会。"))
