"""公用机: one device, many members, and after each of them nothing. The clocks are the page's own, set by the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from pingjia.ballotbox.models import Drop
from pingjia.polls.models import Issuance
from pingjia.polls.tests import cast
from tests.browser.booth_cast import PATIENCE, drops, number
from tests.browser.test_booth_access import AXE, look_over

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]

TABLET = {"viewport": {"width": 1024, "height": 1200}, "locale": "zh-CN"}
EVERYTHING = """async () => ({
  databases: (await indexedDB.databases()).map(one => one.name),
  local: Object.entries(localStorage), session: Object.entries(sessionStorage), cookie: document.cookie,
  caches: await caches.keys(), name: window.name, state: JSON.stringify(history.state), length: history.length,
  hash: location.hash, fields: document.querySelectorAll('input, textarea, iframe').length,
  page: document.documentElement.outerHTML, workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


@dataclass
class Kiosk:
    """A shared device, and whoever stands in front of it."""

    page: Any
    poll: Any

    def heading(self, words: str) -> None:
        """Wait until the heading holds these words."""
        self.page.locator("h1", has_text=words).wait_for()

    def press(self, words: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=words, exact=True).click()

    @property
    def desk(self) -> Any:
        """The issuing desk in its frame."""
        return self.page.frame_locator("iframe.desk")

    def type_code(self, code: str) -> None:
        """Type a code and ask for a ballot."""
        self.desk.locator("#code").fill(code)
        self.desk.get_by_role("button", name="领票", exact=True).click()

    def draw(self, code: str) -> None:
        """From the start page to the ballot paper."""
        self.press("开始")
        self.heading("请输入领票条里的码")
        self.type_code(code)
        self.heading("就能投票")

    def choose(self, *words: str) -> None:
        """Mark one choice a subject."""
        for s, word in enumerate(words):
            self.page.locator(f"#subject{s}").get_by_text(word, exact=True).click()

    def vote(self, code: str, *words: str) -> str:
        """From the start page to 已投出; return the receipt's code."""
        self.draw(code)
        self.choose(*words)
        self.press("投票")
        self.heading("已投出")
        return str(self.page.locator(".receipt .mono").inner_text())

    def nothing_is_left(self, *secrets: str) -> None:
        """The device is as if nobody had been there."""
        left = self.page.evaluate(EVERYTHING)
        assert (left["databases"], left["local"], left["session"], left["caches"]) == ([], [], [], [])
        assert (left["cookie"], left["name"], left["workers"], left["fields"]) == ("", "", 0, 0)
        assert left["hash"] == f"#p={self.poll.poll_hash}"
        assert left["length"] <= 3
        assert not [secret for secret in secrets if secret in left["page"] or secret in left["state"]]
        assert self.page.context.cookies() == []


@pytest.fixture
def kiosk(two_doors: Any, devices: Callable[..., Any]) -> Callable[..., Kiosk]:
    """Set a device up as an officer does."""

    def setup(stage: Any, **look: Any) -> Kiosk:
        page = devices(**(TABLET | look)).new_page()
        page.set_default_timeout(PATIENCE)
        page.clock.install()
        page.goto(f"{two_doors.booth}/kiosk#p={stage.poll.poll_hash}")
        return Kiosk(page, stage.poll)

    return setup


def test_two_members_in_a_row_vote_and_leave_nothing(kiosk: Callable[..., Kiosk]) -> None:
    stage = cast.opened(3, with_opinions=True)
    device = kiosk(stage)
    device.heading("请下一位会员投票")
    assert number(device.poll) in device.page.locator("main").inner_text()
    assert "large" in device.page.locator("html").get_attribute("class")
    device.nothing_is_left()
    codes = []
    for n, words in enumerate((("满意", "基本满意", "弃权"), ("不满意", "不满意", "满意"))):
        codes.append(device.vote(stage.codes[n], *words))
        assert device.page.get_by_role("button", name="改票").count() == 0
        device.page.clock.fast_forward(5_000)
        device.heading("请下一位会员投票")
        device.nothing_is_left(stage.codes[n], codes[n].split()[1], "回执码", "不满意")
        assert "large" in device.page.locator("html").get_attribute("class")
    assert len(set(codes)) == 2
    assert drops(stage.poll) == drops(stage.poll, "opinion") == 2
    assert Issuance.objects.count() == 2


def test_a_minute_without_a_hand_wipes_what_was_chosen_with_a_countdown_that_a_touch_stops(
    kiosk: Callable[..., Kiosk],
) -> None:
    stage = cast.opened(3, with_opinions=True)
    device = kiosk(stage)
    device.draw(stage.codes[0])
    device.choose("满意", "满意", "不满意")
    device.page.get_by_label("有话要说").fill("食堂周末也开放")
    device.page.clock.fast_forward(35_000)
    strip = device.page.locator("#idle")
    strip.wait_for()
    assert "秒内没人操作" in strip.inner_text()
    device.page.locator("h1").click()
    assert strip.count() == 0, "a touch begins the minute anew"
    device.page.clock.fast_forward(59_000)
    device.heading("都选好了")
    device.page.clock.fast_forward(2_000)
    device.heading("请下一位会员投票")
    device.nothing_is_left(stage.codes[0], "食堂", "已选")
    assert Drop.objects.count() == 0
    device.vote(stage.codes[1], "满意", "满意", "满意")
    assert drops(stage.poll) == 1
    device.press("我要拍照，多留一会儿")  # a receipt stays for whoever asks, and goes by itself after a minute
    device.page.clock.fast_forward(20_000)
    device.heading("已投出")
    device.page.clock.fast_forward(41_000)
    device.heading("请下一位会员投票")
    device.nothing_is_left(stage.codes[1])
    device.press("开始")  # typing at the desk in the frame counts as a hand
    device.desk.locator("#code").fill("AAAA")
    device.page.clock.fast_forward(50_000)
    device.desk.locator("#code").fill("AAAABBBB")
    device.page.locator("#idle").wait_for(state="detached")
    device.page.clock.fast_forward(50_000)
    device.heading("请输入领票条里的码")
    device.page.clock.fast_forward(11_000)
    device.heading("请下一位会员投票")
    device.nothing_is_left("AAAA")


def test_a_refused_or_used_code_says_why_may_be_corrected_and_draws_nothing(kiosk: Callable[..., Kiosk]) -> None:
    stage = cast.opened(3)
    device = kiosk(stage)
    device.press("开始")
    for wrong, words in (("AAAA", "16 个字母和数字"), ("A" * 16, "这个码不对")):
        device.type_code(wrong)
        device.desk.locator("#kiosk-status", has_text=words).wait_for()
    assert Issuance.objects.count() == 0
    device.desk.get_by_role("button", name="清空").click()
    for symbol in stage.codes[0]:
        device.desk.locator("#pad").get_by_role("button", name=symbol, exact=True).click()
    device.desk.get_by_role("button", name="领票", exact=True).click()
    device.heading("就能投票")
    assert Issuance.objects.count() == 1
    device.choose("满意", "满意", "满意")
    device.press("投票")
    device.heading("已投出")
    device.press("完成")
    device.press("开始")
    device.type_code(stage.codes[0])
    device.desk.locator("#kiosk-status", has_text="已经领过票").wait_for()
    device.press("不投了，回到开始")
    device.heading("请下一位会员投票")
    device.nothing_is_left(stage.codes[0])
    assert drops(stage.poll) == 1


def test_back_and_reload_bring_the_start_page_and_nobody_s_ballot(kiosk: Callable[..., Kiosk]) -> None:
    stage = cast.opened(3)
    device = kiosk(stage)
    device.page.on("dialog", lambda dialog: dialog.accept())
    device.draw(stage.codes[0])
    device.choose("满意", "满意", "不满意")
    device.page.go_back(wait_until="commit")
    device.heading("都选好了")
    device.page.reload()
    device.heading("请下一位会员投票")
    device.nothing_is_left(stage.codes[0])
    assert drops(stage.poll) == 0


def test_a_lost_connection_keeps_the_sealed_ballot_and_the_code_never_reaches_the_booth(
    kiosk: Callable[..., Kiosk], two_doors: Any
) -> None:
    stage = cast.opened(3)
    device = kiosk(stage)
    seen: list[Any] = []
    device.page.on("request", lambda request: seen.append(request))
    device.draw(stage.codes[0])
    device.choose("满意", "满意", "满意")
    device.page.route("**/drop/*", lambda route: route.abort())
    device.press("投票")
    device.heading("票已封好，还没有投出")
    device.page.clock.fast_forward(90_000)
    device.heading("票已封好，还没有投出")
    device.page.unroute("**/drop/*")
    device.page.clock.fast_forward(5_000)
    device.heading("已投出")
    assert drops(stage.poll) == 1
    device.press("完成")
    device.vote(stage.codes[1], "满意", "满意", "满意")
    code = stage.codes[1].encode()
    carried = [
        request for request in seen if code in (request.post_data_buffer or b"") or stage.codes[1] in request.url
    ]
    assert [request.url for request in carried] == [f"{two_doors.site}/issue"], "the booth never sees the code"
    assert not any("cookie" in request.all_headers() for request in seen)
    assert not any("referer" in request.all_headers() for request in seen if request.url.startswith(two_doors.booth))


def test_a_device_with_somebody_s_own_ballot_does_not_become_a_kiosk(
    two_doors: Any, member: Callable[..., Any], devices: Callable[..., Any]
) -> None:
    stage = cast.opened(3)
    phone = devices()
    voter = member(two_doors, stage, device=phone).scan().draw()
    voter.page.goto(f"{two_doors.booth}/kiosk#p={stage.poll.poll_hash}")
    voter.heading("不能当公用机")
    assert voter.device()[0]["state"] == "held"


def test_the_desk_s_page_stands_in_no_other_frame(two_doors: Any, devices: Callable[..., Any]) -> None:
    page = devices().new_page()
    answer = page.goto(f"{two_doors.site}/draw/kiosk")
    assert f"frame-ancestors {two_doors.booth}" in answer.headers["content-security-policy"]
    page.get_by_text("要从公用机打开").wait_for()
    outer = page.goto(f"{two_doors.booth}/kiosk")
    assert "frame-ancestors 'self'" in outer.headers["content-security-policy"]
    assert f"frame-src 'self' {two_doors.site}" in outer.headers["content-security-policy"]
    page.locator("h1", has_text="还没有设成公用机").wait_for()


def test_the_kiosk_s_views_are_for_everybody(kiosk: Callable[..., Kiosk]) -> None:
    stage = cast.opened(3, with_opinions=True)
    device = kiosk(stage)
    device.heading("请下一位会员投票")
    look_over(device.page, "kiosk-start")
    device.press("开始")
    device.desk.locator("#pad").wait_for()
    frame = next(frame for frame in device.page.frames if "/draw/kiosk" in frame.url)
    frame.evaluate(AXE.read_text())
    found = frame.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert not found["violations"]
    look_over(device.page, "kiosk-desk")
    device.type_code(stage.codes[0])
    device.heading("就能投票")
    look_over(device.page, "kiosk-paper")
    device.choose("满意", "满意", "满意")
    device.press("投票")
    device.heading("已投出")
    device.press("我要拍照，多留一会儿")
    look_over(device.page, "kiosk-receipt")
