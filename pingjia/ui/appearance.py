"""How a page looks to this reader: large type and dark mode, remembered in cookies, and what the base page needs."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark")


class Appearance:
    """Put ``request.appearance`` = ``{"size", "theme"}`` on every request of the site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "urlconf", None) != settings.BOOTH_URLCONF:
            size, theme = request.COOKIES.get("size", ""), request.COOKIES.get("theme", "")
            request.appearance = {  # type: ignore[attr-defined]
                "size": size if size in SIZES else "normal",
                "theme": theme if theme in THEMES else "auto",
            }
        return self.get_response(request)


def on_every_page(request: HttpRequest) -> dict[str, object]:
    """Give templates the appearance, the booth's address and whether this is the demo."""
    return {
        "appearance": getattr(request, "appearance", {"size": "normal", "theme": "auto"}),
        "booth": settings.PINGJIA_BOOTH,
        "is_demo": settings.PINGJIA_DEMO,
    }


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Switch large type or dark mode, and go back to the page where the reader was."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back)
    for name, allowed in (("size", SIZES), ("theme", THEMES)):
        value = request.POST.get(name)
        if value in allowed:
            response.set_cookie(
                name, value, max_age=365 * 86400, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
            )
    return response
