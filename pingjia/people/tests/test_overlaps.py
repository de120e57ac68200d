"""One person in two unions is found by keyed hashes, explained, and settled: one membership, one vote."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from pingjia.intake.table import Table
from pingjia.people import identity, overlaps, roster
from pingjia.people.models import Member, Overlap, PassageKind, Role, Seat, Status
from pingjia.people.tests.cast import Cast, gather
from pingjia.people.writing import apply_roster
from pingjia.units.refusal import Refused

NUMBER = "46010819900307"


def number(order: int = 1, begin: str = NUMBER) -> str:
    seventeen = f"{begin}{order:03d}"
    return seventeen + identity.check_digit(seventeen)


@pytest.fixture
def cast(db: None) -> Cast:
    cast = gather()
    Seat.objects.create(
        user=cast.users["stranger"], unit=cast.units["42-A"], role=Role.OFFICER, since=timezone.localdate()
    )
    return cast


def take(cast: Cast, code: str, *rows: list[str], head: str = "证件号码", whole: bool = False) -> roster.Plan:
    titles = ["会员编号", "姓名", "岗位类别", head]
    plan = roster.plan(cast.units[code], Table("csv", list(enumerate([titles, *rows], 1))), whole=whole)
    if not plan.errors:
        apply_roster(plan, by="system")
    return plan


def twice(cast: Cast) -> Overlap:
    take(cast, "46-A", ["A1", "喆", "一线", number()])
    take(cast, "42-A", ["B1", "喆", "一线", number().lower()], ["B2", "别人", "一线", number(2)])
    return Overlap.objects.get()


def statuses() -> dict[str, str]:
    return dict(Member.objects.filter(no__in=["A1", "B1"]).values_list("no", "status"))


def say(cast: Cast, who: str, code: str, answer: str) -> Any:
    data = {"number": Overlap.objects.get().pk, "answer": answer}
    return cast.client(who).post(reverse("people:overlaps", args=[code]), data, follow=True)


def test_the_same_identity_number_in_two_unions_is_found_and_the_number_is_nowhere(cast: Cast) -> None:
    one = twice(cast)
    assert (one.sign, one.first.no, one.second.no) == ("id", "A1", "B1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_member")
        stored = repr(cursor.fetchall())
    assert number() not in stored
    assert "19900307" not in stored
    assert Member.objects.get(no="A1").id_hash != Member.objects.get(no="B2").id_hash


def test_name_and_day_of_birth_find_a_person_and_a_name_alone_does_not(cast: Cast) -> None:
    take(cast, "46-A", ["A1", "王伟", "一线", "1990年3月7日"], ["A2", "李娜", "一线", ""], head="出生日期")
    take(cast, "42-A", ["B1", "王伟", "一线", "1990/3/7"], ["B2", "李娜", "一线", "1991-1-1"], head="出生日期")
    assert Overlap.objects.get().sign == "birth"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_member")
        assert "1990" not in repr(cursor.fetchall())


def test_both_unions_say_the_same_and_the_vote_is_in_one(cast: Cast) -> None:
    twice(cast)
    page = say(cast, "officer", "46-A", "second").content.decode()
    assert "等对方" in page
    assert statuses() == {"A1": Status.ACTIVE, "B1": Status.ACTIVE}
    assert "在本工会投票。" in cast.client("stranger").get(reverse("people:overlaps", args=["42-A"])).content.decode()
    say(cast, "stranger", "42-A", "second")
    assert statuses() == {"A1": Status.ELSEWHERE, "B1": Status.ACTIVE}
    step = Member.objects.get(no="A1").passages.get()
    assert (step.kind, step.other) == (PassageKind.ELSEWHERE, cast.units["42-A"])
    assert not overlaps.open_overlaps(cast.units["46-A"]).exists()


def test_two_who_disagree_stay_open_until_a_superior_of_both_decides(cast: Cast) -> None:
    twice(cast)
    say(cast, "officer", "46-A", "first")
    say(cast, "stranger", "42-A", "second")
    assert not Overlap.objects.get().settled_as
    say(cast, "organiser", "46-A", "second")  # leads one of them only: speaks for that union
    assert Overlap.objects.get().settled_as == "second"
    Overlap.objects.update(settled_as="", first_says="", second_says="")
    Member.objects.update(status=Status.ACTIVE)
    Seat.objects.create(
        user=cast.users["organiser"], unit=cast.units["42"], role=Role.ORGANISER, since=timezone.localdate()
    )
    say(cast, "organiser", "46-A", "first")
    assert statuses() == {"A1": Status.ACTIVE, "B1": Status.ELSEWHERE}


def test_two_different_people_both_keep_their_vote(cast: Cast) -> None:
    twice(cast)
    say(cast, "officer", "46-A", "apart")
    say(cast, "stranger", "42-A", "apart")
    assert set(statuses().values()) == {Status.ACTIVE}
    overlaps.find_overlaps(cast.units["46-A"])
    assert not overlaps.open_overlaps(cast.units["46-A"]).exists()


def test_an_import_does_not_give_back_a_vote_that_was_settled_away(cast: Cast) -> None:
    twice(cast)
    say(cast, "officer", "46-A", "second")
    say(cast, "stranger", "42-A", "second")
    plan = take(cast, "46-A", ["A1", "喆", "一线", "在籍"], head="会籍")
    assert not plan.writes
    assert "已定在别的工会投票" in plan.notes[-1]
    assert statuses()["A1"] == Status.ELSEWHERE
    assert take(cast, "46-A", ["A9", "新", "一线", "在别的工会投票"], head="会籍").errors


def test_a_vote_that_left_with_its_membership_can_be_brought_home(cast: Cast) -> None:
    one = twice(cast)
    overlaps.say(one, by="x", unit=cast.units["46-A"], answer="second", decides=True)
    Member.objects.filter(no="B1").update(status=Status.LEFT)
    assert overlaps.counted(cast.units["46-A"]) == 1
    say(cast, "officer", "46-A", "first")
    assert statuses()["A1"] == Status.ACTIVE


def test_a_settled_question_is_not_answered_again(cast: Cast) -> None:
    one = twice(cast)
    overlaps.say(one, by="x", unit=cast.units["46-A"], answer="apart", decides=True)
    with pytest.raises(Refused):
        overlaps.say(one, by="x", unit=cast.units["46-A"], answer="second", decides=True)


def test_one_number_twice_in_a_table_names_the_rows_and_not_the_number(cast: Cast) -> None:
    plan = take(cast, "46-A", ["A1", "甲", "一线", number()], ["A2", "乙", "一线", number()])
    assert [str(error) for error in plan.errors] == [
        "第 3 行“证件号码”：与第 2 行是同一个证件号码。每人只留一行，或改正号码。"
    ]


@pytest.mark.parametrize("wrong", ["123", number()[:-1] + "#", "46010819901307001X", "000000000000000000"])
def test_an_impossible_number_is_said_and_not_repeated(cast: Cast, wrong: str) -> None:
    (error,) = take(cast, "46-A", ["A1", "甲", "一线", wrong]).errors
    assert error.what == "号码的位数、日期或校验位不对。"


@given(st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(order: int, place: int, by: int) -> None:
    right = number(order)
    assert identity.normal(right) == right
    wrong = right[:place] + str((int(right[place]) + by) % 10) + right[place + 1 :]
    assert identity.normal(wrong) == ""


def test_an_old_number_of_fifteen_places_is_the_same_person() -> None:
    new = number()
    assert identity.normal(new[:6] + new[8:17]) == new
