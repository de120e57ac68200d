"""Opening sums through the relay: what the server refuses, and what happens when a scrutineer or a card is missing."""

from __future__ import annotations

import json

import pytest

from pingjia.core.ballot import opening, result, sealing
from pingjia.core.ballot.opening import NoCount
from pingjia.polls import closing, outcome, prepare, rehearsal
from pingjia.polls.models import Partial, Poll, State
from pingjia.polls.refusal import Refused
from pingjia.polls.scrutiny import Browser
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import ALL_BAD, ALL_GOOD, BoothDoor, HttpBooth, said_no

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def closed(voters: int, choices: list[list[int]] | None = None) -> cast.Stage:
    stage = cast.opened(voters)
    rehearsal.rehearse(stage.poll, choices or [ALL_GOOD] * voters, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    return stage


def test_two_of_three_open_the_box_and_one_alone_does_not() -> None:
    stage = closed(20)
    with pytest.raises(NoCount):
        rehearsal.play_opening(stage.invitations[:1], stage.cards[:1])
    assert stage.opening.result is None
    rehearsal.play_opening(stage.invitations[1:], stage.cards[1:])
    assert stage.opening.result is not None


def test_with_too_few_cards_the_box_stays_shut_and_the_vote_is_repeated() -> None:
    stage = closed(20)
    poll = outcome.give_up_opening(Poll.objects.get(), by=stage.town.officer, reason="两张卡遗失")
    assert poll.state == State.UNOPENED
    again = outcome.repeat(poll, by=stage.town.officer)
    assert (again.state, again.replaces, again.poll_id != poll.poll_id) == (State.DRAFT, poll, True)
    with pytest.raises(Refused):
        outcome.repeat(poll, by=stage.town.officer)


def test_a_wrong_card_opens_no_share() -> None:
    stage = closed(20)
    stranger = Browser(stage.invitations[0])
    set_id = stage.opening.set_id
    with pytest.raises(sealing.BadShare):
        stranger.download(set_id)


def test_parts_with_a_wrong_proof_missing_places_or_of_somebody_else_are_refused() -> None:
    stage = closed(20)
    browser, other = rehearsal.scrutineers(stage.invitations[:2], stage.cards[:2])
    work = browser.download(stage.opening.set_id)
    mine = work.my_parts
    bent = [opening.Partial(one.i, one.s, one.mask, one.d, one.e, one.z + 1) for one in mine]
    for reason, raw in (
        ("proof", opening.write_partials(bent)),
        ("places", opening.write_partials(mine[:-1])),
        ("partials", opening.write_partials(mine)[:-1]),
    ):
        with said_no(reason):
            browser.ask("partials", set=work.set_id, public=raw.hex())
    with said_no("places"):
        other.ask("partials", set=work.set_id, public=opening.write_partials(mine).hex())
    with said_no("tier"):
        browser.ask("partials", set=work.set_id, sealed={"2": "00", "3": "00"})
    with said_no("set"):
        browser.ask("partials", set="0" * 64, public="")
    assert not Partial.objects.exists()


def test_a_false_result_is_never_accepted_whoever_signs_it() -> None:
    """t scrutineers together state counts that the sums do not give: the server recomputes, and refuses."""
    stage = closed(20, [ALL_GOOD] * 15 + [ALL_BAD] * 5)
    browsers = rehearsal.scrutineers(stage.invitations, stage.cards)
    work = [(browser, browser.download(stage.opening.set_id)) for browser in browsers]
    for browser, seen in work:
        browser.give_parts(seen)
    honest = work[0][1].count()
    first = honest.subjects[0]
    lie = result.SubjectResult(first.code, first.form, result.Verdict.REACHED, (20, 0, 0), 0)
    false = result.Result(**{**honest.__dict__, "subjects": (lie, *honest.subjects[1:])})
    raw = false.to_bytes()

    def sign(browser: Browser, stated: result.Result) -> dict[str, object]:
        signature = result.sign(stated, browser.place[1], browser.keys.sign)[1:]
        return browser.ask(
            "result", set=stage.opening.set_id, result=stated.to_bytes().decode(), signature=signature.hex()
        )

    assert sign(browsers[0], false)["signed"] == 1
    with said_no("count"):
        sign(browsers[1], false)
    with said_no("signature"):
        browsers[1].ask("result", set=stage.opening.set_id, result=raw.decode(), signature="00" * 64)
    for field, reason in (("issued", "custody"), ("invalid", "custody")):
        bent = result.Result(**{**honest.__dict__, field: getattr(honest, field) + 1})
        with said_no(reason):
            sign(browsers[1], bent)
    wrong = result.SubjectResult(first.code, first.form, result.Verdict.NOT_REACHED, (20, 0, 0), 0)
    with said_no("contradiction"):
        sign(browsers[1], result.Result(**{**honest.__dict__, "subjects": (wrong, *honest.subjects[1:])}))
    for browser in browsers:
        sign(browser, honest)
    assert bytes(stage.opening.result) == honest.to_bytes()
    with said_no("other_result"):
        sign(browsers[0], false)


def test_below_twenty_the_server_never_holds_a_part_it_could_read() -> None:
    stage = closed(9)
    rehearsal.play_opening(stage.invitations, stage.cards, HttpBooth())
    kept = [bytes(row.content) for row in Partial.objects.all()]
    assert kept
    assert all(row.recipient > 0 for row in Partial.objects.all())
    for row in Partial.objects.select_related("scrutineer"):
        with pytest.raises(opening.BadPartial):
            opening.read_partials(bytes(row.content))
    browser = rehearsal.scrutineers(stage.invitations[:1], stage.cards[:1])[0]
    assert browser.ask("inbox", set=stage.opening.set_id)["public"] == {}


def test_a_scrutineer_of_another_poll_learns_nothing_here() -> None:
    stage = closed(9)
    town = cast.found_town(2, "dock")
    poll = cast.draft(town)
    prepare.freeze_roll(poll, by=town.officer)
    foreign = Browser(cast.invited(town, poll)[0])
    with said_no("set"):
        foreign.ask("set", set=stage.opening.set_id)
    answer = BoothDoor().post(
        "/relay/bodies",
        {"code": foreign.code, "box": stage.poll.boxes.get().box_hash},
        content_type="application/json",
    )
    assert json.loads(answer.content)["reason"] == "box"
