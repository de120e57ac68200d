"""Group commit: whatever queued while the last commit ran is the next batch; nobody is answered before the commit.

A batcher owns one connection and shares it with nobody. Issuing and dropping each have batchers of their own, so that
no transaction, no transaction number and no connection ever joins a member to a ballot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

import asyncpg
from django.db import connections

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

MOST = 32  # rows of one batch: while it is on its way to the disk, the next are being signed and verified
SECONDS = 30  # until a statement that waits for a lock is given up
# Only points are looked up here, never ranges; a plan that reads a whole table is wrong however small the table looks.
PLANS = {
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
}
NAME = "pingjia fast path"  # what the database server calls these connections
# The internal one is what a connection says for ever after it was cut at the wrong moment: only a new one helps.
FAULTS = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncio.TimeoutError)


class Unavailable(RuntimeError):
    """The database did not answer, or not in time; whether it kept the rows is unknown, so the caller asks again."""


class Wire:
    """One connection to the database ``alias``: opened when first needed, and anew after a fault."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._connection: asyncpg.Connection[Any] | None = None

    async def fetch(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement, which is one transaction: it has committed when this returns. Raises Unavailable."""
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._open()
            return await self._connection.fetch(statement, *values)
        except FAULTS as error:
            if self._connection is not None:
                self._connection.terminate()
            raise Unavailable(type(error).__name__) from error

    async def _open(self) -> asyncpg.Connection[Any]:
        place = connections[self.alias].settings_dict
        return await asyncpg.connect(
            host=place["HOST"] or None,
            port=place["PORT"] or None,
            user=place["USER"] or None,
            password=place["PASSWORD"] or None,
            database=place["NAME"],
            command_timeout=SECONDS,
            server_settings={**PLANS, "application_name": NAME},
        )

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()


class Batcher(Generic[Item, Outcome]):
    """Gathers what is put while ``work`` runs, and hands it over together; ``work`` returns one outcome an item."""

    def __init__(self, work: Callable[[list[Item]], Awaitable[Sequence[Outcome]]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._running: asyncio.Task[None] | None = None

    def put(self, item: Item) -> asyncio.Future[Outcome]:
        """Queue ``item``; the future holds its outcome once its batch is done, or what kept the batch from it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.append((item, future))
        if self._running is None:
            self._running = loop.create_task(self._run())
        return future

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                outcomes = await self._work([item for item, _future in batch])
                assert len(outcomes) == len(batch)
            except Exception as error:  # each caller gets it; the next batch is tried all the same
                for _item, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_item, future), outcome in zip(batch, outcomes, strict=True):
                    if not future.done():
                        future.set_result(outcome)
        self._running = None
