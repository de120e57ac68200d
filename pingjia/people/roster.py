"""Importing a roster: what is wrong in which row; who is new, changed or gone; and then all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from pingjia.intake.columns import Header, records
from pingjia.intake.outgoing import plainly
from pingjia.intake.preview import RowError, cell_errors, notes_on
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.people.models import Category, Employment, Member, Sex, Status
from pingjia.people.places import Places, places_of
from pingjia.people.roster_columns import COLUMNS, LONGEST, OUR_OWN, Layout
from pingjia.people.rows import Row, row_of
from pingjia.units.models import Unit

__all__ = ["COLUMNS", "OUR_OWN", "Change", "Plan", "Row", "plan"]

# What stands in a line of the roster and may differ; the order is that in which differences are told.
FIELDS = ("name", "category", "status", "branch", "group", "employment", "sex", "joined_at", "left_at")
PROGRESS_EVERY = 2000


@dataclass(frozen=True)
class Change:
    """A standing member whom the table has otherwise; ``differences`` are (field, before, after)."""

    member: Member
    row: Row
    differences: tuple[tuple[str, str, str], ...]
    marks: bool = False  # only a hash is new: nothing that a reader sees

    @property
    def words(self) -> list[str]:
        """Return each difference as its reader sees it: 岗位类别：一线职工 → 管理人员."""
        titles = {column.key: str(column.title) for column in COLUMNS}
        labels = {"category": Category.choices, "status": Status.choices}
        labels |= {"employment": Employment.choices, "sex": Sex.choices}
        found = []
        for what, before, after in self.differences:
            names = {value: str(label) for value, label in labels.get(what, []) if value}
            found.append(
                f"{titles[what]}{_('：')}{names.get(before, before) or '—'} → {names.get(after, after) or '—'}"
            )
        return found + ([_("证件号码的指纹")] if self.marks else [])


@dataclass
class Plan:
    """What an import would do to a union's roster. Nothing is written while there are ``errors``.

    ``has`` are the columns that the table has: what it lacks stays as it stands for every member.
    """

    unit: Unit
    header_row: int
    whole: bool
    new: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    left: list[Member] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    has: frozenset[str] = frozenset()
    settled: int = 0  # members who vote elsewhere and stay so although the table has them as active

    @property
    def fingerprint(self) -> str:
        """Name this plan: another one comes out when file or roster have changed since the preview."""
        changed = [(change.member.pk, change.row, change.differences) for change in self.changed]
        left = [member.pk for member in self.left]
        content = (self.new, changed, left, list(self.places.new), self.whole)
        return hashlib.sha256(repr(content).encode()).hexdigest()

    @property
    def writes(self) -> bool:
        """Say whether confirming would change anything."""
        return bool(self.new or self.changed or self.left)

    @property
    def changed_names_first(self) -> list[Change]:
        """Return the changes, new names before all others: a name may have become another person's."""
        return sorted(self.changed, key=lambda change: all(what != "name" for what, *_values in change.differences))

    @property
    def renamed(self) -> int:
        """Count those whose name changes: the one change that an officer checks by eye."""
        return sum(any(what == "name" for what, _before, _after in change.differences) for change in self.changed)

    @property
    def new_branches(self) -> list[str]:
        """Name the branches and groups that would be founded."""
        return self.places.new_names

    @property
    def loses_many(self) -> bool:
        """Say whether more than a quarter of the roster would leave: often the file holds only a part of it."""
        standing = self.unchanged + len(self.changed) + len(self.left)
        return len(self.left) > 4 and len(self.left) * 4 > standing


