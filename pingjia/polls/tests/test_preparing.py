"""Before the ballots: everything that is wrong with a draft is named at once; the roll is frozen once; slips; paper."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pingjia.core.ballot.roll import roll_root
from pingjia.journal.models import Line
from pingjia.people.models import Delegate, Delegation, Member, Status
from pingjia.polls import booth_views, prepare, queries, rehearsal
from pingjia.polls.models import Electorate, GradeSet, Poll, Slip, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import BoothDoor
from pingjia.polls.throttle import Failures

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def test_everything_that_is_wrong_with_a_draft_is_said_at_once() -> None:
    town = cast.found_town(1)
    now = timezone.now()
    with pytest.raises(NotYet) as refusal:
        prepare.create_poll(
            town.city,
            by=town.organiser,
            title=" ",
            year=2026,
            opens_at=now,
            closes_at=now - timedelta(hours=1),
            subjects=[("home", "一", "three"), ("home", "", "none"), ("Ä", "三", "three")],
            formula="guess",
            threshold=(6, 5),
            scrutineers_needed=1,
            pool="Ü",
        )
    assert len(refusal.value.blockers) == 11
    assert not Poll.objects.exists()
    assert not Line.objects.exists()


def terms(poll: Poll, **other: object) -> dict[str, object]:
    """Return what the draft holds, with something else in places."""
    names = ("title", "year", "opens_at", "closes_at", "practice", "with_opinions", "scrutineers_needed")
    return {name: getattr(poll, name) for name in names} | {"subjects": cast.SUBJECTS} | other


def test_a_draft_is_amended_until_its_roll_is_frozen() -> None:
    town = cast.found_town(2)
    poll = cast.draft(town)
    amended = prepare.amend_poll(poll, by=town.officer, **terms(poll, title="第二稿", subjects=cast.SUBJECTS[:1]))
    assert (amended.title, amended.subjects.count(), amended.poll_id) == ("第二稿", 1, poll.poll_id)
    assert Line.objects.get(verb="poll.amended").facts == {"changed": ["subjects", "title"]}
    with pytest.raises(NotYet) as refusal:
        prepare.amend_poll(poll, by=town.officer, **terms(poll, title=" ", subjects=[]))
    assert len(refusal.value.blockers) == 2
    prepare.freeze_roll(poll, by=town.officer)
    with pytest.raises(Refused, match="作废"):
        prepare.amend_poll(poll, by=town.officer, **terms(poll, title="第三稿"))
    assert Poll.objects.get().title == "第二稿"


def test_an_amendment_fits_what_was_already_built_on_the_draft() -> None:
    town = cast.found_town(2)
    lead = cast.draft(town, pool="xiaozu")
    cast.invited(town, lead, count=3)
    prepare.amend_poll(lead, by=town.officer, **terms(lead, scrutineers_needed=3))
    lead.refresh_from_db()
    other = cast.found_town(2, code="shop")
    follower = cast.draft(other, pool="xiaozu", lead=lead)
    assert prepare.amend_poll(lead, by=town.officer, **terms(lead, title="只改名称")).pool == "xiaozu"
    for who, poll, changes in (
        (town, lead, {"subjects": cast.SUBJECTS[:2]}),
        (town, lead, {"scrutineers_needed": 4}),
        (town, lead, {"scrutineers_needed": 1}),
        (other, follower, {"threshold": (2, 3)}),
    ):
        with pytest.raises(NotYet):
            prepare.amend_poll(poll, by=who.officer, **terms(poll, **changes))


def test_more_than_half_of_the_scrutineers_open_a_box_and_never_fewer() -> None:
    town = cast.found_town(2)
    for needed, seats, sentence in ((2, 4, "3 位到场"), (2, 5, "3 位到场"), (3, 6, "4 位到场"), (8, 16, "9 位到场")):
        poll = cast.draft(town, scrutineers_needed=needed)
        with pytest.raises(NotYet, match=sentence):
            cast.invited(town, poll, count=seats)
        assert not poll.scrutineers.exists()
    for needed, seats in ((2, 2), (2, 3), (3, 3), (3, 4), (3, 5), (9, 16)):
        poll = cast.draft(town, scrutineers_needed=needed)
        assert len(cast.invited(town, poll, count=seats)) == seats
        assert 2 * needed > seats
    with pytest.raises(NotYet, match="超过一半"):
        prepare.amend_poll(poll, by=town.officer, **terms(poll, scrutineers_needed=8))


def test_the_known_scales_are_there_with_their_favourable_grades() -> None:
    three = GradeSet.objects.get(code="three").grades
    assert [(grade.code, grade.favourable) for grade in three.all()] == [("s", True), ("b", True), ("d", False)]
    assert {one.code for one in GradeSet.objects.all()} >= {"three", "four", "five", "strength"}


def test_a_roll_of_nobody_is_not_frozen_and_nothing_is_lost() -> None:
    town = cast.found_town(0)
    poll = cast.draft(town)
    with pytest.raises(NotYet):
        prepare.freeze_roll(poll, by=town.officer)
    assert Poll.objects.get().state == State.DRAFT
    Member.objects.create(unit=town.mill, no="1", name="后来的人")
    assert prepare.freeze_roll(poll, by=town.officer) == 1
    with pytest.raises(Refused):
        prepare.freeze_roll(poll, by=town.officer)


def test_retained_and_former_members_are_not_on_the_roll_and_the_judged_are() -> None:
    town = cast.found_town(4)
    Member.objects.filter(pk=town.members[0].pk).update(status=Status.RETAINED)
    Member.objects.filter(pk=town.members[1].pk).update(status=Status.LEFT)
    Member.objects.filter(pk=town.members[2].pk).update(user=town.chair)
    poll = cast.draft(town)
    assert prepare.freeze_roll(poll, by=town.officer) == 2
    assert poll.roll.filter(member__user=town.chair).exists()


def test_a_roll_of_delegates_holds_those_in_term() -> None:
    town = cast.found_town(4)
    group = Delegation.objects.create(unit=town.mill, name="第一代表团")
    today = timezone.localdate()
    spans = [(today, None), (date(2020, 1, 1), today - timedelta(days=1)), (today + timedelta(days=1), None)]
    for member, (since, until) in zip(town.members, spans, strict=False):
        Delegate.objects.create(member=member, delegation=group, since=since, until=until)
    poll = cast.draft(town, electorate=Electorate.DELEGATES)
    assert prepare.freeze_roll(poll, by=town.officer) == 1


def test_a_member_proves_the_own_line_and_the_root_is_in_the_manifest() -> None:
    stage = cast.sealed(7)
    leaves = [bytes.fromhex(leaf) for leaf in stage.poll.roll.values_list("leaf", flat=True)]
    manifest = rehearsal.Papers.of(stage.poll).boxes[0]
    assert manifest.roll_root == roll_root(leaves)
    assert manifest.roll_size == 7
    shown = queries.roll_proof(stage.poll.roll.first())
    assert roll_root(leaves).hex() in shown.values()


def test_slips_wait_for_the_seal_as_they_bear_the_number_of_the_box() -> None:
    town = cast.found_town(2)
    poll = cast.draft(town)
    for _state in range(2):
        with pytest.raises(NotYet):
            prepare.print_named_slips(poll, by=town.officer)
        if poll.state == State.DRAFT:
            prepare.freeze_roll(poll, by=town.officer)


def test_codes_are_kept_as_hashes_only_and_printing_again_kills_the_unused_ones() -> None:
    stage = cast.opened(3)
    assert all(len(code) == 16 for code in stage.codes)
    kept = set(Slip.objects.values_list("code_hash", flat=True))
    assert not kept & set(stage.codes)
    rehearsal.rehearse(stage.poll, [cast.ALL_GOOD], codes=stage.codes)
    again = prepare.print_named_slips(stage.poll, by=stage.town.officer)
    assert Slip.objects.count() == 3
    assert not {code for _entry, code in again} & set(stage.codes)


def test_a_second_sheet_of_slips_does_not_tell_who_has_not_drawn() -> None:
    stage = cast.opened(3)
    rehearsal.rehearse(stage.poll, [cast.ALL_GOOD], codes=stage.codes)
    again = prepare.print_named_slips(stage.poll, by=stage.town.officer)
    assert [entry.no for entry, _code in again] == [entry.no for entry in stage.poll.roll.all()]
    drew = stage.poll.roll.get(medium="drawn")
    dead = next(code for entry, code in again if entry == drew)
    with pytest.raises(rehearsal.NotDrawn):
        rehearsal.rehearse(stage.poll, [cast.ALL_GOOD], codes=[dead])


def test_asking_for_the_paper_table_tells_one_officer_nothing() -> None:
    stage = cast.opened(2)
    rehearsal.rehearse(stage.poll, [cast.ALL_GOOD], codes=stage.codes)
    drew, waits = stage.poll.roll.get(medium="drawn"), stage.poll.roll.get(medium="open")
    for entry in (drew, waits):
        assert prepare.move_to_paper(entry, by=stage.town.officer).paper_asked_by
    told = []
    for entry in (drew, waits):
        with pytest.raises(Refused) as refused:
            prepare.move_to_paper(entry, by=stage.town.officer)
        told.append(str(refused.value).replace(entry.name, ""))
    assert told[0] == told[1]
    with pytest.raises(Refused):
        prepare.move_to_paper(drew, by=stage.town.second)


def test_moving_to_paper_takes_two_officers() -> None:
    stage = cast.opened(2)
    entry = stage.poll.roll.first()
    assert prepare.move_to_paper(entry, by=stage.town.officer).medium == "open"
    with pytest.raises(Refused):
        prepare.move_to_paper(entry, by=stage.town.officer)
    assert prepare.move_to_paper(entry, by=stage.town.second).medium == "paper"
    with pytest.raises(Refused):
        prepare.move_to_paper(entry, by=stage.town.organiser)


def test_turnout_is_shown_in_steps_of_ten_and_never_above_ninety() -> None:
    stage = cast.opened(9)
    assert queries._turnout(stage.poll) == 0
    rehearsal.rehearse(stage.poll, [cast.ALL_GOOD] * 5, codes=stage.codes)
    assert queries._turnout(stage.poll) == 50
    rehearsal.rehearse(stage.poll, [cast.ALL_GOOD] * 4, codes=stage.codes[5:])
    assert queries._turnout(stage.poll) == 90
    assert queries.turnout_step(stage.poll) == 90


def test_what_is_missing_is_said_at_every_state() -> None:
    town = cast.found_town(3)
    poll = cast.draft(town)
    assert [name for _sentence, name in queries.what_is_missing(poll)] == ["roll"]
    prepare.freeze_roll(poll, by=town.officer)
    assert [name for _sentence, name in queries.what_is_missing(poll)] == ["scrutineers"]
    codes = cast.invited(town, poll)
    assert len(queries.what_is_missing(poll)) == 3
    rehearsal.play_sealing(codes)
    poll.refresh_from_db()
    assert [name for _sentence, name in queries.what_is_missing(poll)] == ["slips"]


def test_the_booth_answers_an_oversized_drop_with_128_bytes() -> None:
    stage = cast.opened(1)
    box_hash, door = stage.poll.boxes.get().box_hash, BoothDoor()
    for raw in (b"", bytes(10), bytes(3_000_000)):
        answer = door.post(f"/drop/{box_hash}", raw, content_type="application/octet-stream")
        assert (answer.status_code, len(answer.content), answer.content[0]) == (200, 128, 3)
    assert door.post(f"/drop/{'0' * 64}", b"x", content_type="application/octet-stream").content[0] == 3


def test_the_booth_slows_down_who_fails_often_with_an_answer_of_the_same_length(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(booth_views, "FAILURES", Failures(2))
    stage = cast.opened(1)
    box_hash, door = stage.poll.boxes.get().box_hash, BoothDoor()
    answers = [door.post(f"/drop/{box_hash}", b"x", content_type="application/octet-stream") for _try in range(3)]
    assert [(one.status_code, one.content[0], len(one.content)) for one in answers] == [
        (200, 3, 128),
        (200, 3, 128),
        (429, 7, 128),
    ]


def test_a_member_who_leaves_after_the_freeze_stands_on_the_roll_as_frozen() -> None:
    stage = cast.opened(3)
    entry = stage.poll.roll.first()
    entry.member.status = "left"
    entry.member.name = "改了名"
    entry.member.save()
    again = stage.poll.roll.get(pk=entry.pk)
    assert (again.name, again.leaf) == (entry.name, entry.leaf)
    assert stage.poll.roll.count() == 3
    rehearsal.rehearse(stage.poll, [cast.ALL_GOOD], codes=stage.codes)  # the right to vote was fixed that day


def test_the_year_that_is_judged_is_free_of_the_day_of_the_vote() -> None:
    poll = cast.draft(cast.found_town(2), year=timezone.localdate().year - 2)
    assert poll.year < poll.opens_at.year
