"""The auditor's page: every ballot that was handed out, by the leaf of the roll, against what the issuer logged."""

from __future__ import annotations

import csv

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pingjia.polls import guards, issuance_list
from pingjia.polls import issued as handed_out

ROWS_A_PAGE = 50


@require_safe
def issued(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an auditor asks: was a ballot handed out in a name that did not ask for it, or to nobody on the roll?"""
    poll = guards.poll_audited(request, poll_id)
    committed = issuance_list.committed(poll)
    sought = "".join(request.GET.get("q", "").lower().split())
    rows = issuance_list.rows(poll) if committed else []
    shown = [row for row in rows if row[0].startswith(sought)] if sought else rows
    context = {
        "poll": poll,
        "committed": committed,
        "agrees": all(one.holds for one in committed),
        "total": len(rows),
        "findings": issuance_list.findings(poll) if committed else None,
        "page": Paginator(shown, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "q": sought,
        "forgotten": handed_out.forgotten(poll),
    }
    return render(request, "polls/issuance.html", context)


@require_safe
def issued_file(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an auditor asks: may I take the whole list away and compute the root myself?"""
    poll = guards.poll_audited(request, poll_id)
    committed = issuance_list.committed(poll)
    if not committed:
        raise Http404
    response = HttpResponse(content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})
    response["Content-Disposition"] = f'attachment; filename="issuance-{poll.poll_id[:8]}.csv"'
    table = csv.writer(response, lineterminator="\n")
    table.writerow(["roll_leaf", *(one.box.box_hash for one in committed)])
    table.writerows(issuance_list.rows(poll))
    return response
