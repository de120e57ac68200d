"""Draw and drop before Django is asked: two addresses on bare ASGI, where the databases are PostgreSQL.

A request comes here only if it is exactly what a member's browser sends: to the right door, without a cookie at the
booth, with the desk's header. Whatever else it is, and whatever the fast path has no answer for, goes on to Django as
it came. Answers have the plain path's bytes, lengths and headers; nothing is logged, and who called is looked at for a
failure's count only. Issue and drop share nothing here but this file.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.db import connections

from pingjia.ballotbox.drop import UnknownBox
from pingjia.ballotbox.drop_fast import FastDrop
from pingjia.ballotbox.groupcommit import Unavailable
from pingjia.core.ballot import receipt
from pingjia.core.ballot.head import DropStatus
from pingjia.core.ballot.issuance import IssueStatus, refused
from pingjia.polls import booth_views, issue_views
from pingjia.polls.issue import K
from pingjia.polls.issue_fast import FastIssuer
from pingjia.ui import hosts

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_DROP = re.compile(r"/drop/([0-9a-f]{64})")
_ALWAYS = {
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
AT_BOOTH = {
    **_ALWAYS,
    "Cache-Control": "no-store",
    "Content-Security-Policy": hosts.BOOTH_POLICY,
    "Referrer-Policy": "no-referrer",
}
ON_SITE = {
    **_ALWAYS,
    "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
    "Content-Security-Policy": hosts.SITE_POLICY,
    "Referrer-Policy": "same-origin",
}


class Gone(Exception):
    """The caller hung up before the request was whole."""


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_HEADERS = {"booth": _raw(AT_BOOTH), "site": _raw(ON_SITE)}
_HTTPS = _raw({"Strict-Transport-Security": hosts.ALWAYS_HTTPS})


async def _answer(send: Send, door: str, raw: bytes, status: int = 200) -> None:
    length = (b"content-length", str(len(raw)).encode())
    headers = [*_HEADERS[door], length, *(_HTTPS if hosts.speaks_https(door) else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": raw})


async def _body(receive: Receive) -> bytes:
    """Read a request whose announced length was found small enough."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that hands out the body that was read already, and then whatever comes."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await receive()

    return replay


class HotPath:
    """The ASGI application that looks at each request first; ``rest`` is Django."""

    def __init__(self, rest: App) -> None:
        self.rest = rest
        self.issuer = FastIssuer() if connections["default"].vendor == "postgresql" else None
        takes = connections["box"].vendor == "postgresql" and settings.PINGJIA_ONLY != "site"  # ADR 0015
        self.slot = FastDrop() if takes else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan":
            return await self._lifespan(receive, send)
        if scope["type"] == "http" and scope["method"] == "POST":
            headers = dict(scope["headers"])
            door = hosts.door_of(headers.get(b"host", b"").decode("latin-1"))
            found = _DROP.fullmatch(scope["path"])
            if found and door == "booth" and self.slot is not None and not headers.get(b"cookie"):
                return await self._drop(self.slot, found[1], headers, scope, receive, send)
            if scope["path"] == "/issue" and door == "site" and self.issuer is not None:
                return await self._issue(self.issuer, headers, scope, receive, send)
        return await self.rest(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Say yes to the server's start, and hang up at its end (Django knows neither)."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                for one in (self.issuer, self.slot):
                    if one is not None:
                        await one.close()
                return await send({"type": "lifespan.shutdown.complete"})
            await send({"type": "lifespan.startup.complete"})

    async def _drop(
        self, slot: FastDrop, box_hash: str, headers: dict[bytes, bytes], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer as ``booth_views.drop`` does."""
        caller, failures = _caller(scope), booth_views.FAILURES
        if failures.too_many(caller):
            return await _answer(send, "booth", receipt.answer(DropStatus.BUSY), 429)
        answer, status = receipt.answer(DropStatus.MALFORMED), 200
        try:
            if _length(headers) == await slot.record_length(box_hash):
                answer = await slot.drop(box_hash, await _body(receive))
        except UnknownBox:
            pass  # as malformed as a record of another box
        except Unavailable:
            answer, status = receipt.answer(DropStatus.BUSY), 503
        except Gone:
            return None
        if answer[0] in (DropStatus.MALFORMED, DropStatus.TOKEN, DropStatus.SIGNATURE, DropStatus.SEQ):
            failures.note(caller)
        return await _answer(send, "booth", answer, status)

    async def _issue(
        self, issuer: FastIssuer, headers: dict[bytes, bytes], scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer a draw that is granted; everything else is for ``issue_views.issue``."""
        length = _length(headers)
        fits = 65 < length <= issue_views.GREATEST_REQUEST and headers.get(b"x-pingjia") == b"draw"
        if not fits or issue_views.FAILURES.too_many(_caller(scope)):
            return await self.rest(scope, receive, send)
        try:
            body = await _body(receive)
        except Gone:
            return None
        try:
            answer = await issuer.issue(body)
        except Unavailable:
            return await _answer(send, "site", refused(IssueStatus.BUSY, K, (length - 65) // K), 503)
        if answer is None:
            return await self.rest(scope, _again(body, receive), send)
        return await _answer(send, "site", answer)


def _length(headers: dict[bytes, bytes]) -> int:
    """Return the announced length of a body; −1 where none is announced."""
    raw = headers.get(b"content-length", b"")
    return int(raw) if raw.isdigit() else -1


def _caller(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def before(rest: App) -> App:
    """Put the hot path before ``rest``, if either database is PostgreSQL."""
    return HotPath(rest) if any(connections[name].vendor == "postgresql" for name in ("default", "box")) else rest
