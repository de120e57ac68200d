"""Several writers at once take turns: no entry is lost, doubled or moved, and no checkpoint goes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import pytest
from django.db import connection, transaction

from pingjia.core.tests.scale import scaled
from pingjia.core.tlog.entry import EntryType
from pingjia.publiclog import actions, keys
from pingjia.publiclog.models import Entry, Log

from .conftest import Watch

pytestmark = pytest.mark.django_db(transaction=True)


def _hash(writer: int, number: int) -> bytes:
    return sha256(f"{writer} {number}".encode()).digest()


def test_writers_at_once_take_turns(watch: Watch) -> None:
    log = actions.open_log("meilan", 2026)
    writers, each = 4, scaled(8, 60)
    start = Barrier(writers)

    def write(writer: int) -> list[int]:
        try:
            start.wait()
            places = []
            for number in range(each):
                shared = (EntryType.EVIDENCE, _hash(-1, number))  # all writers log this one, too
                entries = actions.append(log, [(EntryType.MANIFEST, _hash(writer, number)), shared])
                places.append(entries[0].index)
                actions.publish(log)
            return places
        finally:
            connection.close()

    with ThreadPoolExecutor(writers) as pool:
        places = list(pool.map(write, range(writers)))
    log.refresh_from_db()
    assert log.size == (writers + 1) * each
    assert sorted(Entry.objects.filter(log=log).values_list("index", flat=True)) == list(range(log.size))
    for row in places:
        assert row == sorted(row), "a writer's own order is kept"
    sizes = list(log.checkpoints.values_list("size", flat=True))
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == log.size
    assert watch.look() == 1


def test_openers_at_once_open_one_log_with_one_key() -> None:
    start = Barrier(4)

    def open_log(_: int) -> str:
        try:
            start.wait()
            return actions.open_log("meilan", 2026).vkey
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(open_log, range(4)))) == 1
    log = Log.objects.get()
    assert keys.read(log.origin).verifier() == log.key


def test_nothing_uncommitted_is_signed() -> None:
    log = actions.open_log("meilan", 2026)
    with transaction.atomic():
        actions.append(log, [(EntryType.MANIFEST, bytes(32))])
        with pytest.raises(RuntimeError, match="durable"):
            actions.publish(log)
        transaction.set_rollback(True)
    assert actions.publish(log).size == 0
