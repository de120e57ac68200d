"""Drafting a poll: three steps, prefilled, nothing typed is lost, one page of what will be."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pingjia.journal.models import Line
from pingjia.people.models import Role, Seat, User
from pingjia.polls import prepare
from pingjia.polls.models import Poll
from pingjia.polls.tests.pagecast import Cast, cast, draft

pytestmark = pytest.mark.django_db(databases=["default", "box"])


@pytest.fixture
def who() -> Cast:
    return cast(members=5)


def step(who: Cast, name: str) -> str:
    return reverse("polls:new_step", args=[who.unit.code, name])


def prefilled(response) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """Return what the browser would send back if the officer only pressed the button."""
    return {field.html_name: field.value() for field in response.context["form"] if field.value() not in (None, "")}


def walk(who: Cast, changes: dict[str, dict[str, object]] | None = None):  # type: ignore[no-untyped-def]
    client = who.client("officer")
    for name in ("what", "who", "rules"):
        data = prefilled(client.get(step(who, name)))
        data = {key: getattr(value, "code", value) for key, value in data.items()}
        data |= (changes or {}).get(name, {})
        for key in ("opens_at", "closes_at"):
            if hasattr(data.get(key), "strftime"):
                data[key] = data[key].strftime("%Y-%m-%dT%H:%M")
        assert client.post(step(who, name), data).status_code == 302, name
    return client


def test_three_presses_of_the_button_make_this_years_vote(who: Cast) -> None:
    client = walk(who)
    check = reverse("polls:new_check", args=[who.unit.code])
    text = client.get(check).content.decode()
    assert "工会工作" in text
    assert "80%" in text
    assert client.post(check).status_code == 302
    poll = Poll.objects.get()
    assert [subject.title for subject in poll.subjects.all()] == ["工会工作", "职工之家建设", "工会主席履职"]
    assert (poll.threshold_num, poll.threshold_den, poll.formula) == (4, 5, "fav-valid")
    assert not poll.practice
    assert (poll.revote, poll.with_opinions) == (True, True)


def test_each_vice_chair_in_office_has_a_line_and_a_vacant_chair_none(who: Cast) -> None:
    Seat.objects.filter(role=Role.CHAIR).delete()
    for n in (1, 2):
        user = User.objects.create_user(f"vice{n}", full_name=f"副手{n}")
        Seat.objects.create(user=user, unit=who.unit, role=Role.VICE_CHAIR, since="2021-01-01")
    titles = prefilled(who.client("officer").get(step(who, "what")))
    assert titles["vice1_title"] == "副主席副手1履职"
    assert titles["vice2_title"] == "副主席副手2履职"
    assert "chair_title" not in titles


def test_errors_are_kept_with_what_was_typed(who: Cast) -> None:
    client = who.client("officer")
    data = {"electorate": "members", "medium": "paper", "opens_at": "2026-12-05T08:00", "closes_at": "2026-12-01T08:00"}
    answer = client.post(step(who, "who"), data)
    assert answer.status_code == 200
    assert "结束时间要晚于开始时间" in answer.content.decode()
    again = client.get(step(who, "who")).content.decode()
    assert 'value="2026-12-01T08:00"' in again


def test_the_check_page_goes_back_to_the_step_that_cannot_stand(who: Cast) -> None:
    client = who.client("officer")
    data = {"electorate": "members", "medium": "paper", "opens_at": "2026-12-05T08:00", "closes_at": "2026-12-01T08:00"}
    client.post(step(who, "who"), data)
    answer = client.get(reverse("polls:new_check", args=[who.unit.code]))
    assert answer.status_code == 302
    assert answer.url == step(who, "who")


def test_skipped_steps_stand_as_they_were_prefilled(who: Cast) -> None:
    client, check = who.client("officer"), reverse("polls:new_check", args=[who.unit.code])
    assert "职工之家建设" in client.get(check).content.decode()
    assert client.post(check).status_code == 302
    assert Poll.objects.get().subjects.count() == 3


def test_an_empty_ballot_paper_is_refused(who: Cast) -> None:
    client = who.client("officer")
    data = prefilled(client.get(step(who, "what")))
    data = {key: getattr(value, "code", value) for key, value in data.items()}
    data |= {key: "" for key in data if key.endswith("_title")}
    assert "至少要评一项内容" in client.post(step(who, "what"), data).content.decode()


def test_a_small_union_may_join_the_pool_of_a_neighbour(who: Cast) -> None:
    lead = draft(who, practice=False, pool="xiaozu")
    neighbour = Cast(lead.unit.parent.children.get(code="HK-QS"), who.superior, {"officer": who.users["neighbour"]})
    client = neighbour.client("officer")
    page = client.get(step(neighbour, "rules"))
    assert lead.poll_id in page.content.decode()
    changes = {"what": {"chair_title": "工会主席履职", "chair_grades": "three"}, "rules": {"lead": lead.poll_id}}
    Seat.objects.create(user=who.users["stranger"], unit=neighbour.unit, role=Role.CHAIR, since="2020-01-01")
    client = walk(neighbour, changes)
    assert client.post(reverse("polls:new_check", args=[neighbour.unit.code])).status_code == 302
    assert lead.followers.get().pool == "xiaozu"


def amending(poll: Poll, step: str = "") -> str:
    args = [poll.poll_id, *([step] if step else [])]
    return reverse("polls:amend_step" if step else "polls:amend", args=args)


def sent_back(response) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """Return what the browser would send if the officer changed nothing."""
    values = {key: getattr(value, "code", value) for key, value in prefilled(response).items()}
    return {
        key: value.strftime("%Y-%m-%dT%H:%M") if hasattr(value, "strftime") else value for key, value in values.items()
    }


def test_a_draft_is_amended_through_the_same_pages(who: Cast) -> None:
    poll = draft(who, threshold=(2, 3), with_opinions=False)
    client = who.client("officer")
    for step, changes in (
        ("what", {"title": "改过的名称", "work_title": "", "more1_title": "经费收支", "more1_grades": "four"}),
        ("who", {"closes_at": "2031-03-04T18:00"}),
        ("rules", {"revote": "no"}),
    ):
        answer = client.post(amending(poll, step), sent_back(client.get(amending(poll, step))) | changes)
        assert answer.status_code == 302, answer.context["form"].errors
        assert answer.url == amending(poll)
    poll.refresh_from_db()
    assert poll.title == "会员评议职工之家 2026"
    assert "改过的名称" in client.get(amending(poll)).content.decode()
    assert client.post(amending(poll)).status_code == 302
    poll.refresh_from_db()
    assert (poll.title, poll.closes_at.year, poll.revote, poll.with_opinions) == ("改过的名称", 2031, False, False)
    assert (poll.threshold_num, poll.threshold_den) == (2, 3)
    lines = [(one.order, one.title, one.grade_set.code) for one in poll.subjects.all()]
    assert lines == [(1, "职工之家建设", "three"), (2, "工会主席履职", "three"), (3, "经费收支", "four")]
    line = Line.objects.get(verb="poll.amended")
    assert line.by == "officer"
    assert {"title", "closes_at", "revote", "subjects"} <= set(line.facts["changed"])
    assert "practice" not in line.facts["changed"]


def test_what_was_typed_is_dropped_on_request(who: Cast) -> None:
    poll = draft(who)
    client = who.client("officer")
    client.post(amending(poll, "rules"), sent_back(client.get(amending(poll, "rules"))) | {"threshold": 90})
    assert "90%" in client.get(amending(poll)).content.decode()
    client.post(amending(poll), {"drop": "yes"})
    assert "90%" not in client.get(amending(poll)).content.decode()
    assert not Line.objects.filter(verb="poll.amended").exists()


def test_after_freezing_nothing_is_amended_and_the_remedy_is_named(who: Cast) -> None:
    poll = draft(who)
    client = who.client("officer")
    client.post(amending(poll, "rules"), sent_back(client.get(amending(poll, "rules"))) | {"threshold": 90})
    prepare.freeze_roll(poll, by=who.users["officer"])
    answer = client.post(amending(poll))
    assert answer.status_code == 409
    assert "请上级作废这一次，再重新举行" in answer.content.decode()
    assert client.get(amending(poll, "what")).url == amending(poll)
    poll.refresh_from_db()
    assert poll.threshold_num == 4


def test_the_judged_and_strangers_amend_nothing(who: Cast) -> None:
    poll = draft(who)
    for role, status in (("chair", 403), ("member", 403), ("neighbour", 404), ("stranger", 404)):
        for url in (amending(poll), amending(poll, "what")):
            assert who.client(role).post(url).status_code == status
