"""A new vote, and a draft that is amended: the same three prefilled steps, and one page of what will be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pingjia.people import guards as people
from pingjia.polls import guards, prepare
from pingjia.polls.attempt import attempt
from pingjia.polls.drafting import RulesForm, WhatForm, WhoForm, as_prefilled
from pingjia.polls.models import Poll, State
from pingjia.polls.resultsheet import formula_in_words, threshold_in_words
from pingjia.units.models import Unit

STEPS: dict[str, Any] = {"what": WhatForm, "who": WhoForm, "rules": RulesForm}


@dataclass
class Desk:
    """What an officer has typed so far, kept in the session: for a new vote of the unit, or for a draft that stands."""

    request: HttpRequest
    unit: Unit
    poll: Poll | None = None

    @property
    def _key(self) -> str:
        return f"amend_poll:{self.poll.poll_id}" if self.poll else f"new_poll:{self.unit.code}"

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, by step."""
        return self.request.session.get(self._key, {})

    def keep(self, step: str) -> None:
        """Keep what was posted, even when it has to be mended."""
        kept = {name: values[-1] for name, values in self.request.POST.lists() if name != "csrfmiddlewaretoken"}
        self.request.session[self._key] = {**self.typed, step: kept}

    def clear(self) -> None:
        """Forget what was typed."""
        self.request.session.pop(self._key, None)

    def form(self, step: str, data: Any = None) -> Any:
        """Return the form of a step: bound to ``data``, or to what was typed, or fresh."""
        data = self.typed.get(step) if data is None else data
        return STEPS[step](data, unit=self.unit, poll=self.poll)

    def filled(self) -> dict[str, Any]:
        """Return every step's form, bound. A step that the officer skipped stands as it was prefilled."""
        return {name: self.form(name, self.typed.get(name) or as_prefilled(self.form(name))) for name in STEPS}

    def link(self, step: str) -> str:
        """Return the address of a step, or of the page that checks them all (``check``)."""
        if self.poll:
            end = [] if step == "check" else [step]
            return reverse("polls:amend_step" if end else "polls:amend", args=[self.poll.poll_id, *end])
        if step == "check":
            return reverse("polls:new_check", args=[self.unit.code])
        return reverse("polls:new_step", args=[self.unit.code, step])

    def after(self, step: str) -> str:
        """Return where a step leads on to: the next one in a new vote, back to the check where one is amended."""
        names = [*STEPS, "check"]
        return self.link("check" if self.poll else names[names.index(step) + 1])

    def before(self, step: str) -> str:
        """Return where a step leads back to (``""``: nowhere)."""
        if self.poll:
            return self.link("check")
        number = list(STEPS).index(step)
        return self.link(list(STEPS)[number - 1]) if number else ""


def _facts(filled: dict[str, Any]) -> dict[str, Any]:
    """Return the terms of the draft, as ``drafts.Terms`` takes them."""
    what, who, rules = filled["what"], filled["who"], filled["rules"]
    names = ("formula", "scrutineers_needed", "objection_days", "revote", "with_opinions", "practice")
    return {
        **{name: what.cleaned_data[name] for name in ("title", "year")},
        **who.cleaned_data,
        **{name: rules.cleaned_data[name] for name in names},
        "subjects": what.subjects(),
        "threshold": rules.fraction(),
    }


def _chosen(form: forms.Form, name: str) -> str:
    return dict(form.fields[name].choices)[form.cleaned_data[name]]


def _shown(desk: Desk, filled: dict[str, Any], blockers: list[str]) -> dict[str, Any]:
    """Return what the page of what will be shows."""
    what, who, rules = filled["what"], filled["who"], filled["rules"]
    num, den = rules.fraction()
    return {
        "unit": desk.unit,
        "poll": desk.poll,
        "changed": bool(desk.typed),
        "links": {step: desk.link(step) for step in STEPS},
        "what": what.cleaned_data,
        "subjects": [
            (title, what.cleaned_data[f"{name}_grades"].grades.all()) for name, title, _scale in what.subjects()
        ],
        "who": who.cleaned_data,
        "electorate": _chosen(who, "electorate"),
        "medium": _chosen(who, "medium"),
        "rules": {"pool": desk.poll.pool if desk.poll else "", **rules.cleaned_data},
        "formula": formula_in_words(rules.cleaned_data["formula"]),
        "threshold": threshold_in_words(Poll(unit=desk.unit, threshold_num=num, threshold_den=den)),
        "blockers": blockers,
    }


def _step(desk: Desk, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    if desk.request.method == "POST":
        desk.keep(step)
    form = desk.form(step, desk.request.POST if desk.request.method == "POST" else None)
    if desk.request.method == "POST" and form.is_valid():
        return redirect(desk.after(step))
    number = list(STEPS).index(step) + 1
    context = {"unit": desk.unit, "poll": desk.poll, "form": form, "step": step, "number": number}
    return render(desk.request, "polls/new.html", {**context, "before": desk.before(step)})


def _unfit(filled: dict[str, Any]) -> str:
    """Return the first step that cannot stand as it is, or nothing."""
    return next((name for name, form in filled.items() if not form.is_valid()), "")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str, step: str = "what") -> HttpResponse:
    """What an officer asks: what do I have to decide for this year's vote? One thing a page, all of it prefilled."""
    return _step(Desk(request, people.unit_run(request, code)), step)


@require_http_methods(["GET", "HEAD", "POST"])
def new_check(request: HttpRequest, code: str) -> HttpResponse:
    """What an officer asks: is everything as I meant it, before the vote is made?"""
    desk = Desk(request, people.unit_run(request, code))
    filled = desk.filled()
    if step := _unfit(filled):
        return redirect(desk.link(step))
    blockers: list[str] = []
    if request.method == "POST":
        rules = filled["rules"].cleaned_data
        joined = {"pool": rules["pool"], "lead": rules.get("lead")}
        poll, blockers = attempt(lambda: prepare.create_poll(desk.unit, by=request.user, **_facts(filled), **joined))
        if poll:
            desk.clear()
            messages.success(request, _("已建好。请接着核对名册。"))
            return redirect("polls:desk", poll.poll_id)
    return render(request, "polls/new_check.html", _shown(desk, filled, blockers), status=409 if blockers else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def amend_step(request: HttpRequest, poll_id: str, step: str) -> HttpResponse:
    """What an officer asks: how do I correct one thing of a draft?"""
    poll = guards.poll_run(request, poll_id)
    if poll.state != State.DRAFT:
        return redirect("polls:amend", poll_id)
    return _step(Desk(request, poll.unit, poll), step)


@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, poll_id: str) -> HttpResponse:
    """What an officer asks: what stands in this draft, and may I still change it?"""
    poll = guards.poll_run(request, poll_id)
    desk = Desk(request, poll.unit, poll)
    if poll.state != State.DRAFT:
        desk.clear()
        return render(
            request, "polls/amend_closed.html", {"poll": poll}, status=409 if request.method == "POST" else 200
        )
    if "drop" in request.POST:
        desk.clear()
        return redirect("polls:amend", poll_id)
    filled = desk.filled()
    if step := _unfit(filled):
        return redirect(desk.link(step))
    blockers: list[str] = []
    if request.method == "POST":
        made, blockers = attempt(lambda: prepare.amend_poll(poll, by=request.user, **_facts(filled)))
        if made:
            desk.clear()
            messages.success(request, _("修改已保存。"))
            return redirect("polls:desk", poll_id)
    return render(request, "polls/new_check.html", _shown(desk, filled, blockers), status=409 if blockers else 200)
