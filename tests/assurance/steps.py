"""Every step of the server at which it can die: each statement, each commit, each touch of a file, each answer.

Nothing of this is in the product: ``install`` wraps Django's and Python's own functions inside a server process that a
test started. Memory shared with the test says after how many steps the process shall end, by the signal that no
process survives.
"""

from __future__ import annotations

import mmap
import os
import signal
import struct
from typing import Any

_ROOM = struct.Struct("<QQ96s")


class Counter:
    """Steps taken since it was armed, the step at which to die (0: never), and the name of the last step."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, _ROOM.size)

    def _read(self) -> tuple[int, int, bytes]:
        return _ROOM.unpack(self._shared[:])

    def arm(self, at: int) -> None:
        """Begin to count anew, and end the process at step ``at``."""
        self._shared[:] = _ROOM.pack(0, at, b"")

    @property
    def taken(self) -> int:
        """How many steps were taken since."""
        return self._read()[0]

    @property
    def last(self) -> str:
        """What the last step was."""
        return self._read()[2].rstrip(b"\0").decode()

    def step(self, name: str) -> None:
        """Take one step; the process may not live to see the end of it."""
        taken, at, _name = self._read()
        self._shared[:] = _ROOM.pack(taken + 1, at, name.encode()[:96])
        if taken + 1 == at:
            os.kill(os.getpid(), signal.SIGKILL)


def _before(counter: Counter, room: Any, name: str, title: str) -> None:
    real = getattr(room, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        counter.step(title)
        return real(*args, **kwargs)

    setattr(room, name, wrapped)


def _awaited(counter: Counter) -> None:
    """Count on the fast path as well: before each statement (a commit of its own), after it, and before each answer."""
    from pingjia.ballotbox.groupcommit import Wire
    from pingjia.polls import hotpath

    fetch = Wire.fetch

    async def fetching(self: Wire, statement: str, *values: Any) -> list[Any]:
        counter.step(f"fast {statement.split(maxsplit=1)[0]}")
        rows = await fetch(self, statement, *values)
        counter.step("fast committed")
        return rows

    Wire.fetch = fetching  # type: ignore[method-assign]
    _before(counter, hotpath, "_answer", "fast answer")


def install(counter: Counter) -> None:
    """Count in this process from now on."""
    from django.core.handlers.asgi import ASGIHandler
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    for name in ("execute", "executemany"):
        real = getattr(CursorWrapper, name)

        def executing(self: Any, sql: Any, *args: Any, _real: Any = real, **kwargs: Any) -> Any:
            counter.step(str(sql))
            return _real(self, sql, *args, **kwargs)

        setattr(CursorWrapper, name, executing)
    commit = BaseDatabaseWrapper._commit

    def committing(self: Any) -> Any:
        counter.step("commit")
        done = commit(self)
        counter.step("committed")
        return done

    BaseDatabaseWrapper._commit = committing
    _awaited(counter)
    for name in ("fsync", "replace", "link", "unlink"):
        _before(counter, os, name, f"file {name}")
    _before(counter, ASGIHandler, "send_response", "answer")
