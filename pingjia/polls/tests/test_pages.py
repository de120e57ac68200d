"""Who may open which page of a poll, and what each page says when it is empty, full, or not allowed to go on."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pingjia.people.models import Role, Seat
from pingjia.polls.models import Challenge, Poll, PressureReport, State
from pingjia.polls.tests.pagecast import ROLES, Cast, at, cast, draft

pytestmark = pytest.mark.django_db(databases=["default", "box"])

RUN_PAGES = (
    *("roll", "slips", "surplus", "scrutineers", "steward", "open", "close", "declare", "outcome", "report"),
    *("finalise", "repeat", "give_up"),
)
RUNNERS = {"officer", "officer2", "superior"}


@pytest.fixture
def who() -> Cast:
    return cast()


def page(name: str, *args: object) -> str:
    return reverse(f"polls:{name}", args=args)


def status(who: Cast, role: str | None, url: str) -> int:
    return who.client(role).get(url).status_code


@pytest.mark.parametrize("name", RUN_PAGES)
def test_only_those_who_run_a_vote_open_its_working_pages(who: Cast, name: str) -> None:
    url = page(name, draft(who).poll_id)
    expected = dict.fromkeys(ROLES, 403) | dict.fromkeys(RUNNERS, 200) | {"neighbour": 404, "stranger": 404}
    assert {role: status(who, role, url) for role in ROLES} == expected
    assert status(who, None, url) == 403


def test_the_judged_chair_may_read_the_desk_but_finds_no_button_there(who: Cast) -> None:
    url = page("desk", draft(who).poll_id)
    answer = who.client("chair").get(url)
    assert answer.status_code == 200
    assert page("roll", Poll.objects.get().poll_id) not in answer.content.decode()
    assert [status(who, role, url) for role in ("member", "neighbour", "stranger", None)] == [403, 404, 404, 403]


def test_a_chair_who_also_holds_an_officers_seat_still_runs_nothing(who: Cast) -> None:
    Seat.objects.create(user=who.users["chair"], unit=who.unit, role=Role.OFFICER, since="2020-01-01")
    assert status(who, "chair", page("roll", draft(who).poll_id)) == 403
    assert status(who, "chair", page("new", who.unit.code)) == 403


def test_only_the_superior_may_void(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    url = page("void", poll.poll_id)
    expected = {"superior": 200, "officer": 403, "chair": 403, "member": 403, "neighbour": 404, "stranger": 404}
    assert {role: status(who, role, url) for role in expected} == expected
    assert who.client("officer").post(url, {"reason": "不想要"}).status_code == 403


def test_a_draft_is_hidden_from_the_public_and_everything_later_is_not(who: Cast) -> None:
    poll = draft(who)
    for name in ("public_result", "hall", "hall_now", "enter"):
        assert status(who, None, page(name, poll.poll_id)) == 404
    at(poll, State.OPEN, who.users["officer"])
    for name in ("public_result", "hall", "hall_now", "enter"):
        assert status(who, None, page(name, poll.poll_id)) == 200


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_every_page_stands_in_every_state(who: Cast, state: State) -> None:
    poll = at(draft(who), state, who.users["officer"])
    for name in ("desk", *RUN_PAGES):
        assert status(who, "officer", page(name, poll.poll_id)) == 200, name
    for name in ("public_result", "hall", "hall_now", "enter"):
        assert status(who, None, page(name, poll.poll_id)) == 200, name
    for name in ("my_entry", "pressure", "challenge"):
        assert status(who, "member", page(name, poll.poll_id)) == 200, name
    assert status(who, "superior", page("void", poll.poll_id)) == 200


def test_members_find_their_own_line_and_nobody_elses(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    text = who.client("member").get(page("my_entry", poll.poll_id)).content.decode()
    assert "member本人" in text
    assert "会员4" not in text
    assert status(who, "neighbour", page("my_entry", poll.poll_id)) == 404
    assert status(who, None, page("my_entry", poll.poll_id)) == 403


def test_the_roll_never_says_who_drew(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    client, url = who.client("officer"), page("roll", poll.poll_id)
    before = client.get(url).content
    poll.roll.filter(no="0004").update(medium="drawn")
    same = client.get(url).content
    assert before.count(b"0004") == same.count(b"0004")
    assert len(before) == len(same)


def test_the_roll_is_searched_and_paged(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    client, url = who.client("officer"), page("roll", poll.poll_id)
    assert "会员30" in client.get(url, {"q": "0030"}).content.decode()
    empty = client.get(url, {"q": "查无此人"}).content.decode()
    assert "名册上没有“查无此人”" in empty


def test_moving_a_line_to_paper_takes_two_officers(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    entry = poll.roll.get(no="0005")
    url = page("to_paper", poll.poll_id, entry.pk)
    assert who.client("officer").post(url).status_code == 302
    again = who.client("officer").post(url)
    assert again.status_code == 409
    assert "由另一个人确认" in again.content.decode()
    assert who.client("officer2").post(url).status_code == 302
    entry.refresh_from_db()
    assert entry.medium == "paper"


def test_pressure_reaches_the_superior_only_and_keeps_no_name(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    answer = who.client("member").post(page("pressure", poll.poll_id), {"text": "班长要看着我投", "signed": ""})
    assert answer.status_code == 302
    report = PressureReport.objects.get()
    assert report.signed == ""
    url = page("pressure_report", report.pk)
    seen = {role: status(who, role, url) for role in ROLES}
    assert seen == dict.fromkeys(ROLES, 404) | {"superior": 200}
    lists = {role: status(who, role, page("pressures")) for role in ROLES}
    assert lists == dict.fromkeys(ROLES, 403) | {"superior": 200}
    assert who.client("superior").post(url, {"answer": "已约谈。"}).status_code == 302
    report.refresh_from_db()
    assert report.answered_by == "superior"


def test_an_empty_report_is_not_sent_and_what_was_typed_is_kept(who: Cast) -> None:
    poll = at(draft(who), State.OPEN, who.users["officer"])
    answer = who.client("member").post(page("pressure", poll.poll_id), {"text": "", "signed": "阿兰"})
    assert answer.status_code == 200
    assert "阿兰" in answer.content.decode()
    assert not PressureReport.objects.exists()


def test_empty_pages_teach_and_offer_the_first_step(who: Cast) -> None:
    text = who.client("officer").get(page("list", who.unit.code)).content.decode()
    assert page("new", who.unit.code) in text
    assert page("practice") in who.client("member").get(page("my_polls")).content.decode()
    assert status(who, "superior", page("pressures")) == 200
    assert status(who, None, page("practice")) == 200


def test_a_recount_settles_an_objection_and_not_by_whoever_raised_it(who: Cast) -> None:
    poll = at(draft(who), State.DECLARED, who.users["officer"])
    url = page("challenge", poll.poll_id)
    assert status(who, "stranger", url) == 404
    facts = {"code": "count_differs", "reason": "复核报出一处不同"}
    assert who.client("officer").post(url, facts).status_code == 302
    one = Challenge.objects.get()
    finding = {"settle": one.pk, "finding": "重算一致。", "upheld": "no"}
    assert who.client("member").post(url, finding).status_code == 403
    assert who.client("officer").post(url, finding).status_code == 409
    assert who.client("officer2").post(url, finding).status_code == 302
    poll.refresh_from_db()
    assert poll.state == State.DECLARED
    assert "officer" not in who.client(None).get(page("public_result", poll.poll_id)).content.decode()


def test_a_convenor_takes_the_seat_with_the_code_from_the_slip(who: Cast) -> None:
    Seat.objects.filter(unit=who.unit).exclude(role=Role.CHAIR).delete()
    poll = draft(who)
    sheet = who.client("superior").post(page("steward", poll.poll_id), {"name": "吴召集"})
    code = sheet.context["code"]
    assert sheet["Cache-Control"] == "no-store"
    url = page("convene", poll.poll_id)
    assert who.client("stranger").post(url, {"code": "0000-0000-0000-0000"}).status_code == 409
    assert who.client("chair").post(url, {"code": code}).status_code == 403
    assert who.client("stranger").post(url, {"code": code.lower()}).status_code == 302
    assert status(who, "stranger", page("roll", poll.poll_id)) == 200
    assert status(who, "stranger", page("list", who.unit.code)) == 404


def test_a_judged_scrutineer_is_refused_by_name(who: Cast) -> None:
    poll = draft(who)
    names = {"name_1": "监票甲", "name_2": "监票乙", "name_3": who.users["chair"].full_name}
    answer = who.client("officer").post(page("scrutineers", poll.poll_id), names)
    assert answer.status_code == 409
    assert "不能当监票人" in answer.content.decode()
    assert not poll.scrutineers.exists()
    names["name_3"] = "监票丙"
    sheet = who.client("officer").post(page("scrutineers", poll.poll_id), names)
    assert len(sheet.context["slips"]) == 3
    assert sheet.content.count(b"<svg") >= 3


def test_refusals_list_everything_that_is_missing(who: Cast) -> None:
    poll = draft(who, practice=False)
    prepared = at(poll, State.ROLLED, who.users["officer"])
    text = who.client("officer").post(page("open", prepared.poll_id)).content.decode()
    assert "HTTPS" in text
    assert "还没有封箱" in text


def test_nobody_signed_out_reaches_a_working_page(who: Cast) -> None:
    client: Client = who.client(None)
    for url in (page("list", who.unit.code), page("new", who.unit.code), page("my_polls"), page("pressures")):
        assert client.get(url).status_code == 403
