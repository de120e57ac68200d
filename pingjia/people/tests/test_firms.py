"""The employers of a joint union: let in once, released with a last day, seen by those who run the union."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pingjia.journal.models import Line
from pingjia.people.tests.cast import Cast, gather
from pingjia.units.models import Firm, Kind

GOOD, OTHER = "91340000MA2K7Q1X39", "92340000MA2P3H6T8P"


@pytest.fixture
def joint(db: None) -> Cast:
    """The works' union as a joint one."""
    cast = gather()
    unit = cast.units["46-A"]
    unit.kind = Kind.JOINT
    unit.save()
    return cast


def add(cast: Cast, who: str = "officer", **more: str) -> tuple[int, str]:
    """Send the form; return the status and the page."""
    form = {"name": "老街面馆", "credit_code": GOOD, "joined": "2024-01-02"} | more
    answer = cast.client(who).post(reverse("people:firms", args=["46-A"]), form)
    return answer.status_code, answer.content.decode()


def test_an_employer_is_let_in_and_stands_on_the_unions_page(joint: Cast) -> None:
    assert add(joint, credit_code=" 91340000 MA2K7Q1X39 ".lower())[0] == 302
    assert Firm.objects.get().credit_code == GOOD
    assert Line.objects.filter(verb="admit_firm").count() == 1
    page = joint.client("member").get(reverse("units:unit", args=["46-A"])).content.decode()
    assert "成员单位" in page
    assert reverse("people:firms", args=["46-A"]) not in page  # members read the number, not the working page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"credit_code": "91340000MA2K7Q1X38"}, "位数或校验位不对"),
        ({"credit_code": "12"}, "位数或校验位不对"),
        ({"joined": "2999-01-01"}, "加入日期在今天以后"),
        ({"name": "老街\u200b面馆"}, "看不见的字符"),
        ({"name": " "}, "必填"),
    ],
)
def test_a_wrong_entry_is_refused_in_a_sentence_and_writes_nothing(
    joint: Cast, more: dict[str, str], words: str
) -> None:
    status, page = add(joint, **more)
    assert status == 422
    assert words in page
    assert not Firm.objects.exists()


def test_an_employer_is_let_in_once_at_a_time_and_may_come_back(joint: Cast) -> None:
    add(joint)
    status, page = add(joint, name="同一家")
    assert (status, "已经用这个信用代码登记" in page) == (422, True)
    leave = reverse("people:release_firm", args=["46-A", Firm.objects.get().pk])
    today = timezone.localdate()
    for day in (today + timedelta(days=1), today.replace(year=2023)):
        wrong = joint.client("officer").post(leave, {"last_day": day.isoformat()})
        assert "最后一天要在加入日期和今天之间" in wrong.content.decode()
    assert joint.client("officer").post(leave, {"last_day": today.isoformat()}).status_code == 302
    assert joint.client("officer").post(leave, {"last_day": today.isoformat()}).status_code == 404  # a second tab
    assert add(joint)[0] == 302
    assert Firm.objects.count() == 2
    assert "已经退出的" in joint.client("officer").get(reverse("people:firms", args=["46-A"])).content.decode()


def test_only_who_runs_the_union_changes_its_employers_and_only_joint_unions_have_some(joint: Cast) -> None:
    assert add(joint, "chair")[0] == 403
    assert add(joint, "member")[0] == 403
    assert add(joint, "neighbour")[0] == 404
    assert joint.client("chair").get(reverse("people:firms", args=["46-A"])).status_code == 200
    assert joint.client("organiser").get(reverse("people:firms", args=["46"])).status_code == 404
    assert not Firm.objects.exists()
