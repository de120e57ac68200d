"""Awkward and hostile strings in every text field and every address: one answer, escaped, never a fault."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.urls import reverse

from pingjia.core.tests.scale import chance, scaled
from tests.walkers import pages
from tests.walkers.conftest import ROOT, Town, free_port, two_databases, wait_for
from tests.walkers.markup import Form, Page

FUZZ = ROOT / "tests" / "data" / "fuzz"
STRINGS: list[str] = [
    *json.loads((FUZZ / "blns.json").read_text()),
    *(FUZZ / "csv_injection_payloads.txt").read_text().splitlines(),
    "\0",
    "a\0b",
    "\ud800",
    "\x0b\x1b[31m",
    '"><svg/onload=alert(1)>',
    "{% debug %}{{ 7|add:7 }}",
    "票" * 5000,
]
PLAIN = "评家"
TOKEN = "a" * 32
CJK = re.compile(r"[\u3400-\u9fff]")
# What these forms change ends the walk: the session, or the language and look of the pages that follow.
NOT_SENT = {"/logout", "/language", "/appearance"}


@pytest.fixture(scope="module")
def twin(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Serve a copy of the town: what is typed here must not change the town that other walkers walk through."""
    home, port = tmp_path_factory.mktemp("twin") / "home", free_port()
    with two_databases("twin") as databases:
        env = {**town.env, **databases, "PINGJIA_HOME": str(home)}
        env |= {"PINGJIA_SITE": f"http://localhost:{port}", "PINGJIA_BOOTH": f"http://127.0.0.1:{port}"}
        shutil.copytree(town.home, home)
        for name, url in databases.items():
            copied = subprocess.run(["pg_dump", "--dbname", town.env[name]], capture_output=True, check=True).stdout
            subprocess.run(["psql", "-q", "--dbname", url], input=copied, capture_output=True, check=True)
        server = subprocess.Popen([sys.executable, "-m", "pingjia", "serve"], cwd=ROOT, env=env)
        try:
            wait_for(port, server)
            told = json.loads((home / "story.json").read_text())
            site, booth = env["PINGJIA_SITE"], env["PINGJIA_BOOTH"]
            yield replace(town, site=site, booth=booth, home=home, env=env, samples=told["samples"])
        finally:
            server.terminate()
            server.wait()


