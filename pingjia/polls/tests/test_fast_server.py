"""The hot path as it is served, on PostgreSQL: the plain path's bytes and headers, and a worker killed in a batch."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.db import connections

from pingjia.ballotbox import close
from pingjia.ballotbox.models import Drop
from pingjia.ballotbox.tests.awaiting import FastSlot, apart, held
from pingjia.core.ballot import head, receipt
from pingjia.core.ballot.head import DropStatus
from pingjia.core.ballot.issuance import IssueStatus
from pingjia.polls import booth_views, hotpath, issue_views
from pingjia.polls.issue import PlainIssuer
from pingjia.polls.models import Issuance
from pingjia.polls.rehearsal import Papers, Voter
from pingjia.polls.tests import cast
from pingjia.polls.throttle import Failures

pytestmark = pytest.mark.django_db(databases=["default", "box"], transaction=True, serialized_rollback=True)

ROOT = Path(__file__).resolve().parents[3]
DRAW = {"Content-Type": "application/octet-stream", "X-Pingjia": "draw"}
KIND = {"Content-Type": "application/octet-stream"}


@pytest.fixture(autouse=True)
def hang_up_after_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Django's own threads leave no connection behind: a database with a caller on the line cannot be removed."""
    for alias in ("default", "box"):
        monkeypatch.setitem(connections[alias].settings_dict, "CONN_MAX_AGE", 0)


def host(origin: str) -> str:
    return urlsplit(origin).netloc


def url_of(alias: str) -> str:
    """Return the address of a test database."""
    place = connections[alias].settings_dict
    return f"postgresql://{quote(place['USER'])}@/{place['NAME']}?host={place['HOST']}"


class Asked:
    """One request through an ASGI application, without a socket."""

    def __init__(self, path: str, origin: str, headers: dict[str, str], raw: bytes, method: str = "POST") -> None:
        pairs = {"Host": host(origin), "Content-Length": str(len(raw)), **headers}
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(name.lower().encode(), value.encode()) for name, value in pairs.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        self.waiting = [{"type": "http.request", "body": raw, "more_body": False}]
        self.status, self.headers, self.body = 0, {}, b""  # type: ignore[var-annotated]

    async def receive(self) -> dict[str, Any]:
        if self.waiting:
            return self.waiting.pop()
        await asyncio.Event().wait()  # Django listens for a caller who hangs up: this one never does
        raise AssertionError

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message.get("body", b"")

    async def of(self, application: Any) -> Asked:
        await application(self.scope, self.receive, self.send)
        return self


def ask_both(asks: list[Any]) -> list[tuple[Asked, Asked]]:
    """Send each request to Django alone, then to the hot path before Django; return both answers."""

    async def play() -> list[tuple[Asked, Asked]]:
        plain = get_asgi_application()
        hot = hotpath.before(plain)
        assert isinstance(hot, hotpath.HotPath)
        pairs = [(await Asked(*ask).of(plain), await Asked(*ask).of(hot)) for ask in asks]
        for one in (hot.issuer, hot.slot):
            assert one is not None
            await one.close()
        return pairs

    return apart(lambda: asyncio.run(play()))


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_hot_path_says_the_plain_paths_bytes_with_the_plain_paths_headers(
    scheme: str, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PINGJIA_SITE = settings.PINGJIA_SITE.replace("http://", f"{scheme}://")
    settings.PINGJIA_BOOTH = settings.PINGJIA_BOOTH.replace("http://", f"{scheme}://")
    stage = cast.opened(2)
    papers = Papers.of(stage.poll)
    box_hash = papers.boxes[0].hash.hex()
    one, other = (Voter(papers, code) for code in stage.codes)
    one.draw()
    record = one.record([1, 1, 1])
    site, booth = settings.PINGJIA_SITE, settings.PINGJIA_BOOTH
    drop, foreign = f"/drop/{box_hash}", f"/drop/{'0' * 64}"
    pairs = ask_both(
        [
            ("/issue", site, DRAW, one.request()),
            ("/issue", site, DRAW, Voter(papers, stage.codes[0]).request()),
            ("/issue", site, DRAW, Voter(papers, "0" * 16).request()),
            ("/issue", site, DRAW, Voter(papers).request()),
            ("/issue", site, DRAW, b""),
            ("/issue", site, DRAW, bytes(4000)),
            ("/issue", site, {}, other.request()),
            ("/issue", booth, DRAW, other.request()),
            ("/issue", "http://elsewhere.example", DRAW, other.request()),
            ("/issue", site, DRAW, other.request(), "GET"),
            (drop, booth, KIND, record),
            (drop, booth, KIND, record[:-1]),
            (drop, booth, KIND, bytes(len(record))),
            (drop, booth, {**KIND, "Cookie": "session=1"}, record),
            (drop, site, KIND, record),
            (foreign, booth, KIND, record),
            (drop, booth, KIND, b"", "GET"),
        ]
    )
    for plain, hot in pairs:
        assert plain.status == hot.status, plain.scope["path"]
        if plain.headers["content-type"] != "application/octet-stream":
            continue  # a page of Django's own, both times
        assert plain.body == hot.body, plain.scope["path"]
        for name in {*plain.headers, *hot.headers} - {"expires", "vary", "content-language"}:
            assert plain.headers.get(name) == hot.headers.get(name), (plain.scope["path"], name)
    assert [hot.status for _plain, hot in pairs].count(200) == 10
    monkeypatch.setattr(booth_views, "FAILURES", Failures(0))
    monkeypatch.setattr(issue_views, "FAILURES", Failures(0))
    for plain, hot in ask_both([("/issue", site, DRAW, other.request()), (drop, booth, KIND, record)]):
        assert (plain.status, plain.body, hot.status, hot.body) == (429, plain.body, 429, plain.body)


def test_wrong_drops_are_counted_and_slowed_down_and_a_lost_database_is_said_to_be_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(booth_views, "FAILURES", Failures(3))
    stage = cast.opened(1)
    voter = Voter(Papers.of(stage.poll), stage.codes[0]).draw()
    booth, record = settings.PINGJIA_BOOTH, voter.record([1, 1, 1])
    drop = f"/drop/{voter.papers.boxes[0].hash.hex()}"

    async def play() -> list[tuple[int, int, int]]:
        hot = hotpath.before(get_asgi_application())
        assert isinstance(hot, hotpath.HotPath)
        assert hot.slot is not None
        told = [await Asked(drop, booth, KIND, bytes(len(record))).of(hot) for _wrong in range(4)]
        monkeypatch.setattr(booth_views, "FAILURES", Failures(3))
        monkeypatch.setitem(connections["box"].settings_dict, "HOST", "/nowhere")
        told.append(await Asked(drop, booth, KIND, record).of(hotpath.HotPath(hot.rest)))
        await hot.slot.close()
        return [(one.status, one.body[0], len(one.body)) for one in told]

    assert apart(lambda: asyncio.run(play())) == [*[(200, DropStatus.MALFORMED, 128)] * 3, (429, 7, 128), (503, 7, 128)]


@contextlib.contextmanager
def served(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Serve both doors by the real command on the test databases."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "PINGJIA_HOME": str(home),
        "PINGJIA_DATABASE_URL": url_of("default"),
        "PINGJIA_BOX_DATABASE_URL": url_of("box"),
        "PINGJIA_KEYS_DIR": str(settings.PINGJIA_KEYS_DIR),
        "PINGJIA_BOX_DIR": str(settings.PINGJIA_BOX_DIR),
        "PINGJIA_LOG_DIR": str(settings.PINGJIA_LOG_DIR),
        "PINGJIA_SITE": f"http://localhost:{port}",
        "PINGJIA_BOOTH": f"http://127.0.0.1:{port}",
    }
    server = subprocess.Popen([sys.executable, "-m", "pingjia", "serve"], cwd=ROOT, env=env)
    try:
        while server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=0.1)
        yield server, port
    finally:
        server.kill()
        server.wait()


