"""Addresses of the booth: static pages, public objects, the drop, the scrutineers' relay, the public log. No cookie."""

from django.urls import include, path

urlpatterns = [
    path("log/", include("pingjia.publiclog.urls")),
    path("", include("pingjia.polls.booth_urls")),
]
handler404 = "pingjia.polls.booth_views.not_found"
handler500 = "pingjia.polls.booth_views.broken"
