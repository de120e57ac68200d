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
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.row import Row

MEMBERS = 1000
MINUTE = 60.0
PLAYERS = 2  # processes
HANDS = 8  # connections of each


@dataclass
class Hall:
    """One process full of members, each with a connection to each door that stays open."""

    port: int
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def _knock(self, connection: http.client.HTTPConnection, host: str, path: str, body: bytes) -> bytes:
        begun = time.perf_counter()
        headers = {"Host": f"{host}:{self.port}", "X-Pingjia": "draw"} if path == "/issue" else {}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse().read()
        self.times.append(time.perf_counter() - begun)
        return answer

    def one(self, voter: Any, connections: Sequence[http.client.HTTPConnection]) -> bytes | None:
        """Let one member draw and drop; return the receipted leaf."""
        knock = _Doors(self, connections)
        voter.doors = knock
        try:
            return bytes(voter.draw().drop(voter.record([1, 2])))
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


def play(
    port: int, papers: Any, codes: Sequence[str], hands: int = HANDS
) -> tuple[list[bytes], list[float], list[str]]:
    """Let these members vote, ``hands`` at once; return leaves, the seconds of each request, and what went wrong."""
    from pingjia.polls.rehearsal import Voter

    hall, waiting, leaves = Hall(port), [Voter(papers, code=code) for code in codes], []

    def hand() -> None:
        pair = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _door in range(2)]
        while True:
            try:
                voter = waiting.pop()
            except IndexError:
                break
            leaf = hall.one(voter, pair)
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


def _player(arguments: tuple[int, Any, Sequence[str]]) -> tuple[list[bytes], list[float], list[str]]:
    return play(*arguments)


def measure() -> list[Row]:
    """Return how long a thousand took, at what rate, with how many errors, and the slowest requests."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
    import django

    django.setup()
    from tests.assurance.premises import premises

    os.environ.pop("PINGJIA_DATABASE_URL", None)
    with premises(on_disk=True) as house:
        stage = house.call("put_up", MEMBERS)
        house.serve()
        papers = house.papers(stage)
        share = MEMBERS // PLAYERS
        work = [(house.port, papers, stage["codes"][n * share : (n + 1) * share]) for n in range(PLAYERS)]
        with multiprocessing.get_context("fork").Pool(PLAYERS) as players:
            begun = time.perf_counter()
            played = players.map(_player, work)
            took = time.perf_counter() - begun
        seen = house.call("look", stage["poll_id"])
    times = sorted(one for _leaves, some, _errors in played for one in some)
    leaves = {leaf for some, _times, _errors in played for leaf in some}
    errors = sum(len(some) for _leaves, _times, some in played)
    lost = MEMBERS - min(seen["drops"], len(leaves))
    p99 = times[int(0.99 * len(times))]
    note = f"{PLAYERS * HANDS} at once, {PLAYERS} processes of members on the same {os.cpu_count()} cores"
    return [
        Row("hall of 1,000 on SQLite: draw and drop, all of them", took, "s", MINUTE, note),
        Row("… pairs a second", MEMBERS / took, "1/s"),
        Row("… errors", errors, "", 0),
        Row("… lost", lost, "", 0),
        Row("… a request, median", 1000 * statistics.median(times), "ms"),
        Row("… a request, 99th of a hundred", 1000 * p99, "ms"),
    ]
