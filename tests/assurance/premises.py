"""A house of its own for a test: a folder, databases, a port, and the real server, to be killed and restarted."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from pingjia.core.ballot.objects import BoxManifest, KeySet, Slate
from pingjia.polls.rehearsal import Papers

ROOT = Path(__file__).resolve().parents[2]
STAGE = "tests.assurance.stage"
DATABASES = {"default": "PINGJIA_DATABASE_URL", "box": "PINGJIA_BOX_DATABASE_URL"}

T = TypeVar("T")
ROLL = 60  # members with a slip
MEMBERS = 20  # of them vote where a test does not say otherwise: enough for every grade to be published
MORNING, EVENING = "morning", "evening"


class Gone(Exception):
    """The server went away in the middle of a request: nobody knows how far it came."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


def free_port() -> int:
    """Return a port of the loopback on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresDatabases:
    """Two databases of this test on the server that the run was given."""

    def __init__(self) -> None:
        self.urls = {name: os.environ[variable] for name, variable in DATABASES.items()}
        self.mark = f"house_{os.getpid()}_{secrets.token_hex(3)}"
        self.made: set[str] = set()

    @property
    def environment(self) -> dict[str, str]:
        """What the server under test is told."""
        return {DATABASES[n]: urlunsplit(urlsplit(u)._replace(path=f"/{self.mark}_{n}")) for n, u in self.urls.items()}

    def _do(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.urls["default"], autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[arg-type]  # names of our own making

    def copy(self, source: str | None, target: str) -> None:
        """Make the databases ``target`` anew, as copies of ``source`` (None: empty)."""
        for name in DATABASES:
            made, of = f"{self.mark}{target}_{name}", "template0" if source is None else f"{self.mark}{source}_{name}"
            self._do(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)", f"CREATE DATABASE {made} TEMPLATE {of}")
            self.made.add(made)

    def hang_up(self) -> None:
        """Cut every connection of the server under test, as a restart of the database does."""
        of_ours = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE '{self.mark}%'"  # noqa: S608
        self._do(of_ours)

    def drop(self) -> None:
        """Leave nothing behind."""
        self._do(*(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)" for made in self.made))


@dataclass
class Premises:
    """One home directory, one port, one porter."""

    home: Path
    port: int = field(default_factory=free_port)
    wrapper: tuple[str, ...] = ()
    borrowed: PostgresDatabases | None = None

    def __post_init__(self) -> None:
        """Start the porter; build the databases where they are not files."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.log = self.home.parent / f"{self.home.name}.log"
        self.postgres = self.borrowed
        if self.postgres is None and os.environ.get(DATABASES["default"]):
            self.postgres = PostgresDatabases()
            self.postgres.copy(None, "")
        environment = {**os.environ, **(self.postgres.environment if self.postgres else {})}
        environment |= {
            "PINGJIA_HOME": str(self.home),
            "PINGJIA_SITE": f"http://localhost:{self.port}",
            "PINGJIA_BOOTH": f"http://127.0.0.1:{self.port}",
            "PINGJIA_SECRET_KEY": "a key of the tests, which guards nothing but their sessions",
            "DJANGO_SETTINGS_MODULE": "pingjia.settings",
            "PYTHONUTF8": "1",
        }
        command = [*self.wrapper, sys.executable, "-m", "tests.assurance.porter", str(self.log)]
        pipe = subprocess.PIPE
        self.porter = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
        self.kills = self.read = 0

    # The server's life
    def order(self, do: str, **what: Any) -> dict[str, Any]:
        """Give the porter an order and return the answer."""
        assert self.porter.stdin
        assert self.porter.stdout
        self.porter.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self.porter.stdin.flush()
        answer = self.porter.stdout.readline()
        assert answer, f"the porter is gone; see {self.log}"
        return dict(json.loads(answer))

    def call(self, name: str, *arguments: Any) -> Any:
        """Run a function of ``stage`` with Django, beside the server."""
        answer = self.order("call", name=f"{STAGE}:{name}", arguments=arguments)
        assert not answer.get("failed"), self.log.read_text()[-3000:]
        return answer["value"]

    def serve(self, **how: int) -> dict[str, Any]:
        """Start the server; it must come to listen unless it was told to die on the way."""
        answer = self.order("serve", **how)
        assert answer["alive"] or answer["signal"] == 9, self.log.read_text()[-3000:]
        return answer

    def rise(self, **how: int) -> dict[str, Any]:
        """Take note that the server was killed at its step, and start it again."""
        died = self.order("wait")
        assert died["signal"] == 9, died
        self.kills += 1
        return died | {"next": self.serve(**how)}

    def insist(self, what: Callable[[], T]) -> T:
        """Do something with the server; each time it dies over it, start it again and do the same once more."""
        while True:
            try:
                return what()
            except Gone:
                self.rise()

    def trouble(self) -> list[str]:
        """Return what the server's own log holds of exceptions that nobody caught, since the last ``restore``."""
        lines = self.log.read_text()[self.read :].splitlines()
        return [line for line in lines if "Traceback" in line or "ERROR" in line]

    # What is kept
    def kept_at(self, name: str) -> Path:
        """Return where the files of a moment are kept."""
        return self.home.parent / f"{self.home.name}-{name}"

    def keep(self, name: str) -> None:
        """Remember everything as it is now, under a name (no server may run)."""
        shutil.copytree(self.home, self.kept_at(name))
        if self.postgres:
            self.postgres.copy("", f"_{name}")

    def restore(self, name: str) -> None:
        """Put everything back as it was kept."""
        self.read = len(self.log.read_text()) if self.log.exists() else 0
        shutil.rmtree(self.home)
        shutil.copytree(self.kept_at(name), self.home)
        if self.postgres:
            self.postgres.copy(f"_{name}", "")

    def double(self, home: Path, wrapper: tuple[str, ...]) -> Premises:
        """Return a second porter for the same port and databases, with its files elsewhere."""
        return Premises(home, self.port, wrapper, self.postgres)

    def leave(self) -> None:
        """Stop everything."""
        assert self.porter.stdin
        self.porter.stdin.close()
        self.porter.wait(timeout=90)
        if self.postgres and not self.borrowed:
            self.postgres.drop()

    # Knocking
    def knock(
        self, door: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request to a door (``site`` or ``booth``) over a connection of its own; raise Gone."""
        host = "localhost" if door == "site" else "127.0.0.1"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"Host": f"{host}:{self.port}", **(headers or {})})
            reply = connection.getresponse()
            return Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
        except (ConnectionError, http.client.HTTPException) as error:
            raise Gone(path) from error
        finally:
            connection.close()

    def issue(self, request: bytes, user: Any = None) -> bytes:
        """See ``rehearsal.Doors``."""
        return self.knock("site", "POST", "/issue", request, {"X-Pingjia": "draw"}).body

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``rehearsal.Doors``."""
        return self.knock("booth", "POST", f"/drop/{box_hash}", record).body

    def get(self, path: str) -> bytes:
        """See ``scrutiny.Booth``."""
        answer = self.knock("booth", "GET", path)
        if answer.status != 200:
            raise LookupError(path)
        return answer.body

    def post(self, path: str, question: dict[str, Any]) -> bytes:
        """See ``scrutiny.Booth``."""
        answer = self.knock("booth", "POST", path, json.dumps(question).encode(), {"Content-Type": "application/json"})
        assert answer.status == 200, answer
        return answer.body

    def press(self, session: str, path: str) -> Answer:
        """Press the one button of a page as somebody who is logged in."""
        token = "t" * 32
        headers = {"Cookie": f"session={session}; csrf={token}", "X-CSRFToken": token}
        return self.knock("site", "POST", path, b"", {**headers, "Content-Type": "application/x-www-form-urlencoded"})

    def papers(self, stage: dict[str, Any]) -> Papers:
        """Download what a member's booth needs."""
        boxes = tuple(BoxManifest.from_bytes(self.get(f"/o/{box}.json")) for box in stage["boxes"])
        slate = Slate.from_bytes(self.get(f"/o/{boxes[0].slate.hex()}.json"))
        keyset = KeySet.from_bytes(self.get(f"/o/{boxes[0].keyset.hex()}.json"))
        return Papers(bytes.fromhex(stage["poll_hash"]), boxes, slate, keyset)


@dataclass
class Kept:
    """A house with what its people hold on paper, at moments that were remembered."""

    house: Premises
    stage: dict[str, Any]

    def begin(self, moment: str) -> tuple[Premises, dict[str, Any]]:
        """Put a moment back and start the server."""
        self.end()
        self.house.restore(moment)
        self.house.kills = 0
        self.house.serve()
        return self.house, self.stage

    def end(self) -> None:
        """Stop the server, if it runs."""
        if self.house.order("taken")["pid"]:
            self.house.order("kill")


@contextlib.contextmanager
def premises(on_disk: bool = False, **how: Any) -> Iterator[Premises]:
    """Give a test its premises, with empty tables; leave nothing running.

    In memory where the system offers it, unless ``on_disk``: a kill loses nothing that was written, and thousands of
    syncs cost nothing.
    """
    memory = Path("/dev/shm")  # noqa: S108 (a directory of our own is made in it)
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) and not on_disk else None) as folder:
        house = Premises(Path(folder) / "home", **how)
        try:
            house.call("migrate")
            yield house
        finally:
            house.leave()


@contextlib.contextmanager
def hall_for(members: int, kept: Kept) -> Iterator[tuple[Premises, dict[str, Any]]]:
    """Give the house that stands, on the morning of the vote, or a larger one where so many do not fit."""
    if members <= ROLL:
        yield kept.begin(MORNING)
        return
    kept.end()
    with premises() as house:
        stage = house.call("put_up", members)
        house.serve()
        yield house, stage
