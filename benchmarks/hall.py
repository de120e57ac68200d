"""A hall of a thousand on the default SQLite: members draw and drop over HTTP through the real server, within a minute.

Members are played by processes of their own on the same cores. Their ballots are made beforehand, as phones make them
while the server waits; in the minute itself they only knock. Zero errors is a promise; so is the minute.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
import django
from django.apps import apps

if not apps.ready:
    django.setup()

from benchmarks.row import Row
from pingjia.core.ballot import body, signing
from pingjia.polls.rehearsal import Papers, Voter
from tests.assurance.premises import DATABASES, premises

MEMBERS = 1000
MINUTE = 60.0
PLAYERS = 2  # processes
HANDS = 8  # members of each who knock at once
CHOICE = [1, 2]


@dataclass
class Hall:
    """One process full of members, each with a connection to each door that stays open."""

    port: int
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def _knock(self, connection: http.client.HTTPConnection, host: str, path: str, body: bytes) -> bytes:
        begun = time.perf_counter()
        headers = {"Host": f"{host}:{self.port}", "X-Pingjia": "draw"} if path == "/issue" else {}
        try:
            connection.request("POST", path, body, headers)
            answer = connection.getresponse().read()
        except ConnectionError:  # the server hung up a connection that had been idle: browsers open another and resend
            connection.close()
            connection.request("POST", path, body, headers)
            answer = connection.getresponse().read()
        self.times.append(time.perf_counter() - begun)
        return answer

    def one(self, voter: Voter, content: bytes, connections: Sequence[http.client.HTTPConnection]) -> bytes | None:
        """Let one member draw and drop; return the receipted leaf."""
        voter.doors = _Doors(self, connections)
        try:
            return voter.draw().drop(voter.record_of(content))
        except Exception as error:  # counted, whatever it was
            self.errors.append(f"{type(error).__name__}: {error}")
            return None


@dataclass
class _Doors:
    hall: Hall
    connections: Sequence[http.client.HTTPConnection]

    def issue(self, request: bytes, user: Any) -> bytes:
        """See ``rehearsal.Doors``."""
        return self.hall._knock(self.connections[0], "localhost", "/issue", request)

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``rehearsal.Doors``."""
        return self.hall._knock(self.connections[1], "127.0.0.1", f"/drop/{box_hash}", record)


Member = tuple[Voter, bytes]


def members(papers: Papers, codes: Sequence[str]) -> list[Member]:
    """Return a phone for each code, with its ballot filled in."""
    paper = body.Paper.of(papers.boxes[0].hash, papers.slate, papers.keyset)
    voters = [Voter(papers, code=code) for code in codes]
    return [(voter, body.make(paper, signing.public(voter.seeds[0]), CHOICE)) for voter in voters]


def play(port: int, people: Sequence[Member], hands: int = HANDS) -> tuple[list[bytes], list[float], list[str]]:
    """Let them vote, ``hands`` at once; return leaves, the seconds of each request, and what went wrong."""
    hall, waiting, leaves = Hall(port), list(people), []

    def hand() -> None:
        pair = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _door in range(2)]
        while True:
            try:
                voter, content = waiting.pop()
            except IndexError:
                break
            leaf = hall.one(voter, content, pair)
            if leaf is not None:
                leaves.append(leaf)
        for connection in pair:
            connection.close()

    threads = [threading.Thread(target=hand) for _hand in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return leaves, hall.times, hall.errors


def _player(arguments: tuple[int, Sequence[Member]]) -> tuple[list[bytes], list[float], list[str]]:
    return play(*arguments)


def _processor_seconds(pid: int) -> float:
    """Return what a process has used of all cores; unlike the time it took, it hardly depends on its neighbours."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(quick: bool = False) -> list[Row]:
    """Return how long a thousand took, at what rate, with how many errors, and the slowest requests."""
    number = 20 if quick else MEMBERS
    for variable in DATABASES.values():
        os.environ.pop(variable, None)  # the default: SQLite, on the disk
    with premises(on_disk=True) as house:
        stage = house.call("put_up", number)
        house.serve()
        people = members(house.papers(stage), stage["codes"])
        work = [(house.port, people[n::PLAYERS]) for n in range(PLAYERS)]
        with multiprocessing.get_context("fork").Pool(PLAYERS) as players:
            server = house.order("taken")["pid"]
            used, begun = _processor_seconds(server), time.perf_counter()
            played = players.map(_player, work, chunksize=1)
            took = time.perf_counter() - begun
            used = _processor_seconds(server) - used
        kept = house.call("look", stage["poll_id"])["drops"]
    times = sorted(one for _leaves, some, _errors in played for one in some)
    leaves = {leaf for some, _times, _errors in played for leaf in some}
    errors = Counter(one for _leaves, _times, some in played for one in some)
    note = f"{PLAYERS * HANDS} at once, {PLAYERS} processes of members on the same {os.cpu_count()} cores"
    zh = "千人会场在默认 SQLite 上领票、投票（全部完成）"
    return [
        Row("hall of 1,000 on SQLite: all have drawn and dropped", took, "s", None if quick else MINUTE, note, zh=zh),
        Row("… pairs a second", number / took, "1/s"),
        Row("… processor time of the server", used, "s"),
        Row("… errors", errors.total(), "", 0, " ".join(f"{n}× {what}" for what, n in errors.most_common(3))),
        Row("… receipted and not in the box, or the reverse", abs(kept - len(leaves)), "", 0),
        Row("… a request, median", 1000 * statistics.median(times), "ms"),
        Row("… a request, 99th of a hundred", 1000 * times[int(0.99 * len(times))], "ms"),
    ]
