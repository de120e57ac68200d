"""Where a log's files are read: in a folder, or on any web server. Every read is bounded in size and time."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from pingjia.witness.folder import Trouble

GREATEST_FILE = 16 * 1024 * 1024  # an entry bundle of 256 × 64 kB; a tile has 8 kB, a checkpoint a few
SECONDS = 20


class Source(Protocol):
    """A log's files by their paths below the log, and a way to hand a cosignature back."""

    def read(self, path: str) -> bytes:
        """Return a file (Trouble: it cannot be had)."""

    def deliver(self, note: bytes) -> str:
        """Hand the cosigned note to the log; return where it went ("" if this source takes none)."""


class FolderSource:
    """A log on this machine, or on a medium that somebody brought. Cosignatures stay in the witness's folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, path: str) -> bytes:
        """Return a file (Trouble)."""
        try:
            with (self.path / path).open("rb") as file:
                raw = file.read(GREATEST_FILE + 1)
        except OSError as error:
            raise Trouble("unreachable", where=self.path / path, why=error.strerror or "") from error
        if len(raw) > GREATEST_FILE:
            raise Trouble("too_big", where=self.path / path)
        return raw

    def deliver(self, note: bytes) -> str:
        """A folder takes nothing: what is published there is the log's own business."""
        return ""


class _NoRedirect(HTTPRedirectHandler):
    """A log lies where its witness was told; nobody sends the witness elsewhere."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class WebSource:
    """A log on the web; it takes cosignatures by POST at ``<log>/cosign``."""

    def __init__(self, url: str, opener: OpenerDirector | None = None) -> None:
        self.url = url.rstrip("/")
        self._opener = opener or build_opener(_NoRedirect())

    def _ask(self, request: Request) -> bytes:
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                raw = bytes(answer.read(GREATEST_FILE + 1))
        except HTTPError as error:
            with error:
                said = error.read(300).decode("utf-8", "replace").split("\n")[0]
            raise Trouble("refused", where=request.full_url, why=f"{error.code} {said}") from error
        except (URLError, http.client.HTTPException, OSError) as error:
            raise Trouble("unreachable", where=request.full_url, why=str(error)) from error
        if len(raw) > GREATEST_FILE:
            raise Trouble("too_big", where=request.full_url)
        return raw

    def read(self, path: str) -> bytes:
        """Return a file (Trouble)."""
        return self._ask(Request(f"{self.url}/{path}"))  # noqa: S310 - ``source`` let nothing but http(s) through

    def deliver(self, note: bytes) -> str:
        """Post the note to the log (Trouble: it does not take it)."""
        where = f"{self.url}/cosign"
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        self._ask(Request(where, data=note, headers=headers, method="POST"))  # noqa: S310 - as above
        return where


def source(text: str) -> Source:
    """Return the source that a person named: an http(s) address, or else a folder."""
    if urlsplit(text).scheme in ("http", "https"):
        return WebSource(text)
    return FolderSource(Path(text))
