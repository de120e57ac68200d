"""Addresses that exist only in the demo."""

from __future__ import annotations

from django.urls import path

from pingjia.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/", views.cast, name="cast"),
    path("demo/as/<slug:who>", views.step_in, name="step_in"),
]
