"""What the desks show, gathered in a constant number of queries however many units or polls there are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from pingjia.people.models import User
from pingjia.polls.models import Poll, State
from pingjia.units import queries as units
from pingjia.units.models import Unit

# How far along a unit is, in the order of the year; a unit's stage is that of its newest real poll.
STAGES: dict[str, Q] = {
    "none": Q(state__isnull=True),
    "under_way": Q(state__in=(State.DRAFT, State.ROLLED, State.SEALED)),
    "voting": Q(state=State.OPEN),
    "counting": Q(state__in=(State.CLOSED, State.COUNTED, State.CHALLENGED)),
    "done": Q(state__in=(State.DECLARED, State.FINAL)),
    "broken": Q(state__in=(State.VOID, State.UNOPENED)),
}


@dataclass(frozen=True)
class Coverage:
    """How many homes below a superior stand where, for one year. The parts add up to ``homes``."""

    homes: int
    none: int
    under_way: int
    voting: int
    counting: int
    done: int
    broken: int


def open_to(user: User) -> QuerySet[Poll]:
    """Return the polls on whose roll the user stands and that have not ended, newest first."""
    return (
        Poll.objects.filter(roll__member__user=user)
        .exclude(state__in=[State.DRAFT, State.VOID])
        .select_related("unit")
        .order_by("-opens_at")
        .distinct()
    )


def newest_poll(year: int) -> Subquery:
    """Return, as a column of a unit, the state of the unit's newest poll of that year."""
    polls = Poll.objects.filter(unit=OuterRef("pk"), year=year).order_by("-pk")
    return Subquery(polls.values("state")[:1])


def homes_with_state(superior: Unit, year: int) -> QuerySet[Unit]:
    """Return the Staff Homes below a superior, each with ``state`` and ``poll_id`` of its newest poll of the year."""
    polls = Poll.objects.filter(unit=OuterRef("pk"), year=year).order_by("-pk")
    return (
        units.homes_below(superior)
        .annotate(state=newest_poll(year), newest_poll_id=Subquery(polls.values("poll_id")[:1]))
        .order_by("path")
    )


def coverage(superior: Unit, year: int) -> Coverage:
    """Count the homes below a superior by how far they are (one query)."""
    parts = {stage: Count("pk", filter=wanted) for stage, wanted in STAGES.items()}
    count = homes_with_state(superior, year).order_by().aggregate(homes=Count("pk"), **parts)
    return Coverage(**count)


def this_year() -> int:
    """Return the year judged by default: the calendar year, until an officer chooses another."""
    return timezone.localdate().year
