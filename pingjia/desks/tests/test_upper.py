"""The superior's desk: every union stands at exactly one stage, and the list shows those the figure counts."""

from __future__ import annotations

import dataclasses

import pytest

from pingjia.desks import queries
from pingjia.polls.models import Poll, State
from pingjia.polls.tests import cast

pytestmark = pytest.mark.django_db


def test_every_state_of_a_poll_belongs_to_exactly_one_stage_and_the_list_agrees_with_the_figure() -> None:
    town = cast.found_town(2)
    poll = cast.draft(town)
    top = town.mill.parent
    for state in State.values:
        Poll.objects.filter(pk=poll.pk).update(state=state)
        found = dataclasses.asdict(queries.coverage(top, poll.year))
        homes = found.pop("homes")
        assert homes >= 1
        assert sum(found.values()) == homes
        for stage, wanted in queries.STAGES.items():
            assert queries.homes_with_state(top, poll.year).filter(wanted).count() == found[stage]
