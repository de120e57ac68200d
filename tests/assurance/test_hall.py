"""A hall that votes all at once: zero errors, nothing lost. How fast is the business of ``benchmarks/hall.py``."""

from __future__ import annotations

from benchmarks import hall
from pingjia.core.tests.scale import scaled
from tests.assurance import counting
from tests.assurance.premises import Kept, hall_for


def test_a_hall_votes_at_once_without_an_error_and_without_a_loss(kept: Kept) -> None:
    members = scaled(60, 1000)
    with hall_for(members, kept) as (house, stage):
        leaves, times, errors = hall.play(house.port, hall.members(house.papers(stage), stage["codes"]), hands=16)
        assert errors == []
        assert len(times) == 2 * members
        counting.close(house, stage)
        counting.open_boxes(house, stage)
        counting.judge(house, stage, [hall.CHOICE] * members, leaves)
        assert house.trouble() == []
