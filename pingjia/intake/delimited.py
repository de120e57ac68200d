"""Rows of a .csv or tab-separated text (RFC 4180, and what spreadsheets make of it)."""

from __future__ import annotations

import csv
import io

from pingjia.intake.encodings import decode
from pingjia.intake.table import Limits, Table
from pingjia.intake.unreadable import Unreadable


def read_delimited(raw: bytes, limits: Limits) -> Table:
    """Return the rows of a text; a line end inside quotes belongs to its cell, as in a spreadsheet."""
    text, encoding = decode(raw)
    if "\0" in text:
        raise Unreadable("not_a_table")
    csv.field_size_limit(limits.cell)
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), _Dialect(_delimiter(text))), 1):
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > limits.columns:
                raise Unreadable("too_many_columns", sheet="CSV", row=number, limit=limits.columns)
            if cells:
                rows.append((number, cells))
            if len(rows) > limits.rows:
                raise Unreadable("too_many_rows", sheet="CSV", limit=limits.rows)
    except csv.Error as error:
        if "field larger" in str(error):
            raise Unreadable("cell_too_long", row=number + 1, limit=limits.cell) from error
        raise Unreadable("quotes", row=number + 1) from error
    if not rows:
        raise Unreadable("empty_sheet", sheet="CSV")
    return Table(kind="csv", rows=rows, encoding=encoding)


class _Dialect(csv.excel):
    strict = True  # a quote left open is an error, not a cell that swallows the rest of the file

    def __init__(self, delimiter: str) -> None:
        self.delimiter = delimiter
        super().__init__()


def _delimiter(text: str) -> str:
    """Return comma, tab or semicolon: whichever the first line that has any uses most outside quotes."""
    for line in text[:100_000].splitlines():
        bare = "".join(line.split('"')[::2])
        counts = {mark: bare.count(mark) for mark in ",\t;"}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","
