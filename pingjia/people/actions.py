"""Changing who belongs, who holds which seat, who is a delegate. Every change writes one line in the journal."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.people.guards import RUNNERS, giveable_roles, leads
from pingjia.people.membership import change_member, enter_member
from pingjia.people.models import JUDGED, Delegate, Delegation, Member, Role, Seat, Status, User
from pingjia.people.queries import in_term
from pingjia.people.writing import apply_roster
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

__all__ = [
    "add_delegates",
    "apply_roster",
    "change_member",
    "end_mandate",
    "end_seat",
    "enter_member",
    "give_seat",
]

# Seats that run or check a vote, which nobody judged by it may hold, under whatever login.
IMPARTIAL = (*RUNNERS, Role.AUDITOR)
# No letters and digits that look alike: the first password is read from paper.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 - an alphabet, not a password


@transaction.atomic
def give_seat(
    unit: Unit, *, by: User, username: str, full_name: str, role: str, since: date, until: date | None
) -> tuple[Seat, str]:
    """Give a seat; return it with the first password when the login is new (shown once, kept nowhere), else with "".

    Nobody gives a seat to themselves, and nobody who is judged gets one that runs the vote.
    """
    reasons = []
    user = User.objects.filter(username__iexact=username).first()
    if role not in giveable_roles(by, unit):
        reasons.append(_("您不能登记“%(role)s”，请找上级组织部。") % {"role": Role(role).label})
    if user is not None and user.pk == by.pk:
        reasons.append(_("不能给自己登记任职，请由上级组织部或另一位工会干部登记。"))
    if user is not None and user.full_name != full_name:
        reasons.append(_("登录名 %(name)s 已属于另一个人，请换一个登录名。") % {"name": username})
    if until is not None and until < since:
        reasons.append(_("任期结束早于开始，请改正日期。"))
    if role in IMPARTIAL and not leads(by, unit) and full_name in _names_of_the_judged(unit, user, since, until):
        reasons.append(
            _("%(name)s与任职的主席或副主席同名；不是同一个人的，请由上级组织部登记。") % {"name": full_name}
        )
    if user is not None and not reasons:
        reasons += _clashes(user, unit, role, since, until)
    if reasons:
        raise Refused(*reasons)
    password = ""
    if user is None:
        password = "".join(secrets.choice(PASSWORD_LETTERS) for _n in range(12))
        user = User.objects.create_user(username=username, full_name=full_name, password=password)
    seat = Seat.objects.create(user=user, unit=unit, role=role, since=since, until=until)
    record("give_seat", by=by, about=user.username[:120], unit=unit.code, role=str(role), new_login=bool(password))
    return seat, password


def _during(held: QuerySet[Seat], since: date, until: date | None) -> list[Seat]:
    """Keep the seats that overlap with these days."""
    last = until or date.max
    return [seat for seat in held if seat.since <= last and (seat.until or date.max) >= since]


def _names_of_the_judged(unit: Unit, user: User | None, since: date, until: date | None) -> set[str]:
    """Return the names of those whom the unit's ballot judges in these days, other logins than the user's own."""
    held = Seat.objects.filter(unit=unit, role__in=JUDGED).exclude(user=user).select_related("user")
    return {seat.user.full_name for seat in _during(held, since, until)}


def _clashes(user: User, unit: Unit, role: str, since: date, until: date | None) -> list[str]:
    held = _during(Seat.objects.filter(user=user, unit=unit), since, until)
    reasons = []
    if any(seat.role == role for seat in held):
        reasons.append(_("这段时间里他（她）已任此职，不用再登记。"))
    if role in RUNNERS and any(seat.role in JUDGED for seat in held):
        reasons.append(_("被评议的主席、副主席不能经办评议，请登记另一个人。"))
    return reasons


@transaction.atomic
def end_seat(seat: Seat, *, by: User, last_day: date) -> Seat:
    """End a seat with a day, which is its last; the day before it began means that it was never held."""
    reasons = []
    if seat.role not in giveable_roles(by, seat.unit):
        reasons.append(_("您不能结束“%(role)s”的任职，请找上级组织部。") % {"role": seat.get_role_display()})
    if seat.user_id == by.pk:
        reasons.append(_("不能结束自己的任职，请由上级组织部或另一位工会干部办理。"))
    if last_day < seat.since - timedelta(days=1):
        reasons.append(_("最后一天早于任职开始，请改正日期。"))
    if reasons:
        raise Refused(*reasons)
    seat.until = last_day
    seat.save(update_fields=["until"])
    record(
        "end_seat",
        by=by,
        about=seat.user.username[:120],
        unit=seat.unit.code,
        role=str(seat.role),
        last_day=last_day.isoformat(),
    )
    return seat


@transaction.atomic
def add_delegates(
    unit: Unit, *, by: object, delegation: str, members: Sequence[Member], since: date, until: date | None
) -> Delegation:
    """Give mandates to active members, in a delegation by that name (founded where the union has none)."""
    reasons = []
    if not members:
        reasons.append(_("还没有选人，请先勾选会员。"))
    if not delegation.strip():
        reasons.append(_("请填写代表团的名称。"))
    if until is not None and until < since:
        reasons.append(_("任期结束早于开始，请改正日期。"))
    standing = set(in_term(Delegate.objects.filter(member__in=members)).values_list("member_id", flat=True))
    for member in members:
        if member.unit_id != unit.pk or member.status != Status.ACTIVE:
            reasons.append(_("%(name)s不是本工会的在籍会员，不能当选代表。") % {"name": member.name})
        elif member.pk in standing:
            reasons.append(_("%(name)s已是代表，不用再加。") % {"name": member.name})
    if reasons:
        raise Refused(*reasons)
    group, _made = Delegation.objects.get_or_create(unit=unit, name=delegation.strip())
    Delegate.objects.bulk_create(
        [Delegate(member=member, delegation=group, since=since, until=until) for member in members]
    )
    record("add_delegates", by=by, about=unit.code, unit=unit.code, count=len(members))
    return group


@transaction.atomic
def end_mandate(delegate: Delegate, *, by: object, last_day: date | None = None) -> Delegate:
    """End a delegate's mandate with a day (yesterday unless told, so that it is over at once)."""
    delegate.until = last_day or timezone.localdate() - timedelta(days=1)
    delegate.save(update_fields=["until"])
    unit = delegate.delegation.unit
    record("end_mandate", by=by, about=f"{unit.code}/{delegate.member.no}", unit=unit.code)
    return delegate
