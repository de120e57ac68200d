"""``trust.json``: the logs, the site and the witnesses that this operator stands by, for booth pages and verifiers."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings

from pingjia.core import canonical
from pingjia.publiclog.models import Log


def content() -> bytes:
    """Return the file that the operator pinned (``PINGJIA_TRUST``, also built into the pages), or one over all logs."""
    if pinned := os.environ.get("PINGJIA_TRUST"):
        return Path(pinned).read_bytes()
    logs = [{"origin": log.origin, "vkey": log.vkey} for log in Log.objects.order_by("origin")]
    return canonical.dumps({"logs": logs, "quorum": 0, "site": settings.PINGJIA_SITE, "v": 1, "witnesses": []})
