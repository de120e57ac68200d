"""How the organisation stood on a day that is over: what a past year saw does not change when units move or end.

``keep`` is called by every verb before it changes a unit; ``as_of`` reads both tables as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from pingjia.units.models import Act, Change, Kind, Past, Unit
from pingjia.units.paths import at_or_below

BATCH = 2_000
FIELDS = ("name", "kind", "level", "nature", "parent_id", "path", "depth")


def today() -> date:
    """Return the day of the unions' own calendar."""
    return timezone.localdate()


def keep(units: QuerySet[Unit], on: date) -> None:
    """Write down how these units stood until the day before ``on``; from then on they stand as they will.

    A unit that already changed on that very day has nothing to keep: nobody saw a whole day of it.
    """
    changing = units.filter(Q(since__isnull=True) | Q(since__lt=on))
    rows = changing.order_by("pk").values_list("pk", "since", *FIELDS).iterator(chunk_size=BATCH)
    last = on - timedelta(days=1)
    for some in _batches(rows):
        kept = [
            Past(unit_id=pk, since=since, until=last, **dict(zip(FIELDS, rest, strict=True)))
            for pk, since, *rest in some
        ]
        Past.objects.bulk_create(kept)
    changing.update(since=on)


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(rows, BATCH)):
        yield some


def note(unit: Unit, act: Act, on: date, other: Unit | None = None, before: str = "") -> None:
    """Add a line to the unit's history."""
    Change.objects.create(unit=unit, act=act, on=on, other=other, before=before)


@dataclass(frozen=True)
class Stood:
    """One unit on one day."""

    pk: int
    code: str
    name: str
    kind: str
    path: str
    depth: int
    parent_id: int | None

    @property
    def get_kind_display(self) -> str:
        """Return the kind's label, as a model does."""
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class AsOf:
    """The tree as it stood on ``day``. Every method is one query, or two where it says so."""

    day: date

    def _valid(self) -> Q:
        """Return the condition "stood like this on the day"."""
        began = Q(since__isnull=True) | Q(since__lte=self.day)
        return began & (Q(until__isnull=True) | Q(until__gte=self.day))

    def _both(self, now: Q, past: Q, limit: int | None = None, after: str = "") -> list[Stood]:
        standing = Unit.objects.filter(self._valid(), now)
        over = Past.objects.filter(self._valid(), past)
        if after:
            standing, over = standing.filter(code__gt=after), over.filter(unit__code__gt=after)
        columns = ("kind", "path", "depth", "parent_id")
        # Both sides name their columns alike, or the union would have none to order by.
        rows = standing.order_by().annotate(u=F("pk"), c=F("code"), n=F("name")).values_list("u", "c", "n", *columns)
        more = over.order_by().annotate(u=F("unit_id"), c=F("unit__code"), n=F("name"))
        found = rows.union(more.values_list("u", "c", "n", *columns), all=True).order_by("c")
        return [Stood(*row) for row in (found[:limit] if limit else found)]

    def unit(self, unit: Unit) -> Stood | None:
        """Return how the unit stood that day; none: it did not yet stand, or no longer."""
        found = self._both(Q(pk=unit.pk), Q(unit=unit))
        return found[0] if found else None

    def children(self, unit: Unit, limit: int | None = None, after: str = "") -> list[Stood]:
        """Return the units that answered to it directly, by code, those after the code ``after`` (keyset paging)."""
        return self._both(Q(parent=unit), Q(parent=unit), limit, after)

    def children_count(self, unit: Unit) -> int:
        """Return how many units answered to it directly (two queries)."""
        past = Past.objects.filter(self._valid(), parent=unit).count()
        return past + Unit.objects.filter(self._valid(), parent=unit).count()

    def below(self, unit: Unit) -> list[Stood]:
        """Return everything at and below the unit (two queries: its own path may have been another)."""
        stood = self.unit(unit)
        if stood is None:
            return []
        return self._both(at_or_below(stood.path), at_or_below(stood.path))

    def line(self, unit: Unit) -> list[Stood]:
        """Return the lead superiors from the root down to the unit itself (two queries)."""
        stood = self.unit(unit)
        if stood is None:
            return []
        codes = stood.path.rstrip("/").split("/")
        found = {one.code: one for one in self._both(Q(code__in=codes), Q(unit__code__in=codes))}
        return [found[code] for code in codes if code in found]

    def units(self, path: str, kinds: Iterable[str]) -> Q:
        """Return, as a condition on units, "stood at or below ``path`` that day as one of these kinds"."""
        wanted = Q(at_or_below(path), kind__in=list(kinds))
        return Q(self._valid(), wanted) | Q(pk__in=Past.objects.filter(self._valid(), wanted).values("unit_id"))
