"""Addresses of this room on the site: the officer's desk, the member's pages, what is published, and issuance."""

from __future__ import annotations

from django.urls import URLPattern, path

from pingjia.polls import public_views

app_name = "polls"
urlpatterns: list[URLPattern] = [
    path("who-sees-what", public_views.who_sees_what, name="who_sees_what"),
    path("how-it-works", public_views.how_it_works, name="how_it_works"),
]
