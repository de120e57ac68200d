"""Addresses that belong to every page: language and appearance."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from pingjia.ui import appearance

urlpatterns = [
    path("language", set_language, name="set_language"),
    path("", include(([path("appearance", appearance.change, name="appearance")], "ui"))),
]
