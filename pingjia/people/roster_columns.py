"""The columns of a roster and the words that may stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pingjia.intake.columns import SEARCHED, Column, Header, find_header, vocabulary
from pingjia.intake.mapping import find_named
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.people.models import Category, Employment, Sex, Status

COLUMNS = (
    Column("no", gettext_lazy("会员编号"), ("编号", "会员证号", "会员号", "工会会员编号", "工号", "职工编号"), True),
    Column("name", gettext_lazy("姓名"), ("会员姓名", "职工姓名", "名字"), True),
    Column("category", gettext_lazy("岗位类别"), ("岗位", "岗位性质", "岗位类型", "人员类别", "类别"), True),
    Column("branch", gettext_lazy("分会"), ("分会（小组）", "所在分会", "支会", "分工会", "部门", "车间")),
    Column("group", gettext_lazy("工会小组"), ("小组", "所在小组", "班组")),
    Column("status", gettext_lazy("会籍"), ("会籍状态", "会员状态", "状态")),
    Column("employment", gettext_lazy("用工形式"), ("用工性质", "用工方式", "就业形式", "劳动关系")),
    Column("sex", gettext_lazy("性别")),
    Column("joined_at", gettext_lazy("入会日期"), ("入会时间", "入会年月", "加入工会时间")),
    Column("left_at", gettext_lazy("离会日期"), ("离会时间", "退会日期", "转出日期")),
    Column("id_number", gettext_lazy("证件号码"), ("身份证号", "身份证号码", "公民身份号码", "身份证件号码", "证件号")),
    Column("birth", gettext_lazy("出生日期"), ("出生年月日", "生日")),
)
# What we write ourselves: identity numbers and days of birth are compared as hashes and never come out again.
OUR_OWN = COLUMNS[:10]
LONGEST = {"no": 40, "name": 80, "branch": 200, "group": 200, "id_number": 30, "birth": 30}
CATEGORY_WORDS = {
    Category.FRONT_LINE: ("一线职工", "一线", "生产一线", "工人", "一线员工", "front_line", "front line"),
    Category.TECHNICAL: ("技术人员", "技术", "专业技术人员", "专技", "技术岗", "technical"),
    Category.MANAGER: ("管理人员", "管理", "中层", "领导", "管理岗", "manager"),
}
STATUS_WORDS = {
    Status.ACTIVE: ("在籍", "正常", "在册", "在会", "active"),
    Status.RETAINED: ("保留会籍", "保留", "退休", "retained"),
    Status.ELSEWHERE: ("在别的工会投票", "elsewhere"),
    Status.LEFT: ("已离会", "离会", "转出", "退会", "left"),
}
EMPLOYMENT_WORDS = {
    Employment.UNKNOWN: ("没有登记", "不详"),
    Employment.CONTRACT: ("劳动合同", "合同", "合同制", "合同工", "签订劳动合同", "contract"),
    Employment.POSTED: ("在编", "事业编制", "公务员", "编制内", "正式", "posted"),
    Employment.DISPATCHED: ("劳务派遣", "派遣", "派遣工", "劳务派遣工", "dispatched"),
    Employment.PLATFORM: ("新就业形态", "新就业形态劳动者", "平台", "外卖", "快递", "网约车", "platform"),
    Employment.FLEXIBLE: ("灵活就业", "灵活", "非全日制", "临时工", "flexible"),
}
SEX_WORDS = {
    Sex.UNKNOWN: ("没有登记", "不详"),
    Sex.FEMALE: ("女", "女性", "女职工", "2", "f", "female"),
    Sex.MALE: ("男", "男性", "1", "m", "male"),
}


@dataclass(frozen=True)
class Words:
    """How this table says what it says: from every way of writing a value to its code."""

    category: Mapping[str, str]
    status: Mapping[str, str]
    employment: Mapping[str, str]
    sex: Mapping[str, str]


def words(more: Mapping[str, Mapping[str, Sequence[str]]] = {}) -> Words:
    """Return the dictionaries of all coded columns, with a profile's own words on top."""

    def of(key: str, ours: Mapping[str, Sequence[str]], choices: Sequence[tuple[str, object]]) -> dict[str, str]:
        found = vocabulary(ours, choices)
        return found | vocabulary(more.get(key, {}), [])

    return Words(
        of("category", CATEGORY_WORDS, Category.choices),
        of("status", STATUS_WORDS, Status.choices),
        of("employment", EMPLOYMENT_WORDS, Employment.choices),
        of("sex", SEX_WORDS, Sex.choices),
    )


@dataclass(frozen=True)
class Layout:
    """How to read one table: its columns, its words, and what a column that it lacks says of new members.

    ``named`` are columns named by hand, ``{our key: the file's name for it}``: then words do not matter.
    """

    columns: tuple[Column, ...] = COLUMNS
    words: Words = field(default_factory=words)
    defaults: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    named: Mapping[str, str] | None = None

    @property
    def notes(self) -> list[str]:
        """Return what the reader should know about this way of reading, one sentence each."""
        notes = [_("各列按“%(title)s”读入。") % {"title": self.title}] if self.title else []
        if category := self.defaults.get("category"):
            label = Category(category).label
            notes.append(_("表里没有岗位类别：新会员记为“%(category)s”，原有会员的不变。") % {"category": label})
        return notes

    def header(self, table: Table) -> Header:
        """Find the header line and the columns in it; raise ``Unreadable`` with those that are missing."""
        if self.named is None:
            return find_header(table, self.columns)
        if found := find_named(table, self.named):
            return found
        raise Unreadable("no_header", searched=SEARCHED, missing=list(self.named.values()))