def post(port: int, name: str, path: str, raw: bytes, headers: dict[str, str]) -> bytes:
    """Return the answer's body; nothing where the server died before it answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request("POST", path, raw, {"Host": f"{name}:{port}", **headers})
        return connection.getresponse().read()
    except OSError:
        return b""
    finally:
        connection.close()


def test_a_server_killed_in_a_batch_loses_no_receipt_and_the_retries_count_once(tmp_path: Path) -> None:
    stage = cast.opened(8)
    papers = Papers.of(stage.poll)
    box_hash = papers.boxes[0].hash.hex()
    voters = [Voter(papers, code).draw() for code in stage.codes[:6]]
    records = [voter.record([n % 4, 1, 1]) for n, voter in enumerate(voters)]
    late = [Voter(papers, code).request() for code in stage.codes[6:]]
    told: dict[bytes, bytes] = {}

    def knock(port: int, raw: bytes) -> None:
        if raw in late:
            told[raw] = post(port, "localhost", "/issue", raw, DRAW)
        else:
            told[raw] = post(port, "127.0.0.1", f"/drop/{box_hash}", raw, KIND)

    with served(tmp_path / "home") as (server, port):
        for raw in (records[0], records[1], late[0]):
            knock(port, raw)
        threads = [threading.Thread(target=knock, args=(port, raw)) for raw in (*records[2:], late[1])]
        with (
            held("box", "ballotbox_sealedbox", box_hash) as drop_stuck,
            held("default", "polls_poll", stage.poll.pk) as draw_stuck,
        ):
            for thread in threads:
                thread.start()
            drop_stuck()
            draw_stuck()
            os.kill(server.pid, signal.SIGKILL)
            for thread in threads:
                thread.join()
    assert [told[raw][:1] for raw in (*records, *late)] == [b"\0"] * 2 + [b""] * 4 + [b"\0", b""]
    slot = FastSlot()
    again = [slot.drop(box_hash, raw) for raw in records]
    assert {answer[0] for answer in again} == {DropStatus.ACCEPTED}
    assert again[:2] == [told[raw] for raw in records[:2]]
    answers = [PlainIssuer().issue(raw, None) for raw in late]
    assert [answer[0] for answer in answers] == [IssueStatus.SIGNED] * 2
    assert answers[0] == told[late[0]]
    assert Drop.objects.count() == len(records)
    assert Issuance.objects.count() == 8
    close.close_box(box_hash)
    leaves = close.leaves(box_hash)
    assert sorted(leaves) == sorted(voter_leaf(papers, raw) for raw in records)
    box = papers.boxes[0]
    assert all(receipt.verify(box.box_key, box.hash, voter_leaf(papers, raw), told[raw][1:65]) for raw in records[:2])


def voter_leaf(papers: Papers, raw: bytes) -> bytes:

    return head.leaf(raw[: head.head_length(papers.boxes[0])])
