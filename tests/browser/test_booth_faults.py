"""Networks that fail, tabs that race, slips that do not fit: one clear sentence each time, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pingjia.core.tests.scale import sampled
from pingjia.polls import closing
from pingjia.polls.models import Issuance
from pingjia.polls.tests import cast
from tests.browser.booth_cast import Member, drops

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]

GOOD = ("满意", "满意", "满意")


def cut(page: Any, path: str, *, after: bool = False) -> None:
    """Lose the network once at ``path``: before the server is reached, or after it has answered."""

    def lose(route: Any) -> None:
        if after:
            route.fetch()
        route.abort()

    page.route(f"**{path}", lose, times=1)


def test_the_network_is_lost_while_the_papers_are_read(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage)
    cut(voter.page, "/trust.json")
    voter.scan()
    voter.page.get_by_text("没有连上网").wait_for()
    voter.press("再试一次")
    voter.heading("请领票")


@pytest.mark.parametrize("after", [False, True], ids=["before the desk", "after the desk"])
def test_the_network_is_lost_while_drawing(two_doors: Any, member: Callable[..., Member], after: bool) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan()
    cut(voter.page, "/issue", after=after)
    voter.press("领票")
    voter.page.get_by_text("网络断了").wait_for()
    voter.page.get_by_role("button", name="再试一次").click()
    voter.heading("还差 3 项")
    assert Issuance.objects.count() == 1
    voter.choose(*GOOD).cast()


def test_drawing_goes_on_after_the_page_was_closed(two_doors: Any, member: Callable[..., Member], devices: Any) -> None:
    stage, device = cast.opened(3), devices()
    voter = member(two_doors, stage, 0, device).scan()
    cut(voter.page, "/issue", after=True)
    voter.press("领票")
    voter.page.get_by_text("网络断了").wait_for()
    blinded = voter.page.evaluate("1")  # the page still lives; the member now closes it
    assert blinded == 1
    voter.page.close()
    again = member(two_doors, stage, 0, device).scan()
    again.heading("领票还差一步")
    again.press("继续领票")
    again.heading("还差 3 项")
    assert Issuance.objects.count() == 1, "the same bytes were sent again and got the same answer"
    again.choose(*GOOD).cast()


@pytest.mark.parametrize("after", [False, True], ids=["before the box", "after the box"])
def test_the_network_is_lost_while_dropping(two_doors: Any, member: Callable[..., Member], after: bool) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose(*GOOD)
    cut(voter.page, "/drop/*", after=after)
    voter.press("投票")
    voter.heading("票已封好，还没有投出")
    voter.page.get_by_text("没有连上票箱").wait_for()
    assert drops(stage.poll) == int(after)
    voter.page.reload()
    voter.heading("票已封好，还没有投出")
    (waiting,) = voter.device()
    voter.press("继续投出")
    voter.heading("已投出")
    assert drops(stage.poll) == 1, "the identical record is the same ballot"
    assert waiting["state"] == "dropping"


def test_the_network_comes_back_by_itself(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose(*GOOD)
    voter.page.context.set_offline(True)
    voter.press("投票")
    voter.heading("票已封好，还没有投出")
    voter.page.context.set_offline(False)
    voter.heading("已投出")


def test_one_box_took_it_and_the_other_did_not(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3, with_opinions=True)
    voter = member(two_doors, stage).scan().draw().choose(*GOOD)
    opinion = stage.poll.boxes.get(kind="opinion").box_hash
    cut(voter.page, f"/drop/{opinion}")
    voter.press("投票")
    voter.heading("票已封好，还没有投出")
    voter.press("继续投出")
    voter.heading("已投出")
    assert drops(stage.poll) == drops(stage.poll, "opinion") == 1


def test_a_forged_receipt_is_not_believed(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose(*GOOD)
    voter.page.route("**/drop/*", lambda route: route.fulfill(status=200, body=bytes(128)), times=1)
    voter.press("投票")
    voter.page.get_by_text("回执验不过").wait_for()
    assert drops(stage.poll) == 0
    voter.press("继续投出")
    voter.heading("已投出")


@pytest.mark.parametrize(
    ("status", "sentence"),
    sampled([(1, "票箱还没有开"), (2, "票箱已经封了"), (4, "不认这张票上的签章"), (6, "另一份"), (7, "票箱正忙")], 2),
)
def test_every_no_of_the_box_is_one_sentence(
    two_doors: Any, member: Callable[..., Member], status: int, sentence: str
) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose(*GOOD)
    voter.page.route("**/drop/*", lambda route: route.fulfill(status=200, body=bytes([status]) + bytes(127)), times=1)
    voter.press("投票")
    voter.page.get_by_role("alert").get_by_text(sentence).wait_for()


@pytest.mark.parametrize("status", sampled([3, 5], 1))
def test_a_ballot_that_the_box_cannot_read_is_filled_in_again(
    two_doors: Any, member: Callable[..., Member], status: int
) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan().draw().choose(*GOOD)
    voter.page.route("**/drop/*", lambda route: route.fulfill(status=200, body=bytes([status]) + bytes(127)), times=1)
    voter.press("投票")
    voter.page.get_by_role("alert").get_by_text("请重新填一次").wait_for()
    voter.choose(*GOOD).cast()


def test_two_tabs_make_one_ballot(two_doors: Any, member: Callable[..., Member], devices: Any) -> None:
    stage, device = cast.opened(3), devices()
    left, right = (member(two_doors, stage, 0, device) for _ in range(2))
    left.scan().heading("请领票")
    right.scan().heading("请领票")
    left.draw()
    right.press("领票")
    right.heading("还差 3 项")
    left.choose(*GOOD)
    right.choose("不满意", "不满意", "不满意")
    left.cast()
    right.press("投票")
    right.page.get_by_text("另一个页面已经替这张票走下去了").wait_for()
    right.heading("已投出")
    assert drops(stage.poll) == 1
    assert Issuance.objects.count() == 1


def test_a_slip_of_another_vote_is_refused(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage)
    voter.code = "0123456789ABCDEF"
    voter.scan()
    voter.press("领票")
    voter.page.get_by_text("码").first.wait_for()
    voter.page.locator("#draw-actions:not([hidden])").wait_for()
    voter.page.locator("#draw-back").click()
    voter.heading("领票还差一步")
    voter.page.get_by_role("alert").get_by_text("票券号不对").wait_for()
    voter.code = stage.codes[0]
    voter.scan()
    voter.press("继续领票")
    voter.heading("还差 3 项")


def test_a_used_slip_is_refused_on_another_device(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    member(two_doors, stage).scan().draw()
    thief = member(two_doors, stage).scan()
    thief.press("领票")
    thief.page.locator("#draw-actions:not([hidden])").wait_for()
    thief.page.locator("#draw-back").click()
    thief.page.get_by_role("alert").get_by_text("这张票券已经领过票了").wait_for()
    assert Issuance.objects.count() == 1


@pytest.mark.parametrize("fragment", ["p=1234", "s=AAAA", "x=1", "p=" + "0" * 64 + "&q=1", "s=" + "A" * 344])
def test_addresses_of_another_form_are_refused(two_doors: Any, devices: Callable[..., Any], fragment: str) -> None:
    page = devices().new_page()
    page.goto(f"{two_doors.booth}/#{fragment}")
    if fragment.startswith("s=AA") and len(fragment) > 300:  # the right form, but nobody here was drawing
        page.get_by_role("heading", name="请扫票券上的二维码").wait_for()
    else:
        page.get_by_role("heading", name="这个地址不对").wait_for()
    assert "#" not in page.url


def test_bad_signatures_in_an_address_destroy_nothing(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage).scan()
    cut(voter.page, "/issue")
    voter.press("领票")
    voter.page.get_by_text("网络断了").wait_for()
    voter.page.goto(f"{two_doors.booth}/#s=" + "A" * 344)
    voter.page.get_by_role("alert").get_by_text("签章对不上").wait_for()
    (row,) = voter.device()
    assert row["state"] == "drawing"
    voter.press("继续领票")
    voter.heading("还差 3 项")


def test_a_ballot_drawn_and_not_cast_before_the_close(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    late = member(two_doors, stage).scan().draw()
    in_time = member(two_doors, stage, 1).scan().draw().choose(*GOOD).cast()
    closing.close_poll(stage.poll, by=stage.town.officer)
    late.choose(*GOOD)
    late.press("投票")
    late.heading("票箱已封，这张票没有回执")
    in_time.page.reload()
    in_time.heading("已投出")
    assert "means" not in in_time.device()[0], "the first opening after the close forgets the key"


def test_a_browser_without_indexeddb_uses_plain_storage(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage)
    voter.page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    voter.scan().draw()
    voter.page.reload()
    voter.heading("还差 3 项")
    voter.choose(*GOOD).cast()
    voter.page.reload()
    voter.heading("已投出")


def test_a_browser_that_keeps_nothing_may_not_draw(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage)
    voter.page.add_init_script(
        """Object.defineProperty(window, 'indexedDB', {value: undefined});
        Storage.prototype.setItem = function () { throw new DOMException('no', 'QuotaExceededError'); };"""
    )
    voter.page.goto(f"{two_doors.booth}/#p={stage.poll.poll_hash}")
    voter.heading("这里不能领票")
    assert voter.page.get_by_role("button", name="领票", exact=True).count() == 0


def test_papers_that_do_not_fit_stop_the_page(two_doors: Any, member: Callable[..., Member]) -> None:
    stage = cast.opened(3)
    voter = member(two_doors, stage)
    box = stage.poll.boxes.get(kind="ballot").box_hash

    def other_title(route: Any) -> None:
        route.fulfill(status=200, body=route.fetch().body().replace("纺织厂".encode(), "化肥厂".encode()))

    voter.page.route(f"**/o/{box}.json", other_title)
    voter.scan()
    voter.page.get_by_text("公开材料对不上").wait_for()
    voter.page.unroute(f"**/o/{box}.json")
    # The right manifest, with a proof that belongs to another entry of the log.
    voter.page.route(
        f"**/o/{box}.tlog-proof",
        lambda route: route.continue_(url=f"{two_doors.booth}/o/{stage.poll.poll_hash}.tlog-proof"),
    )
    voter.press("再试一次")
    voter.page.get_by_text("公开材料对不上").wait_for()
