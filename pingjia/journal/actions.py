"""Write a line, and check that none was changed."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.utils import timezone

from pingjia.core import canonical
from pingjia.journal.models import Line

START = "0" * 64


def _chain(previous: str, line: Line) -> str:
    content = canonical.dumps(
        {
            "about": line.about,
            "at": line.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "by": line.by,
            "facts": line.facts,
            "unit": line.unit,
            "verb": line.verb,
        }
    )
    return hashlib.sha256(bytes.fromhex(previous) + content).hexdigest()


def record(verb: str, *, by: object, about: str, unit: str = "", **facts: Any) -> Line:
    """Append one line inside the caller's transaction.

    ``by`` is a user (its user name is kept) or a plain name such as ``"system"``; ``facts`` must be canonical JSON
    values (text, whole numbers, true/false, lists), and never a secret, an address, or anything about one ballot.
    """
    name = getattr(by, "username", None) or str(by)
    with transaction.atomic():
        # One writer at a time: the newest line is locked, so two lines never follow the same one.
        last = Line.objects.select_for_update().order_by("-pk").first()
        line = Line(at=timezone.now().replace(microsecond=0), by=name, verb=verb, about=about, unit=unit, facts=facts)
        line.chain = _chain(last.chain if last else START, line)
        line.save(force_insert=True)
        return line


def first_broken_line() -> Line | None:
    """Walk the whole chain; return the first line that does not follow from the one before it, or None."""
    previous = START
    for line in Line.objects.order_by("pk").iterator():
        if line.chain != _chain(previous, line):
            return line
        previous = line.chain
    return None
