"""A whole poll from draft to final, over real addresses, at every size where the rules change."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pingjia.ballotbox import close, shelf
from pingjia.ballotbox.models import Drop
from pingjia.core.ballot.result import Result
from pingjia.core.ballot.tiers import Tier
from pingjia.core.tests.scale import scaled
from pingjia.core.verify.report import Report
from pingjia.core.verify.trust import Trust
from pingjia.core.verify.verifier import verify
from pingjia.journal.actions import first_broken_line
from pingjia.polls import closing, outcome, prepare, queries, rehearsal, sealing, secretcodes, statements
from pingjia.polls.models import Opinion, Partial, Poll, State
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import ALL_BAD, ALL_BLANK, ALL_FAIR, ALL_GOOD, BoothDoor, HttpBooth, HttpDoors
from pingjia.publiclog.tests.conftest import Watch

pytestmark = pytest.mark.django_db(databases=["default", "box"])

TIERS = {0: "none", 1: "none", 4: "none", 5: "band", 9: "band", 10: "two_way", 19: "two_way", 20: "full"}


def verified(raw: bytes) -> Report:
    """Return what an outsider's verifier says, under the trust file that the booth serves."""
    return verify(raw, trust=Trust.parse(bytes(BoothDoor().get("/trust.json").content)))


def mixed(voters: int) -> list[list[int]]:
    """Return choices that are nowhere unanimous: good, fair, bad, blank in turn."""
    return [[ALL_GOOD, ALL_FAIR, ALL_BAD, ALL_BLANK][n % 4] for n in range(voters)]


@pytest.mark.parametrize("voters", sorted(TIERS))
def test_a_whole_poll_over_http_opens_only_what_its_tier_allows(voters: int) -> None:
    stage = cast.opened(max(voters, 1))
    poll, officer = stage.poll, stage.town.officer
    choices = mixed(voters)
    rehearsal.rehearse(poll, choices, codes=stage.codes[:voters], doors=HttpDoors())
    poll = closing.close_poll(poll, by=officer)
    assert poll.state == State.CLOSED
    assert stage.opening.tier == TIERS[voters]
    assert stage.opening.valid == voters
    results = rehearsal.play_opening(stage.invitations, stage.cards, HttpBooth())
    poll.refresh_from_db()
    assert poll.state == State.COUNTED
    opening = stage.opening
    assert bytes(opening.result) == results[0].to_bytes()
    _expect_published(stage, choices, results[0])
    address = f"/set/{opening.set_id}/bundle.zip"
    assert BoothDoor().get(address).status_code == 404  # nobody counts before the hall has heard the result
    outcome.declare(poll, by=officer)
    raw = BoothDoor().get(address)
    assert raw.status_code == 200
    report = verified(bytes(raw.content))
    assert report.failures == ()
    outcome.finalise(poll, by=officer)
    assert poll.state == State.FINAL
    again = verified(queries.bundle(opening))
    assert again.failures == ()
    assert first_broken_line() is None


