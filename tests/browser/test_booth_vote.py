"""A member votes on a phone: from the scanned slip to 已投出, and back to change it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from pingjia.ballotbox.models import Drop
from pingjia.polls.tests import cast
from tests.browser.booth_cast import Member, drops, number

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]


def test_a_member_votes_with_five_taps(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3, with_opinions=True)
    voter = member(two_doors, stage).scan()
    voter.heading("请领票")
    assert voter.page.url == f"{two_doors.booth}/", "the fragment is erased"
    assert number(stage.poll) in voter.page.locator("main").inner_text()
    voter.draw().choose("满意", "基本满意", "弃权").cast()
    assert voter.taps == 5
    assert drops(stage.poll) == drops(stage.poll, "opinion") == 1, "an empty opinion is dropped like a written one"
    assert not voter.errors


def test_the_page_comes_back_to_where_it_was(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan()
    voter.heading("请领票")
    voter.page.reload()
    voter.heading("请领票")
    voter.draw()
    voter.page.reload()
    voter.heading("还差 3 项就能投票")
    voter.choose("满意", "满意", "不满意").cast()
    voter.page.goto(f"{two_doors.booth}/")
    voter.heading("已投出")


def test_a_ballot_is_changed_and_then_made_final(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose("满意", "满意", "满意").cast()
    first = voter.device()[0]
    voter.press("改票")
    voter.heading("还差 3 项")
    voter.choose("不满意", "不满意", "弃权").cast()
    second = voter.device()[0]
    assert (first["seq"], second["seq"]) == (1, 2)
    assert first["leaf"] != second["leaf"]
    assert drops(stage.poll) == 2
    voter.press("不再更改")
    voter.heading("以后就不能再改了")
    voter.press("不再更改")
    voter.heading("已投出")
    assert "means" not in voter.device()[0], "the key for changes is gone"
    voter.page.get_by_text("这张票不能再更改了").wait_for()


def test_no_choice_and_no_randomness_is_ever_kept(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3, with_opinions=True)
    voter = member(two_doors, stage).scan().draw()
    allowed = {
        "held": {"box", "poll", "state", "sk", "pk", "sigs"},
        "cast": {"box", "poll", "state", "leaf", "receipt", "seq", "means"},
    }
    for row in voter.device():
        assert set(row) == allowed["held"]
    voter.choose("满意", "满意", "满意")
    voter.page.get_by_label("有话要说").fill("食堂周末也开放")
    voter.cast()
    for row in voter.device():
        assert set(row) <= allowed["cast"]
    kept = voter.page.evaluate("JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])")
    assert "食堂" not in kept


def test_a_blank_must_be_chosen(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose("满意")
    voter.press("投票")
    voter.page.get_by_text("这一项还没有选").first.wait_for()
    focused = voter.page.evaluate("document.activeElement.closest('fieldset')?.id")
    assert focused == "subject1", "the first subject without a choice has the focus"
    assert drops(stage.poll) == 0


def test_the_keyboard_alone_is_enough(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan()
    voter.page.get_by_role("button", name="领票", exact=True).focus()
    voter.page.keyboard.press("Enter")
    voter.heading("还差 3 项")
    for s in range(3):
        voter.page.locator(f"#subject{s} input").first.focus()
        voter.page.keyboard.press("Space")
        voter.page.keyboard.press("ArrowDown")
    assert voter.page.get_by_role("radio", checked=True).count() == 3
    voter.page.get_by_role("button", name="投票", exact=True).focus()
    voter.page.keyboard.press("Enter")
    voter.heading("已投出")


def test_too_long_an_opinion_is_said_before_anything_is_sent(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3, with_opinions=True)
    voter = member(two_doors, stage).scan().draw().choose("满意", "满意", "满意")
    voter.page.get_by_label("有话要说").fill("好" * 682)
    voter.page.get_by_text("太长了，请删去约 1 个字").wait_for()
    voter.press("投票")
    assert drops(stage.poll) == 0
    voter.page.get_by_label("有话要说").fill("好" * 681)
    voter.cast()


def test_no_cookie_no_referrer_and_no_third_party(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage)
    seen: list[Any] = []
    voter.page.on("request", lambda request: seen.append(request))
    voter.scan().draw().choose("满意", "满意", "满意").cast()
    origins = {re.match(r"https?://[^/]+|data:", request.url)[0] for request in seen}  # type: ignore[index]
    assert origins <= {two_doors.site, two_doors.booth, "data:"}
    at_booth = [request.all_headers() for request in seen if request.url.startswith(two_doors.booth)]
    assert not any("cookie" in headers or "referer" in headers for headers in at_booth)


def test_the_whole_page_speaks_english(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3, with_opinions=True)
    names = [
        stage.poll.title,
        *(title for _code, title, _set in cast.SUBJECTS),
        *(box.title for box in stage.poll.boxes.all()),
    ]
    voter = member(two_doors, stage, locale="en-GB").scan()

    def chinese() -> str:
        text = voter.page.locator("body").inner_text().replace("中文", "")
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        return "".join(re.findall(r"[\u3400-\u9fff]", text))

    voter.heading("Draw your ballot, then vote")
    assert chinese() == ""
    voter.press("Draw my ballot")
    voter.heading("3 choices left")
    assert chinese() == ""
    voter.choose("Satisfied", "Fairly satisfied", "Abstain")
    voter.press("Vote")
    voter.heading("Ballot cast")
    assert chinese() == ""
    voter.page.get_by_role("button", name="中文").click()
    voter.heading("已投出")


def test_another_member_may_vote_on_the_same_phone(two_doors: Any, member: Callable[..., Member], devices: Any) -> None:
    stage, device = cast.opened(3), devices()
    first = member(two_doors, stage, 0, device).scan().draw().choose("满意", "满意", "满意").cast()
    first.press("不再更改")
    first.press("不再更改")
    first.page.get_by_text("换一位会员用这部手机投票").click()
    first.press("忘掉回执，换人")
    first.heading("请扫票券上的二维码")
    member(two_doors, stage, 1, device).scan().draw().choose("满意", "满意", "满意").cast()
    assert Drop.objects.count() == 2


def test_a_questionnaire_of_24_clauses_is_filled_in_by_a_worker(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3, subjects=[(f"clause{n}", f"第{n}条", "four") for n in range(1, 25)])
    voter = member(two_doors, stage).scan()
    voter.press("领票")
    voter.heading("还差 24 项就能投票")
    workers: list[str] = []
    voter.page.on("worker", lambda worker: workers.append(worker.url))
    voter.choose(*(["非常满意", "满意", "基本满意", "不满意", "弃权", "满意"] * 4)).cast()
    assert workers == [f"{two_doors.booth}/assets/vote.js"]
    assert drops(stage.poll) == 1
