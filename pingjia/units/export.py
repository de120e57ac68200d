"""Writing the organisation out, so that importing what was written changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pingjia.units.columns import COLUMNS
from pingjia.units.models import FurtherSuperior, Kind, Level, Nature, Unit
from pingjia.units.queries import below

AT_ONCE = 2_000


def titles() -> list[str]:
    """Return the header that the import understands."""
    return [str(column.title) for column in COLUMNS]


def rows(root: Unit | None = None) -> Iterator[list[str]]:
    """Yield a row for each standing unit below ``root`` (the whole organisation unless told), superiors first.

    Two queries for every two thousand units; nothing is held longer.
    """
    standing = below(root).exclude(pk=root.pk) if root else Unit.objects.all()
    columns = ("pk", "code", "name", "kind", "parent__code", "level", "nature", "credit_code", "since")
    found = standing.filter(until=None).order_by("depth", "path").values_list(*columns).iterator(chunk_size=AT_ONCE)
    kinds, levels, natures = dict(Kind.choices), dict(Level.choices), dict(Nature.choices)
    while some := list(islice(found, AT_ONCE)):
        further = _further(pk for pk, *_rest in some)
        for pk, code, name, kind, parent, level, nature, credit_code, since in some:
            yield [
                code,
                name,
                str(kinds[kind]),
                parent or "",
                str(levels[level]) if level else "",
                str(natures[nature]) if nature else "",
                credit_code,
                " ".join(further.get(pk, [])),
                since.isoformat() if since else "",
            ]


def _further(keys: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    links = FurtherSuperior.objects.filter(unit__in=list(keys)).order_by("superior__code")
    for unit, code in links.values_list("unit_id", "superior__code"):
        found.setdefault(unit, []).append(code)
    return found
