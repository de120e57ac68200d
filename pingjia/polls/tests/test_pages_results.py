"""What a result shows and what it must not: fractions beside shares, bands in place of both, hand counts by two."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from pingjia.polls.models import State
from pingjia.polls.tests.pagecast import Cast, at, cast, counted, draft

pytestmark = pytest.mark.django_db(databases=["default", "box"])


@pytest.fixture
def who() -> Cast:
    return cast()


def text(who: Cast, name: str, poll, role: str | None = None) -> str:  # type: ignore[no-untyped-def]
    return who.client(role).get(reverse(f"polls:{name}", args=[poll.poll_id])).content.decode()


def declared(who: Cast, tier: str, valid: int, rows: list[dict[str, object]], invalid: int = 0):  # type: ignore[no-untyped-def]
    poll = at(draft(who), State.DECLARED, who.users["officer"])
    counted(poll, tier, valid, rows, invalid)
    return poll


def full(favourable: int, against: int, blank: int, reached: bool) -> dict[str, object]:
    counts = {"s": favourable, "b": 0, "d": against}
    return {"favourable": favourable, "unfavourable": against, "blank": blank, "reached": reached, "counts": counts}


def test_just_short_of_the_line_never_reads_as_the_line(who: Cast) -> None:
    # 2,499 of 3,125 are 79.968 %
    poll = declared(who, "full", 3125, [full(2499, 626, 0, False)] * 1)
    shown = text(who, "public_result", poll)
    assert "79.9%" in shown
    assert "80.0%" not in shown
    assert "2499/3125" in shown
    assert "5×2499 = 12495 &lt; 12500 = 4×3125" in shown


def test_exactly_eighty_percent_reaches_the_line(who: Cast) -> None:
    shown = text(who, "public_result", declared(who, "full", 40, [full(32, 6, 2, True)]))
    assert "80.0%" in shown
    assert "32/40" in shown
    assert "5×32 = 160 ≥ 160 = 4×40" in shown


def test_every_custody_count_stands_on_the_result(who: Cast) -> None:
    shown = text(who, "public_result", declared(who, "full", 29, [full(25, 4, 0, True)] * 3, invalid=1))
    for words in ("应到", "发出通知", "发出", "收回", "无效", "有效", "弃权"):
        assert words in shown


def test_participation_and_the_front_line_stand_beside_their_fractions(who: Cast) -> None:
    poll = at(draft(who), State.DECLARED, who.users["officer"])
    for entry in poll.roll.all()[:7]:
        entry.category = "manager"
        entry.save()
    counted(poll, "full", 24, [full(20, 4, 0, True)] * 3, invalid=1)
    for name, role in (("public_result", None), ("outcome", "officer"), ("report", "officer")):
        shown = text(who, name, poll, role)
        for figure in ("25/30", "83.3%", "23/30", "76.6%"):
            assert figure in shown, (name, figure)


def test_the_make_up_of_a_small_roll_is_not_told() -> None:
    small = cast(members=9)
    shown = text(small, "report", declared(small, "band", 7, [{"reached": True}] * 3), "officer")
    assert "7/9" in shown
    assert "9/9" not in shown
    assert "名册不足 10 人" in shown


def test_participation_on_paper_is_what_was_handed_out(who: Cast) -> None:
    poll = paper(who)
    url = reverse("polls:handcount", args=[poll.poll_id])
    who.client("officer").post(url, counts())
    who.client("officer2").post(url, {"step": "confirm"})
    assert "30/30" in text(who, "outcome", poll, "officer")
    assert "100.0%" in text(who, "outcome", poll, "officer")


def test_a_band_replaces_share_and_fraction_and_says_why(who: Cast) -> None:
    shown = text(
        who, "public_result", declared(who, "band", 7, [{"reached": True}, {"reached": False}, {"reached": True}])
    )
    assert "5 至 9 张" in shown
    assert "未达到" in shown
    assert 'class="rate"' not in shown
    assert not re.search(r"\d/7\b", shown)


def test_too_few_ballots_show_nothing_but_that(who: Cast) -> None:
    poll = declared(who, "none", 3, [])
    for name, role in (("public_result", None), ("outcome", "officer"), ("report", "officer")):
        shown = text(who, name, poll, role)
        assert "人数过少，不公布结果" in shown
        assert 'class="rate"' not in shown


def test_two_way_shows_agreement_only(who: Cast) -> None:
    rows = [{"favourable": 12, "unfavourable": 1, "blank": 1, "reached": True}, {"reached": True}]
    shown = text(who, "public_result", declared(who, "two_way", 14, rows))
    assert "12/14" in shown
    assert "不少于 12 张" in shown
    assert "基本满意 <b>" not in shown


def test_all_blank_divides_by_nothing(who: Cast) -> None:
    poll = at(draft(who, formula="fav-expressed"), State.DECLARED, who.users["officer"])
    counted(poll, "full", 25, [{"favourable": 0, "unfavourable": 0, "blank": 25, "reached": None, "counts": {"s": 0}}])
    shown = text(who, "public_result", poll)
    assert "无结果" in shown
    assert "%</b>" not in shown


def test_nothing_leaks_before_the_declaration(who: Cast) -> None:
    for state in (State.CLOSED, State.COUNTED):
        poll = at(draft(who), state, who.users["officer"])
        counted(poll, "full", 29, [full(25, 4, 0, True)] * 3)
        for name in ("public_result", "hall", "hall_now"):
            shown = text(who, name, poll)
            assert "达到" not in shown
            assert "86.2" not in shown


def test_before_opening_not_yet_counted_is_never_shown_as_nought(who: Cast) -> None:
    poll = at(draft(who), State.CLOSED, who.users["officer"])
    shown = text(who, "report", poll, "officer")
    assert "还没有计票" in shown
    assert "<td>0</td>" not in shown


def test_the_result_links_to_the_bundle_and_counts_down(who: Cast) -> None:
    poll = declared(who, "full", 29, [full(25, 4, 0, True)] * 3)
    shown = text(who, "public_result", poll)
    opening = poll.boxes.get().openings.get()
    assert f"http://127.0.0.1:8000/set/{opening.set_id}/bundle.zip" in shown
    assert f"pingjia verify bundle.zip --box {poll.boxes.get().box_hash}" in shown
    assert "还有 7 天" in shown
    for seat in poll.scrutineers.all():
        assert seat.name in shown


def test_the_hall_takes_turns_through_the_result(who: Cast) -> None:
    poll = declared(who, "full", 29, [full(25, 4, 0, True), full(20, 9, 0, False), full(29, 0, 0, True)])
    client, url = who.client(None), reverse("polls:hall_now", args=[poll.poll_id])
    scenes = [client.get(url, {"n": n}).json() for n in range(5)]
    assert scenes[0]["huge"] == "有效 29 张"
    assert [scene["huge"] for scene in scenes[1:4]] == ["达到", "未达到", "达到"]
    assert scenes[4] == scenes[0]
    assert client.get(url, {"n": "x" * 50}).status_code == 200


def paper(who: Cast):  # type: ignore[no-untyped-def]
    return at(draft(who, medium="paper"), State.ROLLED, who.users["officer"])


def counts(returned: int = 28) -> dict[str, object]:
    data: dict[str, object] = {"roll_size": 30, "invited": 30, "returned": returned, "invalid": 1}
    for code in ("work", "home", "chair"):
        data |= {f"{code}:s": returned - 6, f"{code}:b": 2, f"{code}:d": 2, f"{code}:": 1}
    return data


def test_a_hand_count_needs_a_second_person(who: Cast) -> None:
    poll = paper(who)
    url = reverse("polls:handcount", args=[poll.poll_id])
    assert who.client("officer").post(url, counts()).status_code == 302
    same = who.client("officer").post(url, {"step": "confirm"})
    assert same.status_code == 409
    assert "录入的人不能自己确认" in same.content.decode()
    poll.refresh_from_db()
    assert poll.state == State.ROLLED
    assert who.client("officer2").post(url, {"step": "confirm"}).status_code == 302
    poll.refresh_from_db()
    assert poll.state == State.COUNTED
    assert "24/27" in text(who, "declare", poll, "officer")


def test_a_hand_count_that_cannot_be_is_refused_with_all_its_faults_and_kept(who: Cast) -> None:
    poll = paper(who)
    url = reverse("polls:handcount", args=[poll.poll_id])
    data = counts() | {"returned": 31, "home:s": 9}
    answer = who.client("officer").post(url, data)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "多于发出的" in shown
    assert shown.count("张，应等于有效票 30 张") == 3
    assert 'value="31"' in shown


def test_electronic_boxes_have_no_hand_count(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    assert who.client("officer").get(reverse("polls:handcount", args=[poll.poll_id])).status_code == 404
