"""Shared by journeys, browser tests, walkers and house tests: a running pair of doors and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--disable-default-apps",
    "--disable-extensions",
]


@dataclass(frozen=True)
class Doors:
    """Where the two doors of a running server are: origins without a trailing slash."""

    site: str
    booth: str


@pytest.fixture
def two_doors(transactional_db: None, settings: Any, django_db_serialized_rollback: None) -> Iterator[Doors]:
    """Serve site (``localhost``) and booth (``127.0.0.1``) from one real server on the test databases.

    Use it with ``@pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True)``.
    """
    from django.test.testcases import LiveServerThread, _StaticFilesHandler

    thread = LiveServerThread("127.0.0.1", _StaticFilesHandler)
    thread.daemon = True
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    thread.start()
    thread.is_ready.wait()
    assert not thread.error, thread.error
    settings.PINGJIA_SITE = f"http://localhost:{thread.port}"
    settings.PINGJIA_BOOTH = f"http://127.0.0.1:{thread.port}"
    yield Doors(settings.PINGJIA_SITE, settings.PINGJIA_BOOTH)
    thread.terminate()


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Any]:
    """A real Chromium for the whole run; open a fresh context for each person."""
    import os

    from django.db import connections
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium")
    assert path, "Chromium is missing: run `bin/prepare browser`"
    # Chromium refuses its sandbox to root; everybody else keeps it.
    flags = [*CHROMIUM_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else CHROMIUM_FLAGS
    # Playwright's event loop runs in this thread; Django must not mistake it for an async view.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Under that loop Django hands out connections of its own; they must know the migrations' rows as well, or the tests
    # after the first find their tables empty.
    rows = {name: getattr(connections[name], "_test_serialized_contents", None) for name in connections}
    with sync_playwright() as playwright:
        for name, content in rows.items():
            if content is not None:
                connections[name]._test_serialized_contents = content
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    """A fresh phone-sized browser context (390 by 844): one member's own device."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    yield context
    context.close()
