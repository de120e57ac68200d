"""Addresses of the desks."""

from __future__ import annotations

from django.urls import path

from pingjia.desks import views

app_name = "desks"
urlpatterns = [
    path("", views.front, name="front"),
    path("home", views.home, name="home"),
    path("desk/member", views.member, name="member"),
    path("desk/unit/<str:unit>/", views.unit, name="unit"),
    path("desk/upper/<str:unit>/", views.upper, name="upper"),
]
