"""The ceremony and the opening through the relay: what it refuses, and what happens when somebody is missing."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets

import pytest

from pingjia.core.ballot import cards, sealing, signing
from pingjia.core.ballot.keyset import KeySet
from pingjia.polls import prepare, rehearsal, relay_views, seats, stand_in
from pingjia.polls import sealing as polls_sealing
from pingjia.polls.models import Poll, Scrutineer, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.scrutiny import Browser
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import BoothDoor, said_no
from pingjia.polls.throttle import Failures

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def rolled(members: int = 5, **rules: object) -> cast.Stage:
    town = cast.found_town(members)
    poll = cast.draft(town, **rules)
    prepare.freeze_roll(poll, by=town.officer)
    return cast.Stage(town, poll, cast.invited(town, poll))


def test_an_unknown_invitation_opens_no_step_and_guessing_is_slowed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_views, "FAILURES", Failures(2))
    stage = rolled()
    door = BoothDoor()

    def ask(code: str) -> object:
        return json.loads(door.post("/relay/enter", {"code": code}, content_type="application/json").content)

    assert ask(stage.invitations[0])["i"] == 1
    answers = [ask("0" * 16)["reason"] for _guess in range(3)]
    assert answers == ["code", "code", "busy"]
    assert ask(stage.invitations[0])["reason"] == "busy"


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b'{"code": 5}', b"null"])
def test_noise_at_the_relay_is_answered_with_a_reason(raw: bytes) -> None:
    stage = rolled()
    for step in ("enter", "seal", "nothing"):
        answer = BoothDoor().post(f"/relay/{step}", raw, content_type="application/json")
        assert answer.status_code == 200
        assert json.loads(answer.content)["ok"] is False
    assert stage.poll.scrutineers.count() == 3


def test_a_card_is_taken_once_and_only_by_who_holds_it() -> None:
    stage = rolled()
    first, second = (Browser(code) for code in stage.invitations[:2])
    poll_id, _i = first.place
    public = first.keys.scrutineer("")
    forged = signing.sign(secrets.token_bytes(32), cards.enrolment_message(poll_id, 1, public.exchange))
    with said_no("proof"):
        first.ask("enrol", key=public.key.hex(), exchange=public.exchange.hex(), proof=forged.hex())
    first.enrol()
    first.enrol()  # a lost answer, sent again
    with said_no("enrolled_before"):
        Browser(stage.invitations[0]).enrol()
    second.card = first.card  # one card for two seats
    with said_no("card_used"):
        second.enrol()


def test_keys_are_dealt_by_the_chief_alone_to_everybody_who_took_a_card() -> None:
    stage = rolled()
    chief, other, third = (Browser(code) for code in stage.invitations)
    chief.enrol()
    other.enrol()
    with pytest.raises(ValueError):  # noqa: PT011 (the dealer itself refuses a seat without keys)
        chief.deal()
    third.enrol()
    with said_no("not_chief"):
        other.deal()
    chief.deal()
    with said_no("sealed_before"):
        chief.deal()


def test_a_key_set_that_does_not_fit_its_seats_or_shares_is_refused() -> None:
    stage = rolled()
    browsers = [Browser(code) for code in stage.invitations]
    for browser in browsers:
        browser.enrol()
    chief, state = browsers[0], browsers[0].state
    people = [
        sealing.Scrutineer(bytes.fromhex(one["exchange"]), bytes.fromhex(one["key"]), one["name"])
        for one in state["scrutineers"]
    ]
    poll_id = chief.place[0]
    good = sealing.deal(poll_id, people, 3, 2)
    strangers = [cards.derive(secrets.token_bytes(20), poll_id).scrutineer(one.name) for one in people]
    wrong = {
        "scrutineers": sealing.deal(poll_id, strangers, 3, 2),
        "poll": sealing.deal(bytes(16), people, 3, 2),
        "threshold": sealing.deal(poll_id, people, 3, 3),
        "grades": sealing.deal(poll_id, people, 4, 2),
    }
    for reason, dealt in wrong.items():
        with said_no(reason):
            chief.ask("seal", keyset=dealt.keyset.to_bytes().decode(), shares=[one.hex() for one in dealt.sealed])
    for reason, shares in (("shares", good.sealed[:2]), ("shares", good.sealed[::-1])):
        with said_no(reason):
            chief.ask("seal", keyset=good.keyset.to_bytes().decode(), shares=[one.hex() for one in shares])
    with said_no("keyset"):
        chief.ask("seal", keyset=good.keyset.to_bytes().decode() + " ", shares=[])


def test_a_box_is_sealed_only_with_every_acceptance_and_a_wrong_card_cannot_accept() -> None:
    stage = rolled()
    browsers = [Browser(code) for code in stage.invitations]
    for browser in browsers:
        browser.enrol()
    with said_no("not_dealt"):
        browsers[0].ask("share")
    browsers[0].deal()
    stranger = Browser(stage.invitations[1])
    with pytest.raises(sealing.BadShare):
        stranger.accept()
    keyset, _share = browsers[1].share()
    forged = sealing.accept(keyset, stranger.keys.sign)
    with said_no("signature"):
        stranger.ask("accept", signature=forged.hex())
    for browser in browsers[:2]:
        browser.accept()
    stage.poll.refresh_from_db()
    assert stage.poll.state == State.ROLLED
    with pytest.raises(NotYet):
        polls_sealing.open_poll(stage.poll, by=stage.town.officer)
    browsers[2].accept()
    browsers[2].accept()
    stage.poll.refresh_from_db()
    assert stage.poll.state == State.SEALED
    assert stage.poll.boxes.count() == 1
    with pytest.raises(Refused):
        cast.invited(stage.town, stage.poll)


def test_inviting_again_before_sealing_starts_afresh_and_old_invitations_are_void() -> None:
    stage = rolled()
    browsers = [Browser(code) for code in stage.invitations]
    for browser in browsers:
        browser.enrol()
    browsers[0].deal()
    fresh = cast.invited(stage.town, stage.poll)
    with said_no("code"):
        browsers[0].ask("enter")
    rehearsal.play_sealing(fresh)
    assert Poll.objects.get(pk=stage.poll.pk).state == State.SEALED


def test_who_is_judged_is_no_scrutineer_by_name_or_by_membership() -> None:
    stage = rolled()
    chair = stage.town.chair
    member = stage.town.members[0]
    member.user = chair
    member.save()
    for name, who in ((chair.full_name, None), ("某某", member)):
        with pytest.raises(NotYet):
            prepare.invite_scrutineers(
                stage.poll, by=stage.town.officer, names=[(name, who), ("甲", None), ("乙", None)]
            )


def test_the_stand_in_shouts_and_refuses_a_real_poll(caplog: pytest.LogCaptureFixture) -> None:
    stage = rolled(practice=True)
    logging.getLogger("pingjia").addHandler(caplog.handler)
    try:
        stand_in.seal(stage.poll, stage.invitations)
    finally:
        logging.getLogger("pingjia").removeHandler(caplog.handler)
    assert "STAND-IN" in caplog.text
    Poll.objects.update(practice=False)
    stage.poll.refresh_from_db()
    with pytest.raises(stand_in.NotPractice):
        stand_in.count(stage.poll, stage.invitations, [])


def test_sealed_shares_reach_their_scrutineers_only_and_their_hashes_stand_in_the_key_set() -> None:
    stage = cast.sealed(2)
    keyset = KeySet.from_bytes(BoothDoor().get(f"/o/{stage.poll.keyset_hash}.json").content)
    for browser in rehearsal.scrutineers(stage.invitations, stage.cards):
        answer = browser.ask("share")
        assert hashlib.sha256(bytes.fromhex(answer["share"])).digest() == keyset.share_hash[browser.place[1] - 1]
    assert Scrutineer.objects.filter(sealed_share=None).count() == 0
    assert seats.invited("not a code") is None
