"""A member objects to the own entry, somebody not judged answers, and both see what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from pingjia.journal.models import Line
from pingjia.people import disputes
from pingjia.people.models import Dispute, DisputeState, Member, Role, Seat
from pingjia.people.tests.cast import Cast, gather
from pingjia.units.refusal import Refused

MINE = "/my/entries"


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def entry(who: str = "member") -> Member:
    return Member.objects.get(user__username=who)


def objects(cast: Cast, text: str = "我在二车间，不在一车间。", who: str = "member") -> Any:
    return cast.client(who).post(MINE, {"number": entry(who).pk, "text": text}, follow=True)


def settles(cast: Cast, who: str, state: str = "corrected", answer: str = "已改到二车间。") -> Any:
    data = {"number": Dispute.objects.get().pk, "state": state, "answer": answer}
    return cast.client(who).post(reverse("people:disputes", args=["46-A"]), data, follow=True)


def test_both_see_what_became_of_an_objection(cast: Cast) -> None:
    assert "等待答复" in objects(cast).content.decode()
    page = cast.client("officer").get(reverse("people:roster", args=["46-A"])).content.decode()
    assert "1 条会员异议等待答复" in page
    assert "我在二车间" in settles(cast, "officer").content.decode()
    mine = cast.client("member").get(MINE).content.decode()
    assert "已改正" in mine
    assert "已改到二车间。" in mine
    lines = list(Line.objects.filter(verb__contains="_dispute") | Line.objects.filter(verb="object_to_entry"))
    assert [line.verb for line in lines] == ["object_to_entry", "settle_dispute"]
    assert not [line for line in lines if "车间" in str(line.facts)], "the journal does not repeat what was said"


def test_an_entry_that_stays_needs_a_reason(cast: Cast) -> None:
    objects(cast)
    assert "请写明" in settles(cast, "officer", "kept", "").content.decode()
    settles(cast, "officer", "kept", "花名册上是一车间。")
    assert "没有改" in cast.client("member").get(MINE).content.decode()


def test_the_judged_chair_may_not_settle_it_nor_see_who_objected(cast: Cast) -> None:
    objects(cast)
    assert settles(cast, "chair").status_code == 403
    assert Dispute.objects.get().state == DisputeState.OPEN


def test_who_was_judged_last_year_may_not_settle_it_either(cast: Cast) -> None:
    objects(cast)
    today = timezone.localdate()
    Seat.objects.create(
        user=cast.users["group"], unit=cast.units["46-A"], role=Role.CHAIR,
        since=today - timedelta(days=400), until=today - timedelta(days=1),
    )  # fmt: skip
    assert "被评议的人" in settles(cast, "group").content.decode()
    assert Dispute.objects.get().state == DisputeState.OPEN
    settles(cast, "officer")
    assert Dispute.objects.get().state == DisputeState.CORRECTED


def test_nobody_answers_the_own_objection_and_nobody_objects_for_another(cast: Cast) -> None:
    Member.objects.create(unit=cast.units["46-A"], user=cast.users["officer"], no="9", name="officer")
    objects(cast, who="officer")
    assert "不能答复自己的异议" in settles(cast, "officer").content.decode()
    assert cast.client("member").post(MINE, {"number": entry("officer").pk, "text": "x"}).status_code == 404
    with pytest.raises(Refused):
        disputes.object_to(entry("chair"), by=cast.users["member"], text="x")


def test_one_objection_at_a_time_and_it_can_be_taken_back(cast: Cast) -> None:
    objects(cast)
    assert "还在等答复" in objects(cast).content.decode()
    cast.client("member").post(MINE, {"number": Dispute.objects.get().pk, "withdraw": "1"})
    assert Dispute.objects.get().state == DisputeState.WITHDRAWN
    assert "已经答复过了" in settles(cast, "officer").content.decode()


@pytest.mark.parametrize("text", ["", "  ", "长" * 201])
def test_an_empty_or_endless_objection_is_refused(cast: Cast, text: str) -> None:
    objects(cast, text)
    assert not Dispute.objects.exists()
