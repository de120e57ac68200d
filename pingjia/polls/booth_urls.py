"""Addresses of the booth. Hashes are 64 lower-case hexadecimal digits, and nothing else matches.

``at_the_box`` is all that a ballot meets: static pages and the box's own database. ``papers`` is what is published,
and the scrutineers' relay: it comes from the roll's database. Each half can live in a process of its own (ADR 0015).
"""

from __future__ import annotations

from django.urls import path, re_path
from django.urls.resolvers import URLPattern

from pingjia.polls import booth_views, relay_views

_HASH = "(?P<{}>[0-9a-f]{{64}})"
_BOX, _DIGEST, _SET = (_HASH.format(name) for name in ("box_hash", "digest", "set_id"))

at_the_box: list[URLPattern] = [
    path("", booth_views.page, {"name": ""}),
    path("kiosk", booth_views.page, {"name": "kiosk"}),
    path("check", booth_views.page, {"name": "check"}),
    path("ceremony", booth_views.page, {"name": "ceremony"}),
    path("verify", booth_views.page, {"name": "verify"}),
    path("assets/<str:name>", booth_views.asset),
    path("pages.json", booth_views.pages),
    re_path(rf"^state/{_BOX}\.json$", booth_views.box_state),
    re_path(rf"^drop/{_BOX}$", booth_views.drop),
]
papers: list[URLPattern] = [
    path("trust.json", booth_views.trust),
    re_path(rf"^o/{_DIGEST}\.json$", booth_views.public_object),
    re_path(rf"^o/{_DIGEST}\.tlog-proof$", booth_views.object_proof),
    re_path(rf"^box/{_BOX}/leaves/(?P<first>[0-9a-f]{{2}})\.bin$", booth_views.box_leaves),
    re_path(rf"^box/{_BOX}/(?P<name>[a-z.-]+)$", booth_views.box_file),
    re_path(rf"^set/{_SET}/bundle\.zip$", booth_views.bundle),
    path("relay/<slug:step>", relay_views.relay),
]
urlpatterns = at_the_box + papers
