"""Two doors at once, on a real database with real threads: one slip to one person, whatever both officers press."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from pingjia.core.tests.scale import scaled
from pingjia.polls import checkin, prepare
from pingjia.polls.models import RollEntry, Slip
from pingjia.polls.refusal import Refused
from pingjia.polls.rehearsal import NotDrawn, Papers, Voter
from pingjia.polls.tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True, serialized_rollback=True)


def at_once(*tasks: Callable[[], object]) -> list[object]:
    """Let all tasks go at the same moment; return what each made, or the refusal it met."""
    start, met = threading.Barrier(len(tasks)), dict[int, object]()

    def body(n: int, task: Callable[[], object]) -> None:
        start.wait()
        try:
            met[n] = task()
        except (Refused, NotDrawn) as refusal:
            met[n] = refusal
        connections.close_all()

    threads = [threading.Thread(target=body, args=pair) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [met[n] for n in range(len(tasks))]


def test_two_doors_give_one_slip_to_one_person_and_one_person_one_slip() -> None:
    rounds = scaled(3, 60)
    stage = cast.sealed(3 * rounds)
    town = stage.town
    prepare.print_sealed_slips(stage.poll, by=town.officer, count=2 * rounds)
    entries = list(stage.poll.roll.order_by("no"))

    def hand(entry: RollEntry, number: int, by: object) -> Callable[[], object]:
        return lambda: checkin.check_in(entry, by=by, in_person=True, number=number)

    for n in range(rounds):
        same_person = at_once(
            hand(entries[2 * n], 2 * n + 1, town.officer), hand(entries[2 * n], 2 * n + 2, town.second)
        )
        assert sum(isinstance(one, Refused) for one in same_person) == 1
        free = Slip.objects.get(number__in=[2 * n + 1, 2 * n + 2], state="stock").number
        one, two = entries[2 * n + 1], entries[2 * rounds + n]
        same_slip = at_once(hand(one, free, town.officer), hand(two, free, town.second))
        assert sum(isinstance(met, Refused) for met in same_slip) == 1
    assert checkin.present(stage.poll) == 2 * rounds
    assert Slip.objects.filter(state="out").exclude(entry=None).count() == 2 * rounds


def test_a_slip_is_used_or_taken_back_never_both() -> None:
    rounds = scaled(3, 40)
    stage = cast.sealed(rounds)
    slips = dict(prepare.print_sealed_slips(stage.poll, by=stage.town.officer, count=rounds))
    papers = Papers.of(stage.poll)
    for number, entry in enumerate(stage.poll.roll.order_by("no"), start=1):
        checkin.check_in(entry, by=stage.town.officer, in_person=True, number=number)
        voter = Voter(papers, code=slips[number])
        taken_back, drawn = at_once(
            lambda entry=entry: checkin.undo(entry, by=stage.town.officer),  # type: ignore[misc]
            voter.draw,
        )
        assert isinstance(taken_back, Refused) != isinstance(drawn, NotDrawn)