def plan(
    unit: Unit,
    table: Table,
    *,
    whole: bool = True,
    found_branches: bool = False,
    layout: Layout | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Compare a table with the union's roster; raises ``Unreadable`` where the header or all rows are missing.

    ``whole``: the table is the whole roster, so that members who are not in it have left. ``found_branches``:
    branches and groups that the union does not have yet are founded; otherwise each is an error. ``progress`` is told
    (rows checked, rows in all).
    """
    reading = layout or Layout()
    header = reading.header(table)
    result = Plan(unit, header.row, whole, notes=notes_on(table, header), places=places_of(unit, found_branches))
    result.notes += reading.notes
    result.has = frozenset(header.places)
    rows: dict[str, Row] = {}
    for row, errors in _rows(table, header, reading, result, progress):
        if before := rows.get(row.no):
            what = _("会员编号 %(no)s 与第 %(row)d 行重复。") % {"no": row.no, "row": before.row}
            errors.append(RowError(row.row, _("会员编号"), what, _("每人只留一行，或改正编号。")))
        elif row.no:
            rows[row.no] = row
        result.errors.extend(errors)
    if not rows and not result.errors:
        raise Unreadable("no_rows", row=header.row)
    _refuse_one_person_twice(result, rows)
    if not result.errors:
        _compare(result, rows)
    if result.settled:
        result.notes.append(_("有 %(n)d 人已定在别的工会投票，仍照那样，不因这份表改变。") % {"n": result.settled})
    return result


def _rows(
    table: Table, header: Header, reading: Layout, result: Plan, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[Row, list[RowError]]]:
    total = len(table.rows)
    for number, record in enumerate(records(table, header)):
        one = record
        if table.kind == "csv":  # the apostrophe with which our own .csv keeps formulas out
            one = replace(record, values={key: plainly(value) for key, value in record.values.items()})
        errors = cell_errors(one, reading.columns, LONGEST)
        row = row_of(one, reading, errors)
        errors.extend(result.places.errors(row.row, row.branch, row.group))
        if progress and number % PROGRESS_EVERY == 0:
            progress(number, total)
        yield row, errors
    if progress:
        progress(total, total)


def _refuse_one_person_twice(result: Plan, rows: dict[str, Row]) -> None:
    """Refuse two rows with one identity number; the number itself is not repeated."""
    first: dict[str, Row] = {}
    for row in rows.values():
        if not row.id_hash:
            continue
        if before := first.get(row.id_hash):
            what = _("与第 %(row)d 行是同一个证件号码。") % {"row": before.row}
            result.errors.append(RowError(row.row, _("证件号码"), what, _("每人只留一行，或改正号码。")))
        else:
            first[row.id_hash] = row


def _compare(result: Plan, rows: dict[str, Row]) -> None:
    """Sort every row and every standing member into new, changed, unchanged, left (one query)."""
    seen = set()
    standing = Member.objects.filter(unit=result.unit).select_related("branch", "group").order_by("no")
    for member in standing.iterator(chunk_size=PROGRESS_EVERY):
        row = rows.get(member.no)
        if row is None:
            if result.whole and member.status != Status.LEFT:
                result.left.append(member)
            elif member.status != Status.LEFT:
                result.unchanged += 1
            continue
        seen.add(member.no)
        change = _change(member, row, result)
        if change:
            result.changed.append(change)
        else:
            result.unchanged += 1
    result.new = [row for no, row in rows.items() if no not in seen]
    for row in result.new:
        if row.status == Status.ELSEWHERE:
            result.errors.append(_settled_elsewhere(row.row))


def _settled_elsewhere(row: int) -> RowError:
    what = _("“在别的工会投票”不能由表格填写。")
    return RowError(row, _("会籍"), what, _("请先填“在籍”导入，再在“一人在两个工会”里办理。"))


def _change(member: Member, row: Row, result: Plan) -> Change | None:
    """Compare one member; what the table has no column for stays."""
    before, after = standing_values(member), _after(member, row, result)
    differences = [(what, _word(before[what]), _word(after[what])) for what in FIELDS if before[what] != after[what]]
    for what, place in (("branch", member.branch), ("group", member.group)):
        to = after[f"{what}_unit"]
        if place and to and place.pk != to.pk and place.name == to.name:
            differences.append((what, place.code, to.code))  # two branches of one name
    marks = bool(row.id_hash and row.id_hash != member.id_hash)
    marks |= bool(row.birth_hash and row.birth_hash != member.birth_hash)
    return Change(member, row, tuple(differences), marks) if differences or marks else None


def standing_values(member: Member) -> dict[str, Any]:
    """Return what stands in a line, places by their names."""
    return {
        "name": member.name,
        "category": member.category,
        "status": member.status,
        "branch": member.branch.name if member.branch else "",
        "group": member.group.name if member.group else "",
        "employment": member.employment,
        "sex": member.sex,
        "joined_at": member.joined_at,
        "left_at": member.left_at,
    }


def _after(member: Member, row: Row, result: Plan) -> dict[str, Any]:
    """Return what the line would say: a table without a status keeps it, and brings back who had left."""
    after = standing_values(member) | {"name": row.name, "branch_unit": None, "group_unit": None}
    after["status"] = row.status or (Status.ACTIVE if member.status == Status.LEFT else member.status)
    if member.status == Status.ELSEWHERE and after["status"] == Status.ACTIVE:
        after["status"] = Status.ELSEWHERE
        result.settled += 1
    elif after["status"] == Status.ELSEWHERE and member.status != Status.ELSEWHERE:
        result.errors.append(_settled_elsewhere(row.row))
    for what in {"category", "employment", "sex"} & result.has:
        after[what] = getattr(row, what)
    if "joined_at" in result.has:
        after["joined_at"] = row.joined_at
    if {"branch", "group"} & result.has:
        branch, group = result.places.find(row.branch, row.group)
        if "branch" in result.has or branch:
            after["branch"], after["branch_unit"] = (branch.name if branch else row.branch), branch
        if "group" in result.has:
            after["group"], after["group_unit"] = (group.name if group else row.group), group
        elif member.group and after["branch"] != (member.branch.name if member.branch else ""):
            after["group"] = ""  # a group of the branch that the member has just left
    if after["status"] != Status.LEFT:
        after["left_at"] = None
    elif row.left_at:
        after["left_at"] = row.left_at
    return after


def _word(value: Any) -> str:
    return "" if value is None else str(value)
