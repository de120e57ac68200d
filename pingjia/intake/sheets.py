"""Rows of one sheet of a workbook (.xlsx, .xls, .xlsb, .ods)."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import python_calamine
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from pingjia.intake.table import FORMULA_ERROR, LOST_DIGITS, Limits, Table
from pingjia.intake.unreadable import Unreadable

EXACT = 10**15  # from sixteen digits on, a spreadsheet's number no longer holds every digit
ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\bt=["']e["'][^>]*>""")
ERROR_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
ERROR_TEXT = re.compile(rb"""<(?:\w+:)?v>([^<]{1,20})</""")


def read_workbook(raw: bytes, kind: str, wanted: str, limits: Limits) -> Table:
    """Return the wanted sheet, or the first visible one that has content.

    ``kind`` is what the content is (not what the name says). Must run in the limited process: see ``child``.
    """
    archive = None
    if kind != "xls":
        archive = zipfile.ZipFile(io.BytesIO(raw))
        if sum(entry.file_size for entry in archive.infolist()) > limits.unpacked_bytes:
            raise Unreadable("unpacks_too_big", limit=limits.unpacked_bytes // 2**20)
        _refuse_definitions(archive)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    except python_calamine.PasswordError as error:
        raise Unreadable("password") from error
    pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    visible = [page.name for page in pages if page.visible == SheetVisibleEnum.Visible]
    hidden = [page.name for page in pages if page.visible != SheetVisibleEnum.Visible]
    if wanted and wanted not in visible:
        raise Unreadable("sheet_unknown", sheet=wanted, sheets=visible)
    if not visible:
        raise Unreadable("no_visible_sheet")
    for name in [wanted] if wanted else visible:
        sheet = book.get_sheet_by_name(name)
        errors = _error_cells(archive, name) if kind == "xlsx" and archive else {}
        rows, doubts = _rows(sheet, errors, limits)
        if rows:
            others = [other for other in visible if other != name]
            return Table(kind, rows, name, "", others, hidden, _merges(sheet, limits), doubts)
    raise Unreadable("empty_sheet", sheet=wanted or visible[0])


def _refuse_definitions(archive: zipfile.ZipFile) -> None:
    """Refuse XML entities: the format forbids them (ECMA-376 part 2, §8.1.4), and bombs are made of them."""
    for entry in archive.infolist():
        if entry.filename.endswith((".xml", ".rels")):
            with archive.open(entry) as part:
                if b"<!DOCTYPE" in part.read(4096).replace(b"\0", b""):
                    raise Unreadable("definitions")


def _rows(
    sheet: CalamineSheet, errors: dict[tuple[int, int], str], limits: Limits
) -> tuple[list[tuple[int, list[str]]], dict[tuple[int, int], str]]:
    rows: list[tuple[int, list[str]]] = []
    doubts: dict[tuple[int, int], str] = dict.fromkeys(errors, FORMULA_ERROR)
    if sheet.start is None and not errors:
        return rows, doubts
    by_row: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in errors.items():
        by_row.setdefault(row, []).append((column, text))
    for number, values in _numbered(sheet):
        cells = [_text(value) for value in values]
        for column, text in by_row.get(number, []):
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = text
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > limits.columns:
            raise Unreadable("too_many_columns", sheet=sheet.name, row=number, limit=limits.columns)
        if max(map(len, cells)) > limits.cell:
            raise Unreadable("cell_too_long", row=number, limit=limits.cell)
        for column, value in enumerate(values):
            if type(value) in (int, float) and abs(value) >= EXACT:  # type: ignore[arg-type]
                doubts[number, column] = LOST_DIGITS
        rows.append((number, cells))
        if len(rows) > limits.rows:
            raise Unreadable("too_many_rows", sheet=sheet.name, limit=limits.rows)
    return rows, doubts


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[object]]]:
    """Yield each row with the number beside it in the sheet, cells from column A on."""
    if sheet.start is not None:
        yield from enumerate(sheet.iter_rows(), 1)


def _text(value: object) -> str:
    """Write a cell as its reader sees it: whole numbers without a point, dates as 2024-05-01."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**21 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    return str(value)


def _merges(sheet: CalamineSheet, limits: Limits) -> list[tuple[int, int, int, int]]:
    """Return merged blocks, rows from 1 and columns from 0; none where the format does not tell (.ods)."""
    return [
        (top + 1, left, min(bottom, top + limits.rows) + 1, min(right, left + limits.columns))
        for (top, left), (bottom, right) in (sheet.merged_cell_ranges or [])[: limits.rows]
    ]


def _error_cells(archive: zipfile.ZipFile, name: str) -> dict[tuple[int, int], str]:
    """Return the cells of an .xlsx sheet whose formula failed, ``{(row, column): "#REF!"}``.

    The reader leaves such cells empty; an empty cell would be taken for "not filled in", so they are found in the
    sheet's XML.
    """
    path = _sheet_path(archive, name)
    if path is None:
        return {}
    found: dict[tuple[int, int], str] = {}
    content = archive.read(path)
    for cell in ERROR_CELL.finditer(content):
        place = ERROR_PLACE.search(cell.group())
        text = ERROR_TEXT.search(content, cell.end(), cell.end() + 2000)
        if place:
            letters = place.group(1).decode()
            column = 0
            for letter in letters:
                column = column * 26 + ord(letter) - 64
            found[int(place.group(2)), column - 1] = text.group(1).decode("utf-8", "replace") if text else "#"
    return found


def _sheet_path(archive: zipfile.ZipFile, name: str) -> str | None:
    """Follow the workbook's list of sheets and its relations to the sheet's own file (ECMA-376 part 1, §18.2)."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - in the limited process
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (KeyError, ElementTree.ParseError):
        return None
    wanted = next(
        (
            value
            for sheet in book.iter()
            if sheet.tag.endswith("}sheet") and sheet.get("name") == name
            for key, value in sheet.attrib.items()
            if key.endswith("}id")
        ),
        None,
    )
    target = next((link.get("Target", "") for link in links if wanted and link.get("Id") == wanted), "")
    path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return path if path in archive.namelist() else None
