"""The fast way in under fire, on PostgreSQL: many drops a transaction, two workers, a close or a kill in between."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Sequence

import pytest
from django.db import connections

from pingjia.ballotbox import close
from pingjia.ballotbox.drop_fast import FastDrop
from pingjia.ballotbox.groupcommit import Unavailable
from pingjia.ballotbox.models import Drop
from pingjia.ballotbox.tests import boxes
from pingjia.ballotbox.tests.awaiting import apart, held
from pingjia.core.ballot import head
from pingjia.core.ballot.head import DropStatus
from pingjia.core.tests.scale import scaled

pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True)


@pytest.fixture
def stand() -> boxes.Stand:
    made = boxes.put_up()
    close.open_box(made.box_hash)
    return made


def record(stand: boxes.Stand, key: bytes | None = None, seq: int = 1, mark: bytes | None = None) -> bytes:
    """Return a record whose body is noise: it is taken as any other, and invalid at the close."""
    key = key or secrets.token_bytes(32)
    content = secrets.token_bytes(head.body_length(stand.manifest, stand.slate))
    return head.make(stand.manifest.hash, seq, key, content, [mark or stand.token(key)])


def leaf(stand: boxes.Stand, raw: bytes) -> bytes:
    return head.leaf(raw[: head.head_length(stand.manifest)])


def drop_all(stand: boxes.Stand, records: Sequence[bytes], workers: int = 2) -> list[bytes]:
    """Drop all records at once, dealt out to so many workers; return the answers."""

    async def play() -> list[bytes]:
        slots = [FastDrop() for _worker in range(workers)]
        asks = [slots[n % workers].drop(stand.box_hash, raw) for n, raw in enumerate(records)]
        answers = await asyncio.gather(*asks)
        for slot in slots:
            await slot.close()
        return list(answers)

    return apart(lambda: asyncio.run(play()))


def test_many_drops_share_a_transaction_and_lie_in_the_order_of_their_slots(stand: boxes.Stand) -> None:
    records = [record(stand) for _n in range(scaled(40, 400))]
    answers = drop_all(stand, records, workers=1)
    assert {answer[0] for answer in answers} == {DropStatus.ACCEPTED}
    with connections["box"].cursor() as cursor:
        cursor.execute("SELECT xmin::text, slot FROM ballotbox_drop ORDER BY ctid")
        rows = [(xmin, bytes(slot)) for xmin, slot in cursor.fetchall()]
    batches = [[slot for xmin, slot in rows if xmin == batch] for batch in dict.fromkeys(xmin for xmin, _slot in rows)]
    assert len(batches) < len(records) / 4
    assert max(map(len, batches)) > 4
    assert all(batch == sorted(batch) for batch in batches)


def test_two_records_of_one_number_at_once_in_one_batch_or_two_workers_have_one_winner(stand: boxes.Stand) -> None:
    for workers in (1, 2):
        for _round in range(scaled(2, 30)):
            key = secrets.token_bytes(32)
            mark = stand.token(key)
            rivals = [record(stand, key, 1, mark), record(stand, key, 1, mark)]
            records = rivals * 4 + [record(stand) for _other in range(4)]
            before = Drop.objects.count()
            answers = drop_all(stand, records, workers)
            told = {raw: {answer for one, answer in zip(records, answers, strict=True) if one == raw} for raw in rivals}
            assert all(len(kept) == 1 for kept in told.values())
            statuses = sorted(next(iter(kept))[0] for kept in told.values())
            assert statuses == [DropStatus.ACCEPTED, DropStatus.SEQ]
            assert {answer[0] for answer in answers[8:]} == {DropStatus.ACCEPTED}
            assert Drop.objects.count() == before + 5


def test_every_receipt_given_while_the_box_closes_has_its_leaf_and_no_other(stand: boxes.Stand) -> None:
    for _round in range(scaled(1, 10)):
        made = boxes.put_up(name=secrets.token_hex(4))
        close.open_box(made.box_hash)
        records = [record(made) for _n in range(scaled(24, 200))]

        async def play(made: boxes.Stand = made, records: list[bytes] = records) -> list[bytes]:
            slots = [FastDrop(), FastDrop()]
            third = len(records) // 3
            asks = [asyncio.ensure_future(slots[n % 2].drop(made.box_hash, raw)) for n, raw in enumerate(records)]
            await asyncio.gather(*asks[:third])
            closing = asyncio.create_task(asyncio.to_thread(in_thread, made.box_hash))
            late = [slots[n % 2].drop(made.box_hash, record(made)) for n in range(8)]
            answers = await asyncio.gather(*asks, *late)
            await closing
            for slot in slots:
                await slot.close()
            return list(answers)

        def in_thread(box_hash: str) -> None:
            close.close_box(box_hash)
            connections.close_all()

        answers = apart(lambda: asyncio.run(play()))
        accepted = [answer[1:65] for answer in answers if answer[0] == DropStatus.ACCEPTED]
        assert {answer[0] for answer in answers} <= {DropStatus.ACCEPTED, DropStatus.CLOSED}
        leaves = close.leaves(made.box_hash)
        assert len(leaves) == len(set(accepted))
        sent = {leaf(made, raw) for raw, answer in zip(records, answers, strict=False) if answer[0] == 0}
        assert sent <= set(leaves)


def test_a_connection_that_breaks_in_a_batch_answers_nobody_and_the_retry_is_taken_once(stand: boxes.Stand) -> None:
    records = [record(stand) for _n in range(6)]

    outcomes: list[list[object]] = []

    async def play() -> None:
        slot = FastDrop()
        asks = (slot.drop(stand.box_hash, raw) for raw in records)
        outcomes.append(list(await asyncio.gather(*asks, return_exceptions=True)))
        outcomes.append(list(await asyncio.gather(*(slot.drop(stand.box_hash, raw) for raw in records))))
        await slot.close()

    thread = threading.Thread(target=lambda: asyncio.run(play()))
    with held("box", "ballotbox_sealedbox", stand.box_hash) as stuck, connections["box"].cursor() as cursor:
        thread.start()
        cursor.execute("SELECT pg_terminate_backend(%s)", stuck())
    thread.join()
    first, again = outcomes
    assert any(isinstance(one, Unavailable) for one in first)
    assert {bytes(answer)[0] for answer in again} == {DropStatus.ACCEPTED}
    assert Drop.objects.count() == len(records)


def test_an_open_box_remembered_by_a_worker_is_asked_again_under_the_lock(stand: boxes.Stand) -> None:
    async def play() -> list[int]:
        slot = FastDrop()
        statuses = [(await slot.drop(stand.box_hash, record(stand)))[0]]
        await asyncio.to_thread(shut)
        for _again in range(2):
            statuses.append((await slot.drop(stand.box_hash, record(stand)))[0])
        await slot.close()
        return statuses

    def shut() -> None:
        close.close_box(stand.box_hash)
        connections.close_all()

    assert apart(lambda: asyncio.run(play())) == [DropStatus.ACCEPTED, DropStatus.CLOSED, DropStatus.CLOSED]
    assert len(close.leaves(stand.box_hash)) == 1
