"""Importing units: every wrong row is named with its remedy, and a plan writes all or nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pingjia.intake.table import Table
from pingjia.journal.models import Line
from pingjia.units import actions, organisation, queries, writing
from pingjia.units.models import Kind, Unit
from pingjia.units.refusal import Refused

HEAD = ["编号", "名称", "类别", "上级编号", "单位性质"]


def table(*rows: list[str]) -> Table:
    return Table("csv", list(enumerate([HEAD, *rows], 1)))


@pytest.fixture
def root(db: None) -> Unit:
    actions.create_unit(None, by="system", code="46", name="海南省总工会", kind=Kind.FEDERATION)
    actions.create_unit(None, by="system", code="42", name="湖北省总工会", kind=Kind.FEDERATION)
    return Unit.objects.get(code="46")


def grown(root: Unit) -> None:
    rows = [
        ["A", "甲区", "总工会", "", ""],
        ["B", "乙厂", "基层工会", "A", "国企"],
        ["C", "丙店", "联合基层工会", "A", "非公"],
    ]
    writing.apply(root, organisation.plan(root, table(*rows)), by="system")


def sentences(root: Unit, *rows: list[str]) -> list[str]:
    made = organisation.plan(root, table(*rows))
    before = Unit.objects.count()
    if made.errors:
        with pytest.raises(Refused):
            writing.apply(root, made, by="system")
    assert Unit.objects.count() == before
    return [str(error) for error in made.errors]


def test_units_come_in_whatever_the_order_of_rows(root: Unit) -> None:
    rows = [["B", "乙厂", "基层工会", "A", "国企"], ["A", "甲区", "总工会", "", ""]]
    made = writing.apply(root, organisation.plan(root, table(*rows)), by="system")
    assert (len(made.new), made.unchanged) == (2, 0)
    assert Unit.objects.get(code="B").path == "46/A/B/"
    again = organisation.plan(root, table(*rows))
    assert (again.new, again.changed, again.unchanged) == ([], [], 2)


def test_a_loop_names_its_chain_and_the_remedy(root: Unit) -> None:
    found = sentences(root, ["A", "甲", "总工会", "B", ""], ["B", "乙", "总工会", "A", ""])
    assert found[0].startswith("第 2 行“上级编号”：上下级绕成了一个圈：A → B → A。")
    assert found[0].endswith("请改正其中一行的上级编号。")


def test_a_loop_through_standing_units_is_found(root: Unit) -> None:
    grown(root)
    actions.create_unit(Unit.objects.get(code="B"), by="system", code="D", name="丁组", kind=Kind.GROUP)
    assert "圈" in sentences(root, ["A", "甲区", "总工会", "D", ""])[0]


def test_orphans_duplicates_and_strangers_are_named_by_row(root: Unit) -> None:
    found = sentences(
        root,
        ["A", "甲", "总工会", "无此码", ""],
        ["B", "乙", "总工会", "", ""],
        ["b", "丙", "总工会", "", ""],
        ["42", "丁", "总工会", "", ""],
        ["46", "戊", "总工会", "", ""],
        ["E", "", "总工会", "", ""],
        ["F", "己", "俱乐部", "", ""],
        ["G/H", "庚", "总工会", "", ""],
    )
    for row, word in (
        (2, "找不到上级"),
        (4, "重复"),
        (5, "本级以外"),
        (6, "本级单位"),
        (7, "没有填写"),
        (8, "俱乐部"),
    ):
        assert any(f"第 {row} 行" in one and word in one for one in found), (row, found)


def test_a_bad_code_is_named_once_all_else_is_right(root: Unit) -> None:
    assert "编号只能用" in sentences(root, ["G/H", "庚", "总工会", "", ""])[0]


def test_a_moved_unit_takes_everything_below_with_it(root: Unit) -> None:
    grown(root)
    rows = [["C2", "新区", "总工会", "", ""], ["A", "甲区", "总工会", "C2", ""]]
    made = organisation.plan(root, table(*rows))
    assert made.moved == 1
    writing.apply(root, made, by="system")
    assert Unit.objects.get(code="B").path == "46/C2/A/B/"
    assert Unit.objects.get(code="B").depth == 3
    assert Line.objects.filter(verb="import_units").count() == 2


def test_a_table_without_a_column_changes_nothing_there(root: Unit) -> None:
    grown(root)
    made = Table("csv", [(1, HEAD[:3]), (2, ["B", "乙总厂", "基层工会"]), (3, ["N", "新厂", "基层工会"])])
    writing.apply(root, organisation.plan(root, made), by="system")
    unit = Unit.objects.get(code="B")
    assert (unit.name, unit.path, unit.nature) == ("乙总厂", "46/A/B/", "state")
    assert Unit.objects.get(code="N").path == "46/N/"


def test_two_units_may_change_places(root: Unit) -> None:
    rows = [["A", "甲", "总工会", "", ""], ["B", "乙", "总工会", "A", ""]]
    writing.apply(root, organisation.plan(root, table(*rows)), by="system")
    turned = [["A", "甲", "总工会", "B", ""], ["B", "乙", "总工会", "", ""]]
    writing.apply(root, organisation.plan(root, table(*turned)), by="system")
    assert Unit.objects.get(code="A").path == "46/B/A/"
    assert Unit.objects.get(code="B").path == "46/B/"


def test_no_unit_is_moved_below_itself(root: Unit) -> None:
    grown(root)
    with pytest.raises(Refused, match="圈"):
        actions.move_unit(Unit.objects.get(code="A"), Unit.objects.get(code="B"), by="system")


def test_codes_that_differ_by_case_alone_are_one(root: Unit) -> None:
    grown(root)
    with pytest.raises(Refused, match="已被使用"):
        actions.create_unit(root, by="system", code="a", name="小写", kind=Kind.FEDERATION)


def test_a_code_that_begins_like_another_is_not_below_it(root: Unit) -> None:
    actions.create_unit(root, by="system", code="4601", name="海口", kind=Kind.FEDERATION)
    actions.create_unit(root, by="system", code="46010", name="别处", kind=Kind.FEDERATION)
    assert queries.below(Unit.objects.get(code="4601")).count() == 1


class TreesStayTrees(TestCase):
    """Whatever a table says, the tree that results has one path for each unit, or nothing was written."""

    @given(st.lists(st.tuples(st.integers(0, 7), st.integers(-1, 7)), max_size=8), st.integers(0, 999))
    def test_any_table_gives_a_tree_or_errors(self, pairs: list[tuple[int, int]], seed: int) -> None:
        root = actions.create_unit(None, by="system", code="46", name="省", kind=Kind.FEDERATION)
        chance = random.Random(seed)
        for _round in range(2):
            chance.shuffle(pairs)
            if not pairs:
                continue
            rows = [[f"U{a}", f"单位{a}", "总工会", f"U{b}" if b >= 0 else "", ""] for a, b in pairs]
            made = organisation.plan(root, table(*rows))
            if made.errors:
                assert all(str(error) for error in made.errors)
                pairs = [(a, -1) for a in {a for a, _b in pairs}]
                continue
            writing.apply(root, made, by="system")
            for unit in Unit.objects.select_related("parent").exclude(pk=root.pk):
                assert unit.path == f"{unit.parent.path}{unit.code}/"
                assert unit.depth == unit.parent.depth + 1
            for row in rows:
                assert Unit.objects.get(code=row[0]).parent.code == (row[3] or "46")