def test_after_a_whole_poll_an_outsider_finds_every_event_in_the_log_in_its_order(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Read the static files alone: leaf by leaf, with the tree hash and the signature checked."""
    with django_capture_on_commit_callbacks(execute=True):
        stage = cast.opened(21, slips=False)
        officer = stage.town.officer
        codes = prepare.print_blank_slips(stage.poll, by=officer, count=21)
        rehearsal.rehearse(stage.poll, mixed(20), codes=codes[:20], doors=HttpDoors())
        prepare.count_left(stage.poll, by=officer, left=1)
        prepare.confirm_left(stage.poll, by=stage.town.second, left=1)
        closing.close_poll(stage.poll, by=officer)
        rehearsal.play_opening(stage.invitations, stage.cards, HttpBooth())
        poll = Poll.objects.get(pk=stage.poll.pk)
        outcome.declare(poll, by=officer)
        outcome.finalise(poll, by=officer)
    watch = Watch(Path(settings.PINGJIA_KEYS_DIR), Path(settings.PINGJIA_LOG_DIR))
    assert watch.look() == 1
    (leaves,) = watch.outsider.leaves.values()
    told = [json.loads(leaf) for leaf in leaves]
    order = list(dict.fromkeys(one["t"] for one in told))
    # The pages' hashes (evidence) go before the manifest, surplus slips (destroyed) before the close.
    begins = ["keyset", "accept", "evidence", "manifest", "poll", "destroyed"]
    assert order == [*begins, "close", "issuance", "opened", "result"]
    assert [one["t"] for one in told].count("destroyed") >= 2  # and its keys after it
    seen = {(one["t"], one["h"]) for one in told}
    box = poll.boxes.get()
    stated = shelf.file(box.box_hash, "issuance.json").read_bytes()
    files = {"close": statements.closing_digest(box.box_hash).hex(), "issuance": hashlib.sha256(stated).hexdigest()}
    named = {
        "manifest": box.box_hash,
        "poll": poll.poll_hash,
        "keyset": poll.keyset_hash,
        "opened": stage.opening.set_id,
    }
    named["result"] = hashlib.sha256(bytes(stage.opening.result)).hexdigest()
    for kind, expected in (named | files).items():
        assert (kind, expected) in seen, kind
    # What a leaf speaks of, anybody fetches under its hash.
    for kind, name in seen:
        if kind in ("manifest", "poll", "keyset", "destroyed", "result", "evidence"):
            assert hashlib.sha256(BoothDoor().get(f"/o/{name}.json").content).hexdigest() == name, kind


def _expect_published(stage: cast.Stage, choices: list[list[int]], result: Result) -> None:
    """Check the rows that pages show against the choices that were really made."""
    opening, voters = stage.opening, len(choices)
    rows = list(opening.subject_results.all())
    favourable = sum(row[0] in (1, 2) for row in choices)
    unfavourable = sum(row[0] == 3 for row in choices)
    box_hash = stage.poll.boxes.get().box_hash
    bodies = BoothDoor().get(f"/box/{box_hash}/bodies.bin").status_code
    assert (bodies == 200) == (voters >= 10)
    if opening.tier == Tier.NONE:
        assert rows == []
        assert Partial.objects.count() == 0
        return
    reached = 5 * favourable >= 4 * voters
    assert [row.reached for row in rows] == [reached] * 3
    if opening.tier == Tier.BAND:
        assert all(row.favourable is None and row.blank is None for row in rows)
        assert not Partial.objects.filter(recipient=0).exists()
        return
    blank = voters - favourable - unfavourable
    assert [(row.favourable, row.unfavourable, row.blank) for row in rows] == [(favourable, unfavourable, blank)] * 3
    counts = [count.count for count in rows[0].grade_counts.all()]
    expected = [sum(row[0] == grade for row in choices) for grade in (1, 2, 3)]
    assert counts == (expected if opening.tier == Tier.FULL else [])


def test_a_nearly_unanimous_subject_of_a_middle_box_is_published_as_a_band_only() -> None:
    stage = cast.opened(12)
    choices = [[1, n % 3, 1] for n in range(12)]
    rehearsal.rehearse(stage.poll, choices, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    rows = list(stage.opening.subject_results.all())
    assert [row.favourable for row in rows] == [None, 8, None]
    shown = Partial.objects.filter(opening=stage.opening, recipient=0)
    # Parts of the unanimous subjects never become public: what is public is 99 bytes × 2 masks × 1 subject.
    assert {len(bytes(row.content)) for row in shown} == {198}
    assert verified(queries.bundle(stage.opening)).failures == ()


def test_all_abstain_gives_no_result_and_not_zero_percent() -> None:
    stage = cast.opened(20, formula="fav-expressed")
    rehearsal.rehearse(stage.poll, [ALL_BLANK] * 20, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    rows = list(stage.opening.subject_results.all())
    assert [(row.reached, row.favourable, row.blank) for row in rows] == [(None, 0, 20)] * 3


@pytest.mark.parametrize(("favourable", "reached"), [(20, True), (19, False)])
def test_exactly_eighty_percent_reaches_and_one_vote_less_does_not(favourable: int, reached: bool) -> None:
    stage = cast.opened(25)
    choices = [ALL_FAIR] * favourable + [ALL_BAD] * (25 - favourable)
    rehearsal.rehearse(stage.poll, choices, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    assert {row.reached for row in stage.opening.subject_results.all()} == {reached}


def test_the_opinion_box_is_read_from_ten_texts_on_and_never_below() -> None:
    for written, enough in ((9, False), (10, True)):
        stage = cast.opened(12, with_opinions=True) if written == 9 else _second_stage()
        texts = [f"意见{n}" for n in range(written)] + [""] * (12 - written)
        rehearsal.rehearse(stage.poll, mixed(12), codes=stage.codes, opinions=texts)
        closing.close_poll(stage.poll, by=stage.town.officer)
        rehearsal.play_opening(stage.invitations, stage.cards)
        (read,) = rehearsal.play_opinions(stage.invitations, stage.cards, HttpBooth())
        assert (read is not None) == enough
        assert stage.poll.opinion_reading.enough == enough
        assert Opinion.objects.filter(poll=stage.poll).count() == (10 if enough else 0)
        box_hash = stage.poll.boxes.get(kind="opinion").box_hash
        assert BoothDoor().get(f"/box/{box_hash}/bodies.bin").status_code == 404


def _second_stage() -> cast.Stage:
    town = cast.found_town(12, "dock")
    poll = cast.draft(town, with_opinions=True)
    prepare.freeze_roll(poll, by=town.officer)
    stage = cast.Stage(town, poll, cast.invited(town, poll))
    stage.cards = rehearsal.play_sealing(stage.invitations)
    poll.refresh_from_db()
    stage.codes = [code for _entry, code in prepare.print_named_slips(poll, by=town.officer)]
    sealing.open_poll(poll, by=town.officer)
    return stage


def test_a_second_ballot_replaces_the_first_and_both_stay_as_leaves() -> None:
    stage = cast.opened(20)
    voters = rehearsal.rehearse(stage.poll, [ALL_BAD] * 20, codes=stage.codes)
    first = voters[0].papers.boxes[0].hash.hex()
    for voter in voters:
        voter.vote(ALL_GOOD)
    closed = closing.close_poll(stage.poll, by=stage.town.officer)
    assert len(close.leaves(first)) == 40
    rehearsal.play_opening(stage.invitations, stage.cards)
    assert {row.favourable for row in stage.opening.subject_results.all()} == {20}
    assert closed.boxes.get().returned == 20


def test_after_the_close_no_key_no_row_and_no_code_is_left() -> None:
    voters = scaled(5, 100)
    stage = cast.opened(voters)
    rehearsal.rehearse(stage.poll, mixed(voters), codes=stage.codes)
    box_hash = stage.poll.boxes.get().box_hash
    assert Drop.objects.count() == voters
    closing.close_poll(stage.poll, by=stage.town.officer)
    assert Drop.objects.count() == 0
    assert close.state(box_hash) == "destroyed"
    for path in (
        shelf.key(box_hash, "box"),
        shelf.key(box_hash, "storage"),
        secretcodes.key_path(stage.poll, "issuer-0"),
        secretcodes.key_path(stage.poll, "slips"),
    ):
        assert not path.exists()
    assert not stage.poll.issuances.filter(answer__isnull=False).exists()
    assert json.loads(BoothDoor().get(f"/state/{box_hash}.json").content) == {"state": "destroyed"}


def test_pooled_units_that_are_too_small_are_opened_as_one_sum_only() -> None:
    town, dock = cast.found_town(3), cast.found_town(9, "dock")
    lead = cast.draft(town, pool="harbour")
    other = cast.draft(dock, pool="harbour", lead=lead)
    for poll, where in ((lead, town), (other, dock)):
        prepare.freeze_roll(poll, by=where.officer)
    codes = cast.invited(town, lead)
    cards = rehearsal.play_sealing(codes)
    for poll, where in ((lead, town), (other, dock)):
        poll.refresh_from_db()
        slips = prepare.print_named_slips(poll, by=where.officer)
        sealing.open_poll(poll, by=where.officer)
        rehearsal.rehearse(poll, mixed(len(slips)), codes=[code for _entry, code in slips])
    closing.close_poll(lead, by=town.officer)
    assert not lead.boxes.get().openings.exists()
    closing.close_poll(other, by=dock.officer)
    (result,) = rehearsal.play_opening(codes, cards)
    assert len(result.boxes) == 2
    assert (result.valid, result.tier) == (12, Tier.TWO_WAY)
    for poll in (lead, other):
        poll.refresh_from_db()
        assert poll.state == State.COUNTED
    opening = lead.boxes.get().openings.get()
    assert queries.custody(opening)["roll_size"] == 12
    assert verified(queries.bundle(opening)).failures == ()
