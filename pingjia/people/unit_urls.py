"""Addresses of the organisation (``units:…``); why they stand in this room: see ``unit_views``."""

from __future__ import annotations

from django.urls import path

from pingjia.people import change_views, unit_views

app_name = "units"
urlpatterns = [
    path("find", unit_views.find, name="find"),
    path("u/<str:code>/", unit_views.unit, name="unit"),
    path("u/<str:code>/tree", unit_views.tree, name="tree"),
    path("u/<str:code>/change/<str:act>", change_views.change, name="change"),
    path("u/<str:code>/units.<str:kind>", unit_views.units_export, name="export"),
    path("u/<str:code>/units/import", unit_views.units_import, name="import"),
    path("u/<str:code>/units/import/rejected.xlsx", unit_views.units_rejected, name="rejected"),
    path("u/<str:code>/units/template.xlsx", unit_views.units_template, name="template"),
]
