"""Real awkward files and made-up hostile ones: the right text, or one clear sentence; never a trace, never silence."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from pingjia.intake.encodings import decode
from pingjia.intake.reading import read
from pingjia.intake.table import FORMULA_ERROR, LOST_DIGITS, Limits
from pingjia.intake.unreadable import Unreadable, _sentences

DATA = Path(__file__).resolve().parents[3] / "tests" / "data"
TABLES = DATA / "tables"
ELSEWHERE = Path(__file__).resolve().parents[4] / "shared" / "data"  # larger runs read it where it exists
SHEET = "xl/worksheets/sheet1.xml"


def book(fill: Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        fill(made, made.add_worksheet())
    return out.getvalue()


def plain_book() -> bytes:
    return book(lambda _made, page: [page.write(r, c, f"{r}-{c}") for r in range(4) for c in range(3)])


def rewritten(raw: bytes, path: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry.filename, change(content) if entry.filename == path else content)
    return out.getvalue()


def refusal(raw: bytes, **options: object) -> str:
    with pytest.raises(Unreadable) as caught:
        read(raw, **options)  # type: ignore[arg-type]
    sentence = str(caught.value)
    assert sentence.count("。") == 1
    assert sentence.endswith("。")
    return caught.value.code


def cells(name: str, **options: str) -> list[list[str]]:
    return [row for _number, row in read((TABLES / name).read_bytes(), **options).rows]


@pytest.mark.parametrize("name", ["merge_cells.xlsx", "merge_cells.xls", "merge_cells.ods"])
def test_merged_cells_give_the_published_text(name: str) -> None:
    table = read((TABLES / name).read_bytes())
    assert table.rows[:2] == [(1, ["A1:B2", "", "C1:C2", "Separate blocks"]), (3, ["A3:B3", "", "C3"])]


def test_phonetic_text_is_left_out_of_the_text() -> None:
    published = (TABLES / "phonetic_text.txt").read_bytes().decode("utf-16").split()
    assert [row[0] for row in cells("phonetic_text.xlsx")] == published


def test_dates_of_both_calendars_are_the_same_days() -> None:
    assert cells("1904.xlsx")[1] == ["11", "1904-01-12", "1904-01-12", "1904-01-12"]
    assert cells("1900.xlsx")[1] == ["11", "1900-01-11", "1900-01-11", "1900-01-11"]


def test_hidden_sheets_are_named_but_not_read() -> None:
    table = read((TABLES / "sheet_visibility.xlsx").read_bytes())
    assert table.sheet == "Visible"
    assert table.hidden == ["Hidden", "VeryHidden"]
    assert refusal((TABLES / "sheet_visibility.xlsx").read_bytes(), sheet="Hidden") == "sheet_unknown"


def test_the_marks_of_a_list_are_those_of_the_readers_language() -> None:
    error = Unreadable("sheet_unknown", sheet="x", sheets=["One", "Two"])
    with override("zh-hans"):
        assert "One、Two" in str(error)
    with override("en"):
        assert "One, Two" in str(error)


def test_a_sheet_is_found_by_its_name_in_any_script() -> None:
    raw = (TABLES / "defined_names_unicode.xlsx").read_bytes()
    assert read(raw, sheet="日本語のみ").sheet == "日本語のみ"


def test_text_outside_the_basic_plane_survives() -> None:
    assert cells("sushi.xlsx") == cells("sushi.xls") == [["🍣"]]


def test_a_workbook_that_breaks_other_readers_is_read() -> None:
    table = read((TABLES / "xlsx-stream-d-date-cell.xlsx").read_bytes())
    assert table.rows[0] == (1, ["String", "てすと", "&'\";<>", "&amp;"])
    assert table.doubts[3, 3] == LOST_DIGITS


def test_a_utf16_text_gives_what_its_workbook_gives() -> None:
    text = [row[:3] for row in cells("text_and_numbers.txt")]
    assert text[:2] == [row[:3] for row in cells("text_and_numbers.xlsx")[:2]]


def test_a_failed_formula_is_no_empty_cell() -> None:
    def fill(_made: object, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write(0, 0, "姓名")
        page.write_formula(1, 0, "=1/0", value="#DIV/0!")

    table = read(book(fill))
    assert table.rows[1] == (2, ["#DIV/0!"])
    assert table.doubts == {(2, 0): FORMULA_ERROR}


def test_rows_keep_the_numbers_beside_them() -> None:
    def fill(_made: object, page: xlsxwriter.worksheet.Worksheet) -> None:
        page.write(4, 2, "C5")
        page.write(9, 0, "A10")

    assert read(book(fill)).rows == [(5, ["", "", "C5"]), (10, ["A10"])]


def test_an_old_xml_spreadsheet_is_named_and_refused() -> None:
    assert refusal((TABLES / "merge_cells.xlsx.xml").read_bytes()) == "xml_sheet"


def test_an_ods_named_csv_is_read_as_what_it_is() -> None:
    # The name never reaches the reader: content alone decides.
    assert read((TABLES / "merge_cells.ods").read_bytes()).kind == "ods"


@pytest.mark.parametrize("name", sorted(path.stem for path in (DATA / "csv-spectrum" / "csvs").glob("*.csv")))
def test_the_csv_acid_set(name: str) -> None:
    table = read((DATA / "csv-spectrum" / "csvs" / f"{name}.csv").read_bytes())
    expected = json.loads((DATA / "csv-spectrum" / "json" / f"{name}.json").read_text(encoding="utf-8"))
    titles = table.rows[0][1]
    got = [dict(zip(titles, [*row, *[""] * len(titles)], strict=False)) for _number, row in table.rows[1:]]
    if name == "location_coordinates":  # its answer is one object and another telephone number
        assert got[0] | {titles[0]: "1234567890"} == expected
    else:
        assert got == expected


@pytest.mark.parametrize("name", ["gb2312", "gbk", "gb18030", "hz", "big5"])
def test_encodings_are_found_by_themselves(name: str) -> None:
    text, _encoding = decode((DATA / "encodings" / f"{name}.txt").read_bytes())
    assert text == (DATA / "encodings" / f"{name}-utf8.txt").read_bytes().decode("utf-8")


NAMES = [
    line.split(",")[1]
    for line in (DATA / "org" / "villages.csv").read_text(encoding="utf-8").splitlines()[1:]
    if not line.startswith("460108")
]


ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le"])


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), ENCODINGS)
def test_rare_names_come_back_from_every_encoding(names: list[str], encoding: str) -> None:
    text = "编号,名称\r\n" + "".join(f"{n},{name}\r\n" for n, name in enumerate(names))
    assert decode(text.encode(encoding))[0] == text


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_one_sentence(raw: bytes) -> None:
    sentence = ""
    try:
        text, _encoding = decode(raw)
    except Unreadable as error:
        text, sentence = "", str(error)
    assert isinstance(text, str)
    assert not sentence or sentence.endswith("。")


BOMB = b'<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
HOSTILE = {
    "password": (
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(500),
        "password",
    ),
    "xml bomb": (
        lambda: rewritten(plain_book(), SHEET, lambda xml: xml.replace(b"?>", b"?>" + BOMB + b"]>", 1)),
        "definitions",
    ),
    "far corner": (
        lambda: book(lambda _made, page: [page.write(0, 0, "a"), page.write(1048575, 16383, "z")]),
        "too_heavy",
    ),
    "cut in half": (lambda: plain_book()[:3000], "damaged"),
    "a million columns": (lambda: b"a," * 10**6, "too_many_columns"),
    "open quote": (lambda: '编号,姓名\n1,"张三\n2,李四\n'.encode(), "quotes"),
    "endless cell": (lambda: b"a" * 40_000, "cell_too_long"),
    "nothing": (lambda: b"", "empty_file"),
    "blank lines": (lambda: b"\r\n\r\n", "empty_file"),
    "only commas": (lambda: b",,,\n,,,", "empty_sheet"),
    "pdf": (lambda: b"%PDF-1.7\n1 0 obj", "not_a_table"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(100), "not_a_table"),
    "a web page": (lambda: "<html><table><tr><td>姓名".encode("gbk"), "web_page"),
    "zeros": (lambda: b"a,b\n1,\0\n", "not_a_table"),
    "another archive": (lambda: rewritten_archive(), "not_a_table"),
}


def rewritten_archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("readme.txt", "not a workbook")
    return out.getvalue()


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_or_broken_file_gives_one_sentence(what: str) -> None:
    make, code = HOSTILE[what]
    assert refusal(make()) == code


def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    raw = rewritten(plain_book(), SHEET, lambda xml: xml + b" " * (40 * 2**20))
    assert len(raw) < 100_000
    assert refusal(raw, limits=Limits(unpacked_bytes=30 * 2**20)) == "unpacks_too_big"


def test_what_unpacks_to_more_than_it_says_meets_the_bound_on_memory() -> None:
    raw = rewritten(plain_book(), SHEET, lambda xml: xml.replace(b"</sheetData>", b'<row r="9">' + b"<c/>" * 10**7))
    assert refusal(raw, limits=Limits(memory=160 * 2**20)) in ("too_heavy", "damaged")


def test_too_many_rows_and_too_big_files_are_refused() -> None:
    assert refusal(b"1\n" * 50, limits=Limits(rows=49)) == "too_many_rows"
    assert refusal(b"1\n" * 50, limits=Limits(file_bytes=99)) == "too_big"


def test_a_sheet_may_declare_more_than_it_holds() -> None:
    raw = rewritten(plain_book(), SHEET, lambda xml: xml.replace(b"A1:C4", b"A1:XFD1048576"))
    assert len(read(raw).rows) == 4


def test_every_sentence_takes_its_facts() -> None:
    facts = {"sheet": "甲", "sheets": "甲", "row": 1, "limit": 2, "searched": 20, "missing": "姓名", "title": "姓名"}
    for code in _sentences():
        assert "%(" not in str(Unreadable(code, **facts))


def test_every_file_of_the_data_folders_gives_text_or_one_sentence() -> None:
    folders = [ELSEWHERE / name for name in ("sheets", "csv/csvs", "encodings")]
    if not ELSEWHERE.is_dir():  # a clone holds the small ones
        folders = [TABLES, DATA / "csv-spectrum" / "csvs", DATA / "encodings"]
    files = [file for folder in folders for file in sorted(folder.iterdir())]
    assert len(files) > 30
    for file in files:
        try:
            outcome = "read" if read(file.read_bytes()).rows else "silently empty"
        except Unreadable as error:
            outcome = error.code
        assert outcome == ("xml_sheet" if file.name.endswith(".xlsx.xml") else "read"), file.name
