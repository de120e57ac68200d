"""When the house itself cannot go on: no room on the disk, or a database that does not answer.

That is nobody's mistake and loses nothing, so it is not answered like a fault of the program: whoever asked is told to
come again, and the operator what to mend.
"""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse

# What a full disk, a lost database or a used-up quota raises; a commit that fails this way may be tried again.
OUTAGES = (OperationalError, InterfaceError, OSError)
TEXT = (
    "服务器的磁盘满了，或者数据库暂时连不上。这一步没有办成，没有写入一半的数据；请告诉管理员，恢复后再办一次。\n"
    "The server's disk is full, or its database cannot be reached. This step was not done, and nothing was half "
    "written; tell the operator, and do it again afterwards.\n"
)


def is_outage(error: BaseException | None) -> bool:
    """Say whether an exception, or what it came from, is an outage."""
    while error is not None:
        if isinstance(error, OUTAGES):
            return True
        error = error.__cause__ or error.__context__
    return False


def come_again() -> HttpResponse:
    """Return the one page that needs neither a template nor a database (503)."""
    return HttpResponse(TEXT, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})
