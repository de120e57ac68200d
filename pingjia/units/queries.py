"""Reads of the tree with more than one caller."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q, QuerySet

from pingjia.units.models import FurtherSuperior, Kind, Unit


def at_or_below(path: str) -> Q:
    """Return the condition "this path or one below it", such that the database walks its index.

    SQLite's LIKE cannot use the index, but its text order is that of bytes, where ``0`` follows ``/`` at once;
    PostgreSQL orders by language, and has an index for prefixes instead.
    """
    if connection.vendor == "sqlite":
        return Q(path__gte=path, path__lt=path[:-1] + "0")
    return Q(path__startswith=path)


def below(unit: Unit) -> QuerySet[Unit]:
    """Return the unit and everything below it, in tree order (one query, by prefix)."""
    return Unit.objects.filter(at_or_below(unit.path))


def homes_below(unit: Unit) -> QuerySet[Unit]:
    """Return the Staff Homes that the unit leads or is, through its lead line or as a further superior."""
    linked = FurtherSuperior.objects.filter(superior=unit).values("unit_id")
    homes = Unit.objects.filter(kind__in=[Kind.GRASSROOTS, Kind.JOINT])
    return homes.filter(at_or_below(unit.path) | Q(pk__in=linked))


def children(unit: Unit) -> QuerySet[Unit]:
    """Return the units that answer to this one directly, in the order of their codes."""
    return Unit.objects.filter(parent=unit).order_by("code")


def branches(unit: Unit) -> QuerySet[Unit]:
    """Return the branches and groups of a union, at any depth."""
    return below(unit).filter(kind__in=[Kind.BRANCH, Kind.GROUP])


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
