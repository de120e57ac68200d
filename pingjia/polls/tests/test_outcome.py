"""Declaring, objecting, settling, making final, voiding, repeating; and those who are judged, refused at every step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from pingjia.ballotbox import close, shelf
from pingjia.ballotbox.models import Drop
from pingjia.core.ballot.head import DropStatus
from pingjia.core.tlog.entry import EntryType
from pingjia.journal.models import Line
from pingjia.people.models import Role
from pingjia.polls import (
    checkin,
    closing,
    guards,
    handcount,
    outcome,
    prepare,
    queries,
    rehearsal,
    sealing,
    secretcodes,
    statements,
)
from pingjia.polls.models import (
    Challenge,
    Partial,
    Poll,
    PressureReport,
    RollEntry,
    Scrutineer,
    State,
)
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.rehearsal import NotDropped
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import ALL_BAD, ALL_GOOD, BoothDoor
from pingjia.publiclog.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def counted(voters: int = 6, **rules: object) -> cast.Stage:
    stage = cast.opened(voters, **rules)
    choices = [ALL_GOOD] * (voters - 1) + [ALL_BAD]
    rehearsal.rehearse(stage.poll, choices, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    return stage


def declared(voters: int = 6, **rules: object) -> cast.Stage:
    stage = counted(voters, **rules)
    outcome.declare(stage.poll, by=stage.town.officer)
    return stage


def test_nothing_is_declared_before_it_is_counted_nor_twice() -> None:
    stage = cast.opened(2)
    with pytest.raises(NotYet):
        outcome.declare(stage.poll, by=stage.town.officer)
    rehearsal.rehearse(stage.poll, [ALL_GOOD] * 2, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    poll = Poll.objects.get(pk=stage.poll.pk)
    outcome.declare(poll, by=stage.town.officer)
    with pytest.raises(Refused):
        outcome.declare(poll, by=stage.town.officer)


def test_a_result_becomes_final_after_the_objection_period_with_no_objection_open() -> None:
    stage = declared()
    Poll.objects.filter(pk=stage.poll.pk).update(practice=False, objection_days=7)
    stage.poll.refresh_from_db()
    with pytest.raises(NotYet):
        outcome.finalise(stage.poll, by=stage.town.officer)
    one = outcome.challenge(stage.poll, by=stage.town.members[0].user, code="roll", reason="名册少了两人")
    past = timezone.now() - timedelta(days=8)
    Poll.objects.filter(pk=stage.poll.pk).update(declared_at=past)
    stage.poll.refresh_from_db()
    with pytest.raises(NotYet):
        outcome.finalise(stage.poll, by=stage.town.officer)
    with pytest.raises(Refused):
        outcome.settle(one, by=stage.town.members[0].user, upheld=False, finding="自己说了算")
    outcome.settle(one, by=stage.town.officer, upheld=False, finding="两个复核程序都一致，名册无误")
    stage.poll.refresh_from_db()
    Poll.objects.filter(pk=stage.poll.pk).update(practice=True)  # the log of the rehearsal goes on
    stage.poll.refresh_from_db()
    assert outcome.finalise(stage.poll, by=stage.town.officer).state == State.FINAL


def test_what_served_only_the_opening_is_deleted_when_the_result_is_final() -> None:
    stage = declared(9, with_opinions=True)
    box_hash = stage.poll.boxes.get(kind="ballot").box_hash
    assert shelf.file(box_hash, "bodies.bin").exists()
    assert Partial.objects.exists()
    outcome.finalise(stage.poll, by=stage.town.officer)
    outcome.finalise(stage.poll, by=stage.town.officer)  # swept again after a crash: no harm
    assert not Partial.objects.exists()
    assert not Scrutineer.objects.exclude(sealed_share=None).exists()
    assert not RollEntry.objects.filter(poll=stage.poll).exclude(salt=None).exists()
    assert "已随定案销毁" in queries.roll_proof(stage.poll.roll.first())["这一行的原文（含盐）"]
    for box in stage.poll.boxes.all():
        assert not shelf.file(box.box_hash, "bodies.bin").exists()
        assert shelf.file(box.box_hash, "heads.bin").exists()
    assert not secretcodes.key_path(stage.poll, "id").exists()
    assert Entry.objects.filter(type="destroyed").count() == 2
    answer = BoothDoor().post("/relay/enter", {"code": stage.invitations[0]}, content_type="application/json")
    assert answer.json() == {"ok": False, "reason": "code"}


def test_an_upheld_objection_voids_the_poll_and_it_is_repeated_as_a_new_one() -> None:
    stage = declared()
    one = outcome.challenge(stage.poll, by=stage.town.officer, code="roll", reason="名册有外单位的人")
    with pytest.raises(NotYet):
        outcome.settle(one, by=stage.town.organiser, upheld=True, finding=" ")
    outcome.settle(one, by=stage.town.organiser, upheld=True, finding="属实")
    poll = Poll.objects.get(pk=stage.poll.pk)
    assert poll.state == State.VOID
    assert "属实" in poll.void_reason
    box = poll.boxes.get()
    assert statements.proof(poll, EntryType.WITHDRAWN, bytes.fromhex(box.box_hash))
    again = outcome.repeat(poll, by=stage.town.officer)
    assert (again.replaces, again.boxes.count(), again.roll.count()) == (poll, 0, 0)


def test_only_a_superior_voids_and_an_open_box_is_destroyed_uncounted() -> None:
    stage = cast.opened(3)
    voter = rehearsal.rehearse(stage.poll, [ALL_GOOD], codes=stage.codes)[0]
    for who in (stage.town.officer, stage.town.chair, stage.town.members[0].user, "system"):
        with pytest.raises(Refused):
            outcome.void(stage.poll, by=who, reason="重来")
    with pytest.raises(NotYet):
        outcome.void(stage.poll, by=stage.town.organiser, reason="")
    outcome.void(stage.poll, by=stage.town.organiser, reason="有人施加压力")
    box_hash = stage.poll.boxes.get().box_hash
    assert close.state(box_hash) == "destroyed"
    assert Drop.objects.count() == 0
    with pytest.raises(NotDropped) as no:
        voter.vote(ALL_BAD)
    assert no.value.status == DropStatus.CLOSED
    with pytest.raises(Refused):
        outcome.void(stage.poll, by=stage.town.organiser, reason="再作废一次")


ACTIONS: dict[str, Callable[[cast.Stage], object]] = {
    "create": lambda s: prepare.create_poll(
        s.town.mill,
        by=s.town.chair,
        title="x",
        year=2026,
        opens_at=s.poll.opens_at,
        closes_at=s.poll.closes_at,
        subjects=cast.SUBJECTS,
    ),
    "amend": lambda s: prepare.amend_poll(s.poll, by=s.town.chair, title="x"),
    "freeze": lambda s: prepare.freeze_roll(s.poll, by=s.town.chair),
    "named": lambda s: prepare.print_named_slips(s.poll, by=s.town.chair),
    "blank": lambda s: prepare.print_blank_slips(s.poll, by=s.town.chair, count=1),
    "surplus": lambda s: prepare.count_left(s.poll, by=s.town.chair, left=0),
    "surplus_again": lambda s: prepare.confirm_left(s.poll, by=s.town.chair, left=0),
    "sealed": lambda s: prepare.print_sealed_slips(s.poll, by=s.town.chair, count=1),
    "checkin": lambda s: checkin.check_in(s.poll.roll.first(), by=s.town.chair, in_person=True),
    "checkin_undo": lambda s: checkin.undo(s.poll.roll.first(), by=s.town.chair),
    "paper": lambda s: prepare.move_to_paper(s.poll.roll.first(), by=s.town.chair),
    "scrutineers": lambda s: prepare.invite_scrutineers(
        s.poll, by=s.town.chair, names=[("甲", None), ("乙", None), ("丙", None)]
    ),
    "steward": lambda s: prepare.invite_steward(s.poll, by=s.town.chair, name="召集人"),
    "take_steward": lambda s: prepare.accept_stewardship(s.poll, "0" * 16, by=s.town.chair),
    "open": lambda s: sealing.open_poll(s.poll, by=s.town.chair),
    "close": lambda s: closing.close_poll(s.poll, by=s.town.chair),
    "declare": lambda s: outcome.declare(s.poll, by=s.town.chair),
    "challenge": lambda s: outcome.challenge(s.poll, by=s.town.chair, code="roll", reason="x"),
    "finalise": lambda s: outcome.finalise(s.poll, by=s.town.chair),
    "void": lambda s: outcome.void(s.poll, by=s.town.chair, reason="x"),
    "give_up": lambda s: outcome.give_up_opening(s.poll, by=s.town.chair, reason="x"),
    "repeat": lambda s: outcome.repeat(s.poll, by=s.town.chair),
    "enter_count": lambda s: handcount.enter(
        s.poll, by=s.town.chair, roll_size=0, invited=0, returned=0, invalid=0, subjects={}
    ),
    "confirm_count": lambda s: handcount.confirm(s.poll, by=s.town.chair),
    "answer_pressure": lambda s: outcome.answer_pressure(
        outcome.report_pressure(s.poll, "有人看着我投"), by=s.town.chair, answer="x"
    ),
    "settle": lambda s: outcome.settle(
        Challenge.objects.create(poll=s.poll, code="roll", reason="x", raised_by="m", raised_at=timezone.now()),
        by=s.town.chair,
        upheld=False,
        finding="x",
    ),
}


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_a_judged_chair_is_refused_every_action_also_with_an_officers_seat(name: str) -> None:
    stage = cast.opened(1)
    cast.user(stage.town.chair.username, stage.town.mill, Role.OFFICER)
    before = Line.objects.exclude(verb="pressure.reported").count()
    with pytest.raises(Refused, match="被评议"):
        ACTIONS[name](stage)
    assert Line.objects.exclude(verb="pressure.reported").count() == before


def test_a_convenor_takes_the_seat_once_and_for_this_poll_alone() -> None:
    stage = cast.opened(1)
    _seat, code = prepare.invite_steward(stage.poll, by=stage.town.organiser, name="召集人老王")
    convenor, thief = cast.user("laowang"), cast.user("thief")
    with pytest.raises(Refused):
        prepare.accept_stewardship(stage.poll, "0" * 16, by=convenor)
    seat = prepare.accept_stewardship(stage.poll, code, by=convenor)
    assert seat.user == convenor
    prepare.accept_stewardship(stage.poll, code, by=convenor)
    with pytest.raises(Refused):
        prepare.accept_stewardship(stage.poll, code, by=thief)
    other = cast.draft(stage.town)
    assert guards.runs(convenor, stage.poll)
    assert not guards.runs(convenor, other)


def test_pressure_is_reported_to_superiors_only_and_the_journal_names_nobody() -> None:
    stage = cast.opened(1)
    member = stage.town.members[0].user
    report = outcome.report_pressure(stage.poll, "班长要看我的手机", by=member)
    line = Line.objects.latest("pk")
    assert (line.by, line.about, line.unit) == ("member", "pressure", "")
    assert member.username not in str(line.facts)
    assert report.signed == ""
    with pytest.raises(NotYet):
        outcome.report_pressure(stage.poll, "  ")
    with pytest.raises(Refused):
        outcome.answer_pressure(report, by=stage.town.officer, answer="知道了")
    outcome.answer_pressure(report, by=stage.town.organiser, answer="已派人到场")
    assert PressureReport.objects.get().answered_by == "organiser"
