"""Step into somebody's shoes. These pages exist only where ``PINGJIA_DEMO=1``."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from pingjia.demo import story
from pingjia.people.models import User


@require_safe
def cast(request: HttpRequest) -> HttpResponse:
    """What a visitor of the demo asks: as whom can I look around, and what happens there?"""
    if not settings.PINGJIA_DEMO:
        raise Http404
    units = {home.code: home for home in story.HOMES}
    people = [{"person": person, "home": units.get(person.member_of)} for person in story.CAST]
    return render(request, "demo/cast.html", {"people": people, "homes": story.HOMES})


@require_safe
def step_in(request: HttpRequest, who: str) -> HttpResponse:
    """What a visitor asks: what does this person see? (Logs in as one of the fictional cast.)"""
    if not settings.PINGJIA_DEMO or who not in {person.key for person in story.CAST}:
        raise Http404
    login(request, get_object_or_404(User, username=who), backend="django.contrib.auth.backends.ModelBackend")
    return redirect("desks:home")
