"""A program that holds the real server as a child and lets it die and rise: ``python -m tests.assurance.porter``.

Django is loaded once; every life of the server is a fork of that, which runs ``pingjia serve`` itself. So a restart
costs a tenth of a second, and yet each life is a process of its own that the kernel can kill. It reads one JSON order a
line and answers one JSON line.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
import traceback
from typing import Any, NoReturn

from tests.assurance.steps import Counter, install

COUNTER = Counter()
PATIENCE = 60.0


def _become_child(log: str) -> None:
    descriptor = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)


def _end(code: int) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _serve(ready: int) -> NoReturn:
    """Live one life of the server."""
    import uvicorn
    from django.core.management import execute_from_command_line

    startup = uvicorn.Server.startup

    async def started(self: Any, *args: Any, **kwargs: Any) -> None:
        await startup(self, *args, **kwargs)
        os.write(ready, b"r")

    uvicorn.Server.startup = started  # type: ignore[method-assign]
    install(COUNTER)
    code = 0
    try:
        execute_from_command_line(["pingjia", "serve"])
    except BaseException:
        traceback.print_exc()
        code = 1
    _end(code)


def _call(answer: int, name: str, arguments: list[Any]) -> NoReturn:
    """Run one function of the stage in a process that ends with it, and pass on what it returns."""
    code = 0
    try:
        module, _colon, function = name.partition(":")
        value = getattr(importlib.import_module(module), function)(*arguments)
        with os.fdopen(answer, "w") as out:
            json.dump(value, out)
    except BaseException:
        traceback.print_exc()
        code = 1
    _end(code)


class Porter:
    """At most one server at a time."""

    def __init__(self, log: str) -> None:
        self.log, self.pid = log, 0

    def serve(self, kill: int = 0) -> dict[str, Any]:
        """Start a life that ends at step ``kill`` (0: never), counted from its first; say whether it came to listen."""
        COUNTER.arm(kill)
        here, there = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(here)
            _become_child(self.log)
            _serve(there)
        os.close(there)
        with os.fdopen(here, "rb") as pipe:
            alive = pipe.read(1) == b"r"
        return {"alive": alive} | ({} if alive else self.wait())

    def arm(self, at: int) -> dict[str, Any]:
        """Let the server that runs die at the ``at``-th step from now."""
        COUNTER.arm(at)
        return {}

    def taken(self) -> dict[str, Any]:
        """Say how many steps were taken since it was armed."""
        return {"steps": COUNTER.taken, "last": COUNTER.last, "pid": self.pid}

    def wait(self) -> dict[str, Any]:
        """Wait until the server has ended; say by which signal."""
        timer = threading.Timer(PATIENCE, os.kill, (self.pid, signal.SIGKILL))
        timer.start()
        _pid, status = os.waitpid(self.pid, 0)
        timer.cancel()
        self.pid = 0
        return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, **self.taken()}

    def kill(self) -> dict[str, Any]:
        """Kill the server now."""
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()

    def call(self, name: str, arguments: list[Any]) -> dict[str, Any]:
        """Run ``module:function`` with Django, in a process of its own."""
        here, there = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(here)
            _become_child(self.log)
            _call(there, name, arguments)
        os.close(there)
        with os.fdopen(here) as pipe:
            said = pipe.read()
        return {"failed": True} if os.waitpid(pid, 0)[1] else {"value": json.loads(said)}


def _load() -> None:
    """Load all that a life of the server would load first; touch no database and no file."""
    import django

    django.setup()
    for name in ("pingjia.asgi", "pingjia.urls.site", "pingjia.urls.booth", "uvicorn.protocols.http.h11_impl"):
        importlib.import_module(name)
    from pingjia.ui.management.commands import serve

    assert serve


def main() -> None:
    """Answer orders until there are no more; leave no server behind."""
    _load()
    porter = Porter(sys.argv[1])
    try:
        for line in sys.stdin:
            order = json.loads(line)
            sys.stdout.write(json.dumps(getattr(porter, order.pop("do"))(**order)) + "\n")
            sys.stdout.flush()
    finally:
        if porter.pid:
            porter.kill()


if __name__ == "__main__":
    main()
