"""Workbooks that go out: a template to fill in, and the rejected rows back with what was wrong."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from pingjia.intake.columns import Column
from pingjia.intake.preview import RowError
from pingjia.intake.table import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(
    sheet: str, titles: Sequence[str], rows: Iterable[Sequence[str]], choices: dict[int, list[str]] | None = None
) -> bytes:
    """Return an .xlsx whose every cell is text: never a formula, a link, or a number that loses its zeros.

    ``choices`` maps a column (from 0) to the words offered in it.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(sheet[:31])
        head = book.add_format({"bold": True, "bg_color": "#FAF7F2", "bottom": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        page.set_column(0, max(0, len(titles) - 1), 18, text)
        page.freeze_panes(1, 0)
        for place, title in enumerate(titles):
            page.write_string(0, place, title, head)
        for number, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                page.write_string(number, place, value, text)
        for place, words in (choices or {}).items():
            page.data_validation(1, place, 10_000, place, {"validate": "list", "source": words})
    return out.getvalue()


def rejected(table: Table, header_row: int, errors: Iterable[RowError]) -> bytes:
    """Return the rows that were refused, as they came, with their row number and what to do in front."""
    reasons: dict[int, list[str]] = {}
    for error in errors:
        reasons.setdefault(error.row, []).append(str(error))
    cells = dict(table.rows)
    titles = [_("原行号"), _("要改什么"), *cells.get(header_row, [])]
    rows = ([str(number), "\n".join(reasons[number]), *cells.get(number, [])] for number in sorted(reasons))
    return workbook(_("退回的行"), titles, rows)


def template(sheet: str, columns: Sequence[Column], choices: dict[int, list[str]]) -> bytes:
    """Return an empty workbook with our headers and the words that a column allows.

    It has no example row: one that is forgotten would be imported.
    """
    titles = [str(column.title) + ("*" if column.required else "") for column in columns]
    return workbook(sheet, titles, [], choices)
