"""Browsers whose every byte is kept: what somebody on the wire would have recorded of draws and drops."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field

from pingjia.people.models import User

AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, byte for byte. ``box`` is empty for a draw."""

    poll: int
    member: int
    box: str
    request: bytes
    answer: bytes

    @property
    def body(self) -> bytes:
        """The body of the answer."""
        return self.answer.partition(b"\r\n\r\n")[2]


def ask(port: int, request: bytes) -> bytes:
    """Send bytes over a connection of their own and return all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        return b"".join(iter(lambda: line.recv(65536), b""))


@dataclass
class WireDoors:
    """One member's browser. ``device`` is a header that the genuine browser never sends: the planted leak."""

    port: int
    poll: int
    member: int
    record: list[Exchange]
    cookie: str = ""
    device: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def _post(self, host: str, path: str, body: bytes, box: str, **more: str) -> bytes:
        headers = {
            "Host": f"{host}:{self.port}",
            "User-Agent": AGENT,
            "Accept": "*/*",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(body)),
            "Origin": f"http://{host}:{self.port}",
            "Connection": "close",
            **({"X-Device": self.device} if self.device else {}),
            **more,
        }
        lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        request = "\r\n".join([*lines, "", ""]).encode() + body
        one = Exchange(self.poll, self.member, box, request, ask(self.port, request))
        self.record.append(one)
        return one.body

    def issue(self, request: bytes, user: User | None) -> bytes:
        """See ``rehearsal.Doors``."""
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        return self._post("localhost", "/issue", request, "", **{"X-Pingjia": "draw"}, **cookie)

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``rehearsal.Doors``."""
        return self._post("127.0.0.1", f"/drop/{box_hash}", record, box_hash)
