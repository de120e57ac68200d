"""Writing the plan of an import: level by level from the top, all of it or nothing."""

from __future__ import annotations

from itertools import islice

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pingjia.core.letters import letters
from pingjia.journal.actions import record
from pingjia.units import counting, history
from pingjia.units.actions import planted, replant
from pingjia.units.columns import DESCRIBED as FIELDS
from pingjia.units.columns import Row
from pingjia.units.models import Act, Change, FurtherSuperior, Unit
from pingjia.units.organisation import AT_ONCE, Plan
from pingjia.units.refusal import Refused


def apply(root: Unit | None, made: Plan, *, by: object) -> Plan:
    """Write a plan; how the changed units stood until yesterday is kept. Raises ``Refused`` and leaves nothing."""
    if made.errors:
        raise Refused(*(str(error) for error in made.errors))
    try:
        with transaction.atomic():
            _write(root, made, by)
    except IntegrityError as clash:
        raise Refused(_("另一次导入刚刚写了同样的编号，这次什么都没有写入，请再执行一次。")) from clash
    return made


def _write(root: Unit | None, made: Plan, by: object) -> None:
    if root:
        Unit.objects.select_for_update().get(pk=root.pk)
    levels: dict[int, list[tuple[Row, bool]]] = {}
    for row in made.new:
        levels.setdefault(_depth(row, made), []).append((row, True))
    for row, _differences in made.changed:
        levels.setdefault(_depth(row, made), []).append((row, False))
    for depth in sorted(levels):
        _write_level(levels[depth])
    _link(made)
    if made.new or made.moved:
        counting.recount(Unit.objects.get(pk=root.pk) if root else None)
    record(
        "import_units",
        by=by,
        about=root.code if root else "*",
        unit=root.code if root else "",
        new=len(made.new),
        changed=len(made.changed),
        moved=made.moved,
    )


def _depth(row: Row, made: Plan) -> int:
    return made.paths[row.code].count("/") - 1


def _by_code(codes: set[str]) -> dict[str, Unit]:
    found: dict[str, Unit] = {}
    rest = iter(sorted(codes))
    while some := list(islice(rest, AT_ONCE)):
        found |= {unit.code: unit for unit in Unit.objects.select_related("parent").filter(code__in=some)}
    return found


def _write_level(level: list[tuple[Row, bool]]) -> None:
    codes = {row.parent for row, _new in level if row.parent} | {row.code for row, new in level if not new}
    standing = _by_code(codes)
    today = history.today()
    founded = [
        planted(standing.get(row.parent), code=row.code, since=row.since, **row.described())
        for row, new in level
        if new
    ]
    Unit.objects.bulk_create(founded, batch_size=2_000)
    Change.objects.bulk_create(
        [Change(unit=unit, act=Act.FOUNDED, on=unit.since) for unit in founded if unit.since], batch_size=2_000
    )
    for row, new in level:
        if new:
            continue
        unit = standing[row.code]
        if (unit.parent.code if unit.parent else "") != row.parent:
            unit.refresh_from_db()
            before = unit.parent.name if unit.parent else ""
            there = Unit.objects.get(pk=standing[row.parent].pk) if row.parent else None
            replant(unit, there, today)
            history.note(unit, Act.MOVED, today, other=there, before=before)
    _describe([(row, standing[row.code]) for row, new in level if not new])


def _describe(rows: list[tuple[Row, Unit]]) -> None:
    """Give standing units the name, kind, level, nature and code that the table has for them."""
    today = history.today()
    changed = [
        (row, unit)
        for row, unit in rows
        if any(getattr(unit, what) != value for what, value in row.described().items())
    ]
    for start in range(0, len(changed), AT_ONCE):
        history.keep(Unit.objects.filter(pk__in=[unit.pk for _row, unit in changed[start : start + AT_ONCE]]), today)
    Change.objects.bulk_create(
        [
            Change(unit=unit, act=Act.RENAMED, on=today, before=unit.name)
            for row, unit in changed
            if unit.name != row.name
        ],
        batch_size=2_000,
    )
    for row, unit in changed:
        for what, value in row.described().items():
            setattr(unit, what, value)
        unit.letters, unit.initials = letters(unit.name)
    Unit.objects.bulk_update([unit for _row, unit in changed], [*FIELDS, "letters", "initials"], batch_size=500)


def _link(made: Plan) -> None:
    """Let the units of the table answer to exactly the further superiors that it names."""
    wanted = {row.code: row.further for row in made.new if row.further}
    relinked = {row.code: row.further for row, what in made.changed if any(one == "further" for one, _b, _a in what)}
    units = _by_code({*wanted, *relinked, *(code for some in [*wanted.values(), *relinked.values()] for code in some)})
    FurtherSuperior.objects.filter(unit__code__in=sorted(relinked)).delete()
    FurtherSuperior.objects.bulk_create(
        [
            FurtherSuperior(unit=units[code], superior=units[superior])
            for code, some in (wanted | relinked).items()
            for superior in some
        ],
        batch_size=2_000,
    )
