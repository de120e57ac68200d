"""How much anybody may send in one request, before any of it is kept.

Django's ASGI side writes a whole body to memory or to a temporary file before it asks what the request is for, and a
body that comes in chunks names no length beforehand. Without a bound a single stranger could fill the disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
TEXT = "送来的内容太大，没有收下。\nToo large; nothing of it was kept.\n".encode()


class TooLarge(Exception):
    """More came than is ever asked for."""


class Bounded:
    """Pass requests on, and stop each that brings more than ``greatest`` bytes (413)."""

    def __init__(self, app: App, greatest: int) -> None:
        self.app, self.greatest = app, greatest

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request; ``scope`` and messages are those of ASGI 3."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        came = 0

        async def measured() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.greatest:
                raise TooLarge
            return message

        try:
            if int(dict(scope["headers"]).get(b"content-length", 0)) > self.greatest:
                raise TooLarge  # before the first byte of it
            await self.app(scope, measured, send)
        except TooLarge:  # the body is read before anything is answered, so nothing has been said yet
            kind = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
            length = (b"content-length", str(len(TEXT)).encode())
            await send({"type": "http.response.start", "status": 413, "headers": [*kind, length]})
            await send({"type": "http.response.body", "body": TEXT})
