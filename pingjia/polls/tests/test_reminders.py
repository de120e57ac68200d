"""Reminders go to everybody alike, once a day, and nobody learns who has voted."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from pingjia.journal.models import Line
from pingjia.people.models import Member
from pingjia.polls import prepare, reminders
from pingjia.polls.models import Poll, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "box"])


@pytest.fixture
def poll() -> Poll:
    town = cast.found_town(4)
    made = cast.draft(town)
    prepare.freeze_roll(made, by=town.officer)
    Poll.objects.filter(pk=made.pk).update(state=State.OPEN, poll_hash="ab" * 32)
    made.roll.filter(no="0001").update(medium="drawn")
    return Poll.objects.get(pk=made.pk)


def site(name: str) -> cast.Site:
    client = cast.Site()
    client.force_login(cast.user(name))
    return client


def test_one_button_reminds_everybody_alike_those_who_have_drawn_included(poll: Poll) -> None:
    address = f"/polls/{poll.poll_id}/remind"
    shown = site("mill-officer").post(address, follow=True).content.decode()
    assert f"/v/{poll.poll_id}" in shown
    assert "#c=" not in shown, "the address is the same for all and holds no code"
    assert 'class="qr"' in shown
    pages = [site(f"mill-member-{n}").get("/desk/member").content.decode() for n in (1, 2)]
    assert all("工会提醒大家投票" in page for page in pages)
    notes = [page.split("工会提醒大家投票")[0].rsplit("<p", 1)[1] for page in pages]
    assert notes[0] == notes[1]
    line = Line.objects.get(verb="poll.all_reminded")
    assert line.facts == {"roll_size": 4}
    names = Member.objects.values_list("name", flat=True)
    assert not any(name in shown for name in names)


def test_a_reminder_goes_out_once_a_day_at_most_and_only_while_there_is_something_to_vote_on(poll: Poll) -> None:
    officer = cast.user("mill-officer")
    made = reminders.remind(poll, by=officer)
    with pytest.raises(NotYet, match="一天至多一次"):
        reminders.remind(poll, by=officer)
    made.on = timezone.localdate() - datetime.timedelta(days=1)
    made.save()
    reminders.remind(poll, by=officer)
    assert poll.reminders.count() == 2
    assert site("mill-officer").post(f"/polls/{poll.poll_id}/remind").status_code == 409
    Poll.objects.filter(pk=poll.pk).update(state=State.CLOSED)
    with pytest.raises(NotYet, match="停止投票以前"):
        reminders.remind(Poll.objects.get(pk=poll.pk), by=officer)
    with pytest.raises(Refused, match="被评议"):
        reminders.remind(poll, by=cast.user("mill-chair"))


def test_the_page_for_shared_devices_gives_the_link_and_asks_for_ten_persons_each(poll: Poll) -> None:
    shown = site("mill-officer").get(f"/polls/{poll.poll_id}/kiosk").content.decode()
    assert f"/kiosk#p={poll.poll_hash}" in shown
    assert "每台至少 10 个人用" in shown
    assert "现在的人数不够设一台" in shown
    assert "断电" in shown
    assert site("mill-chair").get(f"/polls/{poll.poll_id}/kiosk").status_code == 403


def test_the_booth_s_eight_sentences_hold_the_conditions_of_the_site_s() -> None:
    from pathlib import Path

    root = Path(__file__).parents[3]
    booth = (root / "booth/src/app/vote/whosees.ts").read_text()
    page = (root / "pingjia/polls/templates/polls/who_sees_what.html").read_text()
    for condition in (
        "停止投票以后",
        "除非所有发票方串通，而且被冒名的人从来不去查",
        "不用登录",
        "除非规定人数的监票人串通，或者封箱用的那台电脑作弊",
        "有效票 20 张起",
        "给",
        "看不到谁没投",
        "用公用机投",
    ):
        assert condition in booth
        assert condition in page
    assert booth.count('t("') == 9
