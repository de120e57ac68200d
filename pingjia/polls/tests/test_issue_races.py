"""Real threads on a real database: however many devices draw at once for one member, one ballot goes out."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from pingjia.core.ballot.issuance import IssueStatus
from pingjia.core.tests.scale import scaled
from pingjia.polls import prepare
from pingjia.polls.issue import PlainIssuer
from pingjia.polls.models import Issuance
from pingjia.polls.refusal import Refused
from pingjia.polls.rehearsal import Papers, Voter
from pingjia.polls.tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True, serialized_rollback=True)


def at_once(tasks: list[object]) -> None:
    """Let all tasks go at the same moment, each in its own thread, and wait for them."""
    start = threading.Barrier(len(tasks))

    def body(task: object) -> None:
        start.wait()
        task()  # type: ignore[operator]
        connections.close_all()

    threads = [threading.Thread(target=body, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_devices_of_one_member_draw_one_ballot() -> None:
    stage = cast.opened(1)
    papers = Papers.of(stage.poll)
    for _round in range(scaled(1, 20)):
        requests = [Voter(papers, stage.codes[0]).request() for _device in range(3)]
        answers: dict[bytes, set[bytes]] = {request: set() for request in requests}

        def draw(request: bytes, answers: dict[bytes, set[bytes]] = answers) -> None:
            answers[request].add(PlainIssuer().issue(request, None))

        at_once([lambda r=request: draw(r) for request in requests * 2])
        granted = [request for request in requests if next(iter(answers[request]))[0] == IssueStatus.SIGNED]
        assert len(granted) == 1
        assert all(len(kept) == 1 for kept in answers.values())
        assert Issuance.objects.count() == 1
        Issuance.objects.all().delete()
        stage.poll.roll.update(medium="open")


def test_drawing_and_moving_to_paper_at_once_has_one_winner() -> None:
    stage = cast.opened(1)
    entry = stage.poll.roll.get()
    prepare.move_to_paper(entry, by=stage.town.officer)
    request, seen = Voter(Papers.of(stage.poll), stage.codes[0]).request(), []

    def draw() -> None:
        seen.append(PlainIssuer().issue(request, None)[0] == IssueStatus.SIGNED)

    def move() -> None:
        try:
            prepare.move_to_paper(entry, by=stage.town.second)
            seen.append(True)
        except Refused:
            seen.append(False)

    at_once([draw, move])
    entry.refresh_from_db()
    assert sorted(seen) == [False, True]
    assert (entry.medium == "drawn") == Issuance.objects.exists()
