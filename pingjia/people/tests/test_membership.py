"""A membership over the years: leave and return, transfer with both sides, groups, and who of them votes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from pingjia.journal.models import Line
from pingjia.people import actions, membership
from pingjia.people.forms import TransferForm
from pingjia.people.models import Delegate, Member, PassageKind, Role, Seat, Status, Transfer, TransferState
from pingjia.people.tests.cast import Cast, gather
from pingjia.units.actions import create_unit
from pingjia.units.models import Kind
from pingjia.units.refusal import Refused


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def worker() -> Member:
    return Member.objects.select_related("unit", "branch", "group").get(no="0002")


def standing(member: Member, **other: Any) -> dict[str, Any]:
    return {what: getattr(member, what) for what in membership.CHANGEABLE} | other


def test_who_leaves_and_returns_has_both_steps_in_the_history(cast: Cast) -> None:
    one = worker()
    membership.change_member(one, by=cast.users["officer"], **standing(one, status=Status.LEFT))
    assert worker().left_at == timezone.localdate()
    one = worker()
    membership.change_member(one, by=cast.users["officer"], **standing(one, status=Status.ACTIVE))
    assert (worker().status, worker().left_at) == (Status.ACTIVE, None)
    assert [step.kind for step in one.passages.all()] == [PassageKind.LEFT, PassageKind.RETURNED]
    page = cast.client("officer").get(reverse("people:member", args=["46-A", one.pk])).content.decode()
    assert "重新入会" in page


def test_a_transfer_has_two_sides_and_keeps_the_history_of_both(cast: Cast) -> None:
    one, to = worker(), cast.units["42-A"]
    day = timezone.localdate()
    actions.add_delegates(one.unit, by="system", delegation="一团", members=[one], since=day, until=None)
    url = reverse("people:transfer", args=["46-A", one.pk])
    cast.client("officer").post(url, {"to": "42-a"})
    asked = Transfer.objects.get()
    assert worker().status == Status.ACTIVE, "until the other union answers, the member belongs where they were"
    Seat.objects.create(user=cast.users["stranger"], unit=to, role=Role.OFFICER, since=day)
    answer = {"number": asked.pk, "no": "W-7", "accept": "1"}
    cast.client("stranger").post(reverse("people:transfers", args=["42-A"]), answer)
    here = Member.objects.get(unit=to)
    assert (here.no, here.name, here.user, here.joined_at) == ("W-7", one.name, one.user, day)
    assert (worker().status, worker().left_at) == (Status.LEFT, day)
    assert Delegate.objects.get().until == day
    assert [(step.kind, step.other) for step in one.passages.all()] == [(PassageKind.MOVED_OUT, to)]
    assert [(step.kind, step.other) for step in here.passages.all()] == [(PassageKind.MOVED_IN, one.unit)]
    assert {line.verb for line in Line.objects.filter(verb__contains="transfer")} == {"ask_transfer", "accept_transfer"}


def test_a_transfer_is_answered_once_and_only_by_the_receiving_union(cast: Cast) -> None:
    asked = membership.ask_transfer(worker(), cast.units["42-A"], by="officer")
    with pytest.raises(Refused):
        membership.ask_transfer(worker(), cast.units["42-A"], by="officer")
    answer = {"number": asked.pk, "no": "W-7", "accept": "1"}
    assert cast.client("officer").post(reverse("people:transfers", args=["46-A"]), answer).status_code == 404
    membership.refuse_transfer(asked, by="x", reason="没有这个人")
    for again in (
        lambda: membership.accept_transfer(asked, by="x", no="W-7"),
        lambda: membership.withdraw_transfer(asked, by="x"),
    ):
        with pytest.raises(Refused):
            again()
    assert Transfer.objects.get().state == TransferState.REFUSED
    assert not Member.objects.filter(unit=cast.units["42-A"]).exists()
    page = cast.client("officer").get(reverse("people:transfers", args=["46-A"])).content.decode()
    assert "没有这个人" in page


def test_a_taken_number_leaves_the_transfer_open(cast: Cast) -> None:
    Member.objects.create(unit=cast.units["42-A"], no="W-7", name="别人")
    asked = membership.ask_transfer(worker(), cast.units["42-A"], by="officer")
    with pytest.raises(Refused):
        membership.accept_transfer(asked, by="x", no="W-7")
    assert Transfer.objects.get().state == TransferState.ASKED


def test_a_federation_takes_no_member_and_an_unknown_code_is_said_so(cast: Cast) -> None:
    url = reverse("people:transfer", args=["46-A", worker().pk])
    for code, sentence in (("46", "不是基层工会"), ("nowhere", "没有这个名称或编号"), ("46-A", "这就是现在的工会")):
        assert sentence in cast.client("officer").post(url, {"to": code}).content.decode()
    assert not Transfer.objects.exists()


def test_a_group_of_another_branch_is_refused(cast: Cast) -> None:
    unit = cast.units["46-A"]
    two = create_unit(unit, by="system", code="46-A-2", name="二车间", kind=Kind.BRANCH)
    group = create_unit(two, by="system", code="46-A-2-1", name="甲班", kind=Kind.GROUP)
    one = worker()
    with pytest.raises(Refused, match="甲班"):
        membership.change_member(one, by="x", **standing(one, branch=cast.units["46-A-1"], group=group))
    membership.change_member(worker(), by="x", **standing(worker(), branch=two, group=group))
    assert worker().group == group


def test_a_new_member_joined_today_unless_told(cast: Cast) -> None:
    fields = {"by": "x", "name": "甲", "category": "manager", "status": "active", "branch": None}
    assert actions.enter_member(cast.units["46-A"], no="1", **fields).joined_at == timezone.localdate()
    old = actions.enter_member(cast.units["46-A"], no="2", joined_at=date(2001, 5, 1), **fields)
    assert (old.joined_at, old.passages.get().on) == (date(2001, 5, 1), date(2001, 5, 1))


def test_the_receiving_union_is_found_by_its_name_too_and_by_its_code_where_names_are_alike(cast: Cast) -> None:
    to = cast.units["42-A"]
    assert TransferForm({"to": f"  {to.name} "}).is_valid()
    create_unit(to.parent, by="system", code="42-TWIN", name=to.name, kind=Kind.GRASSROOTS)
    form = TransferForm({"to": to.name})
    assert not form.is_valid()
    assert "42-A、42-TWIN" in str(form.errors)
    assert not TransferForm({"to": "查无此会"}).is_valid()


def test_nobody_is_passed_on_to_a_dissolved_union(cast: Cast) -> None:
    to = cast.units["42-A"]
    to.until = timezone.localdate()
    with pytest.raises(Refused, match="已经撤销"):
        membership.ask_transfer(worker(), to, by="officer")
