"""What goes on paper: slips with their QR codes, invitations, and the 计票结果报告单 for the seal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from pingjia.polls import guards
from pingjia.polls.desk_views import box_numbers
from pingjia.polls.models import Poll, RollEntry, Scrutineer
from pingjia.polls.resultsheet import sheet


def qr(text: str) -> SafeString:
    """Draw a QR code as inline SVG (error correction M: a slip may be folded); no script, no picture file."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        border=4, omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff"
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from our own address


def grouped(code: str) -> str:
    """Return a code in groups of four, as people read and type it."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def entry_address(poll: Poll, code: str) -> str:
    """Return the address on a slip. The code stands in the fragment, so that no server log ever sees it."""
    return f"{settings.PINGJIA_SITE}{reverse('polls:enter', args=[poll.poll_id])}#c={code}"


@dataclass(frozen=True)
class SlipRow:
    """A slip to print: its code, and for whom (named) or under which number (sealed)."""

    code: str
    entry: RollEntry | None = None
    number: int | None = None


def slips_sheet(request: HttpRequest, poll: Poll, rows: Sequence[SlipRow]) -> HttpResponse:
    """Return the A4 sheet of slips. It is the answer to the form itself, so the codes exist nowhere else."""
    slips = [
        {
            "entry": row.entry,
            "number": row.number,
            "outside": qr(str(row.number)) if row.number is not None else "",
            "code": grouped(row.code),
            "qr": qr(entry_address(poll, row.code)),
        }
        for row in rows
    ]
    context = {"poll": poll, "slips": slips, "boxes": box_numbers(poll), "site": settings.PINGJIA_SITE}
    context["sealed"] = any(row.number is not None for row in rows)
    response = render(request, "polls/slips_sheet.html", context)
    response["Cache-Control"] = "no-store"
    return response


def invitations_sheet(request: HttpRequest, poll: Poll, rows: Iterable[tuple[Scrutineer, str]]) -> HttpResponse:
    """Return the A4 sheet of the scrutineers' invitations; the codes exist nowhere else."""
    address = f"{settings.PINGJIA_BOOTH}/ceremony"
    slips = [{"seat": seat, "code": grouped(code), "qr": qr(address)} for seat, code in rows]
    context = {"poll": poll, "slips": slips, "address": address}
    response = render(request, "polls/invitations_sheet.html", context)
    response["Cache-Control"] = "no-store"
    return response


def convenor_sheet(request: HttpRequest, poll: Poll, name: str, code: str) -> HttpResponse:
    """Return the convenor's invitation slip on A4; the code exists nowhere else."""
    address = f"{settings.PINGJIA_SITE}{reverse('polls:convene', args=[poll.poll_id])}"
    context = {"poll": poll, "name": name, "code": grouped(code), "address": address, "qr": qr(address)}
    response = render(request, "polls/convenor_sheet.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def report(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: where is the 计票结果报告单 that the scrutineers sign and the union seals?"""
    poll = guards.poll_run(request, poll_id)
    context = {
        "poll": poll,
        "sheet": sheet(poll),
        "boxes": box_numbers(poll),
        "scrutineers": poll.ceremony.scrutineers.all(),
        "site": settings.PINGJIA_SITE,
    }
    return render(request, "polls/report.html", context)
