"""Taking an import back within the day: every line as it stood, or a sentence that says why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from pingjia.intake.table import Table
from pingjia.journal.actions import record
from pingjia.journal.models import Line
from pingjia.people import actions, roster, undo
from pingjia.people.models import Delegate, Member, Passage, RosterImport, Status
from pingjia.people.tests.cast import Cast, fill, gather
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

HEAD = ["会员编号", "姓名", "岗位类别", "分会", "工会小组", "用工形式", "性别", "入会日期"]
ROWS = [
    ["0001", "chair", "管理", "", "", "", "", ""],
    ["0002", "改了名", "技术", "一车间分会", "甲班", "派遣", "女", "2020.5.1"],
    ["0090", "新来的", "一线", "二车间", "乙班", "外卖", "男", "20240102"],
]


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def rows() -> list[dict[str, Any]]:
    return list(Member.objects.order_by("no").values())


def take(cast: Cast, *lines: list[str], found: bool = True) -> RosterImport:
    unit = Unit.objects.get(code="46-A")
    table = Table("csv", list(enumerate([HEAD, *(lines or ROWS)], 1)))
    return actions.apply_roster(roster.plan(unit, table, found_branches=found), by=cast.users["officer"])


def test_an_import_with_groups_dates_and_employment_is_written_and_taken_back_to_the_byte(cast: Cast) -> None:
    unit = cast.units["46-A"]
    gone = fill(unit, 2)[0]
    day = timezone.localdate()
    actions.add_delegates(unit, by="system", delegation="一团", members=[gone], since=day, until=None)
    before, units = rows(), set(Unit.objects.values_list("code", flat=True))
    batch = take(cast)
    one = Member.objects.get(no="0002")
    assert (one.group.name, one.group.parent.name, one.branch.name) == ("甲班", "一车间分会", "一车间分会")
    assert (one.employment, one.sex, str(one.joined_at)) == ("dispatched", "female", "2020-05-01")
    new = Member.objects.get(no="0090")
    assert (new.group.parent, new.employment, str(new.joined_at)) == (new.branch, "platform", "2024-01-02")
    assert Member.objects.get(pk=gone.pk).left_at == day
    assert Passage.objects.count() == 2
    cast.client("officer").post(reverse("people:roster_undo", args=["46-A"]), {"number": batch.pk})
    assert rows() == before
    assert set(Unit.objects.values_list("code", flat=True)) == units
    assert Delegate.objects.get().until is None
    assert not Passage.objects.exists()
    assert Line.objects.filter(verb="undo_import").count() == 1
    with pytest.raises(Refused, match="已经撤销过"):
        undo.undo_import(batch, by="x")


def test_it_is_refused_once_a_roll_was_frozen_from_it(cast: Cast) -> None:
    batch = take(cast)
    record("poll.roll_frozen", by="x", about="p", unit="46-A", roll_size=3)
    page = cast.client("officer").get(reverse("people:roster_undo", args=["46-A"])).content.decode()
    assert "已经按这份名册冻结了投票名册" in page
    with pytest.raises(Refused):
        undo.undo_import(batch, by="x")
    assert Member.objects.filter(no="0090").exists()


@pytest.mark.parametrize("who", ["0002", "0090"])
def test_it_is_refused_once_somebody_changed_a_line_that_it_wrote(cast: Cast, who: str) -> None:
    batch = take(cast)
    one = Member.objects.get(no=who)
    fields = {"category": one.category, "status": one.status, "branch": one.branch}
    actions.change_member(one, by="x", name="再改", **fields)
    with pytest.raises(Refused, match="有人改过"):
        undo.undo_import(batch, by="x")
    assert Member.objects.get(no=who).name == "再改"


def test_a_change_to_a_line_that_it_did_not_write_does_not_matter(cast: Cast) -> None:
    batch = take(cast)
    one = Member.objects.get(no="0001")
    actions.change_member(one, by="x", name="主席", category=one.category, status=one.status, branch=None)
    undo.undo_import(batch, by="x")
    assert Member.objects.get(no="0001").name == "主席"


def test_it_is_refused_once_a_new_member_is_a_delegate(cast: Cast) -> None:
    batch = take(cast)
    new, day = Member.objects.get(no="0090"), timezone.localdate()
    actions.add_delegates(new.unit, by="system", delegation="一团", members=[new], since=day, until=None)
    with pytest.raises(Refused):
        undo.undo_import(batch, by="x")


def test_it_is_refused_after_a_day(cast: Cast) -> None:
    batch = take(cast)
    RosterImport.objects.update(at=timezone.now() - timedelta(days=1, seconds=1))
    with pytest.raises(Refused, match="已过一天"):
        undo.undo_import(batch, by="x")
    assert undo.last_import(cast.units["46-A"]) is None


def test_two_imports_are_taken_back_one_after_the_other(cast: Cast) -> None:
    start = rows()
    first = take(cast)
    middle = rows()
    second = take(cast, [*ROWS[2][:1], "又改名", *ROWS[2][2:]])
    with pytest.raises(Refused, match="先撤销后来"):
        undo.undo_import(first, by="x")
    undo.undo_import(second, by="x")
    assert rows() == middle
    undo.undo_import(first, by="x")
    assert rows() == start


def test_a_settled_vote_is_not_taken_back_with_an_import(cast: Cast) -> None:
    batch = take(cast)
    Member.objects.filter(no="0090").update(status=Status.ELSEWHERE, written_in=None)
    with pytest.raises(Refused, match="有人改过"):
        undo.undo_import(batch, by="x")


def test_an_import_that_dies_half_way_leaves_nothing(cast: Cast, monkeypatch: Any) -> None:
    before, units = rows(), Unit.objects.count()

    class Killed(BaseException):
        """Not an Exception: nothing may catch it."""

    def die(_unit: Unit) -> int:
        raise Killed

    monkeypatch.setattr("pingjia.people.writing.find_overlaps", die)
    with pytest.raises(Killed):
        take(cast)
    assert (rows(), Unit.objects.count()) == (before, units)
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("01/02/2024", "不是日期"), ("45413", "不是日期"), ("2023-02-29", "不是日期"), ("2999-01-01", "今天之间")],
)
def test_text_that_is_no_day_is_said_with_the_remedy(cast: Cast, value: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        take(cast, ["0090", "甲", "一线", "", "", "", "", value])


@pytest.mark.parametrize(
    "value", ["2024-05-01", "2024/5/1", "2024.5.1", "20240501", "２０２４年５月１日", "2024-05-01 00:00:00"]
)
def test_days_are_understood_as_people_write_them(cast: Cast, value: str) -> None:
    take(cast, ["0090", "甲", "一线", "", "", "", "", value])
    assert str(Member.objects.get(no="0090").joined_at) == "2024-05-01"
