"""Sharing the work out to processes, and telling people how far it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.pool import AsyncResult, Pool
from typing import Any, TextIO

from pingjia.core.verify.case import Run
from pingjia.core.verify.work import BodiesTask, HeadsTask

AHEAD = 4  # tasks per process that are under way: enough that none waits, few enough that memory stays flat


def shared_out(pool: Pool, processes: int) -> Run:
    """Return a ``run`` on the processes of a pool. Outcomes come in the order of the tasks, which are taken as needed.

    ``Pool.imap`` would read all tasks at once, and with them the whole box.
    """

    def run(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        under_way: deque[AsyncResult[Any]] = deque()
        for task in tasks:
            under_way.append(pool.apply_async(function, (task,)))
            if len(under_way) > AHEAD * processes:
                yield under_way.popleft().get()
        while under_way:
            yield under_way.popleft().get()

    return run


class Progress:
    """One line on a terminal: ``verifying 51200 / 100000 · 340/s · 2:23``. ``clock`` counts seconds."""

    def __init__(self, screen: TextIO, clock: Callable[[], float], word: str) -> None:
        self._screen, self._clock, self._word = screen, clock, word
        self._kind: type | None = None
        self._since = self._shown = 0.0
        self._first = 0

    def done(self, task: HeadsTask | BodiesTask) -> None:
        """Note a finished task; heads and bodies have a rate of their own."""
        done = task.start + (len(task.heads) if isinstance(task, HeadsTask) else len(task.ballots))
        now = self._clock()
        if self._kind is not type(task) or task.start == 0:
            self._kind, self._since, self._first = type(task), now, done
        elif now - self._shown < 0.2 and done < task.of:
            return
        self._shown = now
        self._screen.write(f"\r\x1b[K{self._word} {done} / {task.of}{self._pace(done, task.of, now)} ")
        self._screen.flush()

    def _pace(self, done: int, of: int, now: float) -> str:
        """Return rate and remaining time, once there is something to go by: the first task sets the clock."""
        if now <= self._since or done <= self._first:
            return ""
        rate = (done - self._first) / (now - self._since)
        left = round((of - done) / rate)
        return f" · {rate:.0f}/s · {left // 60}:{left % 60:02}"

    def end(self) -> None:
        """Clear the line."""
        self._screen.write("\r\x1b[K")
        self._screen.flush()


def told(run: Run, progress: Progress | None) -> Run:
    """Return ``run`` with a line of progress, if somebody is looking."""
    if progress is None:
        return run

    def and_tell(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        under_way: deque[Any] = deque()

        def noted() -> Iterator[Any]:
            for task in tasks:
                under_way.append(task)
                yield task

        for result in run(function, noted()):
            progress.done(under_way.popleft())
            yield result
        progress.end()

    return and_tell
