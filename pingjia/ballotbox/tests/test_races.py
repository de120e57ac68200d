"""Real threads on a real database: whoever holds a receipt is in the box, however the close falls among the drops."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator

import pytest
from django.db import connections

from pingjia.ballotbox import close
from pingjia.ballotbox.drop import PlainDrop
from pingjia.ballotbox.models import Drop
from pingjia.ballotbox.tests import boxes
from pingjia.core.ballot import head
from pingjia.core.ballot.head import DropStatus
from pingjia.core.tests.scale import scaled

pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True)


def run(tasks: list[Iterator[None]]) -> None:
    """Run each task in a thread of its own, all let go at once."""
    start = threading.Barrier(len(tasks))

    def body(task: Iterator[None]) -> None:
        start.wait()
        for _step in task:
            pass
        connections.close_all()

    threads = [threading.Thread(target=body, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_receipt_given_while_the_box_closes_has_its_leaf() -> None:
    stand = boxes.put_up()
    close.open_box(stand.box_hash)
    records = [stand.record(secrets.token_bytes(32), n % 4) for n in range(scaled(24, 400))]
    receipts: list[bytes] = []

    def drops(mine: list[bytes]) -> Iterator[None]:
        for record in mine:
            if PlainDrop().drop(stand.box_hash, record)[0] == DropStatus.ACCEPTED:
                receipts.append(head.leaf(record[: head.head_length(stand.manifest)]))
            yield

    def closing() -> Iterator[None]:
        while len(receipts) < len(records) // 3:  # in the middle of the crowd, wherever that falls
            yield
        close.close_box(stand.box_hash)

    run([drops(records[0::2]), drops(records[1::2]), closing()])
    assert sorted(receipts) == close.leaves(stand.box_hash)


def test_one_record_dropped_by_many_at_once_lies_in_the_box_once_and_gets_one_receipt() -> None:
    stand = boxes.put_up()
    close.open_box(stand.box_hash)
    key = secrets.token_bytes(32)
    mark = stand.token(key)
    record, rival = stand.record(key, 1, 1, mark), stand.record(key, 2, 1, mark)
    answers: dict[bytes, set[bytes]] = {record: set(), rival: set()}

    def drop(which: bytes) -> Iterator[None]:
        answers[which].add(PlainDrop().drop(stand.box_hash, which))
        yield

    run([drop(which) for which in (record, rival) * 4])
    statuses = sorted({answer[0] for answer in answers[which]} == {DropStatus.ACCEPTED} for which in answers)
    assert statuses == [False, True]
    assert all(len(kept) == 1 for kept in answers.values())
    assert Drop.objects.count() == 1
