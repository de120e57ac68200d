"""A town to walk through: the demo's story, filled once, served by the real command on a free port of the loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pingjia.core.tests.scale import proving
from tests.walkers import pages
from tests.walkers.readers import Stop, stops

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Town:
    """A running demo. ``samples`` gives values for parameters of addresses, ``names`` every name that stands in it."""

    site: str
    booth: str
    samples: dict[str, list[dict[str, Any]]]
    names: list[str]
    home: Path
    env: dict[str, str]
    said: str

    def session(self, who: str | None) -> dict[str, str]:
        """Return the cookies of somebody of the cast who is logged in (none for a stranger without a login)."""
        if who is None:
            return {}
        connection = http.client.HTTPConnection("localhost", urlsplit(self.site).port)
        connection.request("GET", f"/demo/as/{who}", headers={"Host": urlsplit(self.site).netloc})
        answer = connection.getresponse()
        answer.read()
        cookies = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        assert answer.status == 302, f"{who} cannot step in: {answer.status}"
        return dict(cookie.split("=", 1) for cookie in cookies)


def free_port() -> int:
    """Ask the kernel for a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def two_databases(town: str = "town") -> Iterator[dict[str, str]]:
    """Give a town its own two databases: SQLite files in its home, or fresh ones on the run's PostgreSQL server."""
    url = os.environ.get("PINGJIA_DATABASE_URL")
    if not url:
        yield {}
        return
    import psycopg

    made = {
        key: f"{town}_{name}_{os.getpid()}"
        for key, name in (("PINGJIA_DATABASE_URL", "site"), ("PINGJIA_BOX_DATABASE_URL", "box"))
    }
    with psycopg.connect(url, autocommit=True) as connection:
        for name in made.values():
            connection.execute(f'CREATE DATABASE "{name}"')
        yield {key: urlsplit(url)._replace(path=f"/{name}").geturl() for key, name in made.items()}
        for name in made.values():
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return as soon as the port answers; each try blocks in connect, and the process ending ends the wait."""
    while process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
    raise AssertionError("the server ended before it answered")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Fill the story and serve it until the walks are over."""
    home, port = tmp_path_factory.mktemp("town"), free_port()
    with two_databases() as databases:
        env = {
            **os.environ,
            **databases,
            "PINGJIA_HOME": str(home),
            "PINGJIA_DEMO": "1",
            "PINGJIA_SITE": f"http://localhost:{port}",
            "PINGJIA_BOOTH": f"http://127.0.0.1:{port}",
        }
        env.pop("DJANGO_SETTINGS_MODULE", None)
        fill = subprocess.run(
            [sys.executable, "-m", "pingjia", "demo", "--no-serve"],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert fill.returncode == 0, fill.stdout + fill.stderr
        server = subprocess.Popen([sys.executable, "-m", "pingjia", "serve"], cwd=ROOT, env=env)
        try:
            wait_for(port, server)
            told = json.loads((home / "story.json").read_text())
            yield Town(
                env["PINGJIA_SITE"], env["PINGJIA_BOOTH"], told["samples"], told["names"], home, env, fill.stdout
            )
        finally:
            server.terminate()
            server.wait()


def paths_of(town: Town) -> dict[str, list[str]]:
    """Return the addresses of every page of the site, by the name of its route."""
    return {
        route.name: pages.addresses(route, town.samples)
        for route in pages.routes()
        if route.name not in pages.NOT_A_PAGE | pages.ONLY_POSTED | pages.ONLY_AT_TIMES
    }


@pytest.fixture(scope="session")
def walk(town: Town) -> list[Stop]:
    """Every page of the site in every state that the story shows, with its reader."""
    return stops(town, paths_of(town))


@pytest.fixture(scope="session")
def others(town: Town, walk: list[Stop]) -> list[Stop]:
    """The same pages as everybody else of the cast who may see them; under the proof alone, there are hundreds."""
    if not proving():
        return []
    return [stop for stop in stops(town, paths_of(town), everybody=True) if stop not in walk]
