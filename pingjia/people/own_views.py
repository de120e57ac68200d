"""A member's own line in every roster, and what the member says about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from pingjia.people import disputes, guards, queries
from pingjia.people.models import Dispute, DisputeState, Overlap, Role, Seat, Status
from pingjia.people.typed import key_of
from pingjia.units.refusal import Refused


def my_entries(request: HttpRequest) -> HttpResponse:
    """What a member asks: how do I stand in the roster, have I a vote, and whom do I tell if it is wrong?"""
    own = guards.own_entries(request)
    if request.method == "POST":
        _say(request)
        return redirect("people:my_entries")
    entries = list(own.select_related("unit", "branch", "group").order_by("unit_id"))
    keepers: dict[int, list[Seat]] = {}
    for seat in queries.held_today().filter(unit__in=[entry.unit_id for entry in entries], role=Role.OFFICER):
        keepers.setdefault(seat.unit_id, []).append(seat)
    said: dict[int, list[Dispute]] = {}
    for dispute in Dispute.objects.filter(member__in=entries):
        said.setdefault(dispute.member_id, []).append(dispute)
    rows = [
        {
            "entry": entry,
            "has_vote": entry.status == Status.ACTIVE,
            "keepers": keepers.get(entry.unit_id, []),
            "said": said.get(entry.pk, []),
            "open": any(one.state == DisputeState.OPEN for one in said.get(entry.pk, [])),
        }
        for entry in entries
    ]
    twice = (
        sum(row["has_vote"] for row in rows) > 1 or Overlap.objects.filter(settled_as="", first__in=entries).exists()
    )
    context = {"rows": rows, "longest": disputes.LONGEST, "twice": twice}
    return render(request, "people/my_entries.html", context)


def _say(request: HttpRequest) -> None:
    """Take an objection to an own entry, or take it back."""
    key = key_of(request)
    try:
        if "withdraw" in request.POST:
            one = get_object_or_404(Dispute, pk=key, member__in=guards.own_entries(request))
            disputes.withdraw(one, by=request.user)
            messages.success(request, _("已撤回。"))
        else:
            entry = get_object_or_404(guards.own_entries(request).select_related("unit"), pk=key)
            disputes.object_to(entry, by=request.user, text=request.POST.get("text", ""))
            messages.success(request, _("已送到本工会，答复会写在这里。"))
    except Refused as refusal:
        for reason in refusal.reasons:
            messages.error(request, reason)
