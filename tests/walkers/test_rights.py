"""Every address × every method × everybody: what a user may not touch is refused, and nothing else is."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.urls import reverse

from pingjia.core.tests.scale import chance, scaled
from tests.walkers import pages
from tests.walkers.rights import PEOPLE, RIGHTS, sample

REFUSED = {403, 404}
WELCOME = {200, 302, 409, 422}


def ask(town: Any, method: str, path: str, cookies: dict[str, str], form: dict[str, str] | None = None) -> int:
    """Send one request as a browser would (a form carries its CSRF token); return the status."""
    connection = http.client.HTTPConnection("localhost", urlsplit(town.site).port, timeout=30)
    headers = {"Host": urlsplit(town.site).netloc, "Origin": town.site}
    body = None
    token = "a" * 32
    cookies = {**cookies, "csrf": token}
    if form is not None:
        body = urlencode({**form, "csrfmiddlewaretoken": token})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def path_of(route: pages.Route, town: Any) -> str:
    """Return the address of a route at the sample union (its published poll where it takes one)."""
    if not route.parameters:
        return reverse(route.name, "pingjia.urls.site")
    return reverse(route.name, "pingjia.urls.site", kwargs=sample(route, town.samples))


def test_every_route_is_in_the_matrix() -> None:
    assert sorted(RIGHTS) == sorted({route.name for route in pages.routes()})


def test_only_those_in_the_matrix_may_read_a_page(town: Any) -> None:
    wrong = []
    for role, who in PEOPLE.items():
        cookies = town.session(who)
        for route in pages.routes():
            if route.name in pages.ONLY_POSTED:
                continue
            status = ask(town, "GET", path_of(route, town), cookies)
            allowed = role in RIGHTS[route.name][0]
            if allowed and status == 404 and route.name in pages.ONLY_AT_TIMES:
                continue
            if (allowed and status not in WELCOME) or (not allowed and status not in REFUSED | {405}):
                wrong.append(f"GET {route.name} as {role}: {status}, should be {'let in' if allowed else 'refused'}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nobody_else_may_change_anything_by_any_method(town: Any, method: str) -> None:
    """Those who may are left out: journeys prove what their forms do. Everybody else is refused by any method."""
    wrong, routes = [], pages.routes()
    if method != "POST":  # no view answers these: the everyday run tries them on a part
        routes = chance().sample(routes, min(len(routes), scaled(20, len(routes))))
    for role, who in PEOPLE.items():
        cookies = town.session(who)
        for route in routes:
            if role in RIGHTS[route.name][1]:
                continue
            status = ask(town, method, path_of(route, town), cookies, {} if method == "POST" else None)
            if status not in REFUSED | {405}:
                wrong.append(f"{method} {route.name} as {role}: {status}")
    assert not wrong, "\n".join(wrong)


def test_a_form_without_its_token_is_refused_to_everybody(town: Any) -> None:
    for who in PEOPLE.values():
        connection = http.client.HTTPConnection("localhost", urlsplit(town.site).port)
        cookies = "; ".join(f"{k}={v}" for k, v in town.session(who).items())
        headers = {"Host": urlsplit(town.site).netloc, "Cookie": cookies, "Content-Length": "0"}
        connection.request("POST", reverse("people:login", "pingjia.urls.site"), headers=headers)
        assert connection.getresponse().status == 403


def test_each_door_knows_nothing_of_the_other(town: Any) -> None:
    site, booth = urlsplit(town.site), urlsplit(town.booth)
    for host, path in (
        (site.netloc, "/drop/" + "0" * 64),
        (site.netloc, "/trust.json"),
        (booth.netloc, "/home"),
        (booth.netloc, "/login"),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", site.port)
        connection.request("GET", path, headers={"Host": host})
        assert connection.getresponse().status == 404, (host, path)


def test_the_booth_refuses_a_cookie_and_sets_none(town: Any) -> None:
    booth = urlsplit(town.booth)
    for path in ("/", "/check", "/ceremony", "/verify", "/trust.json"):
        connection = http.client.HTTPConnection("127.0.0.1", booth.port)
        connection.request("GET", path, headers={"Host": booth.netloc})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, path
        assert answer.getheader("Set-Cookie") is None
        connection.request("GET", path, headers={"Host": booth.netloc, "Cookie": "a=b"})
        assert connection.getresponse().status == 400, path


def test_a_foreign_host_name_is_sent_away(town: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(town.site).port)
    connection.request("GET", "/", headers={"Host": "elsewhere.example"})
    assert connection.getresponse().status == 421


def test_one_caller_behind_the_proxy_slows_down_nobody_else(town: Any) -> None:
    """A proxy on this machine names who calls; without that, one who fails often would stop the vote for all."""
    booth = urlsplit(town.booth)
    connection = http.client.HTTPConnection("127.0.0.1", booth.port)

    def drop(caller: str) -> int:
        headers = {"Host": booth.netloc, "X-Forwarded-For": caller}
        connection.request("POST", "/drop/" + "0" * 64, body=b"", headers=headers)
        answer = connection.getresponse()
        assert len(answer.read()) == 128
        return answer.status

    assert {drop("203.0.113.1") for _try in range(205)} == {200, 429}
    assert drop("203.0.113.2") == 200
