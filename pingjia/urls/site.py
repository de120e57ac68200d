"""Addresses of the site: everybody who logs in, and everything published."""

from django.urls import include, path

urlpatterns = [
    path("", include("pingjia.ui.urls")),
    path("", include("pingjia.people.urls")),
    path("", include("pingjia.people.unit_urls")),
    path("", include("pingjia.polls.urls")),
    path("", include("pingjia.desks.urls")),
    path("", include("pingjia.demo.urls")),  # every page of it answers 404 unless this is the demo
]
handler404 = "pingjia.ui.refusals.not_found"
handler403 = "pingjia.ui.refusals.not_allowed"
handler500 = "pingjia.ui.refusals.broken"
