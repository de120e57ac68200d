"""Seats for one poll: scrutineers, who each hold a part of the key, and a convenor beside a lone chair."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from pingjia.core.ballot import fields
from pingjia.core.ballot.keyset import GREATEST_SCRUTINEERS
from pingjia.journal.actions import record
from pingjia.people import guards
from pingjia.people.models import Member, User
from pingjia.polls import secretcodes
from pingjia.polls.drafts import least_to_open, majority_opens
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.models import Medium, Poll, Scrutineer, State, Steward
from pingjia.polls.refusal import NotYet, Refused, unless_ready
from pingjia.units.models import Unit


def judged_names(unit: Unit, year: int) -> set[str]:
    """Return the names of those whom the unit's ballot on that year judges."""
    holders = User.objects.filter(pk__in=guards.judged_seats(unit, year).values("user_id"))
    return {user.full_name for user in holders}


def _judged(unit: Unit, year: int, name: str, member: Member | None) -> bool:
    if member is not None and member.user is not None and guards.is_judged(member.user, unit, year):
        return True
    return name in judged_names(unit, year)


@transaction.atomic
def invite_scrutineers(
    poll: Poll, *, by: object, names: Sequence[tuple[str, Member | None]]
) -> list[tuple[Scrutineer, str]]:
    """Seat the scrutineers in this order (the first is the chief) and return each with an invitation code.

    Inviting again before the key set is complete starts the ceremony afresh: old invitations and cards are void.
    """
    keep_out_the_judged(by, poll.unit, poll.year)
    if poll.lead_id:
        raise Refused(_("合并计票的监票人由牵头单位的投票统一确定。"))
    unless_ready(_seat_problems(poll, names))
    keep = poll.state in (State.DRAFT, State.ROLLED)
    if not keep or not Poll.objects.filter(pk=poll.pk, state__in=[State.DRAFT, State.ROLLED]).update(keyset_hash=""):
        raise Refused(_("已经封箱，监票人不能再换。"))
    poll.keyset_hash = ""
    poll.scrutineers.all().delete()
    made = []
    for position, (name, member) in enumerate(names, start=1):
        code, kept = secretcodes.fresh_invitation()
        seat = Scrutineer.objects.create(
            poll=poll, position=position, name=name.strip(), member=member, invitation_hash=kept
        )
        made.append((seat, code))
    record("poll.scrutineers_invited", by=by, about=poll.poll_id, unit=poll.unit.code, count=len(made))
    return made


def _seat_problems(poll: Poll, names: Sequence[tuple[str, Member | None]]) -> list[str]:
    words = [name.strip() for name, _member in names]
    units = [poll.unit, *(one.unit for one in poll.followers.select_related("unit"))]
    problems = []
    if poll.medium == Medium.PAPER:
        problems.append(_("纸质投票没有电子钥匙，不用在这里邀请监票人。"))
    if not max(2, poll.scrutineers_needed) <= len(names) <= GREATEST_SCRUTINEERS:
        needed = max(2, poll.scrutineers_needed)
        problems.append(_("监票人至少 %s 人（开箱需要的人数），至多 16 人。") % needed)
    elif not majority_opens(poll.scrutineers_needed, len(names)):
        problems.append(
            _("%(n)s 位监票人里要有 %(least)s 位到场才能开箱，现在定的是 %(t)s 位。请少请几位，或改大开箱所需人数。")
            % {"n": len(names), "least": least_to_open(len(names)), "t": poll.scrutineers_needed}
        )
    if len(set(words)) != len(words) or not all(_nameable(name) for name in words):
        problems.append(_("每位监票人要有不同的姓名，1 至 80 个字。"))
    for name, member in names:
        if any(_judged(unit, poll.year, name.strip(), member) for unit in units):
            problems.append(_("%s 是被评议的主席或副主席，不能当监票人。") % name)
    return problems


def _nameable(name: str) -> bool:
    try:
        fields.text(name, "", 80)
    except fields.BadObject:
        return False
    return True


def invited(code: str) -> Scrutineer | None:
    """Return the scrutineer whose invitation this code is, or None."""
    kept = secretcodes.invitation_hash(code)
    return Scrutineer.objects.select_related("poll__unit").filter(invitation_hash=kept).first() if kept else None


@transaction.atomic
def invite_steward(poll: Poll, *, by: object, name: str) -> tuple[Steward, str]:
    """Offer the work group's convenor a seat for this poll alone; return it with its code. Replaces an unused one."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if poll.state in (State.FINAL, State.VOID):
        raise Refused(_("这次投票已经结束。"))
    if not _nameable(name.strip()) or name.strip() in judged_names(poll.unit, poll.year):
        raise NotYet([_("请写召集人的姓名；被评议的主席、副主席不能当召集人。")])
    poll.stewards.filter(user=None).delete()
    code, kept = secretcodes.fresh_invitation()
    seat = Steward.objects.create(poll=poll, name=name.strip(), invitation_hash=kept)
    record("poll.steward_invited", by=by, about=poll.poll_id, unit=poll.unit.code, name=seat.name)
    return seat, code


@transaction.atomic
def accept_stewardship(poll: Poll, code: str, *, by: User) -> Steward:
    """Take the convenor's seat with the code from the slip; the seat gives rights over this poll alone."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if by.full_name in judged_names(poll.unit, poll.year):
        raise Refused(_("被评议的主席、副主席不能当召集人，换一个登录名也不行。"))
    kept = secretcodes.invitation_hash(code)
    seats = poll.stewards.filter(invitation_hash=kept) if kept else poll.stewards.none()
    if not seats.filter(user=by).exists() and seats.filter(user=None).update(user=by) != 1:
        raise Refused(_("这个邀请码不对，或者已经有人用过。"))
    record("poll.steward_seated", by=by, about=poll.poll_id, unit=poll.unit.code)
    return seats.get()
