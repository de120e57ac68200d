"""The real server is killed at every step of drawing, dropping, closing and publishing, and started again.

Every step: each statement to either database, each commit, each file put in place or removed, each answer. Members and
officers do what people do: they try again. No receipted ballot may be lost, none counted twice.
"""

from __future__ import annotations

import os

import pytest

from pingjia.core.tests.scale import chance, scaled
from pingjia.polls.rehearsal import Voter
from tests.assurance import counting
from tests.assurance.counting import Stage
from tests.assurance.premises import EVENING, MEMBERS, MORNING, Gone, Kept, Premises

DEEDS = ("draw", "drop", "change")  # the last two with numbers 1 and 2
LONGEST = 400  # steps of the longest deed, and then some: a loop that does not end is a failure


@pytest.fixture(scope="module")
def receipts(kept: Kept) -> list[bytes]:
    """Let everybody vote, and remember the evening."""
    house, stage = kept.begin(MORNING)
    given = [voter.draw().vote(choice(n)) for n, voter in enumerate(voters_of(house, stage))]
    kept.end()
    house.keep(EVENING)
    return given


def voters_of(house: Premises, stage: Stage) -> list[Voter]:
    papers = house.papers(dict(stage))
    return [Voter(papers, code=code, doors=house) for code in stage["codes"][:MEMBERS]]


def choice(n: int) -> list[int]:
    return [n % 4, (n + 1) % 3]


CHOICES = [choice(n) for n in range(MEMBERS)]


def close_and_open(house: Premises, stage: Stage) -> None:
    house.insist(lambda: counting.close(house, stage))
    house.insist(lambda: counting.open_boxes(house, stage))


def test_draws_and_drops_killed_at_every_step_are_finished_by_the_same_bytes(kept: Kept) -> None:
    house, stage = kept.begin(MORNING)
    voters = voters_of(house, stage)
    receipts = []
    unhurt = dict.fromkeys(DEEDS, 0)
    stride = scaled(3, 1)  # in the everyday run each member meets a kill at one deed of the three, in turn
    for n, voter in enumerate(voters):
        for order, deed in enumerate(DEEDS):
            house.order("arm", at=n + 1 if n % stride == order % stride else 0)
            before = house.kills
            if deed == "draw":
                house.insist(voter.draw)
            else:
                record = voter.record(choice(n + order), order)
                receipts.append(house.insist(lambda voter=voter, record=record: voter.drop(record)))
            unhurt[deed] += n % stride == order % stride and house.kills == before
    house.order("arm", at=0)
    # Control: kills were met at every deed, and at last none: each member's step lay further on than the one's before.
    assert all(unhurt.values()), unhurt
    # A deed of the fast path has fewer steps to be killed at: on PostgreSQL one kill for each deed is asked for.
    assert house.kills > (len(DEEDS) - 1 if os.environ.get("PINGJIA_DATABASE_URL") else 15 // stride)
    close_and_open(house, stage)
    counting.judge(house, stage, [choice(n + 2) for n in range(MEMBERS)], receipts)
    assert house.trouble() == []


def test_a_close_that_is_killed_again_and_again_comes_to_its_end(kept: Kept, receipts: list[bytes]) -> None:
    house, stage = kept.begin(EVENING)
    rng, at, alive = chance(), 0, True
    while at < LONGEST:
        at += rng.randint(1, scaled(24, 2))
        if alive:
            house.order("kill")
        # Counted from the first step of the new life, so that what it finishes by itself is killed as well.
        alive = house.serve(kill=at)["alive"]
        try:
            if alive:
                counting.close(house, stage)
                break
        except Gone:
            alive = house.order("wait")["signal"] != 9
        house.kills += 1
    assert house.kills > 2
    house.order("arm", at=0)
    close_and_open(house, stage)
    counting.judge(house, stage, CHOICES, receipts)
    log = house.call("look", stage["poll_id"])["log"]
    assert [log.count(kind) for kind in ("close", "issuance", "opened")] == [1, 1, 1]


def test_a_close_killed_once_at_any_step_ends_in_the_same_box(kept: Kept, receipts: list[bytes]) -> None:
    house, stage = kept.begin(EVENING)
    house.order("arm", at=0)
    counting.close(house, stage)
    steps = house.order("taken")["steps"]
    reference = box_files(house, stage)
    rng = chance()
    every = range(1, steps + 1)
    for at in sorted(rng.sample(every, min(scaled(3, LONGEST), steps))):
        kept.begin(EVENING)
        house.order("arm", at=at)
        with pytest.raises(Gone):
            counting.close(house, stage)
        died = house.rise()
        counting.close(house, stage)
        assert box_files(house, stage) == reference, died
        assert leftovers(house) == [], died
        seen = house.call("look", stage["poll_id"])
        assert (seen["state"], seen["drops"], seen["destroyed"]) == ("closed", 0, True), died
        assert [seen["log"].count(kind) for kind in ("close", "issuance", "opened")] == [1, 1, 1], died
        assert seen["log"].count("destroyed") == 1, died
    counting.open_boxes(house, stage)
    counting.judge(house, stage, CHOICES, receipts)


def box_files(house: Premises, stage: Stage) -> dict[str, bytes]:
    """Return what the closed box published, and what it keeps for the opening."""
    folder = house.home / "boxes" / stage["boxes"][0]
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def leftovers(house: Premises) -> list[str]:
    """Return the drafts of bodies and keys that a kill left lying about."""
    return [str(path.relative_to(house.home)) for top in ("keys", "boxes") for path in (house.home / top).rglob(".*")]


def test_opening_and_publishing_killed_at_every_step_are_finished_by_a_retry(kept: Kept, receipts: list[bytes]) -> None:
    house, stage = kept.begin(EVENING)
    counting.close(house, stage)
    rng, stride = chance(), scaled(20, 1)
    deeds = [lambda: counting.open_boxes(house, stage), lambda: counting.bundle(house, stage)]
    for deed in deeds:
        at, before = 0, -1
        while house.kills != before:
            assert at < 10 * LONGEST
            at += rng.randint(1, 2 * stride - 1)
            before = house.kills
            house.order("arm", at=at)
            house.insist(deed)
    assert house.kills > 2
    house.order("arm", at=0)
    counting.judge(house, stage, CHOICES, receipts)
    assert house.trouble() == []
