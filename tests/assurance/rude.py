"""Requests that no browser of ours sends, as raw bytes for a socket: every way of being wrong that a stranger has."""

from __future__ import annotations

import http.client
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass

METHODS = ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW")
PATIENCE = 30


@dataclass(frozen=True)
class Request:
    """Raw bytes, whose method it is, where it goes, and whether the connection is still in step after it."""

    raw: bytes
    kind: str
    method: str = "POST"
    to: str = ""
    in_step: bool = True


@dataclass
class Stranger:
    """Makes requests against one box and one issuer, from good bytes that were once sent."""

    port: int
    box_hash: str
    rng: random.Random
    records: list[bytes]
    draws: list[bytes]

    def next(self) -> Request:
        """Return one more."""
        return self.rng.choice(KINDS)(self)

    def address(self) -> str:
        """Return the address of a caller, as the proxy on this machine would name it; some come again and again."""
        return self.rng.choice(["10.0.0.1", ".".join(["10", *(str(self.rng.randrange(256)) for _n in range(3))])])

    def build(
        self, kind: str, to: str, body: bytes, *more: str, method: str = "POST", host: str | None = None,
        length: str | None = "", path: str | None = None, in_step: bool = True, caller: str = "",
    ) -> Request:  # fmt: skip
        """Write a request; ``length`` "" means the true one, None none at all."""
        target = path if path is not None else {"drop": f"/drop/{self.box_hash}", "issue": "/issue"}[to]
        name = "localhost" if to == "issue" else "127.0.0.1"
        lines = [f"{method} {target} HTTP/1.1", f"Host: {f'{name}:{self.port}' if host is None else host}"]
        lines += [f"X-Forwarded-For: {caller or self.address()}", *more]
        lines += ["X-Pingjia: draw"] if to == "issue" else []
        lines += [] if length is None else [f"Content-Length: {length or len(body)}"]
        raw = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        return Request(raw, kind, method, to if path is None else "", in_step)

    def good(self) -> tuple[str, bytes]:
        """Return good bytes and where they belong."""
        to = self.rng.choice(["drop", "issue"])
        return to, self.rng.choice(self.records if to == "drop" else self.draws)

    def noise(self) -> bytes:
        """Return random bytes, often of a length that would be right."""
        lengths = [0, 1, 64, 65, 321, len(self.records[0]), self.rng.randrange(4000), len(self.records[0]) + 1]
        return self.rng.randbytes(self.rng.choice(lengths))


def random_bytes(one: Stranger) -> Request:
    """Noise."""
    return one.build("random", one.rng.choice(["drop", "issue"]), one.noise())


def mutated(one: Stranger) -> Request:
    """Good bytes with some bits turned."""
    to, good = one.good()
    body = bytearray(good)
    for _n in range(one.rng.choice([1, 1, 2, 8])):
        body[one.rng.randrange(len(body))] ^= 1 << one.rng.randrange(8)
    return one.build("mutated", to, bytes(body))


def cut(one: Stranger) -> Request:
    """Good bytes, shorter or longer."""
    to, good = one.good()
    body = good[: one.rng.randrange(len(good))] if one.rng.random() < 0.5 else good + one.rng.randbytes(8)
    return one.build("cut", to, body)


def replayed(one: Stranger) -> Request:
    """Somebody else's good bytes once more."""
    return one.build("replayed", *one.good())


def elsewhere(one: Stranger) -> Request:
    """Good bytes at the other door, at a box that is not there, at no address at all."""
    to, good = one.good()
    odd = [
        "/drop/" + "0" * 64,
        "/drop/../issue",
        "/drop/%00",
        "/issue/",
        "//issue",
        "/drop/" + "é",
        "*",
        "/" + "a" * 4000,
    ]
    return one.build("elsewhere", to, good, path=one.rng.choice(odd))


def other_method(one: Stranger) -> Request:
    """A method that nothing here has."""
    to, good = one.good()
    return one.build("method", to, good, method=one.rng.choice(METHODS))


def other_host(one: Stranger) -> Request:
    """A host name that is not ours."""
    to, good = one.good()
    return one.build("host", to, good, host=one.rng.choice(["", "evil.example", "localhost", "127.0.0.1:1", "a" * 300]))


def cookie(one: Stranger) -> Request:
    """A cookie in the booth; a forged session at the site."""
    to, good = one.good()
    return one.build("cookie", to, good, f"Cookie: session={one.rng.randbytes(20).hex()}")


def bomb(one: Stranger) -> Request:
    """As many and as long headers as a server reads, and a little more."""
    to, good = one.good()
    many = [f"X-{n}: {n}" for n in range(one.rng.choice([90, 900]))]
    return one.build(
        "headers", to, good, *one.rng.choice([many, ["X-Long: " + "x" * one.rng.choice([30_000, 70_000])]])
    )


def wrong_length(one: Stranger) -> Request:
    """A Content-Length that is not the body's, or no number."""
    to, good = one.good()
    wrong = [
        "0",
        "1",
        str(len(good) - 1),
        str(len(good) + 1),
        "-1",
        "x",
        "9" * 30,
        "1e3",
        f"{len(good)}, 5",
        "100000000",
    ]
    return one.build("length", to, good, length=one.rng.choice(wrong), in_step=False)


def chunked(one: Stranger) -> Request:
    """A body that comes in chunks, well or badly formed."""
    to, good = one.good()
    whole = b"%x\r\n" % len(good) + good + b"\r\n0\r\n\r\n"
    body = one.rng.choice([whole, whole[:-5], b"zz\r\n" + good, b"ffffffffffffffffffff\r\n"])
    return one.build("chunked", to, body, "Transfer-Encoding: chunked", length=None, in_step=False)


def no_http(one: Stranger) -> Request:
    """Something that is no request."""
    return Request(one.rng.randbytes(one.rng.randrange(1, 600)) + b"\r\n\r\n", "no http", in_step=False)


OFTEN = (random_bytes, mutated, cut, replayed)
SELDOM = (elsewhere, other_method, other_host, cookie, bomb, wrong_length, chunked, no_http)
KINDS: list[Callable[[Stranger], Request]] = [*OFTEN * 3, *SELDOM]


class Wire:
    """One connection at a time, kept as long as both sides are in step."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def send(self, request: Request) -> tuple[int, bytes] | None:
        """Return status and body; None where the server hung up without a word."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        fresh = self.socket
        try:
            fresh.sendall(request.raw)
            if not request.in_step:
                fresh.shutdown(socket.SHUT_WR)
            with http.client.HTTPResponse(fresh, method=request.method) as reply:
                reply.begin()
                answer = reply.status, reply.read()
                stays = request.in_step and not reply.will_close
        except (ConnectionError, http.client.HTTPException):
            answer, stays = None, False
        if not stays:
            self.close()
        return answer

    def close(self) -> None:
        """Hang up."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None
