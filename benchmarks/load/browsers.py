"""``python -m benchmarks.load.browsers FOLDER PORT CLIENTS SECONDS [RATE]``: draw and drop, as fast as asked.

Without RATE each client sends its next pair when the last is answered. With it pairs begin at random moments, so many a
second on average, and the wait is counted from the moment at which a pair should have begun. Every answer is checked
after the clock has stopped. Prints JSON: pairs and seconds, all that was told, errors, waits of draws and drops in ms.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from pingjia.core.ballot import head, receipt


class Wire(asyncio.Protocol):
    """One kept-alive connection; ``ask`` returns status line and body."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[tuple[bytes, bytes]] | None = None
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        """See asyncio."""
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        """See asyncio."""
        if self.answer is not None and not self.answer.done():
            self.answer.set_result((b"lost", b""))

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or len(self.buffer) < end + 4 + self.length or self.answer is None:
            return
        body, line = self.buffer[end + 4 :], self.buffer[: self.buffer.find(b"\r\n")]
        self.buffer = b""
        self.answer.set_result((line, body))

    def ask(self, raw: bytes, length: int) -> asyncio.Future[tuple[bytes, bytes]]:
        """Send a request whose answer's body has ``length`` bytes."""
        self.length, self.answer = length, asyncio.get_running_loop().create_future()
        self.transport.write(raw)
        return self.answer


@dataclass
class Crowd:
    """All members, and what they were told."""

    folder: Path
    port: int
    next: int = 0
    waits: list[tuple[float, float]] = field(default_factory=list)
    told: list[tuple[int, tuple[bytes, bytes], tuple[bytes, bytes]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Cut the stage's file into members."""
        self.facts = json.loads((self.folder / "stage.json").read_text())
        self.sizes = [self.facts[name] for name in ("request", "signature", "record")]
        raw, whole = (self.folder / "pairs.bin").read_bytes(), sum(self.sizes)
        self.members = [raw[at : at + whole] for at in range(0, len(raw), whole)]
        self.posts = [self._posts(one) for one in self.members]  # before the clock starts

    def _posts(self, one: bytes) -> tuple[bytes, bytes]:
        """Return the two HTTP requests of a member."""
        ask, signed, dropped = self.sizes
        kind = "Content-Type: application/octet-stream\r\n"
        draw = f"POST /issue HTTP/1.1\r\nHost: localhost:{self.port}\r\nX-Pingjia: draw\r\n{kind}Content-Length: {ask}"
        path = f"/drop/{self.facts['box']}"
        drop = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{kind}Content-Length: {dropped}"
        return draw.encode() + b"\r\n\r\n" + one[:ask], drop.encode() + b"\r\n\r\n" + one[ask + signed :]

    async def pair(self, wires: tuple[Wire, Wire], begin: float) -> None:
        """Let the next member draw, then drop."""
        n, self.next = self.next, self.next + 1
        draw, drop = self.posts[n]
        answer = await wires[0].ask(draw, 1 + self.sizes[1] + 2 + 512)
        middle = time.perf_counter()
        dropped = await wires[1].ask(drop, receipt.ANSWER_LENGTH)
        self.waits.append((middle - begin, time.perf_counter() - middle))
        self.told.append((n, answer, dropped))

    def errors(self) -> int:
        """Count the pairs that were not both granted with the right bytes."""
        return sum(not self._good(*one) for one in self.told)

    def _good(self, n: int, drawn: tuple[bytes, bytes], dropped: tuple[bytes, bytes]) -> bool:
        ask, signed, _record = self.sizes
        one, facts = self.members[n], self.facts
        leaf = head.leaf(one[ask + signed : ask + signed + facts["head"]])
        box_key, box = bytes.fromhex(facts["box_key"]), bytes.fromhex(facts["box"])
        fine = drawn[0].startswith(b"HTTP/1.1 200") and drawn[1][: 1 + signed] == b"\0" + one[ask : ask + signed]
        return fine and dropped[1][:1] == b"\0" and receipt.verify(box_key, box, leaf, dropped[1][1:65])


async def _wires(port: int) -> tuple[Wire, Wire]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Wire, "127.0.0.1", port) for _door in range(2)]
    return made[0][1], made[1][1]


async def _warm(crowd: Crowd, clients: int) -> list[tuple[Wire, Wire]]:
    """Let one pair through every connection before the clock starts: plans are made, papers read, keys loaded."""
    lines = [await _wires(crowd.port) for _client in range(clients)]
    await asyncio.gather(*(crowd.pair(wires, 0.0) for wires in lines))
    crowd.waits.clear()
    return lines


async def _closed(crowd: Crowd, clients: int, seconds: float) -> float:
    lines = await _warm(crowd, clients)
    begin = time.perf_counter()

    async def client(wires: tuple[Wire, Wire]) -> None:
        while (now := time.perf_counter()) < begin + seconds and crowd.next < len(crowd.members):
            await crowd.pair(wires, now)

    await asyncio.gather(*(client(wires) for wires in lines))
    return time.perf_counter() - begin


async def _open(crowd: Crowd, clients: int, seconds: float, rate: float) -> float:
    free = await _warm(crowd, clients)
    chance, begin, running = random.Random(1), time.perf_counter(), set()
    at = begin

    async def one(at: float) -> None:
        wires = free.pop() if free else await _wires(crowd.port)
        await crowd.pair(wires, at)
        free.append(wires)

    while at < begin + seconds and crowd.next + len(running) < len(crowd.members):
        at += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        task = asyncio.create_task(one(at))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return time.perf_counter() - begin


def main(folder: Path, port: int, clients: int, seconds: float, rate: float = 0) -> None:
    """Run, check, print."""
    crowd = Crowd(folder, port)
    work = _open(crowd, clients, seconds, rate) if rate else _closed(crowd, clients, seconds)
    taken = uvloop.run(work)
    waits = [[1000 * wait for wait in pair] for pair in crowd.waits]
    told = {"pairs": len(crowd.waits), "told": len(crowd.told), "errors": crowd.errors()}
    print(json.dumps({**told, "seconds": taken, "waits": waits}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *map(float, sys.argv[4:]))
