"""A storm of ballots that pass at the slot and prove nothing: each costs its own holder's ballot, and nobody else's."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from pingjia.core.ballot import body, signing
from pingjia.core.tests.scale import chance, scaled
from pingjia.polls.rehearsal import Voter
from tests.assurance import counting
from tests.assurance.premises import Kept, hall_for

HONEST = 20
Spoil = Callable[[Voter, bytes, random.Random], bytes]


def _paper(voter: Voter) -> body.Paper:
    return body.Paper.of(voter.papers.boxes[0].hash, voter.papers.slate, voter.papers.keyset)


def noise(_voter: Voter, good: bytes, rng: random.Random) -> bytes:
    """Random bytes of the right length."""
    return rng.randbytes(len(good))


def flipped(_voter: Voter, good: bytes, rng: random.Random) -> bytes:
    """A good body with one bit turned."""
    at = rng.randrange(len(good))
    return good[:at] + bytes([good[at] ^ 1 << rng.randrange(8)]) + good[at + 1 :]


def stolen(voter: Voter, _good: bytes, rng: random.Random) -> bytes:
    """A good body that was made for another key."""
    return body.make(_paper(voter), signing.public(rng.randbytes(32)), [1, 1])


def swapped(_voter: Voter, good: bytes, _rng: random.Random) -> bytes:
    """The two subjects' halves exchanged."""
    return good[len(good) // 2 :] + good[: len(good) // 2]


def empty(_voter: Voter, good: bytes, _rng: random.Random) -> bytes:
    """Nothing at all."""
    return bytes(len(good))


SPOILS: list[Spoil] = [noise, flipped, stolen, swapped, empty]


def test_a_storm_of_wrong_proofs_spoils_the_ballots_of_those_who_send_it_and_no_other(kept: Kept) -> None:
    rng = chance()
    members = HONEST + scaled(10, 300)
    with hall_for(members, kept) as (house, stage):
        papers = house.papers(stage)
        voters = [Voter(papers, code=code, doors=house) for code in stage["codes"][:members]]
        order = rng.sample(range(members), members)
        choices, receipts = [], []
        for n in order:
            voter, choice = voters[n].draw(), [rng.randint(0, 3), rng.randint(0, 3)]
            good = body.make(_paper(voter), signing.public(voter.seeds[0]), choice)
            if n < HONEST:
                choices.append(choice)
                receipts.append(voter.drop(voter.record_of(good)))
            else:
                receipts.append(voter.drop(voter.record_of(SPOILS[n % 5](voter, good, rng))))
        counting.close(house, stage)
        counting.open_boxes(house, stage)
        counting.judge(house, stage, choices, receipts, invalid=members - HONEST)
        assert house.trouble() == []
        # The control: the same end with one receipt or one choice too few, or with a storm believed, is noticed.
        wrong = [
            (choices, receipts[1:], 0),
            ([*choices[1:], [choices[0][0] ^ 1, 0]], receipts, 0),
            (choices, receipts, 1),
        ]
        for counted, given, believed in wrong:
            with pytest.raises(AssertionError):
                counting.judge(house, stage, counted, given, invalid=members - HONEST - believed)
