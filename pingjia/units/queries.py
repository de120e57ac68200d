"""Reads of the tree with more than one caller."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from pingjia.units.history import AsOf
from pingjia.units.models import HOMES, FurtherSuperior, Kind, Unit
from pingjia.units.paths import at_or_below


def as_of(day: date) -> AsOf:
    """Return the tree as it stood on that day."""
    return AsOf(day)


def below(unit: Unit) -> QuerySet[Unit]:
    """Return the unit and everything below it, in tree order (one query, by prefix)."""
    return Unit.objects.filter(at_or_below(unit.path))


def homes_below(unit: Unit, on: date | None = None) -> QuerySet[Unit]:
    """Return the Staff Homes that the unit leads or is, through its lead line or as a further superior.

    With a day that is over: those that it led on that day, wherever they stand now.
    """
    linked = Q(pk__in=FurtherSuperior.objects.filter(superior=unit).values("unit_id"))
    if on is None:
        return Unit.objects.filter(at_or_below(unit.path) | linked, kind__in=HOMES, until=None)
    then = as_of(on)
    stood = then.unit(unit)
    return Unit.objects.filter(then.units(stood.path if stood else unit.path, HOMES) | (linked & Q(kind__in=HOMES)))


def children(unit: Unit) -> QuerySet[Unit]:
    """Return the standing units that answer to this one directly, in the order of their codes."""
    return Unit.objects.filter(parent=unit, until=None).order_by("code")


def branches(unit: Unit) -> QuerySet[Unit]:
    """Return the branches and groups of a union, at any depth."""
    return below(unit).filter(kind__in=[Kind.BRANCH, Kind.GROUP], until=None)


def search(within: QuerySet[Unit], words: str) -> QuerySet[Unit]:
    """Return units of ``within`` whose name holds the words or whose code begins with them (a scan of ``within``)."""
    return within.filter(Q(name__contains=words) | Q(code__startswith=words)).order_by("depth", "path")


def line_of_command(unit: Unit) -> list[Unit]:
    """Return the lead superiors from the root down to the unit itself (one query)."""
    codes = unit.path.rstrip("/").split("/")
    return sorted(Unit.objects.filter(code__in=codes), key=lambda one: one.depth)


def superiors(unit: Unit) -> set[int]:
    """Return the keys of every unit above this one, on the lead line and on further lines."""
    lines = [unit.path, *FurtherSuperior.objects.filter(unit=unit).values_list("superior__path", flat=True)]
    codes = {code for path in lines for code in path.rstrip("/").split("/")} - {unit.code}
    return set(Unit.objects.filter(code__in=codes).values_list("pk", flat=True))
