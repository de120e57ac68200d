"""The hall's screen on two projectors: each scene fits without scrolling, and is read from twenty metres away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pingjia.polls.models import State
from pingjia.polls.tests import cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]
SCREENS = [(1920, 1080), (2560, 1440)]
SCENES = [State.ROLLED, State.SEALED, State.OPEN, State.CLOSED, State.COUNTED, State.VOID, State.UNOPENED]
# Letters of a line that is shown, as shares of the picture's width.
SMALLEST = """() => Math.min(...[...document.querySelectorAll('main *')]
  .filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => parseFloat(getComputedStyle(e).fontSize))) / innerWidth"""


def test_every_scene_fits_the_wall_and_is_read_from_the_last_row(two_doors: Any, devices: Any) -> None:
    stage = cast.sealed(3)
    stage.poll.roll.filter(no="0001").update(present=True)
    page = devices(viewport={"width": 1920, "height": 1080}, has_touch=False).new_page()
    for state in SCENES:
        type(stage.poll).objects.filter(pk=stage.poll.pk).update(state=state)
        page.goto(f"{two_doors.site}/hall/{stage.poll.poll_id}")
        page.get_by_text("演练：这里的票不算数").wait_for()
        if state == State.SEALED:
            assert page.get_by_text("到会 1 人，应到 3 人").count() == 1
        for width, height in SCREENS:
            page.set_viewport_size({"width": width, "height": height})
            tall = page.evaluate("document.documentElement.scrollHeight - innerHeight")
            assert tall <= 0, f"{state} {width}: {tall} px too tall"
            assert page.evaluate(SMALLEST) >= 0.0245, f"{state} {width}"
            if folder := os.environ.get("PINGJIA_PICTURES"):
                page.screenshot(path=Path(folder) / f"hall-{state}-{width}.png")
