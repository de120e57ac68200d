"""The shell's way in and out of a roster: the same verbs as the pages, exact both ways, nothing half-written."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pingjia.core.tests.scale import scaled
from pingjia.intake import reading
from pingjia.intake.outgoing import guarded
from pingjia.intake.table import Table
from pingjia.journal.models import Line
from pingjia.people import actions, export, roster, writing
from pingjia.people.models import Category, Employment, Member, RosterColumns, RosterImport, Sex, Status
from pingjia.people.tests.cast import Cast, fill, gather, read_here
from pingjia.units.actions import create_unit
from pingjia.units.models import Kind, Unit

HEAD = "会员编号,姓名,岗位类别\n"
ODD = ["=1+1", "'=引号", "+86", "-", "@名", "𠮷䶮", "喆 (临时)", "''-x"]


@pytest.fixture(autouse=True)
def no_process_for_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read", read_here)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def rows() -> list[dict[str, Any]]:
    return list(Member.objects.order_by("unit_id", "no").values())


def settled(unit: Unit) -> None:
    """Fill the union with what is awkward: odd names, branches and groups of one name, every standing."""
    one = Unit.objects.get(code="46-A-1")
    other = create_unit(unit, by="system", code="46-A-2", name=one.name, kind=Kind.BRANCH)
    groups = [create_unit(up, by="system", code=f"{up.code}-G", name="甲班", kind=Kind.GROUP) for up in (one, other)]
    loose = create_unit(unit, by="system", code="46-A-G", name="乙班", kind=Kind.GROUP)
    for number, name in enumerate(ODD):
        Member.objects.create(
            unit=unit, no=f"'{number}" if number == 3 else f"-{number}", name=name,
            branch=[None, one, other][number % 3],
            group=[None, *groups, loose][number % 4] if number % 3 == 0 else None,
            status=list(Status)[number % 4], employment=list(Employment)[number % 6], sex=list(Sex)[number % 3],
            joined_at=None if number % 2 else "1999-12-31", left_at="2024-02-29" if number % 4 == 3 else None,
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_out_comes_in_again_and_changes_nothing(cast: Cast, tmp_path: Path, kind: str) -> None:
    settled(cast.units["46-A"])
    before, lines = rows(), Line.objects.count()
    file = tmp_path / f"roster.{kind}"
    run("export_roster", str(file), "--unit", "46-A")
    said = run("import_roster", str(file), "--unit", "46-a")
    assert f"新增 0 人，离会 0 人，改动 0 人，其中改名 0 人，不变 {len(ODD) + 2} 人" in said
    assert (rows(), Line.objects.count()) == (before, lines)
    page = cast.client("officer").get(reverse("people:roster_export", args=["46-A", kind])).content
    assert read_here(page).rows == read_here(file.read_bytes()).rows


def test_an_empty_union_becomes_what_another_was(cast: Cast, tmp_path: Path) -> None:
    fill(cast.units["46-A"], 5, branch=cast.units["46-A-1"], sex=Sex.FEMALE)
    file = tmp_path / "roster.csv"
    run("export_roster", str(file), "--unit", "46-A")
    run("import_roster", str(file), "--unit", "42-A", "--found")
    here, there = ([row[:4] for row in export.rows(cast.units[code])] for code in ("46-A", "42-A"))
    assert here == there


class RoundTrips(TestCase):
    """Whatever a line holds that the forms let in: written out and read again, it is no change."""

    texts = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12).filter(str.strip)

    @settings(max_examples=scaled(8, 300), deadline=None)
    @given(st.dictionaries(texts, st.tuples(texts, st.sampled_from(list(Category))), min_size=1, max_size=6))
    def test_any_name_and_number(self, people: dict[str, tuple[str, Category]]) -> None:
        unit = gather().units["46-A"]
        Member.objects.bulk_create(
            Member(unit=unit, no=no.strip(), name=name.strip(), category=kind)
            for no, (name, kind) in {no.strip(): told for no, told in people.items()}.items()
        )
        lines = [export.titles(), *export.rows(unit)]
        table = Table("csv", [(number, [guarded(cell) for cell in row]) for number, row in enumerate(lines, 1)])
        made = roster.plan(unit, table)
        assert not made.errors
        assert not made.writes


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["none.csv"], "读不出来"),
        (["wrong.csv"], "第 2 行“岗位类别”：没有“车间主任”这一种。"),
        (["odd.csv"], "还缺这些列：会员编号、姓名、岗位类别"),
        (["odd.csv", "--column", "工号"], "请写成“会员编号=工号”"),
        (["odd.csv", "--column", "会员编号=号", "--column", "姓名=名"], "新会员记为哪一类"),
        (["good.csv"], "请加 --sure；只是一部分，请加 --part"),
    ],
)
def test_each_fault_is_one_sentence_and_nothing_is_written(
    cast: Cast, tmp_path: Path, words: list[str], sentence: str
) -> None:
    fill(cast.units["46-A"], 8)
    (tmp_path / "wrong.csv").write_text(HEAD + "0090,甲,车间主任\n", encoding="utf-8")
    (tmp_path / "odd.csv").write_text("号,名\n0090,甲\n", encoding="utf-8")
    (tmp_path / "good.csv").write_text(HEAD + "0090,甲,一线\n", encoding="utf-8")
    before = rows()
    with pytest.raises(CommandError, match=sentence):
        run("import_roster", str(tmp_path / words[0]), "--unit", "46-A", *words[1:])
    assert rows() == before
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize("command", ["import_roster", "export_roster"])
@pytest.mark.parametrize("code", ["none", "46", "46-A-1"])
def test_only_a_grassroots_union_has_a_roster(cast: Cast, tmp_path: Path, command: str, code: str) -> None:
    with pytest.raises(CommandError, match="基层工会"):
        run(command, str(tmp_path / "a.csv"), "--unit", code)


def test_columns_named_in_the_shell_are_remembered_for_the_page_too(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("名,号\n甲,0090\n", encoding="utf-8")
    words = ["import_roster", str(tmp_path / "odd.csv"), "--unit", "46-A", "--part"]
    named = ["--column", "会员编号=号", "--column", "姓名=名", "--category", "technical"]
    assert "（没有写入）" in run(*words, *named, "--dry-run")
    assert not RosterColumns.objects.exists()
    run(*words, *named)
    assert Member.objects.get(no="0090").category == Category.TECHNICAL
    assert "不变 3 人" in run(*words)


def test_the_rows_that_are_wrong_come_back_as_a_workbook(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text(HEAD + "0090,甲,一线\n0091,,一线\n", encoding="utf-8")
    back = tmp_path / "back.xlsx"
    with pytest.raises(CommandError):
        run("import_roster", str(tmp_path / "wrong.csv"), "--unit", "46-A", "--rejected", str(back))
    assert [row[0] for _number, row in read_here(back.read_bytes()).rows] == ["原行号", "3"]


def test_a_killed_import_leaves_nothing(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "A_BATCH", 2)
    (tmp_path / "a.csv").write_text(HEAD + "".join(f"9{n},甲,一线\n" for n in range(9)), encoding="utf-8")
    before, written = rows(), []

    def killed(self: Any, members: list[Member], *words: Any, **more: Any) -> list[Member]:
        written.extend(members)
        if len(written) > 4:
            raise KeyboardInterrupt
        return plainly(self, members, *words, **more)

    plainly = type(Member.objects).bulk_create
    monkeypatch.setattr(type(Member.objects), "bulk_create", killed)
    with pytest.raises(KeyboardInterrupt):
        run("import_roster", str(tmp_path / "a.csv"), "--unit", "46-A", "--part", "--found")
    monkeypatch.undo()
    assert len(written) > 4, "it was killed in the middle of writing"
    assert rows() == before
    assert not RosterImport.objects.exists()
    assert "新增 9 人" in run("import_roster", str(tmp_path / "a.csv"), "--unit", "46-A", "--part")


def test_progress_is_told_as_rows_are_checked_and_written(cast: Cast, tmp_path: Path, monkeypatch: Any) -> None:
    from pingjia.people.management.commands import import_roster

    count = scaled(300, 100_000)
    monkeypatch.setattr(import_roster, "TOLD_EVERY", count // 3)
    monkeypatch.setattr(roster, "PROGRESS_EVERY", count // 6)
    monkeypatch.setattr(writing, "A_BATCH", count // 6)
    (tmp_path / "a.csv").write_text(HEAD + "".join(f"9{n:06d},甲,一线\n" for n in range(count)), encoding="utf-8")
    said = run("import_roster", str(tmp_path / "a.csv"), "--unit", "46-A", "--part")
    assert f"核对 {count + 1}/{count + 1}" in said
    assert f"写入 {count}/{count}" in said
    assert said.count("写入") == 3


@pytest.mark.parametrize("error", [IntegrityError, OperationalError])
def test_somebody_who_writes_between_look_and_write_is_a_sentence(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def clash(*_words: Any, **_more: Any) -> None:
        raise error

    monkeypatch.setattr(actions, "apply_roster", clash)
    (tmp_path / "a.csv").write_text(HEAD + "0090,甲,一线\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"什么都没有写入，请.*再执行一次"):
        run("import_roster", str(tmp_path / "a.csv"), "--unit", "46-A", "--part")
