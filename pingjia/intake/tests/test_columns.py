"""Finding the header, whatever stands above it and however its words are written; and what goes back out."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingjia.intake.columns import Column, find_header, records
from pingjia.intake.preview import RowError, cell_errors, invisible
from pingjia.intake.reading import read
from pingjia.intake.table import LOST_DIGITS, Table
from pingjia.intake.unreadable import Unreadable
from pingjia.intake.workbooks import rejected, workbook

COLUMNS = (
    Column("no", "会员编号", ("编号",), True),
    Column("name", "姓名", ("会员姓名",), True),
    Column("branch", "分会", ("部门",)),
)
INJECTIONS = [
    "=1+1",
    "@SUM(1+1)",
    "+1",
    "-1",
    "\t=1",
    "=cmd|' /C calc'!A0",
    '=IMPORTXML("http://a.example")',
    "0001",
    "１",
]


def table(*rows: list[str], **more: object) -> Table:
    return Table("csv", [(number, row) for number, row in enumerate(rows, 1) if row], **more)  # type: ignore[arg-type]


def test_titles_above_the_header_do_not_hide_it() -> None:
    header = find_header(table(["某某工会会员名册"], [], ["部门", "姓 名*", "会员编号（必填）", "备注"]), COLUMNS)
    assert header.row == 3
    assert header.places == {"branch": 0, "name": 1, "no": 2}
    assert header.unused == ("备注",)


@given(st.permutations(["会员编号", "姓名", "分会", "电话", "住址"]))
def test_any_order_of_columns_reads_the_same(titles: list[str]) -> None:
    words = {"会员编号": "0001", "姓名": "张三", "分会": "一车间", "电话": "1", "住址": "2"}
    made = table(titles, [words[title] for title in titles])
    one = next(records(made, find_header(made, COLUMNS)))
    assert (one["no"], one["name"], one["branch"]) == ("0001", "张三", "一车间")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(Unreadable, match="找不到表头") as caught:
        find_header(table(["姓名", "电话"], ["张三", "1"]), COLUMNS)
    assert "会员编号" in str(caught.value)
    assert "姓名" not in str(caught.value).split("：")[1]


def test_a_column_that_stands_twice_is_named() -> None:
    with pytest.raises(Unreadable, match="出现了两次"):
        find_header(table(["姓名", "会员编号", "会员姓名"]), COLUMNS)


def test_a_block_merged_downwards_speaks_for_all_its_rows() -> None:
    made = table(["会员编号", "姓名", "分会"], ["1", "甲", "一车间"], ["2", "乙"], ["3", "丙"], merges=[(2, 2, 3, 2)])
    assert [one["branch"] for one in records(made, find_header(made, COLUMNS))] == ["一车间", "一车间", ""]


def test_a_number_that_lost_its_digits_is_an_error_of_its_row() -> None:
    made = table(["会员编号", "姓名"], ["12345678901234568", "甲"], doubts={(2, 0): LOST_DIGITS})
    one = next(records(made, find_header(made, COLUMNS)))
    assert "文本" in str(cell_errors(one, COLUMNS, {})[0])


@pytest.mark.parametrize("value", ["a\u200bb", "a\u202eb", "a\x07b", "\ufeffa"])
def test_invisible_characters_are_named(value: str) -> None:
    assert invisible(value).startswith("U+")


@pytest.mark.parametrize("value", ["张三", "𠮷野家", "阿依古丽·买买提", "\ue000", "王  芳"])
def test_rare_and_foreign_names_are_not_strange(value: str) -> None:
    assert invisible(value) == ""


def test_nothing_that_goes_out_is_ever_a_formula() -> None:
    """Every cell is typed as text, and its visible text survives (CWE-1236)."""
    raw = workbook("甲", ["姓名"], [[value] for value in INJECTIONS])
    assert [row[0] for _number, row in read(raw).rows[1:]] == INJECTIONS
    sheet = zipfile.ZipFile(io.BytesIO(raw)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert sheet.count(b't="s"') == len(INJECTIONS) + 1


def test_rejected_rows_come_back_as_they_came_with_the_remedy_in_front() -> None:
    made = table(["会员编号", "姓名"], ["1", "甲"], ["2", "=1+1"])
    raw = rejected(made, 1, [RowError(3, "姓名", "不对。", "请改。")])
    assert [row for _number, row in read(raw).rows] == [
        ["原行号", "要改什么", "会员编号", "姓名"],
        ["3", "第 3 行“姓名”：不对。请改。", "2", "=1+1"],
    ]


def test_naughty_strings_survive_the_way_out_and_in() -> None:
    naughty = Path(__file__).resolve().parents[4] / "shared" / "data" / "fuzz" / "blns.txt"
    lines = naughty.read_text(encoding="utf-8").splitlines() if naughty.exists() else INJECTIONS
    lines = [line for line in lines if line and line.isprintable()]
    assert [row[0] for _number, row in read(workbook("甲", ["名称"], [[line] for line in lines])).rows[1:]] == lines
