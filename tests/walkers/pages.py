"""Every address of the site, found in the URL lists: a new page is walked without anybody writing a test for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# Addresses that are no page: they answer with data, a file or a redirect, and their own tests look at them.
NOT_A_PAGE = {
    "polls:issue",  # bytes in, bytes out
    "polls:issuance_file",  # a list to take away, and none before the close
    "polls:hall_now",  # JSON for the hall's screen
    "polls:kiosk_draw",  # a frame of the shared device alone: see tests/browser/test_booth_kiosk.py
    "demo:step_in",  # logs in and goes on
    "desks:home",  # goes on to the right desk
}

# Pages that exist only in the middle of something (a draft being checked, an import with rejected rows): the journeys
# that lead there look at them.
ONLY_AT_TIMES = {"people:roster_rejected", "people:roster_columns", "units:rejected", "polls:new_check"}
# Addresses that only take a form; what they do is proved where their form stands.
ONLY_POSTED = {"set_language", "ui:appearance", "people:logout"}


@dataclass(frozen=True)
class Route:
    """One address: its name (``room:name``), its pattern and the names of its parameters."""

    name: str
    pattern: str
    parameters: tuple[str, ...]


def routes(urlconf: str = "pingjia.urls.site") -> list[Route]:
    """Return every named address of one door."""

    def walk(resolver: Any, prefix: str, space: str) -> Iterator[Route]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                inner = f"{entry.namespace}:" if entry.namespace else space
                yield from walk(entry, prefix + str(entry.pattern), inner)
            elif isinstance(entry, URLPattern):
                assert entry.name, f"{prefix}{entry.pattern} has no name"
                yield Route(space + entry.name, prefix + str(entry.pattern), tuple(entry.pattern.converters))

    return list(walk(get_resolver(urlconf), "", ""))


def addresses(route: Route, samples: dict[str, list[dict[str, Any]]]) -> list[str]:
    """Return the paths to visit for a route.

    ``samples`` holds lists of parameter values under the route's own name, or under its parameters' names joined by a
    comma; a route with parameters that the story does not know fails the walk: tell ``pingjia/demo/samples.py`` of it.
    """
    from django.urls import reverse

    if not route.parameters:
        return [reverse(route.name, "pingjia.urls.site")]
    values = samples.get(route.name) or samples.get(",".join(route.parameters))
    assert values, f"{route.name} takes {route.parameters}: give samples in pingjia/demo/samples.py"
    return [reverse(route.name, "pingjia.urls.site", kwargs=value) for value in values]
