"""Every view of the booth for everybody: axe, no sideways scrolling, thick fingers, large letters, dark mode."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pingjia.polls import closing, prepare, rehearsal
from pingjia.polls.tests import cast
from tests.browser.booth_cast import Member, Scrutineer, written

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]
AXE = Path(__file__).resolve().parents[2] / "booth" / "node_modules" / "axe-core" / "axe.min.js"
LOOKS = [
    {"width": 390, "scheme": "light", "large": False},
    {"width": 390, "scheme": "dark", "large": True},
    {"width": 1440, "scheme": "light", "large": False},
]
SMALL = """() => [...document.querySelectorAll('button, a.button, .choice, summary')]
  .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.textContent)"""


def look_over(page: Any, name: str) -> None:
    """Look at what is shown now, in every look; photograph it where PINGJIA_PICTURES says so."""
    before = page.viewport_size
    for look in LOOKS:
        page.set_viewport_size({"width": look["width"], "height": 900})
        page.emulate_media(color_scheme=look["scheme"], reduced_motion="reduce")
        page.evaluate("large => document.documentElement.classList.toggle('large', large)", look["large"])
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        faults = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found["violations"]]
        assert not faults, f"{name} {look}: {faults}"
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} {look}: {wide} px too wide"
        assert not (small := page.evaluate(SMALL)), f"{name} {look}: too small to press: {small}"
        if folder := os.environ.get("PINGJIA_PICTURES"):
            file = Path(folder) / f"booth-{name}-{look['width']}-{look['scheme']}.png"
            page.screenshot(path=file, full_page=True)
    page.evaluate("document.documentElement.classList.remove('large')")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before)


def test_the_member_s_views_are_for_everybody(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3, with_opinions=True)
    voter = member(two_doors, stage)
    voter.page.goto(f"{two_doors.booth}/")
    voter.heading("请扫票券上的二维码")
    look_over(voter.page, "empty")
    voter.scan().heading("请领票")
    look_over(voter.page, "welcome")
    voter.page.get_by_text("谁能看到什么").first.click()
    look_over(voter.page, "who-sees-what")
    voter.draw()
    voter.press("投票")
    voter.page.get_by_text("这一项还没有选").first.wait_for()
    look_over(voter.page, "paper-missing")
    voter.choose("满意", "基本满意", "弃权")
    look_over(voter.page, "paper")
    voter.page.route("**/drop/*", lambda route: route.abort(), times=1)
    voter.press("投票")
    voter.heading("票已封好")
    look_over(voter.page, "waiting")
    voter.press("继续投出")
    voter.heading("已投出")
    look_over(voter.page, "cast")
    printed = voter.page.pdf(format="A4")
    assert printed.startswith(b"%PDF"), "the receipt prints"
    voter.press("改票")
    voter.heading("还差 3 项")
    look_over(voter.page, "change")
    voter.page.goto(f"{two_doors.booth}/check")
    voter.page.get_by_text("回执是真的").first.wait_for()
    look_over(voter.page, "check")


def test_the_scrutineers_views_are_for_everybody(two_doors: Any, devices: Callable[..., Any]) -> None:
    town = cast.found_town(21)
    poll = cast.draft(town)
    prepare.freeze_roll(poll, by=town.officer)
    stage = cast.Stage(town, poll, cast.invited(town, poll))
    one = Scrutineer(devices().new_page(), two_doors, stage.invitations[0])
    one.page.goto(f"{two_doors.booth}/ceremony")
    one.heading("监票人，请出示邀请券")
    look_over(one.page, "ceremony-code")
    one.enter().heading("请领您的卡")
    look_over(one.page, "ceremony-enrol")
    one.press("做我的卡")
    one.heading("请把卡抄下来")
    look_over(one.page, "ceremony-card")
    one.card = "-".join(one.page.locator(".cardtext").inner_text().split())
    one.press("抄好了，核对")
    one.type_card("AAAA")
    one.press("核对并登记")
    one.page.get_by_role("alert").wait_for()
    look_over(one.page, "ceremony-typed-wrong")
    one.type_card()
    one.press("核对并登记")
    one.heading("还差 2 位监票人领卡")
    look_over(one.page, "ceremony-gathering")


def test_the_opening_is_for_everybody(two_doors: Any, devices: Callable[..., Any]) -> None:
    stage = cast.opened(21)
    papers = rehearsal.Papers.of(stage.poll)
    for n, code in enumerate(stage.codes[:20]):
        rehearsal.Voter(papers, code).draw().vote([1 + n % 3, 1, n % 4])
    closing.close_poll(stage.poll, by=stage.town.officer)
    people = [
        Scrutineer(devices().new_page(), two_doors, stage.invitations[n], written(stage.cards[n])) for n in (0, 1)
    ]
    for one in people:
        one.enter().heading("开箱第一步")
        look_over(one.page, "opening-start")
        one.press("开始核验")
        one.heading("核验通过")
        look_over(one.page, "opening-verified")
        one.type_card()
        one.press("打开合计")
    people[1].heading("合计已打开")
    look_over(people[1].page, "opening-totals")
