"""What queued while a batch ran is the next batch; nobody is answered before the own batch is done."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pingjia.ballotbox.groupcommit import MOST, Batcher


def run(play: Coroutine[Any, Any, Any]) -> Any:
    """Play in a loop of its own, in a thread of its own: where a browser is driven, this thread has a loop already."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, play).result()


def test_what_queues_while_a_batch_runs_is_the_next_batch() -> None:
    batches: list[list[int]] = []

    async def play() -> None:
        gate = asyncio.Event()

        async def work(items: list[int]) -> list[int]:
            batches.append(items)
            await gate.wait()
            return [10 * item for item in items]

        batcher = Batcher(work)
        first = batcher.put(1)
        while not batches:
            await asyncio.sleep(0)
        others = [batcher.put(n) for n in (2, 3, 4)]
        assert not any(future.done() for future in (first, *others))
        gate.set()
        assert await first == 10
        assert [await future for future in others] == [20, 30, 40]

    run(play())
    assert batches == [[1], [2, 3, 4]]


def test_a_long_queue_is_cut_into_batches_and_a_failing_one_fails_only_its_own() -> None:
    sizes: list[int] = []

    async def work(items: list[int]) -> list[int]:
        sizes.append(len(items))
        if len(sizes) == 1:
            raise ConnectionError
        return items

    async def play() -> list[object]:
        batcher = Batcher(work)
        return await asyncio.gather(*(batcher.put(n) for n in range(2 * MOST + 1)), return_exceptions=True)

    outcomes = run(play())
    assert sizes == [MOST, MOST, 1]
    assert all(isinstance(one, ConnectionError) for one in outcomes[:MOST])
    assert outcomes[MOST:] == list(range(MOST, 2 * MOST + 1))


def test_a_caller_who_hangs_up_holds_up_nobody() -> None:
    async def work(items: list[int]) -> list[int]:
        await asyncio.sleep(0)
        return items

    async def play() -> int:
        batcher = Batcher(work)
        impatient, patient = batcher.put(1), batcher.put(2)
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        return await patient

    assert run(play()) == 2
