"""Who reads which page: the first of the cast who may see it shows it; under the proof, everybody who may."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# In the order in which a page looks for a reader (a stranger first, then who got in at that place before).
READERS = [None, "tangrui", "hejun", "ouyang", "maliang", "linwei", "caimin", "daiyu", "jianghe", "panyun"]


def context_for(chromium: Any, town: Any, who: str | None, look: dict[str, Any], script: bool = True) -> Any:
    """Open a browser context as somebody, with a look."""
    context = chromium.new_context(viewport={"width": look["width"], "height": 900}, java_script_enabled=script)
    cookies = {**town.session(who), "django_language": look["language"], "size": look["size"], "theme": look["theme"]}
    context.add_cookies([{"name": name, "value": value, "url": town.site} for name, value in cookies.items()])
    return context


def _read(town: Any, path: str, cookies: str) -> tuple[int, str | None]:
    """Ask for one address; return the status and, of a page, its HTML."""
    connection = http.client.HTTPConnection("localhost", urlsplit(town.site).port)
    headers = {"Host": urlsplit(town.site).netloc, "Accept-Language": "zh-CN", "Cookie": cookies}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    page = answer.getheader("Content-Type", "").startswith("text/html")
    return answer.status, body.decode() if page else None


@dataclass(frozen=True)
class Stop:
    """One page of the walk: where, and who reads it."""

    route: str
    path: str
    reader: str | None
    heading: str


def stops(town: Any, paths: dict[str, list[str]], *, everybody: bool = False) -> list[Stop]:
    """Find a reader for each page (or all who may read it), and keep one page for each state it can show.

    ``paths`` are addresses by route name. A page says its state in its heading, so two addresses of one route with the
    same heading are one stop; an address that only leads on (302) is none. A route that shows itself to nobody of the
    cast fails the walk.
    """
    found: dict[tuple[str | None, str, str], Stop] = {}
    reached: set[str] = set()
    cookies = {who: "; ".join(f"{name}={value}" for name, value in town.session(who).items()) for who in READERS}
    at_home: dict[str, str | None] = {}  # who got in at this union or vote before is asked first: most asking is saved
    for route, path in sorted((route, path) for route, some in paths.items() for path in some):
        place = "/".join(path.split("/")[:3])
        for who in dict.fromkeys([None, at_home.get(place), *READERS]):
            status, html = _read(town, path, cookies[who])
            assert status < 500, f"{path} answers {status} to {who}"
            if status != 200:
                continue
            reached.add(route)
            if who is not None:
                at_home[place] = who
            if html is not None:
                heading = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S)
                state = re.sub(r"\d+", "#", heading[1]) if heading else ""
                found.setdefault((who if everybody else None, route, state), Stop(route, path, who, state))
            if not everybody:
                break
    unseen = sorted(set(paths) - reached)
    assert not unseen, f"nobody of the cast can see {unseen}"
    return sorted(found.values(), key=lambda stop: (str(stop.reader), stop.route, stop.path))
