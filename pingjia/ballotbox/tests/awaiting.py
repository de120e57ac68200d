"""Runs what is awaited for tests that do not await, so that the fast implementations meet the same contract tests.

A fast implementation has connections of its own and sees only what was committed: its tests commit for real.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Generic, Protocol, TypeVar

import pytest
from django.db import connections, transaction

from pingjia.ballotbox import drop
from pingjia.ballotbox.drop_fast import FastDrop
from pingjia.ballotbox.groupcommit import NAME

Outcome = TypeVar("Outcome")


def apart(work: Callable[[], Outcome]) -> Outcome:
    """Do this in a thread of its own: where a browser was driven in this process, its event loop turns in ours."""

    def and_hang_up() -> Outcome:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as alone:
        return alone.submit(and_hang_up).result()


class Closes(Protocol):
    """What holds connections until it is told to hang up."""

    async def close(self) -> None:
        """Hang up."""


Fast = TypeVar("Fast", bound=Closes)


ON_THE_LINE: list[Awaiting[Any]] = []


class Awaiting(Generic[Fast]):
    """One fast implementation and the event loop it lives in, which turns only while somebody waits for an answer."""

    def __init__(self, make: Callable[[], Fast]) -> None:
        self.make, self.fast, self.loop = make, make(), asyncio.new_event_loop()
        ON_THE_LINE.append(self)

    def run(self, ask: Callable[[Fast], Coroutine[Any, Any, Outcome]]) -> Outcome:
        """Return what ``ask`` comes to. Asked from inside the loop, another worker's instance answers."""
        if self.loop.is_running():
            return self._elsewhere(ask)
        return apart(lambda: self.loop.run_until_complete(ask(self.fast)))

    def _elsewhere(self, ask: Callable[[Fast], Coroutine[Any, Any, Outcome]]) -> Outcome:
        other = Awaiting(self.make)
        try:
            return other.run(ask)
        finally:
            other.hang_up()

    def hang_up(self) -> None:
        """Give the connections back: a test database with a caller on the line cannot be removed."""
        if not self.loop.is_closed():
            apart(lambda: self.loop.run_until_complete(self.fast.close()))
            self.loop.close()


@pytest.fixture(autouse=True)
def nobody_stays_on_the_line() -> Iterator[None]:
    """Hang up whatever a test has opened."""
    yield
    while ON_THE_LINE:
        ON_THE_LINE.pop().hang_up()


@contextlib.contextmanager
def held(alias: str, table: str, key: Any) -> Iterator[Callable[[], list[int]]]:
    """Hold one row against every batch; yields what waits until a batch is stuck on it and returns its backends."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        column = "box_hash" if table == "ballotbox_sealedbox" else "id"
        cursor.execute(f"SELECT 1 FROM {table} WHERE {column} = %s FOR UPDATE", [key])  # noqa: S608 (names of ours)

        def stuck() -> list[int]:
            for _look in range(100_000):
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                    "AND application_name = %s AND wait_event_type = 'Lock'",
                    [NAME],
                )
                if found := [pid for (pid,) in cursor.fetchall()]:
                    return found
            raise AssertionError("no batch came")

        yield stuck


HOLD = drop.hold


class HoldsAsPlain(FastDrop):
    """Takes the lock where the plain path takes it, too, so that tests may come between by the same handle."""

    async def _write(self, ballots: Any, places: Any, keys: Any) -> Any:
        if drop.hold is not HOLD:
            for box_hash in sorted({one.box_hash for one in ballots}):
                await asyncio.to_thread(self._hold, box_hash)
        return await super()._write(ballots, places, keys)

    @staticmethod
    def _hold(box_hash: str) -> None:
        try:
            drop.hold(box_hash)
        finally:
            connections.close_all()


class FastSlot(Awaiting[FastDrop]):
    """``FastDrop`` as a ``DropSlot``."""

    commits = True

    def __init__(self) -> None:
        super().__init__(HoldsAsPlain)

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``DropSlot``."""
        return self.run(lambda fast: fast.drop(box_hash, record))


def on_postgresql(*makes: Any) -> list[Any]:
    """Return the implementations that stand on PostgreSQL, if the databases of this run are PostgreSQL."""
    return list(makes) if {connections[name].vendor for name in ("default", "box")} == {"postgresql"} else []


def committing(makes: list[Any]) -> list[Any]:
    """Return the parameters of a fixture: tests of what has connections of its own run without a transaction."""
    real = pytest.mark.django_db(databases=["default", "box"], transaction=True, serialized_rollback=True)
    return [pytest.param(make, marks=[real] if getattr(make, "commits", False) else []) for make in makes]
