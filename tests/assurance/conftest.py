"""One house for all tests of a run: setting up a vote takes longer than most of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.assurance.premises import MORNING, ROLL, Kept, premises


@pytest.fixture(scope="session")
def kept() -> Iterator[Kept]:
    """A house, remembered on the morning of the vote; ``begin`` puts that back and starts the server."""
    with premises() as house:
        stage = house.call("put_up", ROLL)
        house.keep(MORNING)
        yield Kept(house, stage)
