"""Importing a roster: what is wrong in which row; who is new, changed or gone; and then all of it or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingjia.intake.columns import Column, Record, find_header, plain, records, vocabulary
from pingjia.intake.preview import RowError, cell_errors, notes_on
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.people.models import Category, Member, Status
from pingjia.units import queries as units
from pingjia.units.models import Unit

COLUMNS = (
    Column("no", gettext_lazy("会员编号"), ("编号", "会员证号", "会员号", "工会会员编号", "工号", "职工编号"), True),
    Column("name", gettext_lazy("姓名"), ("会员姓名", "职工姓名", "名字"), True),
    Column("category", gettext_lazy("岗位类别"), ("岗位", "岗位性质", "岗位类型", "人员类别", "类别"), True),
    Column("branch", gettext_lazy("分会"), ("分会（小组）", "所在分会", "支会", "分工会", "工会小组", "部门", "车间")),
    Column("status", gettext_lazy("会籍"), ("会籍状态", "会员状态", "状态")),
)
LONGEST = {"no": 40, "name": 80, "branch": 200}
CATEGORY_WORDS = {
    Category.FRONT_LINE: ("一线职工", "一线", "生产一线", "工人", "一线员工", "front_line", "front line"),
    Category.TECHNICAL: ("技术人员", "技术", "专业技术人员", "专技", "技术岗", "technical"),
    Category.MANAGER: ("管理人员", "管理", "中层", "领导", "管理岗", "manager"),
}
STATUS_WORDS = {
    Status.ACTIVE: ("在籍", "正常", "在册", "在会", "active"),
    Status.RETAINED: ("保留会籍", "保留", "退休", "retained"),
    Status.LEFT: ("已离会", "离会", "转出", "退会", "left"),
}


@dataclass(frozen=True)
class Row:
    """One member as the table has it; ``branch`` is the branch's name as written, empty for none."""

    row: int
    no: str
    name: str
    category: str
    branch: str
    status: str


@dataclass(frozen=True)
class Change:
    """A standing member whom the table has otherwise; ``differences`` are (field, before, after)."""

    member: Member
    row: Row
    differences: tuple[tuple[str, str, str], ...]

    @property
    def words(self) -> list[str]:
        """Return each difference as its reader sees it: 岗位类别：一线职工 → 管理人员."""
        titles = {column.key: str(column.title) for column in COLUMNS}
        labels = dict(Category.choices) | dict(Status.choices)
        return [
            f"{titles[what]}{_('：')}{labels.get(before, before) or '—'} → {labels.get(after, after) or '—'}"
            for what, before, after in self.differences
        ]


@dataclass
class Plan:
    """What an import would do to a union's roster. Nothing is written while there are ``errors``."""

    unit: Unit
    header_row: int
    whole: bool
    new: list[Row] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    left: list[Member] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    branches: dict[str, Unit] = field(default_factory=dict)  # plain name or code -> standing branch
    new_branches: dict[str, str] = field(default_factory=dict)  # plain name -> name as first written
    keeps_branches: bool = False  # the table has no column for branches: everybody stays where they are

    @property
    def fingerprint(self) -> str:
        """Name this plan: another one comes out when file or roster have changed since the preview."""
        changed = [(change.member.pk, change.row, change.differences) for change in self.changed]
        left = [member.pk for member in self.left]
        return hashlib.sha256(repr((self.new, changed, left, list(self.new_branches), self.whole)).encode()).hexdigest()

    @property
    def writes(self) -> bool:
        """Say whether confirming would change anything."""
        return bool(self.new or self.changed or self.left)

    @property
    def loses_many(self) -> bool:
        """Say whether more than a quarter of the roster would leave: often the file holds only a part of it."""
        standing = self.unchanged + len(self.changed) + len(self.left)
        return len(self.left) > 4 and len(self.left) * 4 > standing


