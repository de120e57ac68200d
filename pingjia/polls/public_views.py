"""What anybody may read, signed in or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def who_sees_what(request: HttpRequest) -> HttpResponse:
    """What a member asks before voting: who can see what I chose?"""
    return render(request, "polls/who_sees_what.html")


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """What a doubter asks: how can a vote on a phone be as secret as paper in a box?"""
    return render(request, "polls/how_it_works.html")
