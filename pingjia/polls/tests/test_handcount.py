"""Counting by hand: two persons, numbers that can be, and thresholds to the last vote."""

from __future__ import annotations

import pytest

from pingjia.people.models import Member
from pingjia.polls import handcount, outcome, prepare
from pingjia.polls.models import HandCount, Medium, RollEntry, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def on_paper(members: int, **rules: object) -> cast.Stage:
    town = cast.found_town(members)
    poll = cast.draft(town, medium=Medium.PAPER, **rules)
    prepare.freeze_roll(poll, by=town.officer)
    return cast.Stage(town, poll)


def one_subject() -> dict[str, object]:
    return {"subjects": [("home", "职工之家", "three")]}


def enter(stage: cast.Stage, s: int, b: int, d: int, blank: int, invalid: int = 0, **custody: int) -> HandCount:
    total = s + b + d + blank + invalid
    numbers = {"roll_size": stage.poll.roll.count(), "invited": total, "returned": total, "invalid": invalid} | custody
    counts = {"home": {"s": s, "b": b, "d": d, "": blank}}
    return handcount.enter(stage.poll, by=stage.town.officer, subjects=counts, **numbers)


def large(size: int) -> cast.Stage:
    """A paper poll whose roll is so long that shares come in hundredths of a percent."""
    stage = on_paper(1, **one_subject())
    entry = stage.poll.roll.get()
    members = Member.objects.bulk_create(
        Member(unit=stage.town.mill, no=f"x{n}", name=f"x{n}") for n in range(size - 1)
    )
    RollEntry.objects.bulk_create(
        RollEntry(poll=stage.poll, member=member, no=member.no, name=member.name, leaf=entry.leaf, category="")
        for member in members
    )
    return stage


@pytest.mark.parametrize(
    ("favourable", "against", "reached"), [(2000, 500, True), (1999, 501, False), (2001, 499, True)]
)
def test_80_percent_is_reached_and_79_96_percent_is_not(favourable: int, against: int, reached: bool) -> None:
    stage = large(2500)
    enter(stage, favourable - 1000, 1000, against, 0)
    handcount.confirm(stage.poll, by=stage.town.second)
    row = stage.poll.hand_count.subject_results.get()
    assert (row.favourable, row.reached) == (favourable, reached)
    assert stage.poll.state == State.COUNTED


def test_a_hand_count_needs_two_persons_and_can_be_entered_again_until_confirmed() -> None:
    stage = on_paper(5, **one_subject())
    with pytest.raises(NotYet):
        handcount.confirm(stage.poll, by=stage.town.second)
    enter(stage, 3, 1, 0, 1)
    enter(stage, 3, 0, 1, 1)
    with pytest.raises(Refused):
        handcount.confirm(stage.poll, by=stage.town.officer)
    handcount.confirm(stage.poll, by=stage.town.second)
    with pytest.raises(Refused):
        enter(stage, 4, 0, 0, 1)
    with pytest.raises(Refused):
        handcount.confirm(stage.poll, by=stage.town.second)
    outcome.declare(stage.poll, by=stage.town.officer)
    assert outcome.finalise(stage.poll, by=stage.town.officer).state == State.FINAL


def test_every_number_of_a_hand_count_that_cannot_be_is_named_at_once() -> None:
    stage = on_paper(5, **one_subject())
    with pytest.raises(NotYet) as refusal:
        enter(stage, 3, 1, 0, 1, roll_size=6, invited=4, returned=5)
    assert len(refusal.value.blockers) == 2
    assert "作废" in refusal.value.blockers[1]
    with pytest.raises(NotYet):
        enter(stage, 3, 1, 0, 1, invalid=6, returned=5, invited=5)
    with pytest.raises(NotYet):
        handcount.enter(
            stage.poll,
            by=stage.town.officer,
            roll_size=5,
            invited=5,
            returned=5,
            invalid=0,
            subjects={"home": {"s": 5}},
        )
    assert not HandCount.objects.exists()


def test_a_hand_count_of_blanks_alone_has_no_result_among_those_who_chose() -> None:
    stage = on_paper(5, formula="fav-expressed", **one_subject())
    enter(stage, 0, 0, 0, 5)
    assert stage.poll.hand_count.subject_results.get().reached is None
