"""What every browser test of the booth needs: its built pages, and a member in front of one."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.booth_cast import PHONE, Member

BOOTH = Path(__file__).resolve().parents[2] / "booth"


@pytest.fixture(scope="session", autouse=True)
def built_pages() -> None:
    """Build the pages where `make` has not done it yet."""
    if not (BOOTH / "dist" / "vote.js").exists():
        subprocess.run(["node", "build.mjs"], cwd=BOOTH, check=True)


@pytest.fixture
def devices(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Hand out fresh devices (browser contexts), and take them back."""
    given: list[Any] = []

    def device(**look: Any) -> Any:
        given.append(chromium.new_context(**(PHONE | look)))
        return given[-1]

    yield device
    for context in given:
        context.close()


@pytest.fixture
def member(devices: Callable[..., Any]) -> Callable[..., Member]:
    """Put a member with a slip in front of a page of a device (a new one if none is given)."""

    def someone(doors: Any, stage: Any, n: int = 0, device: Any = None, **look: Any) -> Member:
        return Member((device or devices(**look)).new_page(), doors, stage.poll, stage.codes[n])

    return someone
