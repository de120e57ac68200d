"""Reads of rosters, seats and delegates with more than one caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pingjia.journal.models import Line
from pingjia.people.models import JUDGED, Category, Delegate, Member, Seat, Status, Transfer, TransferState, User
from pingjia.units.models import Unit
from pingjia.units.paths import begins


def in_term(mandates: QuerySet[Delegate], on: date | None = None) -> QuerySet[Delegate]:
    """Keep the mandates that stand on that day (today unless told)."""
    day = on or timezone.localdate()
    return mandates.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)


def delegates(unit: Unit) -> QuerySet[Delegate]:
    """Return the delegates in term who are active members, delegation by delegation."""
    found = in_term(Delegate.objects.filter(delegation__unit=unit, member__status=Status.ACTIVE))
    return found.select_related("member__branch", "delegation").order_by("delegation_id", "member__no")


def held_today() -> QuerySet[Seat]:
    """Return every seat held today, with its holder."""
    day = timezone.localdate()
    held = Seat.objects.filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
    return held.select_related("user").order_by("role", "since", "pk")


def full_names(logins: Iterable[str]) -> dict[str, str]:
    """Return what people are called by the names that they log in with; a name that is none stands for itself."""
    found = {login: login for login in logins}
    found |= dict(User.objects.filter(username__in=list(found)).values_list("username", "full_name"))
    return {login: name or login for login, name in found.items()}


def in_office(unit: Unit) -> QuerySet[Seat]:
    """Return the unit's seats held today or to come, with their holders."""
    standing = Seat.objects.filter(Q(until__isnull=True) | Q(until__gte=timezone.localdate()), unit=unit)
    return standing.select_related("user").order_by("role", "since", "pk")


def over(unit: Unit) -> QuerySet[Seat]:
    """Return the seats that have ended, the latest first."""
    return (
        Seat.objects.filter(unit=unit, until__lt=timezone.localdate()).select_related("user").order_by("-until", "pk")
    )


@dataclass(frozen=True)
class Composition:
    """How many there are, and how many of them stand on the front line or manage."""

    total: int
    front_line: int
    managers: int


def composition(mandates: QuerySet[Delegate]) -> Composition:
    """Count delegates by category (one query)."""
    counts = mandates.order_by().aggregate(
        total=Count("pk"),
        front_line=Count("pk", filter=Q(member__category=Category.FRONT_LINE)),
        managers=Count("pk", filter=Q(member__category=Category.MANAGER)),
    )
    return Composition(**counts)


@dataclass(frozen=True)
class Headcount:
    """A roster in four numbers."""

    active: int
    retained: int
    left: int
    front_line: int  # of the active


def arrivals(unit: Unit) -> int:
    """Count the members of other unions whom this one is asked to take over."""
    return Transfer.objects.filter(to=unit, state=TransferState.ASKED).count()


def headcount(unit: Unit) -> Headcount:
    """Count a roster (one query)."""
    active = Q(status=Status.ACTIVE)
    counts = Member.objects.filter(unit=unit).aggregate(
        active=Count("pk", filter=active),
        retained=Count("pk", filter=Q(status=Status.RETAINED)),
        left=Count("pk", filter=Q(status=Status.LEFT)),
        front_line=Count("pk", filter=active & Q(category=Category.FRONT_LINE)),
    )
    return Headcount(**counts)


def roster(unit: Unit, *, branch: str = "", status: str = "", category: str = "", words: str = "") -> QuerySet[Member]:
    """Return the roster's lines that fit every given filter; ``words`` is part of a name or the start of a number."""
    found = Member.objects.filter(unit=unit).select_related("branch", "group").order_by("no")
    if branch:
        found = found.filter(branch__code=branch)
    if status:
        found = found.filter(status=status)
    if category:
        found = found.filter(category=category)
    if words:
        found = found.filter(Q(name__contains=words) | Q(no__startswith=words))
    return found


def expired(unit: Unit) -> QuerySet[Seat]:
    """Return the seats of those judged whose term is over and that nobody holds now: an election is due."""
    day = timezone.localdate()
    ended = Seat.objects.filter(unit=unit, role__in=JUDGED, until__lt=day).select_related("user")
    return ended.exclude(role__in=in_office(unit).order_by().values("role")).order_by("role", "-until")[:3]


@dataclass(frozen=True)
class Vote:
    """One vote of a year as the journal tells it; ``step`` is its latest public step."""

    poll_id: str
    title: str
    step: str
    practice: bool


PUBLIC_STEPS = {
    "poll.opened": _("投票中"),
    "poll.closed": _("已封箱"),
    "poll.counted": _("已计票"),
    "poll.declared": _("已公布"),
    "poll.final": _("已公布"),
    "poll.void": _("作废"),
}


def year_in_votes(unit: Unit, year: int) -> list[Vote]:
    """Return the votes that the year has seen opened, from the journal (two queries): no room above is asked."""
    lines = Line.objects.filter(unit=unit.code)
    said = lines.filter(verb__in=PUBLIC_STEPS, at__year=year).order_by("pk").values_list("about", "verb")
    latest = dict(said)
    drafts = lines.filter(verb="poll.created", about__in=latest).values_list("about", "facts")
    told = {about: (str(facts.get("title", "")), bool(facts.get("practice"))) for about, facts in drafts}
    return [
        Vote(about, told[about][0], str(PUBLIC_STEPS[verb]), told[about][1])
        for about, verb in latest.items()
        if about in told
    ]


def people_named(within: QuerySet[Unit], words: str, limit: int = 20) -> list[Member]:
    """Return members on these units' rosters whose name, pinyin or initials begin with the words (index walks)."""
    typed = "".join(words.split()).lower()
    ways = [("name", words), *([("initials", typed), ("letters", typed)] if typed.isascii() else [])]
    found: dict[int, Member] = {}
    for column, text in ways:
        those = Member.objects.filter(begins(column, text), unit__in=within).exclude(status=Status.LEFT)
        for one in those.select_related("unit").order_by(column)[:limit]:
            found.setdefault(one.pk, one)
    return list(found.values())[:limit]
