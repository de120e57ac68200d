"""The log's static files over HTTP, at the booth (c2sp.org/tlog-tiles). Any web server may serve the folder as well."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from pingjia.core.tlog.tile import Tile, TileRefused

from . import witnesses
from .models import Log

_LOG = re.compile(r"(?:pingjia|practice)/[a-z0-9][a-z0-9_-]{0,31}/[0-9]{4}")
GREATEST_NOTE = 32 * 1024  # a hundred signature lines and the text
_FOREVER = "public, max-age=31536000, immutable"
_A_MOMENT = "public, max-age=2"


@require_safe
def log_file(request: HttpRequest, path: str) -> HttpResponse:
    """Return ``<log>/checkpoint``, ``<log>/tile/…`` or 404. Only names that the format can spell reach the disk."""
    log, _, rest = path.rpartition("/tile/")
    if log:
        rest, kind, caching = f"tile/{rest}", "application/octet-stream", _FOREVER
        try:
            Tile.parse(rest)
        except TileRefused as error:
            raise Http404 from error
    else:
        log, slash, rest = path.rpartition("/")
        kind, caching = "text/plain; charset=utf-8", _A_MOMENT
        if not slash or rest != "checkpoint":
            raise Http404
    if not _LOG.fullmatch(log):
        raise Http404
    root = Path(settings.PINGJIA_LOG_DIR).resolve()
    file = (root / log / rest).resolve()
    if not file.is_relative_to(root) or not file.is_file():
        raise Http404
    headers = {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file.read_bytes(), content_type=kind, headers=headers)


@csrf_exempt  # no cookie at the booth: what is posted carries its own right, a registered witness's signature
@require_POST
def cosign(request: HttpRequest, path: str) -> HttpResponse:
    """What a witness asks: will you show my cosignature beside your own? Answers in one line of plain text."""
    log = Log.objects.filter(path=path).first() if _LOG.fullmatch(path) else None
    if log is None:
        raise Http404
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > GREATEST_NOTE:
            return _said(413, "too long for a checkpoint")
        witnesses.take(log, request.body)
    except witnesses.NotTaken as refusal:
        return _said(refusal.status, str(refusal))
    return _said(200, "taken")


def _said(status: int, text: str) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