def plan(unit: Unit, table: Table, *, whole: bool = True, found_branches: bool = False) -> Plan:
    """Compare a table with the union's roster; raises ``Unreadable`` where the header or all rows are missing.

    ``whole``: the table is the whole roster, so that members who are not in it have left. ``found_branches``:
    branches that the union does not have yet are founded; otherwise each is an error.
    """
    header = find_header(table, COLUMNS)
    result = Plan(unit, header.row, whole, notes=notes_on(table, header), branches=_branches(unit))
    result.keeps_branches = "branch" not in header.places
    words = vocabulary(CATEGORY_WORDS, Category.choices), vocabulary(STATUS_WORDS, Status.choices)
    rows: dict[str, Row] = {}
    for one in records(table, header):
        errors = cell_errors(one, COLUMNS, LONGEST)
        row = _row(one, words, errors)
        if before := rows.get(row.no):
            what = _("会员编号 %(no)s 与第 %(row)d 行重复。") % {"no": row.no, "row": before.row}
            errors.append(RowError(row.row, _("会员编号"), what, _("每人只留一行，或改正编号。")))
        elif row.no:
            rows[row.no] = row
        errors.extend(_branch_errors(row, result, found_branches))
        result.errors.extend(errors)
    if not rows and not result.errors:
        raise Unreadable("no_rows", row=header.row)
    if not result.errors:
        _compare(result, rows)
    return result


def _branches(unit: Unit) -> dict[str, Unit]:
    """Return the union's branches by code and by name; of two with one name only the code tells."""
    known: dict[str, Unit] = {}
    twice: set[str] = set()
    for branch in units.branches(unit):
        name = plain(branch.name)
        if name in known:
            twice.add(name)
        known[name] = branch
        known[plain(branch.code)] = branch
    return {name: branch for name, branch in known.items() if name not in twice}


def _row(one: Record, words: tuple[dict[str, str], dict[str, str]], errors: list[RowError]) -> Row:
    category = words[0].get(plain(one["category"]))
    status = words[1].get(plain(one["status"])) if one["status"] else ""
    if one["category"] and category is None:
        errors.append(_not_a_word(one.row, _("岗位类别"), one["category"], Category.labels))
    if status is None:
        errors.append(_not_a_word(one.row, _("会籍"), one["status"], Status.labels))
    return Row(one.row, one["no"], one["name"], category or "", one["branch"], status or "")


def _not_a_word(row: int, column: str, value: str, labels: list[str]) -> RowError:
    allowed = _("、").join(str(label) for label in labels)
    what = _("没有“%(value)s”这一种。") % {"value": value}
    return RowError(row, column, what, _("请填：%(allowed)s。") % {"allowed": allowed})


def _branch_errors(row: Row, result: Plan, found_branches: bool) -> list[RowError]:
    if not row.branch or plain(row.branch) in result.branches or plain(row.branch) in result.new_branches:
        return []
    if found_branches:
        result.new_branches[plain(row.branch)] = row.branch
        return []
    names = _("、").join(sorted({branch.name for branch in result.branches.values()})[:10]) or _("（还没有分会）")
    what = _("本工会没有“%(name)s”。") % {"name": row.branch}
    remedy = _("请改成现有的：%(names)s；或在上传时勾选“一并建立”。") % {"names": names}
    return [RowError(row.row, _("分会"), what, remedy)]


def _compare(result: Plan, rows: dict[str, Row]) -> None:
    """Sort every row and every standing member into new, changed, unchanged, left (one query)."""
    seen = set()
    for member in Member.objects.filter(unit=result.unit).select_related("branch").order_by("no"):
        row = rows.get(member.no)
        if row is None:
            if result.whole and member.status != Status.LEFT:
                result.left.append(member)
            elif member.status != Status.LEFT:
                result.unchanged += 1
            continue
        seen.add(member.no)
        differences = tuple(_differences(member, row, result))
        if differences:
            result.changed.append(Change(member, row, differences))
        else:
            result.unchanged += 1
    result.new = [row for no, row in rows.items() if no not in seen]


def _differences(member: Member, row: Row, result: Plan) -> list[tuple[str, str, str]]:
    """Compare one member; a table without a status keeps the standing one, and brings back who had left."""
    status = row.status or (Status.ACTIVE if member.status == Status.LEFT else member.status)
    known = result.branches.get(plain(row.branch))
    branch = known.name if known else row.branch
    after = {"name": row.name, "category": row.category, "status": status}
    if not result.keeps_branches:
        after["branch"] = branch
    before = {
        "name": member.name,
        "category": member.category,
        "status": member.status,
        "branch": member.branch.name if member.branch else "",
    }
    found = [(what, before[what], after[what]) for what in after if before[what] != after[what]]
    if known and member.branch_id not in (None, known.pk) and known.name == before["branch"]:
        found.append(("branch", member.branch.code, known.code))  # two branches of one name
    return found
