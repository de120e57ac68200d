"""The fast issuing desk, on PostgreSQL: what it grants by itself, races, and what it shares with nobody."""

from __future__ import annotations

import asyncio

import pytest
from django.db import connections

from pingjia.ballotbox import close
from pingjia.ballotbox.drop_fast import FastDrop
from pingjia.ballotbox.tests.awaiting import Awaiting, apart
from pingjia.core.ballot.issuance import IssueStatus
from pingjia.core.tests.scale import scaled
from pingjia.polls import prepare
from pingjia.polls.issue import PlainIssuer
from pingjia.polls.issue_fast import FastIssuer
from pingjia.polls.models import Issuance, RollEntry, Slip
from pingjia.polls.rehearsal import Papers, Voter
from pingjia.polls.tests import cast
from pingjia.polls.tests.fastdesk import FastDesk
from pingjia.polls.tests.test_issue_races import at_once

pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True, serialized_rollback=True)


def draw_all(requests: list[bytes], workers: int = 2) -> list[bytes | None]:
    """Send all requests at once, dealt out to so many workers."""

    async def play() -> list[bytes | None]:
        desks = [FastIssuer() for _worker in range(workers)]
        answers = await asyncio.gather(*(desks[n % workers].issue(raw) for n, raw in enumerate(requests)))
        for desk in desks:
            await desk.close()
        return list(answers)

    return apart(lambda: asyncio.run(play()))


def test_a_slip_and_its_retry_are_granted_without_the_plain_desk_and_refusals_are_not() -> None:
    stage = cast.opened(2)
    papers, desk = Papers.of(stage.poll), FastDesk()
    one, rival = (Voter(papers, stage.codes[0]) for _device in range(2))
    first, again = desk.fast_only(one.request()), desk.fast_only(one.request())
    assert first is not None
    assert first[0] == IssueStatus.SIGNED
    assert first == again == PlainIssuer().issue(one.request(), None)
    assert Slip.objects.get(entry__no="0001").state == "drawn"
    for other in (rival, Voter(papers, "0" * 16), Voter(papers), Voter(papers, "SHORT")):
        assert desk.fast_only(other.request()) is None
    assert desk.fast_only(b"") is None
    assert desk.fast_only(bytes(2000)) is None


def test_many_draws_share_a_transaction_and_lie_in_the_order_of_the_roll() -> None:
    stage = cast.opened(scaled(24, 200))
    requests = [Voter(Papers.of(stage.poll), code).request() for code in stage.codes]
    answers = draw_all(requests[::-1], workers=1)
    assert all(answer is not None and answer[0] == IssueStatus.SIGNED for answer in answers)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT xmin::text, entry_id FROM polls_issuance ORDER BY ctid")
        rows = cursor.fetchall()
    batches = [[entry for xmin, entry in rows if xmin == batch] for batch in dict.fromkeys(xmin for xmin, _e in rows)]
    assert len(rows) == len(requests)
    assert len(batches) < len(requests) / 4
    assert all(batch == sorted(batch) for batch in batches)


def test_many_devices_of_one_member_draw_one_ballot_in_one_batch_or_two_workers() -> None:
    stage = cast.opened(1)
    papers = Papers.of(stage.poll)
    for _round in range(scaled(1, 20)):
        for workers in (1, 2):
            requests = [Voter(papers, stage.codes[0]).request() for _device in range(3)] * 2
            answers = draw_all(requests, workers)
            granted = {raw for raw, answer in zip(requests, answers, strict=True) if answer is not None}
            assert len(granted) == 1
            assert Issuance.objects.count() == 1
            winner = PlainIssuer().issue(granted.pop(), None)
            assert {answer for answer in answers if answer is not None} == {winner}
            Issuance.objects.all().delete()
            stage.poll.roll.update(medium="open")


def test_drawing_and_moving_to_paper_at_once_has_one_winner() -> None:
    stage = cast.opened(1)
    entry = stage.poll.roll.get()
    prepare.move_to_paper(entry, by=stage.town.officer)
    request, seen = Voter(Papers.of(stage.poll), stage.codes[0]).request(), []

    def draw() -> None:
        seen.append(draw_all([request], workers=1)[0] is not None)

    def move() -> None:
        try:
            prepare.move_to_paper(entry, by=stage.town.second)
            seen.append(True)
        except prepare.Refused:
            seen.append(False)

    at_once([draw, move])
    assert sorted(seen) == [False, True]
    assert (RollEntry.objects.get().medium == "drawn") == Issuance.objects.exists()


def test_issue_and_drop_share_no_connection_and_no_transaction() -> None:
    stage = cast.opened(4)
    voters = [Voter(Papers.of(stage.poll), code).draw() for code in stage.codes[:2]]
    requests = [Voter(Papers.of(stage.poll), code).request() for code in stage.codes[2:]]
    box_hash = voters[0].papers.boxes[0].hash.hex()
    desk, slot = Awaiting(FastIssuer), Awaiting(FastDrop)
    for request, one in zip(requests, voters, strict=True):
        assert desk.run(lambda fast, raw=request: fast.issue(raw)) is not None
        record = one.record([1, 1, 1])
        assert slot.run(lambda fast, raw=record: fast.drop(box_hash, raw))[0] == 0
    wires = [[wire for wire in vars(fast).values() if hasattr(wire, "alias")] for fast in (desk.fast, slot.fast)]
    backends = [{wire._connection.get_server_pid() for wire in side} for side in wires]
    assert [len(side) for side in backends] == [3, 2]
    assert not backends[0] & backends[1]
    assert [{wire.alias for wire in side} for side in wires] == [{"default"}, {"box"}]
    transactions = []
    for alias, table in (("default", "polls_issuance"), ("box", "ballotbox_drop")):
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT xmin::text FROM {table}")  # noqa: S608 (names of ours)
            transactions.append({xmin for (xmin,) in cursor.fetchall()})
    assert all(transactions)
    assert not transactions[0] & transactions[1]
    assert close.state(box_hash) == "open"
