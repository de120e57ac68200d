"""Importing units from a table: what would change, what is wrong in which row, and then all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

from django.utils.translation import gettext as _

from pingjia.intake.columns import Header, find_header, records
from pingjia.intake.outgoing import plainly
from pingjia.intake.preview import RowError, cell_errors, notes_on
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.units.actions import why_not
from pingjia.units.columns import COLUMNS, LONGEST, Row, kept, read_row, words
from pingjia.units.models import FurtherSuperior, Kind, Level, Nature, Unit

AT_ONCE = 5_000  # codes asked for in one query


@dataclass
class Plan:
    """What an import would do to everything below ``root`` (none: everywhere). Nothing is written with ``errors``."""

    root: Unit | None
    header_row: int
    new: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, list[tuple[str, str, str]]]] = field(default_factory=list)  # (field, before, after)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)  # final path of every unit in the table

    @property
    def moved(self) -> int:
        """Return how many standing units get another superior."""
        return sum(any(what == "parent" for what, _b, _a in differences) for _row, differences in self.changed)

    @property
    def changed_words(self) -> list[tuple[Row, str]]:
        """Return each change as its reader sees it: 名称：甲工会 → 乙工会."""
        titles = {column.key: str(column.title) for column in COLUMNS}
        labels = dict(Kind.choices) | dict(Nature.choices[1:]) | dict(Level.choices[1:])
        return [
            (
                row,
                _("；").join(
                    f"{titles[what]}{_('：')}{labels.get(before, before) or '—'} → {labels.get(after, after) or '—'}"
                    for what, before, after in differences
                ),
            )
            for row, differences in self.changed
        ]

    @property
    def fingerprint(self) -> str:
        """Name this plan: another one comes out when file or organisation have changed since the preview."""
        return hashlib.sha256(repr((self.new, self.changed)).encode()).hexdigest()


def plan(root: Unit | None, table: Table) -> Plan:
    """Compare a table with everything below ``root``; raises ``Unreadable`` where the header is missing.

    Without a root (the shell's right only) the table may hold the whole organisation, its roots included.
    """
    header = find_header(table, COLUMNS)
    result = Plan(root, header.row, notes=notes_on(table, header))
    rows = _rows(root, table, header, result.errors)
    if not rows and not result.errors:
        raise Unreadable("no_rows", row=header.row)
    wanted = {code for one in rows.values() for code in (one.code, one.parent, *one.further) if code}
    standing = _standing(root, wanted)
    links = _links(unit.pk for unit in standing.values())
    for code, one in rows.items():
        unit = standing.get(code)
        rows[code] = kept(one, header.places, unit, links.get(unit.pk, ()) if unit else ())
    parents = {one.parent for one in rows.values() if one.parent}
    standing |= _standing(root, parents - {unit.code for unit in standing.values()})
    for one in rows.values():
        result.errors.extend(_place_errors(one, root, rows, standing))
    if not result.errors:
        _settle_paths(result, rows, standing)
    if not result.errors:
        _compare(result, rows, standing, links)
    result.errors.sort(key=lambda error: error.row)
    return result


def _rows(root: Unit | None, table: Table, header: Header, wrong: list[RowError]) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    known = words()
    for record in records(table, header):
        if table.kind == "csv":  # the apostrophe with which our own .csv keeps formulas out
            record = replace(record, values={key: plainly(value) for key, value in record.values.items()})
        errors = cell_errors(record, COLUMNS, LONGEST)
        one = read_row(record, root.code if root else "", known, errors)
        if root and one.code.casefold() == root.code.casefold():
            errors.append(_wrong(one, _("编号"), _("这是本级单位自己。"), _("请删去这一行：本级由上级修改。")))
        if before := rows.get(one.code.casefold()):
            what = _("编号 %(code)s 与第 %(row)d 行重复。") % {"code": one.code, "row": before.row}
            errors.append(_wrong(one, _("编号"), what, _("每个单位只留一行，或改正编号。")))
        elif not errors:
            rows[one.code.casefold()] = one
        wrong.extend(errors)
    return rows


def _wrong(row: Row, column: str, what: str, remedy: str) -> RowError:
    return RowError(row.row, column, what, remedy)


def _standing(root: Unit | None, codes: Iterable[str]) -> dict[str, Unit]:
    """Return the units with these codes that exist anywhere, and their superiors, by folded code."""
    found: dict[str, Unit] = {}
    rest = iter(sorted(set(codes)))
    while some := list(islice(rest, AT_ONCE)):
        for unit in Unit.objects.select_related("parent").filter(code__in=some):
            if unit.parent:
                found.setdefault(unit.parent.code.casefold(), unit.parent)
            found[unit.code.casefold()] = unit
    return found | ({root.code.casefold(): root} if root else {})


def _links(keys: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return the codes of the further superiors of these units, in order."""
    found: dict[int, tuple[str, ...]] = {}
    rest: Iterator[int] = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        links = FurtherSuperior.objects.filter(unit__in=some).order_by("superior__code")
        for unit, code in links.values_list("unit_id", "superior__code"):
            found[unit] = (*found.get(unit, ()), code)
    return found


def _place_errors(row: Row, root: Unit | None, rows: dict[str, Row], standing: dict[str, Unit]) -> list[RowError]:
    errors = []
    top = root.path if root else ""
    unit = standing.get(row.code.casefold())
    if unit and not unit.stands:
        what = _("编号 %(code)s 属于已撤销的单位，不再使用。") % {"code": row.code}
        errors.append(_wrong(row, _("编号"), what, _("请换一个编号。")))
    elif unit and not unit.path.startswith(top):
        what = _("编号 %(code)s 已被本级以外的单位使用。") % {"code": row.code}
        errors.append(_wrong(row, _("编号"), what, _("请换一个编号，或请共同的上级办理移交。")))
    elif unit and unit.code != row.code:
        what = _("编号 %(code)s 与现有的 %(other)s 只差大小写。") % {"code": row.code, "other": unit.code}
        errors.append(_wrong(row, _("编号"), what, _("请按现有的写法填写，或换一个编号。")))
    parent = standing.get(row.parent.casefold())
    orphan = row.parent and row.parent.casefold() not in rows
    if orphan and (parent is None or not parent.path.startswith(top) or not parent.stands):
        what = _("找不到上级 %(code)s：表里没有，本级下面也没有。") % {"code": row.parent}
        errors.append(_wrong(row, _("上级编号"), what, _("请改正上级编号，或在表里补上这个上级。")))
    for code in row.further:
        superior = standing.get(code.casefold())
        if code.casefold() not in rows and (superior is None or not superior.stands):
            what = _("找不到另向负责的上级 %(code)s。") % {"code": code}
            errors.append(_wrong(row, _("另向谁负责"), what, _("请改正编号，或先登记那个上级。")))
        elif code.casefold() in (row.code.casefold(), row.parent.casefold()):
            what = _("%(code)s 就是本单位或它的上级。") % {"code": code}
            errors.append(_wrong(row, _("另向谁负责"), what, _("这一格只写别的上级，请删去。")))
    return errors


def _settle_paths(result: Plan, rows: dict[str, Row], standing: dict[str, Unit]) -> None:
    """Work out where every unit of the table ends up; a line that leads back to itself is an error."""
    for start in rows.values():
        line: list[Row] = []
        seen: set[str] = set()
        here: Row | None = start
        top = result.root.path if result.root else ""
        while here is not None:
            if here.code in seen:
                chain = " → ".join([*(row.code for row in line), here.code])
                what = _("上下级绕成了一个圈：%(chain)s。") % {"chain": chain}
                result.errors.append(_wrong(start, _("上级编号"), what, _("请改正其中一行的上级编号。")))
                break
            seen.add(here.code)
            line.append(here)
            here, top = _next_above(here, rows, standing)
        else:
            path = top + "".join(f"{row.code}/" for row in reversed(line))
            result.paths[start.code] = path
            for reason in why_not(start.code, start.name, path):
                result.errors.append(_wrong(start, _("编号"), reason, ""))


def _next_above(row: Row, rows: dict[str, Row], standing: dict[str, Unit]) -> tuple[Row | None, str]:
    """Return the next row of the table above this one, and the path of the standing units in between.

    A standing superior may itself lie below a unit that the table moves, so its own line is searched upwards.
    """
    if not row.parent:
        return None, ""
    if parent := rows.get(row.parent.casefold()):
        return parent, ""
    codes = standing[row.parent.casefold()].path.rstrip("/").split("/")
    for place in range(len(codes) - 1, -1, -1):
        if moved := rows.get(codes[place].casefold()):
            return moved, ""
    return None, "/".join(codes) + "/"


def _compare(
    result: Plan, rows: dict[str, Row], standing: dict[str, Unit], links: Mapping[int, tuple[str, ...]]
) -> None:
    for row in rows.values():
        unit = standing.get(row.code.casefold())
        if unit is None:
            result.new.append(row)
            continue
        before = {what: getattr(unit, what) for what in row.described()}
        before["parent"] = unit.parent.code if unit.parent else ""
        differences = [(what, old, getattr(row, what)) for what, old in before.items() if getattr(row, what) != old]
        linked = links.get(unit.pk, ())
        if set(linked) != set(row.further):
            differences.append(("further", " ".join(linked), " ".join(row.further)))
        if differences:
            result.changed.append((row, differences))
        else:
            result.unchanged += 1
