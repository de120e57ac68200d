"""One vote from the draft to the final result, every officer's step through its page, ballots and ceremony real."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pingjia.polls import rehearsal
from pingjia.polls.models import Poll, State
from pingjia.polls.tests.pagecast import Cast, cast, draft

pytestmark = pytest.mark.django_db(databases=["default", "box"])

# Grades by position, 1 … 3; 0 is blank. 20 ballots of three subjects: 16, 15 and 20 of 20 approve.
BALLOTS = [[1, 1, 1]] * 10 + [[2, 2, 1]] * 5 + [[1, 3, 1]] + [[3, 3, 1]] * 3 + [[0, 0, 1]]


class Officer:
    """Somebody who walks the pages of one poll and reads what they say."""

    def __init__(self, who: Cast, poll: Poll) -> None:
        self.who, self.poll, self.client = who, poll, who.client("officer")

    def page(self, name: str) -> str:
        answer = self.client.get(reverse(f"polls:{name}", args=[self.poll.poll_id]))
        assert answer.status_code == 200
        return answer.content.decode()

    def does(self, name: str, **data: object):  # type: ignore[no-untyped-def]
        answer = self.client.post(reverse(f"polls:{name}", args=[self.poll.poll_id]), data)
        assert answer.status_code in (200, 302), answer.content.decode()
        self.poll.refresh_from_db()
        return answer


def test_a_vote_walks_through_all_its_doors() -> None:
    who = cast(members=24)
    officer = Officer(who, draft(who))
    poll = officer.poll
    assert "还没有冻结名册" in officer.page("desk")
    officer.does("roll")
    names = {f"name_{n}": f"会员{n + 9}" for n in (1, 2, 3)}
    invitations = [slip["code"] for slip in officer.does("scrutineers", **names).context["slips"]]
    assert "会员10 还没有领卡" in officer.page("desk") or "等监票人领卡" in officer.page("desk")
    cards = rehearsal.play_sealing(invitations)
    poll.refresh_from_db()
    assert poll.state == State.SEALED
    assert "票箱已封好，请发票" in officer.page("desk")
    codes = [slip["code"] for slip in officer.does("slips", kind="named").context["slips"]]
    officer.does("open")
    assert poll.state == State.OPEN
    rehearsal.rehearse(poll, BALLOTS, codes=codes, opinions=["多办读书会"] * 12 + [""] * 8)
    officer.does("close")
    assert poll.state == State.CLOSED
    assert officer.client.get(reverse("polls:hall_now", args=[poll.poll_id])).json()["huge"] == "0 / 2"
    rehearsal.play_opening(invitations, cards)
    poll.refresh_from_db()
    assert poll.state == State.COUNTED
    assert "听总监票人宣布" in officer.page("hall")
    assert "16/20" in officer.page("declare")
    officer.does("declare")
    shown = officer.page("public_result")
    for words in ("16/20", "80.0%", "15/20", "75.0%", "20/20", "100.0%", "3 项评议，2 项达到"):
        assert words in shown
    officer.does("finalise")
    assert poll.state == State.FINAL
    assert "剩下的钥匙和领票码：已销毁" in officer.page("public_result")
    assert "16/20" in officer.page("report")


def test_a_void_vote_is_held_again_and_points_to_the_new_one() -> None:
    who = cast(members=6)
    officer = Officer(who, draft(who))
    officer.does("roll")
    superior = Officer(who, officer.poll)
    superior.client = who.client("superior")
    superior.does("void", reason="会场有人盯着屏幕")
    assert "会场有人盯着屏幕" in officer.page("public_result")
    again = officer.does("repeat")
    new = Poll.objects.get(replaces=officer.poll)
    assert again.url == reverse("polls:desk", args=[new.poll_id])
    assert reverse("polls:public_result", args=[new.poll_id]) in officer.page("public_result")
    assert reverse("polls:desk", args=[new.poll_id]) in officer.page("desk")