class Visitor:
    """Somebody of the cast with a browser that keeps cookies and sends forms."""

    def __init__(self, town: Town, who: str | None) -> None:
        self.town, self.who = town, who
        self.cookies = {**town.session(who), "csrf": TOKEN}

    def ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        """Return status, content (empty if it is no page) and where it leads on."""
        connection = http.client.HTTPConnection("localhost", urlsplit(self.town.site).port, timeout=60)
        headers = {"Host": urlsplit(self.town.site).netloc, "Origin": self.town.site, "Accept-Language": "zh-CN"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        raw = answer.read()
        page = (answer.getheader("Content-Type") or "").startswith("text/html")
        return answer.status, raw.decode("utf-8", "strict") if page else "", answer.getheader("Location") or ""

    def send(self, path: str, form: Form, texts: dict[str, str]) -> tuple[int, str, str]:
        """Send a form as a browser would, with these texts typed in."""
        values = {**form.values, **texts}
        target = urlsplit(form.action).path or urlsplit(path).path
        if form.method == "get":
            return self.ask("GET", f"{target}?{encoded(values)}")
        return self.ask("POST", target, encoded({**values, "csrfmiddlewaretoken": TOKEN}))


def encoded(values: dict[str, str]) -> str:
    return urlencode(values, errors="surrogatepass")


def chosen(sample: int, full: int = len(STRINGS)) -> list[str]:
    """Return a seeded sample of the strings, or all of them under ``make proof``."""
    count = scaled(sample, full)
    return STRINGS if count >= len(STRINGS) else chance().sample(STRINGS, count)


def injected(page: Page, known: set[tuple[str, str]], text: str) -> list[str]:
    """Return what a page holds that only the typed text can have brought there."""
    strange = [f"<{tag} {name}>" for tag, name in sorted(page.marks - known)]
    strange += [f"<{tag} {name}>" for tag, name in sorted(page.marks) if name.startswith("on")]
    strange += [link for link in page.links if link.strip().lower().startswith(("javascript:", "vbscript:"))]
    plain = text.strip()
    return strange + [f"script: {script[:60]}" for script in page.scripts if len(plain) > 7 and plain in script]


def faults(
    visitor: Visitor, path: str, number: int, form: Form, strings: list[str], known: set[tuple[str, str]]
) -> list[str]:
    """Type strings into all text fields of one form, each field another string each time; return what went wrong."""
    found = []
    for turn in range(len(strings)):
        typed = {name: strings[(turn + at) % len(strings)] for at, name in enumerate(form.texts)}
        status, content, leads = visitor.send(path, form, typed)
        where = f"{path} form {number} as {visitor.who}: {typed!r:.200}"
        if status >= 500:
            found.append(f"{where}: {status}")
            continue
        if status in (301, 302, 303):
            status, content, _leads = visitor.ask("GET", urlsplit(leads).path)
            found += [f"{where}: leads to {status}"] if status >= 500 else []
        if not content:
            continue
        page = Page(content)
        for text in typed.values():
            found += [f"{where}: {one}" for one in injected(page, known, text)]
        if not CJK.search(page.text):
            found.append(f"{where}: {status} without a sentence")
        found += [f"{where}: {name} came back as {back!r:.80}" for name, back in changed(page, form, typed)]
    return found


def changed(page: Page, form: Form, typed: dict[str, str]) -> list[tuple[str, str]]:
    """Return the fields that stand on the page again, with one value typed and another one shown."""
    again = [other for other in page.forms if other.texts == form.texts and other.action == form.action]
    if not again or not any(other.values.get(name) == text for other in again for name, text in typed.items()):
        return []  # an empty form: the text was taken, or the page is another one
    shown = again[0].values
    return [
        (name, shown[name])
        for name, text in typed.items()
        if plain(shown[name]) not in (plain(text), plain(text.strip()), "") and name in shown
    ]


def plain(text: str) -> str:
    """Return a text as the wire leaves it: line ends of one kind, marks for the bytes that are no UTF-8."""
    return re.sub("[\ud800-\udfff]", "\ufffd" * 3, text).replace("\r\n", "\n").replace("\r", "\n")


def test_every_string_in_every_text_field_comes_back_or_is_refused_in_a_sentence(twin: Town, walk: Any) -> None:
    strings, wrong, typed_into = [*chosen(3), "a\0b"], [], set()
    # How a field says that it refuses what was typed; everything else must stand on some page with plain words in it.
    told = ("aria-invalid", "aria-describedby", "autofocus")
    known = {(tag, name) for tag in ("input", "textarea", "select", "fieldset") for name in told}
    visitors = {who: Visitor(twin, who) for who in {stop.reader for stop in walk}}
    seen: dict[Any, Page] = {}
    for stop in walk:
        status, content, _ = visitors[stop.reader].ask("GET", stop.path)
        assert status < 500, stop
        seen[stop] = Page(content)
        known |= seen[stop].marks
    # One form of a page is typed into once, however many states of the page the story shows.
    forms = {
        (stop.route, tuple(form.texts)): (stop, number, form)
        for stop, page in seen.items()
        for number, form in enumerate(page.forms)
        if form.texts and not form.files and urlsplit(form.action).path not in NOT_SENT
    }
    work = list(forms.values())
    for stop, _number, form in work:  # what a page looks like with a plain word in it
        status, content, leads = visitors[stop.reader].send(stop.path, form, dict.fromkeys(form.texts, PLAIN))
        if status in (301, 302, 303):
            content = visitors[stop.reader].ask("GET", urlsplit(leads).path)[1]
        known |= Page(content).marks
        typed_into |= {(stop.route, name) for name in form.texts}
    for stop, number, form in work:
        wrong += faults(visitors[stop.reader], stop.path, number, form, strings, known)
    assert not wrong, "\n".join(wrong[:30])
    assert len(typed_into) > 20, sorted(typed_into)


def test_every_string_in_an_address_is_a_page_that_is_not_there(twin: Town) -> None:
    wrong = []
    visitors = [Visitor(twin, who) for who in (None, "linwei", "hejun")]
    strings = [text for text in chosen(4, 60) if text] + ["\0", "a\0b"]
    for route in pages.routes():
        if not route.parameters or route.name == "demo:step_in":
            continue
        good = (twin.samples.get(route.name) or twin.samples[",".join(route.parameters)])[0]
        address = reverse(route.name, "pingjia.urls.site", kwargs=good)
        first = quote(str(good[route.parameters[0]]))
        for text in strings:
            path = address.replace(first, quote(text, safe="", errors="surrogatepass")[:3000], 1)
            for visitor in visitors:
                status, content, _ = visitor.ask("GET", path)
                if status >= 500 or any(
                    name.startswith("on") for _tag, name in (Page(content).marks if content else ())
                ):
                    wrong.append(f"{path} as {visitor.who}: {status}")
    assert not wrong, "\n".join(wrong[:30])


def test_the_look_for_injected_elements_finds_one() -> None:
    """Positive control: a page that does not escape what was typed is found."""
    known = Page("<p>a</p><a href='/'>b</a>").marks
    for text in ("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<a href='javascript:alert(1)'>x</a>"):
        assert injected(Page(f"<p>{text}</p>"), known, text)
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        assert not injected(Page(f"<p>{escaped}</p>"), known, text)
