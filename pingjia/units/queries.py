"""Reads of the tree with more than one caller."""

from __future__ import annotations

from django.db.models import QuerySet

from pingjia.units.models import FurtherSuperior, Kind, Unit


def below(unit: Unit) -> QuerySet[Unit]:
    """Return the unit and everything below it, in tree order (one query, by prefix)."""
    return Unit.objects.filter(path__startswith=unit.path)


def homes_below(unit: Unit) -> QuerySet[Unit]:
    """Return the Staff Homes that the unit leads or is, through its lead line or as a further superior."""
    linked = FurtherSuperior.objects.filter(superior=unit).values("unit_id")
    homes = Unit.objects.filter(kind__in=[Kind.GRASSROOTS, Kind.JOINT])
    return homes.filter(path__startswith=unit.path) | homes.filter(pk__in=linked)


def line_of_command(unit: Unit) -> list[Unit]:
    """Return the lead superiors from the root down to the unit itself (one query)."""
    codes = unit.path.rstrip("/").split("/")
    return sorted(Unit.objects.filter(code__in=codes), key=lambda one: one.depth)


def superiors(unit: Unit) -> set[int]:
    """Return the keys of every unit above this one, on the lead line and on further lines."""
    lines = [unit.path, *FurtherSuperior.objects.filter(unit=unit).values_list("superior__path", flat=True)]
    codes = {code for path in lines for code in path.rstrip("/").split("/")} - {unit.code}
    return set(Unit.objects.filter(code__in=codes).values_list("pk", flat=True))
