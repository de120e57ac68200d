"""Slips, entry, practice: a code is seen once and travels in the fragment only; the pages fit the booth's scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pingjia.polls import practice, prepare, secretcodes
from pingjia.polls.models import Poll, Slip, State
from pingjia.polls.refusal import Refused
from pingjia.polls.tests.pagecast import Cast, at, cast, draft

pytestmark = pytest.mark.django_db(databases=["default", "box"])


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.fixture
def poll(who: Cast) -> Poll:
    return at(draft(who), State.OPEN, who.users["officer"])


def page(name: str, poll: Poll) -> str:
    return reverse(f"polls:{name}", args=[poll.poll_id])


def test_named_slips_come_once_with_their_codes_and_no_copy_stays(who: Cast, poll: Poll) -> None:
    client = who.client("officer")
    sheet = client.post(page("slips", poll), {"kind": "named"})
    assert sheet["Cache-Control"] == "no-store"
    codes = [slip["code"] for slip in sheet.context["slips"]]
    assert len(set(codes)) == 30
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}", code) for code in codes)
    assert sheet.content.count(b'class="qr"') == 30
    kept = "".join(Slip.objects.values_list("code_hash", flat=True))
    later = client.get(page("slips", poll)).content.decode()
    for code in codes:
        assert code not in later
        assert code.replace("-", "") not in kept


def test_a_poll_offers_one_kind_of_slip_once_it_was_chosen(who: Cast, poll: Poll) -> None:
    client = who.client("officer")
    assert client.post(page("slips", poll), {"kind": "blank"}).status_code == 200  # asks for the number
    assert not poll.slips.exists()
    sheet = client.post(page("slips", poll), {"kind": "blank", "count": "12"})
    assert len(sheet.context["slips"]) == 12
    assert 'value="named"' not in client.get(page("slips", poll)).content.decode()
    refused = client.post(page("slips", poll), {"kind": "blank", "count": "19"})
    assert refused.status_code == 409
    assert client.post(page("surplus", poll), {"left": "12"}).status_code == 302


def test_slips_wait_for_the_box_number(who: Cast) -> None:
    early = at(draft(who), State.ROLLED, who.users["officer"])
    client = who.client("officer")
    assert page("scrutineers", early) in client.get(page("slips", early)).content.decode()
    assert client.post(page("slips", early), {"kind": "named"}).status_code == 409


def test_the_entry_page_gives_the_script_what_it_needs(who: Cast, poll: Poll) -> None:
    signed_out = who.client(None).get(page("enter", poll))
    shown = signed_out.content.decode()
    assert signed_out["Referrer-Policy"] == "no-referrer"
    assert f'data-poll-hash="{poll.poll_hash}"' in shown
    assert 'data-booth="http://127.0.0.1:8000"' in shown
    assert 'data-signed-in="no"' in shown
    assert 'name="code"' in shown
    assert 'data-signed-in="yes"' in who.client("member").get(page("enter", poll)).content.decode()
    assert 'data-signed-in="no"' in who.client("stranger").get(page("enter", poll)).content.decode()


def test_where_slips_are_drawn_by_hand_a_login_is_no_right(who: Cast, poll: Poll) -> None:
    prepare.print_blank_slips(poll, by=who.users["officer"], count=3)
    assert 'data-signed-in="no"' in who.client("member").get(page("enter", poll)).content.decode()


def test_nobody_enters_too_early_or_too_late(who: Cast) -> None:
    soon = timezone.now() + timedelta(days=20)
    early = at(draft(who, opens_at=soon, closes_at=soon + timedelta(days=1)), State.SEALED, who.users["officer"])
    shown = who.client(None).get(page("enter", early)).content.decode()
    assert "还没到领票的时间" in shown
    assert "data-poll-hash" not in shown
    late = at(draft(who), State.CLOSED, who.users["officer"])
    shown = who.client(None).get(page("enter", late)).content.decode()
    assert "data-poll-hash" not in shown
    assert page("public_result", late) in shown


def test_the_drawing_page_has_a_sentence_for_every_refusal(who: Cast) -> None:
    shown = who.client(None).get(reverse("polls:draw"))
    reasons = shown.context["reasons"]
    assert all(f'"{status}": "' in reasons for status in range(1, 8))
    assert shown["Referrer-Policy"] == "no-referrer"


def test_anybody_may_practise_without_a_name(who: Cast, poll: Poll) -> None:
    answer = who.client(None).post(reverse("polls:practice"))
    assert answer.status_code == 302
    assert re.fullmatch(re.escape(page("enter", poll)) + "#c=[0-9A-HJKMNP-TV-Z]{16}", answer.url)
    assert poll.slips.get().entry is None


def test_one_browser_takes_three_practice_slips_and_must_wait(who: Cast, poll: Poll) -> None:
    client = who.client(None)
    assert [client.post(reverse("polls:practice")).status_code for _n in range(4)] == [302, 302, 302, 409]
    assert poll.slips.count() == 3
    assert "过十分钟" in client.post(reverse("polls:practice")).content.decode()
    assert who.client("member").post(reverse("polls:practice")).status_code == 302


def test_one_address_takes_a_quarter_of_the_pile_whatever_browsers_it_opens(who: Cast, poll: Poll) -> None:
    # 30 lines on the roll
    statuses = [who.client(None).post(reverse("polls:practice")).status_code for _n in range(8)]
    assert statuses == [302] * 7 + [409]
    far = who.client(None).post(reverse("polls:practice"), REMOTE_ADDR="127.0.0.2")
    assert far.status_code == 302


def test_a_practice_slip_that_nobody_used_is_handed_on_and_the_pile_never_outgrows_the_roll(poll: Poll) -> None:
    codes = [practice.take_slip(poll) for _n in range(40)]
    assert len(set(codes)) == 40
    assert poll.slips.count() == poll.roll.count() == 30
    kept = set(poll.slips.values_list("code_hash", flat=True))
    assert secretcodes.slip_hash(poll, codes[-1]) in kept
    poll.slips.update(state="drawn")
    assert practice.standing_poll() is None
    with pytest.raises(Refused):
        practice.take_slip(poll)


def test_used_up_practice_says_what_to_do(who: Cast, poll: Poll) -> None:
    prepare.print_blank_slips(poll, by=who.users["officer"], count=30)
    poll.slips.update(state="drawn")
    shown = who.client(None).get(reverse("polls:practice")).content.decode()
    assert "演练票都投完了" in shown
    assert "再开一次" in shown


def test_practice_never_touches_a_real_vote(who: Cast) -> None:
    at(draft(who, practice=False), State.OPEN, who.users["officer"])
    assert "领一张演练票" not in who.client(None).get(reverse("polls:practice")).content.decode()
    assert who.client(None).post(reverse("polls:practice")).status_code == 200
    assert not Slip.objects.exists()


def test_the_sites_own_forms_are_not_sent_with_a_null_origin(who: Cast, poll: Poll) -> None:
    # Under "no-referrer" a browser sends "Origin: null" with a form, and every form of the site would be refused.
    for url in (reverse("polls:practice"), page("public_result", poll)):
        assert who.client(None).get(url)["Referrer-Policy"] == "same-origin"
