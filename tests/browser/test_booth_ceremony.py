"""Three scrutineers in three browsers, from cards to the opinion box; and every set that must stay shut."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from pingjia.core.ballot.result import Result
from pingjia.core.tests.scale import sampled
from pingjia.polls import closing, prepare, rehearsal, sealing
from pingjia.polls.models import Opening, OpinionReading, State
from pingjia.polls.tests import cast
from tests.browser.booth_cast import DESK, Scrutineer, written

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]


def vote(stage: cast.Stage, choices: list[list[int]], words: str = "") -> None:
    """Let members vote, one choice list each; ``words`` go into the opinion box."""
    papers = rehearsal.Papers.of(stage.poll)
    for code, chosen in zip(stage.codes, choices, strict=False):
        rehearsal.Voter(papers, code).draw().vote(chosen, words and f"{words} {code}")


def closed(members: int, choices: list[list[int]], words: str = "", **rules: Any) -> cast.Stage:
    """Return a closed poll with these ballots in it."""
    stage = cast.opened(members, **rules)
    vote(stage, choices, words)
    closing.close_poll(stage.poll, by=stage.town.officer)
    return stage


@pytest.fixture
def seat(devices: Callable[..., Any]) -> Callable[..., Scrutineer]:
    """Put scrutineer n (from 0) in front of a browser of the own."""

    def sit(doors: Any, stage: cast.Stage, n: int, **look: Any) -> Scrutineer:
        card = written(stage.cards[n]) if stage.cards else ""
        return Scrutineer(devices(**look).new_page(), doors, stage.invitations[n], card)

    return sit


def opens(who: Scrutineer, button: str = "打开合计") -> None:
    """Verify, type the card, give the part."""
    who.enter()
    who.press("开始核验")
    who.heading("核验通过")
    who.type_card()
    who.press(button)


def signs(who: Scrutineer) -> None:
    """Look at the totals and sign."""
    who.heading("合计已打开")
    who.press("签字确认")
    who.page.locator("h1", has_text=re.compile("已签字|计票完成")).wait_for()


def test_from_cards_to_the_signed_result_and_the_opinions(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    town = cast.found_town(21)
    poll = cast.draft(town, with_opinions=True)
    prepare.freeze_roll(poll, by=town.officer)
    stage = cast.Stage(town, poll, cast.invited(town, poll))
    people = [seat(two_doors, stage, n, **(DESK if n == 0 else {})).enter().take_card() for n in range(3)]
    assert len({one.card for one in people}) == 3

    people[0].press("指纹都对上了，封箱")
    for one in people:
        one.heading("箱已封，请验您的那一份钥匙")
        one.type_card()
        one.press("验卡并签字")
        one.page.get_by_text("您已验过自己的那一份并签字").wait_for()
    poll.refresh_from_db()
    assert poll.state == State.SEALED

    stage.codes = [code for _entry, code in prepare.print_named_slips(poll, by=town.officer)]
    sealing.open_poll(poll, by=town.officer)
    vote(stage, [[1 + n % 3, 2, n % 4] for n in range(20)], "食堂周末也开放")
    closing.close_poll(poll, by=town.officer)

    first, second, _third = people
    for one in (first, second):
        one.page.reload()
        one.press("开始核验")
        one.heading("核验通过：收回 20，发出 20")
        one.type_card()
        one.press("打开合计")
    for one in (first, second):
        signs(one)
    opening = Opening.objects.get(boxes__poll=poll)
    result = Result.from_bytes(bytes(opening.result))
    assert [list(subject.counts) for subject in result.subjects] == [[7, 7, 6], [0, 20, 0], [5, 5, 5]]

    for one in (second, first):
        one.press("接着处理意见箱")
    second.heading("您的工作完成了")
    first.heading("收到 20 条意见")
    assert OpinionReading.objects.get(poll=poll).written == 20


@pytest.mark.parametrize(
    ("ballots", "tier", "words"),
    [(12, "two_way", "认同"), (7, "band", "人数少，只公布是否达到标准"), (3, "none", "人数过少，不公布结果")],
    ids=["two_way", "band", "none"],
)
def test_small_boxes_open_no_more_than_their_tier(
    two_doors: Any, seat: Callable[..., Scrutineer], ballots: int, tier: str, words: str
) -> None:
    stage = closed(13, [[1, 1 + n % 3, 3] for n in range(ballots)])
    people = [seat(two_doors, stage, n) for n in (2, 0)]  # any two of three
    for one in people:
        opens(one, "继续" if tier == "none" else "打开合计")
    for one in people:
        one.heading("合计已打开")
        one.page.get_by_text(words).first.wait_for()
        signs(one)
    people[1].heading("计票完成")
    opening = Opening.objects.get(boxes__poll=stage.poll)
    assert (opening.tier, Result.from_bytes(bytes(opening.result)).tier.value) == (tier, tier)


def test_a_wrong_card_and_a_mistyped_card_are_told_apart(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    stage = closed(6, [[1, 1, 1]] * 6)
    one = seat(two_doors, stage, 0).enter()
    one.press("开始核验")
    one.heading("核验通过")
    wrong_last = one.card[:-1] + ("0" if one.card[-1] != "0" else "1")
    tries = [
        (one.card[:-2], "位数不对"),
        (wrong_last, "最后一组是校验"),
        (one.card[:-1] + "?", "没有这样的字符"),
        (written(stage.cards[1]), "这不是您在这次投票领的那张卡"),
    ]
    for card, words in tries:
        one.page.get_by_label("输入您的卡片").fill(card)
        one.press("打开合计")
        one.page.get_by_role("alert").get_by_text(words).wait_for()


def test_a_foreign_invitation_is_refused(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    stage = cast.sealed(3)
    stage.invitations[0] = "0123456789ABCDEF"
    one = seat(two_doors, stage, 0).enter()
    one.page.get_by_role("alert").get_by_text("没有这个邀请码").wait_for()


def _flip(at: int) -> Callable[[bytes], bytes]:
    return lambda raw: raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


TAMPERED = {
    "a head flipped": ("**/heads.bin", _flip(40), re.compile("总印|次序")),  # its new hash may stand elsewhere
    "a head missing": ("**/heads.bin", lambda raw: raw[: -len(raw) // 6], "票头的份数"),
    "heads in another order": ("**/heads.bin", lambda raw: raw[len(raw) // 2 :] + raw[: len(raw) // 2], "次序"),
    "a receipt flipped": ("**/receipts.bin", _flip(3), "回执验不过"),
    "a body flipped": ("**/relay/bodies", _flip(-5), "票体和票头对不上"),
    "a body missing": ("**/relay/bodies", lambda raw: raw[:-1152], "票体的份数"),
    "the closing note flipped": ("**/closing.note", _flip(-6), "公开材料对不上"),
    "the issuing statement changed": (
        "**/issuance.json",
        lambda raw: raw.replace(b'"issued":6', b'"issued":9'),
        "发票单",
    ),
}


@pytest.mark.parametrize("case", sampled(TAMPERED, 3))
def test_an_altered_set_is_refused(two_doors: Any, seat: Callable[..., Scrutineer], case: str) -> None:
    path, alter, words = TAMPERED[case]
    stage = closed(6, [[1, 2, 3]] * 6)
    one = seat(two_doors, stage, 0)
    one.page.route(path, lambda route: route.fulfill(response=(got := route.fetch()), body=alter(got.body())))
    one.enter()
    one.press("开始核验")
    one.heading("核验不过，不能开箱")
    one.page.get_by_role("alert").get_by_text(words).wait_for()
    assert one.page.get_by_label("输入您的卡片").count() == 0


def test_a_closing_that_is_not_in_the_log_is_refused(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    stage = closed(6, [[1, 2, 3]] * 6)
    one = seat(two_doors, stage, 0)
    elsewhere = f"{two_doors.booth}/o/{stage.poll.poll_hash}.tlog-proof"
    one.page.route("**/closing.tlog-proof", lambda route: route.continue_(url=elsewhere))
    one.enter()
    one.press("开始核验")
    one.heading("核验不过，不能开箱")


def test_a_second_closing_of_a_box_seen_before_is_refused(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    stage = closed(6, [[1, 2, 3]] * 6)
    one = seat(two_doors, stage, 0)
    box = stage.poll.boxes.get(kind="ballot").box_hash
    one.page.goto(f"{two_doors.booth}/ceremony")
    one.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [f"pingjia-closing:{box}", "0" * 64])
    one.enter()
    one.press("开始核验")
    one.page.get_by_role("alert").get_by_text("第二张封箱单").wait_for()


def test_a_box_opened_in_one_set_is_never_opened_in_another(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    """A server that shows a box first alone, then within its pool, would learn the rest of the pool by subtraction."""
    stage = closed(6, [[1, 2, 3]] * 6)
    box, set_id = stage.poll.boxes.get(kind="ballot").box_hash, stage.opening.set_id
    one = seat(two_doors, stage, 0)
    opens(one)
    one.heading("还差 1 位监票人输入卡片")
    kept = one.page.evaluate("key => localStorage.getItem(key)", f"pingjia-opened:{box}")
    assert kept == set_id
    one.page.evaluate("([key, value]) => localStorage.setItem(key, value)", [f"pingjia-opened:{box}", "0" * 64])
    one.page.reload()
    one.press("开始核验")
    one.page.get_by_role("alert").get_by_text("换一组再开").wait_for()


def test_a_plan_that_opens_too_much_is_refused(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    stage = closed(6, [[1, 2, 3]] * 6)
    one = seat(two_doors, stage, 0)

    def every_grade(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "tier": "full"})

    one.page.route("**/relay/set", every_grade)
    one.enter()
    one.press("开始核验")
    one.page.get_by_role("alert").get_by_text("公布办法和规定的不一样").wait_for()


def test_one_scrutineer_alone_opens_nothing(two_doors: Any, seat: Callable[..., Scrutineer]) -> None:
    stage = closed(6, [[1, 2, 3]] * 6)
    one = seat(two_doors, stage, 0)
    opens(one)
    one.heading("还差 1 位监票人输入卡片")
    assert Opening.objects.get(boxes__poll=stage.poll).result is None
    one.page.reload()  # and the same person coming back is still one
    one.press("开始核验")
    one.heading("核验通过")
    one.type_card()
    one.press("继续计票")
    one.heading("还差 1 位监票人输入卡片")
