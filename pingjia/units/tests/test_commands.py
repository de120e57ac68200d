"""The shell's way in and out: whole files, any order of columns, nothing half-written, nothing lost."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from pingjia.journal.models import Line
from pingjia.units import actions, counting, divisions, writing
from pingjia.units.models import FurtherSuperior, Kind, Level, Past, Unit

pytestmark = pytest.mark.django_db
ORG = Path(__file__).resolve().parents[3] / "tests" / "data" / "org"


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def standing() -> list[tuple[object, ...]]:
    columns = ("code", "name", "kind", "level", "nature", "credit_code", "path", "depth", "since")
    return list(Unit.objects.order_by("code").values_list(*columns, "children_count", "below_count"))


def test_a_folder_of_divisions_comes_in_with_levels_and_counts() -> None:
    said = run("import_units", str(ORG))
    assert "provinces.csv：新增" in said
    assert Unit.objects.get(code="46").level == Level.PROVINCE
    for unit in Unit.objects.all():
        assert unit.below_count == Unit.objects.filter(path__startswith=unit.path).count() - 1
        assert unit.children_count == Unit.objects.filter(parent=unit).count()
    again = run("import_units", str(ORG))
    assert "新增 0，改动 0" in again


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_out_comes_in_again_byte_for_byte(tmp_path: Path, kind: str) -> None:
    run("import_units", str(ORG))
    province = Unit.objects.get(code="46")
    odd = actions.create_unit(
        province, by="system", code="F-1", name="=一厂工会𠮷'+@", kind=Kind.UNIONS, since=date(2001, 2, 3)
    )
    actions.create_unit(odd, by="system", code="F-2", name="'=引号工会", kind=Kind.GRASSROOTS, nature="state")
    actions.add_further_superior(Unit.objects.get(code="F-2"), Unit.objects.get(code="4601"), by="system")
    Unit.objects.filter(code="F-2").update(credit_code="91110000600037341L")
    before, lines = standing(), Line.objects.count()
    file = tmp_path / f"units.{kind}"
    run("export_units", str(file))
    said = run("import_units", str(file))
    assert "新增 0，改动 0，其中换了上级 0" in said
    assert (standing(), Line.objects.count()) == (before, lines)
    FurtherSuperior.objects.all().delete()
    for depth in range(8, -1, -1):
        Unit.objects.filter(depth=depth).delete()
    run("import_units", str(file))
    assert standing() == before
    assert FurtherSuperior.objects.get().superior.code == "4601"


def test_an_export_of_one_unit_holds_what_is_below_it(tmp_path: Path) -> None:
    run("import_units", str(ORG))
    file = tmp_path / "haikou.csv"
    run("export_units", "--under", "4601", str(file))
    with file.open(encoding="utf-8-sig", newline="") as text:
        codes = [row["编号"] for row in csv.DictReader(text)]
    assert len(codes) == Unit.objects.get(code="4601").below_count
    assert all(code.startswith("4601") for code in codes)
    assert "改动 0" in run("import_units", "--under", "4601", str(file))


def test_a_moved_and_renamed_division_keeps_its_past(tmp_path: Path) -> None:
    (tmp_path / "provinces.csv").write_text("code,name\n1,甲省\n2,乙省\n")
    (tmp_path / "cities.csv").write_text("name,provinceCode,code\n丙市,1,11\n")
    run("import_units", str(tmp_path))
    (tmp_path / "cities.csv").write_text("code,provinceCode,name\n11,2,丙丙市\n")
    assert "改动 1" in run("import_units", str(tmp_path))
    moved = Unit.objects.get(code="11")
    assert (moved.path, moved.name) == ("2/11/", "丙丙市")
    past = Past.objects.get(unit=moved)
    assert (past.path, past.name) == ("1/11/", "丙市")
    assert dict(Unit.objects.values_list("code", "children_count")) == {"1": 0, "2": 1, "11": 0}


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("cities.csv", "code,name,provinceCode\n11,丙市,9\n", "cities.csv 第 2 行的上级 9 不存在"),
        ("provinces.csv", "code,name\n1,甲省\n1,乙省\n", "provinces.csv 第 3 行的编号 1 重复"),
        ("provinces.csv", "code,name\n1,\n", "provinces.csv 第 2 行没有编号或名称"),
        ("provinces.csv", "code,name\n1/2,甲省\n", "provinces.csv 第 2 行的编号或名称写不下"),
        ("units.csv", "编号,名称,类别\n1,甲,总工会\n1,乙,总工会\n", "第 3 行“编号”：编号 1 与第 2 行重复"),
        ("units.csv", "编号,名称,类别,上级编号\n1,甲,总工会,2\n2,乙,总工会,1\n", "上下级绕成了一个圈：1 → 2 → 1"),
        ("units.csv", "编号,名称,类别,上级编号\n1,甲,总工会,7\n", "找不到上级 7"),
        (
            "units.csv",
            "编号,名称,类别,统一社会信用代码\n1,甲,基层工会,91110000600037341M\n",
            "第 2 行“统一社会信用代码”：统一社会信用代码 91110000600037341M 的位数或校验位不对。",
        ),
        ("units.csv", "编号,名称,类别,成立日期\n1,甲,总工会,去年\n", "“去年”不是一个日期"),
        ("units.csv", "编号,名称,类别,级别\n1,甲,总工会,宇宙级\n", "没有“宇宙级”这一种"),
        ("units.csv", "编号,名称,类别,另向谁负责\n1,甲,总工会,8\n", "找不到另向负责的上级 8"),
    ],
)
def test_each_fault_is_one_sentence_and_nothing_is_written(tmp_path: Path, file: str, text: str, sentence: str) -> None:
    if file.startswith("cities"):
        (tmp_path / "provinces.csv").write_text("code,name\n1,甲省\n")
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=re.escape(sentence)):
        run("import_units", str(tmp_path))
    assert not Unit.objects.exists()
    assert not Line.objects.exists()


def test_a_killed_import_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(counting, "recount", killed)
    with pytest.raises(KeyboardInterrupt):
        run("import_units", str(ORG))
    assert not Unit.objects.exists()


@pytest.mark.parametrize("module", [divisions, writing])
def test_two_imports_at_once_are_one_and_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object
) -> None:
    """The other one commits between our look and our write: the database refuses, and we say what to do."""

    def clash(*_words: object, **_more: object) -> Callable[[], None]:
        raise IntegrityError

    monkeypatch.setattr(Unit.objects, "bulk_create", clash)
    (tmp_path / "a.csv").write_text(
        "code,name\n1,甲\n" if module is divisions else "编号,名称,类别\n1,甲,总工会\n", encoding="utf-8"
    )
    with pytest.raises(CommandError, match="另一次导入刚刚写了同样的编号，这次什么都没有写入，请再执行一次"):
        run("import_units", str(tmp_path))
    assert not Unit.objects.exists()
    assert not Line.objects.exists()


def test_nothing_to_load_is_said(tmp_path: Path) -> None:
    for words in (["import_units"], ["import_units", str(tmp_path)], ["import_units", str(tmp_path / "none.csv")]):
        with pytest.raises(CommandError):
            run(*words)
