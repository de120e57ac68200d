"""Reads of the tree with more than one caller."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from pingjia.units.history import AsOf
from pingjia.units.models import HOMES, FurtherSuperior, Kind, Unit
from pingjia.units.paths import at_or_below, begins


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


def search(within: QuerySet[Unit], words: str, limit: int) -> list[Unit]:
    """Return at most ``limit`` units of ``within``: names, codes, pinyin and initials that begin with the words first,
    then names that hold them.

    Each way of searching is one query that walks an index and stops at ``limit``; only the last, for a name's middle,
    reads on through ``within``, and is asked only while the page is not full.
    """
    typed = "".join(words.split()).lower()
    # A code is found whatever case it is typed in: no two differ by that alone.
    ways = [
        begins("name", words),
        *(begins("code", code) for code in dict.fromkeys((words, words.upper(), words.lower()))),
    ]
    if typed.isascii():
        ways += [begins("initials", typed), begins("letters", typed)]
    ways.append(Q(name__contains=words) | Q(letters__contains=typed) if typed.isascii() else Q(name__contains=words))
    found: dict[int, Unit] = {}
    for way in ways:
        if len(found) >= limit:
            break
        for unit in within.filter(way).select_related("parent").order_by()[:limit]:
            found.setdefault(unit.pk, unit)
    return sorted(list(found.values())[:limit], key=lambda one: (not one.stands, one.depth, one.path))


def line_of_command(unit: Unit) -> list[Unit]:
    """Return the lead superiors from the root down to the unit itself (one query)."""
    codes = unit.path.rstrip("/").split("/")
    return sorted(Unit.objects.filter(code__in=codes), key=lambda one: one.depth)


def superiors(unit: Unit) -> set[int]:
    """Return the keys of every unit above this one, on the lead line and on further lines."""
    lines = [unit.path, *FurtherSuperior.objects.filter(unit=unit).values_list("superior__path", flat=True)]
    codes = {code for path in lines for code in path.rstrip("/").split("/")} - {unit.code}
    return set(Unit.objects.filter(code__in=codes).values_list("pk", flat=True))
