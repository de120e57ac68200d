"""Long tables that go out, row by row: .xlsx of text cells, and .csv in which nothing is taken for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import IO

import xlsxwriter

STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program takes for the beginning of a formula


def write_xlsx(out: IO[bytes], sheet: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a workbook whose every cell is text; the memory stays flat whatever the number of rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(sheet[:31])
        text = book.add_format({"num_format": "@"})
        page.set_column(0, max(0, len(titles) - 1), 18, text)
        page.freeze_panes(1, 0)
        for number, row in enumerate(chain([titles], rows)):
            for place, value in enumerate(row):
                if value:
                    page.write_string(number, place, value, text)


def write_csv(out: IO[str], titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write .csv in UTF-8 with its mark, so that a spreadsheet program reads it right; cells are ``guarded``."""
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow(titles)
    table.writerows([guarded(cell) for cell in row] for row in rows)


def write_file(file: Path, name: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write .csv or .xlsx, as the file's name says, beside the file; put it in its place when it is whole (OSError)."""
    part = file.with_name(file.name + ".part")
    try:
        if file.suffix == ".csv":
            with part.open("w", encoding="utf-8", newline="") as text:
                write_csv(text, titles, rows)
        else:
            with part.open("wb") as raw:
                write_xlsx(raw, name, titles, rows)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def guarded(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet program would take for a formula; ``plainly`` takes it away."""
    return f"'{cell}" if cell.lstrip("'")[:1] in STARTS and cell else cell


def plainly(cell: str) -> str:
    """Take away the apostrophe of ``guarded``, and nothing else."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'")[:1] in STARTS else cell
