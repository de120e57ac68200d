"""A box of any size: it is read by ranges, handed out as needed, and what counts is found from short prints."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pingjia.core.verify import crew, selection, storedzip
from pingjia.core.verify.crew import Progress, shared_out, told
from pingjia.core.verify.report import Report
from pingjia.core.verify.source import BLOCK, Held
from pingjia.core.verify.tests.honest import honest
from pingjia.core.verify.tests.mutations import MUTATIONS
from pingjia.core.verify.tests.played import play
from pingjia.core.verify.verifier import verify
from pingjia.core.verify.work import HeadsTask


@dataclass
class Watched:
    """A source that notes how much was read at once."""

    raw: bytes
    reads: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.raw)

    def read(self, at: int, length: int) -> bytes:
        self.reads.append(len(self.raw[at : at + length]))
        return self.raw[at : at + length]


def test_no_read_takes_more_than_a_block_however_large_the_box() -> None:
    large = storedzip.write([("bodies.bin", bytes(3 * BLOCK)), ("heads.bin", bytes(BLOCK + 1))])
    source = Watched(large)
    assert dict(storedzip.index(source))["bodies.bin"].size == 3 * BLOCK
    assert max(source.reads) <= BLOCK


def test_pieces_are_whole_and_what_is_left_over_is_dropped() -> None:
    part = storedzip.index(Held(storedzip.write([("heads.bin", bytes(range(23)))])))[0][1]
    assert list(part.pieces(5, together=2)) == [bytes(range(at, at + 5)) for at in (0, 5, 10, 15)]
    assert part.read(20, 99) == bytes([20, 21, 22])
    assert part.read(30, 5) == b""


def test_a_bundle_read_by_ranges_gives_the_report_of_one_in_memory() -> None:
    raw = honest("full").pack()
    assert verify(Watched(raw)) == verify(raw)


def _reports() -> list[Report]:
    chosen = [one for one in MUTATIONS if one.kind == "full" and ("seq" in one.name or "twin" in one.name)]
    chosen += [one for one in MUTATIONS if one.name in ("a_missing_body", "a_changed_body")]
    assert chosen
    return [verify(honest("full").pack()), *(verify(play(one)[0]) for one in chosen)]


@pytest.mark.parametrize("shares", [1, 5])
def test_prints_that_all_collide_change_nothing_that_is_found(monkeypatch: pytest.MonkeyPatch, shares: int) -> None:
    before = _reports()
    monkeypatch.setattr(selection, "hash", lambda _: 7, raising=False)
    monkeypatch.setattr(selection, "_TOGETHER", 23 // shares)
    assert _reports() == before


class _Pool:
    """A pool that works only when it is asked for an outcome, and counts what waits."""

    def __init__(self) -> None:
        self.waiting = self.most = 0

    def apply_async(self, function: Callable[[Any], Any], arguments: tuple[Any]) -> Any:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        pool = self

        class Result:
            def get(self) -> Any:
                pool.waiting -= 1
                return function(*arguments)

        return Result()


def test_tasks_are_taken_as_they_are_needed_and_outcomes_keep_their_order() -> None:
    pool = _Pool()
    run = shared_out(pool, 2)  # type: ignore[arg-type]
    assert list(run(lambda n: n * n, iter(range(1000)))) == [n * n for n in range(1000)]
    assert pool.most == 2 * crew.AHEAD + 1


def test_progress_tells_how_many_how_fast_and_how_long_it_still_takes() -> None:
    screen, times = io.StringIO(), iter([0.0, 2.0, 4.0])
    tasks = [HeadsTask(b"", 400, at, (b"",) * 100, (b"",) * 100) for at in (0, 100, 200)]
    assert list(told(map, Progress(screen, lambda: next(times), "verifying"))(lambda task: task.start, tasks)) == [
        0,
        100,
        200,
    ]
    assert "verifying 300 / 400 · 50/s · 0:02" in screen.getvalue()
