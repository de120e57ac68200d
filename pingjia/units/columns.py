"""What a table of units may say: its columns, the words for each value, one row of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from pingjia.intake.columns import Column, Record, plain, vocabulary
from pingjia.intake.preview import RowError
from pingjia.units.models import Kind, Level, Nature, Unit

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
    Column("level", gettext_lazy("级别"), ("行政级别", "工会级别")),
    Column("nature", gettext_lazy("单位性质"), ("性质", "经济类型", "单位类型")),
    Column("credit_code", gettext_lazy("统一社会信用代码"), ("社会信用代码", "信用代码")),
    Column("further", gettext_lazy("另向谁负责"), ("其他上级编号", "协管上级编号")),
    Column("since", gettext_lazy("成立日期"), ("建会日期", "成立时间")),
)
LONGEST = {"code": 40, "name": 200, "parent": 40, "credit_code": 18, "further": 400, "since": 20}
DESCRIBED = ("name", "kind", "nature", "level", "credit_code")  # what stands in a unit's own row, its place aside
KIND_WORDS = {
    Kind.FEDERATION: ("总工会", "地方工会", "federation"),
    Kind.INDUSTRIAL: ("产业工会", "产业（系统）工会", "industrial"),
    Kind.SYSTEM: ("系统工会", "系统（委）工会", "委办局工会", "system"),
    Kind.UNIONS: ("工会联合会", "基层工会联合会", "区域性工会联合会", "行业性工会联合会", "unions"),
    Kind.GRASSROOTS: ("基层工会", "基层工会委员会", "工会委员会", "grassroots"),
    Kind.JOINT: ("联合基层工会", "联合工会", "joint"),
    Kind.BRANCH: ("分会", "支会", "分工会", "branch"),
    Kind.GROUP: ("工会小组", "小组", "group"),
}
LEVEL_WORDS = {
    Level.NONE: ("", "不适用"),
    Level.NATION: ("全国", "nation"),
    Level.PROVINCE: ("省级", "省", "省（自治区、直辖市）", "province"),
    Level.CITY: ("市级", "市", "地市级", "city"),
    Level.COUNTY: ("区县级", "区县", "区（县）", "县级", "区级", "county"),
    Level.TOWN: ("乡镇街道", "镇（街道）", "街道", "乡镇", "town"),
    Level.VILLAGE: ("村社区", "村", "社区", "village"),
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
    """One unit as the table has it; ``parent`` is a code, ``further`` codes in order, ``since`` a day or nothing."""

    row: int
    code: str
    name: str
    kind: str
    nature: str
    parent: str
    level: str = ""
    credit_code: str = ""
    further: tuple[str, ...] = ()
    since: date | None = None

    def described(self) -> dict[str, str]:
        """Return what is written to the unit's own row, without its place."""
        return {what: getattr(self, what) for what in DESCRIBED}


@dataclass(frozen=True)
class Words:
    """Every way to write a value, by what it means; asked once for a table."""

    kinds: Mapping[str, str]
    natures: Mapping[str, str]
    levels: Mapping[str, str]


def words() -> Words:
    """Return the words in Chinese and in the reader's language."""
    return Words(
        vocabulary(KIND_WORDS, Kind.choices),
        vocabulary(NATURE_WORDS, Nature.choices),
        vocabulary(LEVEL_WORDS, Level.choices),
    )


def read_row(one: Record, top: str, known: Words, errors: list[RowError]) -> Row:
    """Read one record; ``top`` is the superior where the table names none. What is wrong is added to ``errors``."""
    code = one["credit_code"].replace(" ", "").upper()
    if code and (wrong := wrong_credit_code(code)):
        remedy = _("请对照登记证书改正。")
        errors.append(RowError(one.row, _("统一社会信用代码"), wrong, remedy))
    further = tuple(dict.fromkeys(filter(None, re.split(r"[、，,\s]+", one["further"]))))
    return Row(
        one.row,
        one["code"],
        one["name"],
        _meaning(one, "kind", _("类别"), known.kinds, errors),
        _meaning(one, "nature", _("单位性质"), known.natures, errors),
        one["parent"] or top,
        _meaning(one, "level", _("级别"), known.levels, errors),
        code,
        further,
        _day(one, errors),
    )


def wrong_credit_code(code: str) -> str:
    """Say what is wrong with a unified social credit code (GB 32100-2015), or nothing."""
    try:
        uscc.validate(code)
    except ValidationError:
        return _("统一社会信用代码 %(code)s 的位数或校验位不对。") % {"code": code}
    return ""


def _meaning(one: Record, key: str, title: str, known: Mapping[str, str], errors: list[RowError]) -> str:
    if key == "kind" and not one[key]:
        return ""
    found = known.get(plain(one[key]))
    if found is None:
        labels = {"kind": Kind.choices, "nature": Nature.choices[1:], "level": Level.choices[1:]}[key]
        allowed = _("、").join(str(label) for _value, label in labels)
        what = _("没有“%(value)s”这一种。") % {"value": one[key]}
        remedy = _("请填：%(allowed)s。") if key == "kind" else _("请填：%(allowed)s，或空着。")
        errors.append(RowError(one.row, title, what, remedy % {"allowed": allowed}))
    return found or ""


def _day(one: Record, errors: list[RowError]) -> date | None:
    text = one["since"].split("T")[0].split(" ")[0]
    for mark in ("年", "月", "/", "."):
        text = text.replace(mark, "-")
    text = text.replace("日", "")
    if not text:
        return None
    try:
        year, month, day = (int(part) for part in text.split("-"))
        found = date(year, month, day)
    except ValueError:
        what = _("“%(value)s”不是一个日期。") % {"value": one["since"]}
        errors.append(RowError(one.row, _("成立日期"), what, _("请写成 2024-03-31 这样。")))
        return None
    return found


def kept(row: Row, places: Mapping[str, int], unit: Unit | None, further: tuple[str, ...]) -> Row:
    """Let a standing unit keep what the table has no column for; what it says about founding, a standing unit knows."""
    if unit is None:
        return row
    now: dict[str, Any] = {
        "parent": unit.parent.code if unit.parent else "",
        "nature": unit.nature,
        "level": unit.level,
        "credit_code": unit.credit_code,
        "further": further,
    }
    missing: dict[str, Any] = {key: value for key, value in now.items() if key not in places}
    return replace(row, since=None, **missing)
