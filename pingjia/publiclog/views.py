"""The log's static files over HTTP, at the booth (c2sp.org/tlog-tiles). Any web server may serve the folder as well."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pingjia.core.tlog.tile import Tile, TileRefused

_LOG = re.compile(r"(?:pingjia|practice)/[a-z0-9][a-z0-9_-]{0,31}/[0-9]{4}")
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
