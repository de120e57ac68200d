"""What an import says before anything is written: which rows are wrong, why, and what to do about each."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingjia.intake.columns import Column, Header, Record
from pingjia.intake.table import FORMULA_ERROR, LOST_DIGITS, Table


@dataclass(frozen=True)
class RowError:
    """One thing wrong in one row: where, what was found, and the remedy, each a sentence of its own."""

    row: int
    column: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return _("第 %(row)d 行“%(column)s”：%(what)s%(remedy)s") % {
            "row": self.row,
            "column": self.column,
            "what": self.what,
            "remedy": self.remedy,
        }


def cell_errors(record: Record, columns: Sequence[Column], longest: dict[str, int]) -> list[RowError]:
    """Return what is wrong with a row's cells by themselves: doubtful, missing, too long, invisible characters."""
    found = []
    for column in columns:
        value = record[column.key]
        limit = longest.get(column.key, 200)
        doubt = record.doubts.get(column.key)
        if doubt == LOST_DIGITS:
            what, remedy = _("数字超过 15 位，表格软件已经改掉了后几位。"), _("请把这一列设为“文本”后重新填写。")
        elif doubt == FORMULA_ERROR:
            what, remedy = _("公式出错（%(value)s）。") % {"value": value}, _("请改成文字。")
        elif column.required and not value:
            what, remedy = _("没有填写。"), _("请补上。")
        elif len(value) > limit:
            what, remedy = (
                _("有 %(n)d 个字，太长。") % {"n": len(value)},
                _("最多 %(limit)d 个字，请缩短。") % {"limit": limit},
            )
        elif strange := invisible(value):
            what, remedy = _("含有看不见的字符 %(code)s。") % {"code": strange}, _("请删去这一格，重新用键盘输入。")
        else:
            continue
        found.append(RowError(record.row, str(column.title), what, remedy))  # a title costs a look into the catalogue
    return found


def invisible(value: str) -> str:
    """Return the code (``U+200B``) of the first character that nobody can see or that turns the text round, or nothing.

    Unassigned and private-use characters are left alone: rare characters in names are often written with them.
    """
    if value.isprintable():  # the common case, at the speed of C
        return ""
    for char in value:
        if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs"):
            return f"U+{ord(char):04X}"
    return ""


def notes_on(table: Table, header: Header) -> list[str]:
    """Return what the reader should know about how the file was read, one sentence each."""
    notes = []
    if table.encoding:
        notes.append(
            _("文字按 %(encoding)s 读出，请看一眼下面的姓名、名称对不对。") % {"encoding": table.encoding.upper()}
        )
    if table.others:
        notes.append(
            _("只读了工作表“%(sheet)s”，没有读：%(others)s。")
            % {"sheet": table.sheet, "others": _("、").join(table.others[:10])}
        )
    if table.hidden:
        notes.append(
            ngettext("有 %(n)d 个隐藏的工作表，没有读。", "有 %(n)d 个隐藏的工作表，没有读。", len(table.hidden))
            % {"n": len(table.hidden)}
        )
    if header.unused:
        notes.append(_("没有用到这些列：%(titles)s。") % {"titles": _("、").join(header.unused[:20])})
    if any(top > header.row and bottom > top for top, _l, bottom, _r in table.merges):
        notes.append(_("竖着合并的单元格，每一行都按同一内容读入。"))
    return notes
