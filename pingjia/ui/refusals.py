"""Pages that say no: each tells what happened and what to do next, and never more than the reader may know."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pingjia.ui.outages import come_again, is_outage


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the reader asks: why is there nothing here? (404, also for what this reader may not know to exist)."""
    return render(request, "ui/refusal.html", {"kind": "not_found"}, status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the reader asks: why may I not do this, and who may? (403)."""
    return render(request, "ui/refusal.html", {"kind": "not_allowed", "why": str(exception or "")}, status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """What the reader asks: was anything lost? (500, and no more, as the cause may name a person; 503: come again)."""
    if is_outage(sys.exc_info()[1]):
        return come_again()
    return render(request, "ui/refusal.html", {"kind": "broken"}, status=500)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What the reader asks: why was my form refused? (403: the page lay open too long, or came from elsewhere)."""
    return render(request, "ui/refusal.html", {"kind": "stale"}, status=403)
