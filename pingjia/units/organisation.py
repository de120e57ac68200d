"""Importing units from a table: what would change, what is wrong in which row, and then all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingjia.intake.columns import Column, Record, find_header, plain, records, vocabulary
from pingjia.intake.preview import RowError, cell_errors, notes_on
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.journal.actions import record
from pingjia.units.actions import replant, why_not
from pingjia.units.models import Kind, Nature, Unit
from pingjia.units.refusal import Refused

COLUMNS = (
    Column(
        "code", gettext_lazy("编号"), ("单位编号", "组织编码", "工会编号", "组织代码", "代码", "编码"), required=True
    ),
    Column("name", gettext_lazy("名称"), ("单位名称", "工会名称", "组织名称", "工会组织名称"), required=True),
    Column("kind", gettext_lazy("类别"), ("工会类别", "组织类别", "组织类型", "单位类别"), required=True),
    Column(
        "parent",
        gettext_lazy("上级编号"),
        ("上级", "上级单位编号", "上级工会编号", "上级组织编码", "主管单位编号", "上级代码"),
    ),
    Column("nature", gettext_lazy("单位性质"), ("性质", "经济类型", "单位类型")),
)
LONGEST = {"code": 40, "name": 200, "parent": 40}
KIND_WORDS = {
    Kind.FEDERATION: ("总工会", "地方工会", "federation"),
    Kind.INDUSTRIAL: ("产业工会", "系统工会", "产业（系统）工会", "industrial"),
    Kind.GRASSROOTS: ("基层工会", "基层工会委员会", "工会委员会", "grassroots"),
    Kind.JOINT: ("联合基层工会", "联合工会", "工会联合会", "joint"),
    Kind.BRANCH: ("分会", "支会", "分工会", "branch"),
    Kind.GROUP: ("工会小组", "小组", "group"),
}
NATURE_WORDS = {
    Nature.NONE: ("", "不适用"),
    Nature.INSTITUTION: ("事业", "事业单位", "institution"),
    Nature.STATE: ("国企", "国有", "国有企业", "state"),
    Nature.PRIVATE: ("非公", "民营", "私营", "非公有制企业", "非公企业", "private"),
    Nature.ORGAN: ("机关", "机关单位", "organ"),
    Nature.OTHER: ("其他", "其它", "社会组织", "other"),
}


@dataclass(frozen=True)
class Row:
    """One unit as the table has it; ``parent`` is a code."""

    row: int
    code: str
    name: str
    kind: str
    nature: str
    parent: str


@dataclass
class Plan:
    """What an import would do to everything below ``root``. Nothing is written while there are ``errors``."""

    root: Unit
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
        labels = dict(Kind.choices) | dict(Nature.choices[1:])
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


def plan(root: Unit, table: Table) -> Plan:
    """Compare a table with everything below ``root``; raises ``Unreadable`` where the header is missing."""
    header = find_header(table, COLUMNS)
    result = Plan(root, header.row, notes=notes_on(table, header))
    words = vocabulary(KIND_WORDS, Kind.choices), vocabulary(NATURE_WORDS, Nature.choices)
    rows: dict[str, Row] = {}
    for one in records(table, header):
        errors = cell_errors(one, COLUMNS, LONGEST)
        row = _row(one, root, words, errors)
        if row.code.casefold() == root.code.casefold():
            errors.append(_wrong(row, _("编号"), _("这是本级单位自己。"), _("请删去这一行：本级由上级修改。")))
        if before := rows.get(row.code.casefold()):
            what = _("编号 %(code)s 与第 %(row)d 行重复。") % {"code": row.code, "row": before.row}
            errors.append(_wrong(row, _("编号"), what, _("每个单位只留一行，或改正编号。")))
        elif not errors:
            rows[row.code.casefold()] = row
        result.errors.extend(errors)
    if not rows and not result.errors:
        raise Unreadable("no_rows", row=header.row)
    standing = _standing(root, {row.code for row in rows.values()} | {row.parent for row in rows.values()})
    rows = {code: _kept(row, header.places, standing.get(code)) for code, row in rows.items()}
    for row in rows.values():
        result.errors.extend(_place_errors(row, root, rows, standing))
    if not result.errors:
        _settle_paths(result, rows, standing)
    if not result.errors:
        _compare(result, rows, standing)
    result.errors.sort(key=lambda error: error.row)
    return result


def _row(one: Record, root: Unit, words: tuple[dict[str, str], dict[str, str]], errors: list[RowError]) -> Row:
    kind = words[0].get(plain(one["kind"]))
    nature = words[1].get(plain(one["nature"]))
    if one["kind"] and kind is None:
        allowed = _("、").join(str(label) for label in Kind.labels)
        what = _("没有“%(value)s”这一类。") % {"value": one["kind"]}
        errors.append(RowError(one.row, _("类别"), what, _("请填：%(allowed)s。") % {"allowed": allowed}))
    if nature is None:
        allowed = _("、").join(str(label) for label in Nature.labels[1:])
        what = _("没有“%(value)s”这一种。") % {"value": one["nature"]}
        errors.append(RowError(one.row, _("单位性质"), what, _("请填：%(allowed)s，或空着。") % {"allowed": allowed}))
    return Row(one.row, one["code"], one["name"], kind or "", nature or "", one["parent"] or root.code)


def _kept(row: Row, places: Mapping[str, int], unit: Unit | None) -> Row:
    """Let a standing unit keep what the table has no column for."""
    if unit is None:
        return row
    if "parent" not in places and unit.parent:
        row = replace(row, parent=unit.parent.code)
    return row if "nature" in places else replace(row, nature=unit.nature)


def _wrong(row: Row, column: str, what: str, remedy: str) -> RowError:
    return RowError(row.row, column, what, remedy)


def _standing(root: Unit, codes: Iterable[str]) -> dict[str, Unit]:
    """Return the units with these codes that exist anywhere, and their superiors, by folded code."""
    found = Unit.objects.select_related("parent").in_bulk(sorted(set(codes)), field_name="code")
    above = {unit.parent.code.casefold(): unit.parent for unit in found.values() if unit.parent}
    return above | {unit.code.casefold(): unit for unit in found.values()} | {root.code.casefold(): root}


def _place_errors(row: Row, root: Unit, rows: dict[str, Row], standing: dict[str, Unit]) -> list[RowError]:
    errors = []
    unit = standing.get(row.code.casefold())
    if unit and not unit.path.startswith(root.path):
        what = _("编号 %(code)s 已被本级以外的单位使用。") % {"code": row.code}
        errors.append(_wrong(row, _("编号"), what, _("请换一个编号，或请共同的上级办理移交。")))
    parent = standing.get(row.parent.casefold())
    if row.parent.casefold() not in rows and (parent is None or not parent.path.startswith(root.path)):
        what = _("找不到上级 %(code)s：表里没有，本级下面也没有。") % {"code": row.parent}
        errors.append(_wrong(row, _("上级编号"), what, _("请改正上级编号，或在表里补上这个上级。")))
    return errors


def _settle_paths(result: Plan, rows: dict[str, Row], standing: dict[str, Unit]) -> None:
    """Work out where every unit of the table ends up; a line that leads back to itself is an error."""
    for start in rows.values():
        line: list[Row] = []
        seen: set[str] = set()
        here: Row | None = start
        top = result.root.path
        while here is not None:
            if here.code in seen:
                chain = " → ".join([*(row.code for row in line), here.code])
                what = _("上下级绕成了一个圈：%(chain)s。") % {"chain": chain}
                result.errors.append(_wrong(start, _("上级编号"), what, _("请改正其中一行的上级编号。")))
                break
            seen.add(here.code)
            line.append(here)
            here, top = _next_above(here, rows, standing, result.root)
        else:
            path = top + "".join(f"{row.code}/" for row in reversed(line))
            result.paths[start.code] = path
            for reason in why_not(start.code, start.name, path):
                result.errors.append(_wrong(start, _("编号"), reason, ""))


def _next_above(row: Row, rows: dict[str, Row], standing: dict[str, Unit], root: Unit) -> tuple[Row | None, str]:
    """Return the next row of the table above this one, and the path of the standing units in between.

    A standing superior may itself lie below a unit that the table moves, so its own line is searched upwards.
    """
    if parent := rows.get(row.parent.casefold()):
        return parent, ""
    codes = standing[row.parent.casefold()].path.rstrip("/").split("/")
    for place in range(len(codes) - 1, -1, -1):
        if moved := rows.get(codes[place].casefold()):
            return moved, ""
    return None, "/".join(codes) + "/"


def _compare(result: Plan, rows: dict[str, Row], standing: dict[str, Unit]) -> None:
    for row in rows.values():
        unit = standing.get(row.code.casefold())
        if unit is None:
            result.new.append(row)
            continue
        before = {
            "name": unit.name,
            "kind": unit.kind,
            "nature": unit.nature,
            "parent": unit.parent.code if unit.parent else "",
        }
        differences = [(what, old, getattr(row, what)) for what, old in before.items() if getattr(row, what) != old]
        if differences:
            result.changed.append((row, differences))
        else:
            result.unchanged += 1


@transaction.atomic
def apply(root: Unit, made: Plan, *, by: object) -> Plan:
    """Write a plan: level by level from the top, so that a superior always stands before its units."""
    if made.errors:
        raise Refused(*(str(error) for error in made.errors))
    Unit.objects.select_for_update().get(pk=root.pk)
    levels: dict[int, list[tuple[Row, bool]]] = {}
    for row in made.new:
        levels.setdefault(_depth(row, made), []).append((row, True))
    for row, _differences in made.changed:
        levels.setdefault(_depth(row, made), []).append((row, False))
    for depth in sorted(levels):
        _write_level(levels[depth], depth)
    record(
        "import_units",
        by=by,
        about=root.code,
        unit=root.code,
        new=len(made.new),
        changed=len(made.changed),
        moved=made.moved,
    )
    return made


def _depth(row: Row, made: Plan) -> int:
    return made.paths[row.code].count("/") - 1


def _write_level(level: list[tuple[Row, bool]], depth: int) -> None:
    codes = {row.parent for row, _new in level} | {row.code for row, new in level if not new}
    standing = Unit.objects.in_bulk(sorted(codes), field_name="code")
    Unit.objects.bulk_create(
        [
            Unit(
                code=row.code,
                name=row.name,
                kind=row.kind,
                nature=row.nature,
                parent=standing[row.parent],
                path=f"{standing[row.parent].path}{row.code}/",
                depth=depth,
            )
            for row, new in level
            if new
        ],
        batch_size=2000,
    )
    for row, new in level:
        if new:
            continue
        unit = standing[row.code]
        if unit.parent_id != standing[row.parent].pk:
            unit.refresh_from_db()
            replant(unit, Unit.objects.get(pk=standing[row.parent].pk))
        Unit.objects.filter(pk=unit.pk).update(name=row.name, kind=row.kind, nature=row.nature)
