"""Tables that go out: no text becomes a formula, and what our own reader reads back is what was written."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.tests.scale import chance, scaled
from pingjia.intake.columns import Column
from pingjia.intake.outgoing import guarded, plainly, write_xlsx
from pingjia.intake.preview import RowError
from pingjia.intake.reading import read
from pingjia.intake.table import Table
from pingjia.intake.workbooks import rejected, template, workbook

ROOT = Path(__file__).resolve().parents[3]
FUZZ = ROOT / "tests" / "data" / "fuzz"
PAYLOADS = (FUZZ / "csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()
STRINGS = [
    *PAYLOADS,
    *json.loads((FUZZ / "blns.json").read_text(encoding="utf-8")),
    "_x0041_",
    "=1+1",
    "+1",
    "-1",
    "@A1",
]
STRINGS += [
    "\t=1+1",
    "\r=1+1",
    "00123",
    "1e5",
    "http://a.example",
    "mailto:a@b.example",
    "{=1+1}",
    "TRUE",
    "票" * 32_767,
]


def parts(raw: bytes) -> str:
    """Return the sheets of a workbook as they stand in the file."""
    with zipfile.ZipFile(io.BytesIO(raw)) as opened:
        return "".join(opened.read(name).decode() for name in opened.namelist() if name.startswith("xl/worksheets/"))


def formulas(raw: bytes) -> list[str]:
    """Return what a spreadsheet would reckon with or follow: formulas, links, cells that are no text."""
    sheets = parts(raw)
    cells = re.findall(r"<c [^>]*?(?:/>|>.*?</c>)", sheets, re.DOTALL)
    strange = [cell for cell in cells if not re.search(r' t="(s|inlineStr)"', cell) and "<v>" in cell]
    return [*re.findall(r"<f[ >]", sheets), *re.findall(r"<hyperlink ", sheets), *strange]


def test_no_string_becomes_a_formula_and_every_string_comes_back() -> None:
    raw = workbook("表", ["列"], [[text] for text in STRINGS])
    assert formulas(raw) == []
    back = dict(read(raw).rows)
    readable = {number: text for number, text in enumerate(STRINGS, 2) if text.strip()}
    assert {number: back[number][0] for number in readable if back.get(number)} == readable


def test_rejected_rows_come_back_as_they_came_with_no_formula_among_them() -> None:
    rows = [(1, ["姓名", "单位"]), *((number, [text, text]) for number, text in enumerate(PAYLOADS, 2))]
    raw = rejected(Table("csv", rows), 1, [RowError(number, "姓名", "x", "y") for number, _ in rows[1:]])
    assert formulas(raw) == []
    assert [row[2:] for _, row in read(raw).rows[1:]] == [cells for _, cells in rows[1:]]


def test_a_template_holds_words_only() -> None:
    raw = template("表", [Column("name", "=1+1", required=True)], {0: ["@A1", "-1"]})
    assert formulas(raw) == []
    assert read(raw).rows == [(1, ["=1+1*"])]


def test_the_look_for_formulas_finds_one() -> None:
    """Positive control: a workbook that is written without care holds formulas, links and numbers."""
    for careless in ("=1+1", "http://a.example", 7):
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            book.add_worksheet().write(0, 0, careless)
        assert formulas(out.getvalue())


def test_whatever_is_written_the_workbook_can_be_read_and_holds_no_formula() -> None:
    signs = [*map(chr, range(0x20)), *'=+-@"<&票𠮷\x7f\u0085\ufeff', "_x0009_"]
    draw = chance()
    cells = ["甲" + "".join(draw.choices(signs, k=draw.randrange(12))) for _ in range(scaled(200, 5000))]
    raw = workbook("表", ["列"], [[cell] for cell in cells])
    assert formulas(raw) == []
    assert [row[0] for _, row in read(raw).rows[1:]] == cells


def test_nothing_else_writes_spreadsheets() -> None:
    """Small workbooks, long tables, and the auditors' list, whose every cell is 64 hexadecimal digits."""
    writers = [
        str(path.relative_to(ROOT / "pingjia"))
        for path in sorted((ROOT / "pingjia").rglob("*.py"))
        if "tests" not in path.parts and re.search(r"csv\.(writer|DictWriter)|xlsxwriter|openpyxl", path.read_text())
    ]
    assert writers == ["intake/outgoing.py", "intake/workbooks.py", "polls/audit_views.py"]


def test_payloads_in_a_text_table_are_read_as_they_stand() -> None:
    quoted = "".join('"' + payload.replace('"', '""') + '",甲\n' for payload in PAYLOADS)
    assert read(f"姓名,单位\n{quoted}".encode()).rows[1:] == [(n, [one, "甲"]) for n, one in enumerate(PAYLOADS, 2)]


def test_a_long_table_holds_no_formula_and_comes_back(tmp_path: Path) -> None:
    cells = [text for text in STRINGS if text.strip() == text and text.isprintable() and text]
    with (tmp_path / "a.xlsx").open("wb") as out:
        write_xlsx(out, "表", ["列"], ([cell] for cell in cells))
    raw = (tmp_path / "a.xlsx").read_bytes()
    assert formulas(raw) == []
    assert [row[0] for _, row in read(raw).rows[1:]] == cells


@given(st.text(alphabet=[*"=+-@'票a\t"]))
def test_the_apostrophe_before_a_formula_is_taken_away_again(cell: str) -> None:
    assert plainly(guarded(cell)) == cell
    assert guarded(cell)[:1] not in ("=", "+", "-", "@", "\t")
