"""One person in two unions: found, explained, settled. Membership stands in one union, and so does the vote."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.people.models import Delegate, Member, Overlap, Passage, PassageKind, Status
from pingjia.people.queries import in_term
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

APART = "apart"
ANSWERS = ("first", "second", APART)
# The surest sign first: a pair is noted once, by the first that finds it.
SIGNS = (("id", "id_hash"), ("login", "user_id"), ("birth", "birth_hash"))


def find_overlaps(unit: Unit) -> int:
    """Note every active line of another union that seems to be a person of this one; return how many are new.

    Three queries whatever the size, and one for what they find.
    """
    found: dict[tuple[int, int], str] = {}
    for sign, column in SIGNS:
        ours = Member.objects.filter(unit=unit, status=Status.ACTIVE).exclude(
            **({f"{column}__isnull": True} if column == "user_id" else {column: ""})
        )
        others = Member.objects.exclude(unit=unit).filter(
            status=Status.ACTIVE, **{f"{column}__in": ours.values(column)}
        )
        wanted = dict(others.values_list("pk", column))
        if not wanted:
            continue
        for pk, value in ours.filter(**{f"{column}__in": set(wanted.values())}).values_list("pk", column):
            for other in [key for key, its in wanted.items() if its == value]:
                found.setdefault((min(pk, other), max(pk, other)), sign)
    known = set(Overlap.objects.filter(first__in=[one for one, _two in found]).values_list("first_id", "second_id"))
    fresh = [
        Overlap(first_id=pair[0], second_id=pair[1], sign=sign) for pair, sign in found.items() if pair not in known
    ]
    Overlap.objects.bulk_create(fresh)
    return len(fresh)


def open_overlaps(unit: Unit) -> QuerySet[Overlap]:
    """Return the pairs of this union that nobody has settled yet, or whose vote has left the union it was put in."""
    unsettled = Q(settled_as="", first__status=Status.ACTIVE, second__status=Status.ACTIVE)
    lost = Q(settled_as="first", second__status=Status.ELSEWHERE) & ~Q(first__status=Status.ACTIVE)
    lost |= Q(settled_as="second", first__status=Status.ELSEWHERE) & ~Q(second__status=Status.ACTIVE)
    return overlaps(unit).filter(unsettled | lost)


def overlaps(unit: Unit) -> QuerySet[Overlap]:
    """Return every pair with a line in this union."""
    found = Overlap.objects.filter(Q(first__unit=unit) | Q(second__unit=unit))
    return found.select_related("first__unit", "second__unit")


def side_of(overlap: Overlap, unit: Unit) -> str:
    """Return which of the two lines stands in this union."""
    return "first" if overlap.first.unit_id == unit.pk else "second"


@transaction.atomic
def say(overlap: Overlap, *, by: object, unit: Unit, answer: str, decides: bool = False) -> Overlap:
    """Say for one union where the person votes. It is settled when both unions say the same, or a superior decides.

    ``decides``: the caller leads both unions (the view asks the guard).
    """
    if answer not in ANSWERS:
        raise Refused(_("请选一个答复。"))
    one = (
        Overlap.objects.select_for_update(of=("self",)).select_related("first__unit", "second__unit").get(pk=overlap.pk)
    )
    if one.settled_as and one not in open_overlaps(unit):
        raise Refused(_("这件事已经办完，请刷新看结果。"))
    side = side_of(one, unit)
    if one.settled_as and not decides:  # the vote went away with its membership: each says anew
        one.first_says = one.second_says = one.settled_as = ""
    setattr(one, f"{side}_says", answer)
    votes_here_only = answer == side and getattr(one, _other(side)).status != Status.ACTIVE
    if decides or one.first_says == one.second_says or votes_here_only:
        _settle(one, answer, by=by)
    one.save()
    record(
        "say_overlap", by=by, about=f"{unit.code}/{getattr(one, side).no}", unit=unit.code, settled=bool(one.settled_as)
    )
    return one


def _other(side: str) -> str:
    return "second" if side == "first" else "first"


def _settle(one: Overlap, answer: str, *, by: object) -> None:
    one.settled_as, one.settled_on = answer, timezone.localdate()
    one.settled_by = getattr(by, "username", None) or str(by)
    for side in ("first", "second"):
        member: Member = getattr(one, side)
        if answer in (side, APART):
            _give_vote(member, by=one.settled_by)
        else:
            _take_vote(member, by=one.settled_by, to=getattr(one, answer).unit)


def _give_vote(member: Member, *, by: str) -> None:
    if Member.objects.filter(pk=member.pk, status=Status.ELSEWHERE).update(status=Status.ACTIVE, written_in=None):
        Passage.objects.create(member=member, kind=PassageKind.RETURNED, on=timezone.localdate(), by=by)


def _take_vote(member: Member, *, by: str, to: Unit) -> None:
    if Member.objects.filter(pk=member.pk, status=Status.ACTIVE).update(status=Status.ELSEWHERE, written_in=None):
        today = timezone.localdate()
        in_term(Delegate.objects.filter(member=member)).update(until=today)
        Passage.objects.create(member=member, kind=PassageKind.ELSEWHERE, on=today, other=to, by=by)


def counted(unit: Unit) -> int:
    """Count what is still open here."""
    return open_overlaps(unit).count()


__all__ = ["ANSWERS", "APART", "counted", "find_overlaps", "open_overlaps", "overlaps", "say", "side_of"]
