"""Two doors: requests for the booth and for the site never share a page, a path or a cookie.

The site knows who somebody is; the booth takes ballots. The request's ``Host`` alone decides which list of addresses
answers, so each door says 404 to the other's paths. At the booth no cookie is read and none is set: a ``Cookie`` header
there means that the two names are wrong, and is refused out loud (docs/spec/ballot.md, "Two origins").
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

BOOTH_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
SITE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def door(request: HttpRequest) -> str | None:
    """Name the door this request knocks at: ``"booth"``, ``"site"``, or None for a foreign host name."""
    return door_of(request.META.get("HTTP_HOST", ""))


def door_of(host: str) -> str | None:
    """Name the door that a ``Host`` header belongs to."""
    host = host.lower()
    if host == urlsplit(settings.PINGJIA_BOOTH).netloc.lower():
        return "booth"
    if host == urlsplit(settings.PINGJIA_SITE).netloc.lower() and settings.PINGJIA_ONLY != "booth":
        return "site"
    return None


def speaks_https(name: str | None) -> bool:
    """Say whether this door is an HTTPS one, whatever a proxy that speaks it for us says to us."""
    address = {"site": settings.PINGJIA_SITE, "booth": settings.PINGJIA_BOOTH}.get(name or "", "")
    return address.startswith("https://")


def unfit() -> list[str]:
    """Return what keeps a real box from being opened on this machine, as sentences; practice needs none of it."""
    site, booth = urlsplit(settings.PINGJIA_SITE), urlsplit(settings.PINGJIA_BOOTH)
    problems = []
    if settings.PINGJIA_DEMO:
        problems.append(_("这是演示环境，只能举行演练。"))
    if not site.scheme == booth.scheme == "https" or site.hostname == booth.hostname:
        problems.append(_("正式投票要求登录网站和票箱网站各用一个域名，并且都使用 HTTPS。"))
    return problems


NO_ADDRESS = "这个网址里有一个不能用的字符，请从页面上的链接重新进来。\n400 the address holds a character NUL\n"
# A year: whoever came once by HTTPS is never sent in the clear again, whatever somebody on the wire says.
ALWAYS_HTTPS = "max-age=31536000"


class TwoDoors:
    """Choose the list of addresses by host name, and keep every cookie out of the booth."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = door(request)
        response = self._answer(request, name)
        if speaks_https(name):
            response.headers["Strict-Transport-Security"] = ALWAYS_HTTPS
        return response

    def _answer(self, request: HttpRequest, name: str | None) -> HttpResponse:
        if name is None:
            return HttpResponse("421 Misdirected Request: unknown host name", status=421, content_type="text/plain")
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # No name holds it, and PostgreSQL takes no text with it: what asks for it is a program that tries doors.
            return HttpResponse(NO_ADDRESS, status=400, content_type="text/plain; charset=utf-8")
        if name == "site":
            response = self.get_response(request)
            response.headers.setdefault("Content-Security-Policy", SITE_POLICY)
            if settings.SESSION_COOKIE_NAME in request.COOKIES:  # whoever uses this computer next turns no page back
                response.headers.setdefault("Cache-Control", "no-store")
            return response
        if request.META.pop("HTTP_COOKIE", ""):
            return HttpResponse("400 no cookie belongs in the booth", status=400, content_type="text/plain")
        request.urlconf = settings.BOOTH_URLCONF  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.cookies.clear()
        response.headers.pop("Vary", None)
        response.headers.setdefault("Content-Security-Policy", BOOTH_POLICY)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
