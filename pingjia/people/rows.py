"""One row of a roster's table, and what is wrong in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.intake.columns import Record, plain
from pingjia.intake.days import day_of
from pingjia.intake.preview import RowError
from pingjia.people import identity
from pingjia.people.models import Category, Employment, Sex, Status
from pingjia.people.roster_columns import COLUMNS, Layout

EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One member as the table has it; ``branch`` and ``group`` are names or codes as written, empty for none.

    Of an identity number and a day of birth only the keyed hashes come this far.
    """

    row: int
    no: str
    name: str
    category: str
    branch: str = ""
    group: str = ""
    status: str = ""
    employment: str = ""
    sex: str = ""
    joined_at: date | None = None
    left_at: date | None = None
    id_hash: str = ""
    birth_hash: str = ""


def row_of(one: Record, reading: Layout, errors: list[RowError]) -> Row:
    """Read one row; what is wrong is added to ``errors``."""
    found = {}
    for key, known, choices in (
        ("category", reading.words.category, Category),
        ("status", reading.words.status, Status),
        ("employment", reading.words.employment, Employment),
        ("sex", reading.words.sex, Sex),
    ):
        value = one[key]
        found[key] = known.get(plain(value), "") if value else reading.defaults.get(key, "")
        if value and plain(value) not in known:
            errors.append(_not_a_word(one.row, _title(key), value, choices.labels))
    joined, left = _day(one, "joined_at", errors), _day(one, "left_at", errors)
    if left and found["status"] not in ("", Status.LEFT):
        what = _("有离会日期，会籍却不是“已离会”。")
        errors.append(RowError(one.row, _title("left_at"), what, _("请删去日期，或改正会籍。")))
    if joined and left and left < joined:
        what = _("离会早于入会。")
        errors.append(RowError(one.row, _title("left_at"), what, _("请改正日期。")))
    id_hash, birth_hash = _marks(one, errors)
    return Row(
        one.row, one["no"], one["name"], branch=one["branch"], group=one["group"], joined_at=joined,
        left_at=left, id_hash=id_hash, birth_hash=birth_hash, **found,
    )  # fmt: skip


def _title(key: str) -> str:
    return next(str(column.title) for column in COLUMNS if column.key == key)


def _not_a_word(row: int, column: str, value: str, labels: list[str]) -> RowError:
    allowed = _("、").join(str(label) for label in labels)
    what = _("没有“%(value)s”这一种。") % {"value": value}
    return RowError(row, column, what, _("请填：%(allowed)s。") % {"allowed": allowed})


def _day(one: Record, key: str, errors: list[RowError], *, show: bool = True) -> date | None:
    value = one[key]
    if not value:
        return None
    day = day_of(value)
    if day is None:
        what = _("“%(value)s”不是日期。") % {"value": value} if show else _("不是日期。")
        errors.append(RowError(one.row, _title(key), what, _("请写成 2024-05-01 的样子。")))
    elif not EARLIEST <= day <= timezone.localdate():
        errors.append(RowError(one.row, _title(key), _("日期不在 1900 年到今天之间。"), _("请改正日期。")))
    return day


def _marks(one: Record, errors: list[RowError]) -> tuple[str, str]:
    """Return the hashes of identity number and of name with day of birth; neither value is ever repeated."""
    number = identity.normal(one["id_number"]) if one["id_number"] else ""
    if one["id_number"] and not number:
        what = _("号码的位数、日期或校验位不对。")
        errors.append(RowError(one.row, _title("id_number"), what, _("请对照证件改正，或空着。")))
    birth = _day(one, "birth", errors, show=False)
    inside = identity.born(number) if number else None
    if birth and inside and birth != inside:
        errors.append(RowError(one.row, _title("birth"), _("与证件号码里的日期不同。"), _("请改正其中一个。")))
    day = inside or birth
    return (
        identity.id_hash(number) if number else "",
        identity.birth_hash(one["name"], day) if day and one["name"] else "",
    )
