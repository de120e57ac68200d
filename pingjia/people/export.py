"""Writing a roster out, so that importing what was written changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from pingjia.people.models import Category, Employment, Member, Sex, Status
from pingjia.people.places import Places, places_of
from pingjia.people.roster_columns import OUR_OWN
from pingjia.units import queries as units
from pingjia.units.models import Unit

AT_ONCE = 2_000


def titles() -> list[str]:
    """Return the header that the import understands."""
    return [str(column.title) for column in OUR_OWN]


def rows(unit: Unit) -> Iterator[list[str]]:
    """Yield a row for each line of the roster, those who left included, by number; nothing is held longer."""
    places = places_of(unit, False)
    standing = {one.pk: one for one in units.branches(unit)}
    labels = [dict(choices.choices) for choices in (Category, Status, Employment, Sex)]
    words: dict[tuple[int | None, int | None], tuple[str, str]] = {}
    for one in _lines(unit).iterator(chunk_size=AT_ONCE):
        no, name, category, branch, group, status, employment, sex, joined_at, left_at = one
        if (branch, group) not in words:
            words[branch, group] = _words(places, standing.get(branch), standing.get(group))
        kinds, standings, employments, sexes = labels
        yield [
            no, name, str(kinds[category]), *words[branch, group], str(standings[status]),
            str(employments[employment]) if employment else "", str(sexes[sex]) if sex else "",
            _day(joined_at), _day(left_at),
        ]  # fmt: skip


def _lines(unit: Unit) -> QuerySet[Member, tuple[str, ...]]:
    columns = (
        "no", "name", "category", "branch_id", "group_id", "status", "employment", "sex", "joined_at", "left_at",
    )  # fmt: skip
    return Member.objects.filter(unit=unit).order_by("no").values_list(*columns)


def _words(places: Places, branch: Unit | None, group: Unit | None) -> tuple[str, str]:
    """Say branch and group by their names where the import finds these two by them, else by their codes."""
    branches = [branch.name, branch.code] if branch else [""]
    groups = [group.name, group.code] if group else [""]
    for in_branch in branches:
        for in_group in groups:
            if places.find(in_branch, in_group) == (branch, group):
                return in_branch, in_group
    return branches[-1], groups[-1]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
