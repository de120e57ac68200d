"""查票: any device, any time, nobody signs in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pingjia.polls import closing
from pingjia.polls.tests import cast
from tests.browser.booth_cast import Member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]


def receipt_of(voter: Member) -> str:
    """Save the receipt as a file and return the letters in it."""
    with voter.page.expect_download() as saved:
        voter.press("保存回执")
    lines = saved.value.path().read_text().splitlines()
    return next(line for line in lines if len(line) == 171)


def ask(page: Any, text: str) -> None:
    """Paste a receipt and press."""
    page.get_by_label("把回执二维码扫出来的那串字粘贴在这里").fill(text)
    page.get_by_role("button", name="查票", exact=True).click()


def test_a_receipt_is_checked_on_any_device(
    two_doors: Any, member: Callable[..., Member], devices: Callable[..., Any]
) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose("满意", "满意", "不满意").cast()
    text = receipt_of(voter)
    page = devices().new_page()
    page.goto(f"{two_doors.booth}/check")
    ask(page, f"回执\r\n{text[:90]}\r\n{text[90:]}\r\n")
    page.get_by_text("回执是真的").wait_for()
    closing.close_poll(stage.poll, by=stage.town.officer)
    ask(page, text)
    page.get_by_text("在票箱内 ✓").wait_for()
    voter.page.goto(f"{two_doors.booth}/check")
    voter.page.get_by_text("在票箱内 ✓").wait_for()
    words = voter.page.locator("main").inner_text()
    assert not any(grade in words for grade in ("满意", "弃权")), "nothing about the choice"


def test_a_changed_receipt_does_not_hold(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose("满意", "满意", "满意").cast()
    text = receipt_of(voter)
    voter.page.goto(f"{two_doors.booth}/check")
    ask(voter.page, text[:120] + ("A" if text[120] != "A" else "B") + text[121:])
    voter.page.get_by_text("回执验不过").wait_for()
    ask(voter.page, "JUST-SOME-WORDS")
    voter.page.get_by_text("这里没有认出回执").wait_for()
    ask(voter.page, "A" * 171)
    voter.page.get_by_text("本站没有这张回执上的票箱").wait_for()


def test_a_ballot_that_the_box_lost_is_the_box_s_fault(
    two_doors: Any, member: Callable[..., Member], devices: Callable[..., Any]
) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose("满意", "满意", "满意").cast()
    closing.close_poll(stage.poll, by=stage.town.officer)
    voter.page.route("**/leaves/*.bin", lambda route: route.fulfill(status=200, body=b""))
    voter.page.goto(f"{two_doors.booth}/check")
    voter.page.get_by_text("这是票箱的过失").wait_for()
