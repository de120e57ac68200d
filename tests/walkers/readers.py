"""Who reads which page: the first of the cast who may see it shows it."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

# In the order in which a page looks for a reader: the first who gets in shows it.
READERS = [None, "tangrui", "hejun", "ouyang", "maliang", "linwei", "caimin", "daiyu", "jianghe", "panyun"]


def context_for(chromium: Any, town: Any, who: str | None, look: dict[str, Any], script: bool = True) -> Any:
    """Open a browser context as somebody, with a look."""
    context = chromium.new_context(viewport={"width": look["width"], "height": 900}, java_script_enabled=script)
    cookies = {**town.session(who), "django_language": look["language"], "size": look["size"], "theme": look["theme"]}
    context.add_cookies([{"name": name, "value": value, "url": town.site} for name, value in cookies.items()])
    return context


def readers_of(town: Any, paths: list[str]) -> dict[str, str | None]:
    """Find for each path the first reader who may see it (200); a path nobody may see fails."""
    left, found = set(paths), {}
    for who in READERS:
        headers = {"Host": urlsplit(town.site).netloc}
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in town.session(who).items())
        for path in sorted(left):
            connection = http.client.HTTPConnection("localhost", urlsplit(town.site).port)
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200 and answer.getheader("Content-Type", "").startswith("text/html"):
                found[path] = who
            if answer.status == 200:
                left.discard(path)
    assert not left, f"nobody of the cast can see {sorted(left)}"
    return found
