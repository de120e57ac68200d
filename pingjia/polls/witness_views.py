"""The witnesses of a federation's log: whoever keeps the log says whose signatures it asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from pingjia.people import guards as people
from pingjia.polls import witnessing
from pingjia.polls.attempt import attempt
from pingjia.publiclog import queries, trust
from pingjia.publiclog.models import Log
from pingjia.units.models import Unit


class WitnessForm(forms.Form):
    """The public key that a witness sent."""

    vkey = forms.CharField(label=gettext_lazy("见证人的公钥（pingjia witness 印出的一整行）"), max_length=400)


class QuorumForm(forms.Form):
    """How many witnesses it takes."""

    quorum = forms.IntegerField(label=gettext_lazy("开始投票和开箱以前，要有几位见证人签字"), min_value=0, max_value=64)


def _row(log: Log) -> dict[str, Any]:
    head = queries.latest(log)
    state = queries.witnessed(log, head.size - 1) if head and head.size else None
    quorum = QuorumForm(initial={"quorum": log.quorum}, auto_id=f"log-{log.pk}-%s")
    where = f"{settings.PINGJIA_BOOTH}/log/{log.path}"
    form = WitnessForm(auto_id=f"log-{log.pk}-%s")
    return {"log": log, "size": head.size if head else 0, "state": state, "quorum": quorum, "form": form, "url": where}


def _act(request: HttpRequest, unit: Unit, log: Log) -> list[str]:
    """Do what the posted form asks; return what is wrong with it."""
    given, by = request.POST, request.user
    if "vkey" in given:
        form = WitnessForm(given)
        if not form.is_valid():
            return [_("请填写见证人的公钥。")]
        return attempt(lambda: witnessing.register(log, form.cleaned_data["vkey"], by=by, unit=unit))[1]
    if "quorum" in given:
        asked = QuorumForm(given)
        if not asked.is_valid():
            return [_("见证人数请填 0 到 64 的整数。")]
        return attempt(lambda: witnessing.ask_for(log, asked.cleaned_data["quorum"], by=by, unit=unit))[1]
    return attempt(lambda: witnessing.withdraw(log, given.get("drop", ""), by=by, unit=unit))[1]


@require_http_methods(["GET", "HEAD", "POST"])
def witnesses(request: HttpRequest, code: str) -> HttpResponse:
    """What a federation asks: who watches our public log, and whose signatures does a vote wait for?"""
    unit = people.federation(request, code)
    logs = witnessing.logs_of(unit)
    blockers: list[str] = []
    if request.method == "POST":
        if "open" in request.POST:
            witnessing.open_this_year(unit, by=request.user)
            return redirect("polls:witnesses", unit.code)
        number = request.POST.get("log", "")
        log = get_object_or_404(Log, pk=int(number) if number.isascii() and number.isdigit() else 0)
        if log not in logs:
            return redirect("polls:witnesses", unit.code)
        blockers = _act(request, unit, log)
        if not blockers:
            messages.success(request, _("已登记。已有的签字照旧有效。"))
            return redirect("polls:witnesses", unit.code)
    asking = sum(log.quorum > 0 for log in logs)
    context = {"unit": unit, "rows": [_row(log) for log in logs], "blockers": blockers, "asking": asking}
    year = timezone.localdate().year
    context |= {"pinned": bool(trust.pinned())}
    context |= {"missing_year": "" if any(log.year == year and not log.practice for log in logs) else str(year)}
    return render(request, "polls/witnesses.html", context, status=409 if blockers else 200)
