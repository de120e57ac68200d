"""``trust.json``: the logs, the site and the witnesses that this operator stands by, for booth pages and verifiers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings

from pingjia.core import canonical
from pingjia.core.verify.trust import LogRule, Trust

from .models import Log


def pinned() -> str:
    """Return where the operator's own trust file lies (``PINGJIA_TRUST``, also built into the pages), or ""."""
    return os.environ.get("PINGJIA_TRUST", "")


def content() -> bytes:
    """Return the file that the operator pinned, or one over all logs with the witnesses registered here."""
    if file := pinned():
        return Path(file).read_bytes()
    logs = [_row(log) for log in Log.objects.order_by("origin").prefetch_related("witnesses")]
    return canonical.dumps({"logs": logs, "quorum": 0, "site": settings.PINGJIA_SITE, "v": 1, "witnesses": []})


def _row(log: Log) -> dict[str, Any]:
    row: dict[str, Any] = {"origin": log.origin, "vkey": log.vkey}
    witnesses = sorted(witness.vkey for witness in log.witnesses.all())
    return row | {"quorum": log.quorum, "witnesses": witnesses} if witnesses else row


def rule_of(log: Log) -> LogRule:
    """Return how many of which witnesses the trust file asks of this log; a log that it does not name asks nothing."""
    return Trust.parse(content()).log(log.origin) or LogRule(log.key, 0, ())
