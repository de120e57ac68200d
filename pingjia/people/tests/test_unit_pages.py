"""The organisation's pages: changes with their preview, the tree then and now, search, and lists that stay quick."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pingjia.core.tests.scale import scaled
from pingjia.intake.reading import read
from pingjia.journal.models import Line
from pingjia.people.membership import CHANGEABLE, change_member
from pingjia.people.models import Member, Role, Seat
from pingjia.people.tests.cast import Cast, gather
from pingjia.people.writing import rewrite
from pingjia.units import counting, organisation
from pingjia.units.actions import create_unit, planted
from pingjia.units.models import Kind, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def change(cast: Cast, act: str, data: dict[str, Any], who: str = "organiser", code: str = "46-A") -> Any:
    return cast.client(who).post(reverse("units:change", args=[code, act]), data)


def test_a_change_is_shown_before_it_is_done(cast: Cast) -> None:
    town = create_unit(cast.units["46"], by="system", code="46-T", name="河东街道总工会", kind=Kind.FEDERATION)
    today = timezone.localdate()
    asked = {"to": "46-T", "on": today.isoformat()}
    preview = change(cast, "move", asked)
    assert "东风厂工会 改归 河东街道总工会。" in preview.content.decode()
    assert "下面的 1 个单位一起走。" in preview.content.decode()
    assert Unit.objects.get(code="46-A").parent.code == "46"
    assert change(cast, "move", asked | {"confirm": "1"}).status_code == 302
    assert Unit.objects.get(code="46-A-1").path == "46/46-T/46-A/46-A-1/"
    assert Line.objects.filter(verb="move_unit", by="organiser").count() == 1
    page = cast.client("organiser").get(reverse("units:unit", args=["46-A"])).content.decode()
    assert "改隶" in page
    assert town.name in page


def test_a_dissolved_unit_keeps_its_page_and_is_marked(cast: Cast) -> None:
    asked = {"on": timezone.localdate().isoformat()}
    assert "名册上还有 2 名在籍会员" in change(cast, "dissolve", asked).content.decode()
    change(cast, "dissolve", asked | {"confirm": "1"})
    page = cast.client("member").get(reverse("units:unit", args=["46-A"]))
    assert "本单位已经撤销" in page.content.decode()
    assert change(cast, "move", asked).status_code == 404
    found = cast.client("organiser").get(reverse("units:find"), {"q": "东风"}).content.decode()
    assert "已撤销" in found


def test_a_split_and_a_merge_through_the_page(cast: Cast) -> None:
    on = timezone.localdate().isoformat()
    asked = {"code": "46-B", "name": "东风二厂工会", "on": on, "moving": [cast.units["46-A-1"].pk], "confirm": "1"}
    assert change(cast, "split", asked).status_code == 302
    assert Unit.objects.get(code="46-A-1").parent.code == "46-B"
    assert change(cast, "merge", {"to": "46-A", "on": on, "confirm": "1"}, code="46-B").status_code == 302
    assert Unit.objects.get(code="46-A-1").parent.code == "46-A"
    assert not Unit.objects.get(code="46-B").stands


def test_nothing_is_moved_to_where_the_reader_has_no_say(cast: Cast) -> None:
    refused = change(cast, "move", {"to": "42", "on": timezone.localdate().isoformat(), "confirm": "1"})
    assert refused.status_code == 422
    assert "不归您管" in refused.content.decode()
    for who, status in (("officer", 403), ("chair", 403), ("member", 403), ("stranger", 404)):
        assert change(cast, "dissolve", {"on": "2024-01-01", "confirm": "1"}, who=who).status_code == status
    assert Unit.objects.get(code="46-A").parent.code == "46"


def test_the_tree_shows_a_day_that_is_over_and_says_so(cast: Cast) -> None:
    change(cast, "dissolve", {"on": timezone.localdate().isoformat(), "confirm": "1"})
    client = cast.client("organiser")
    now = client.get(reverse("units:tree", args=["46"]))
    assert [one.code for one in now.context["rows"]] == []
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    then = client.get(reverse("units:tree", args=["46"]), {"on": yesterday})
    assert [one.code for one in then.context["rows"]] == ["46-A"]
    assert "当时" in then.content.decode()


def test_a_vacant_chair_whose_term_is_over_is_said(cast: Cast) -> None:
    day = timezone.localdate() - timedelta(days=3)
    Seat.objects.filter(unit=cast.units["46-A"], role=Role.CHAIR).update(until=day)
    page = cast.client("officer").get(reverse("units:unit", args=["46-A"])).content.decode()
    assert f"工会主席的任期已过：chair任到 {day.isoformat()}" in page


def test_the_years_votes_stand_on_the_units_page(cast: Cast) -> None:
    from pingjia.journal.actions import record

    for poll, practice in (("a" * 32, False), ("b" * 32, True)):
        record("poll.created", by="x", about=poll, unit="46-A", title=f"评家{poll[0]}", practice=practice)
        record("poll.opened", by="x", about=poll, unit="46-A")
    page = cast.client("member").get(reverse("units:unit", args=["46-A"])).content.decode()
    assert reverse("polls:public_result", args=["a" * 32]) in page
    assert page.count("投票中") == 2
    assert page.count("演练") == 1


@pytest.mark.parametrize("words", ["东风", "风厂", "dongfengchang", "dfc", "DFC", "46-A", "46-a"])
def test_a_unit_is_found_by_name_pinyin_initials_and_code(cast: Cast, words: str) -> None:
    rows = cast.client("organiser").get(reverse("units:find"), {"q": words}).context["rows"]
    assert "46-A" in {unit.code for unit in rows}
    assert not cast.client("neighbour").get(reverse("units:find"), {"q": "dfc"}).context["rows"]


@pytest.mark.parametrize("words", ["石婷婷", "石", "shitingting", "shiti", "stt", "STT"])
def test_a_person_is_found_by_name_pinyin_and_initials_whichever_way_the_name_came(cast: Cast, words: str) -> None:
    def found() -> list[str]:
        return [one.no for one in cast.client("officer").get(reverse("units:find"), {"q": words}).context["people"]]

    union = cast.units["46-A"]
    entered = Member.objects.create(unit=union, no="a", name="石婷婷")
    Member.objects.bulk_create([Member(unit=union, no="b", name="石婷婷"), Member(unit=union, no="c", name="秦琼")])
    assert set(found()) == {"a", "b"}
    corrected = {what: getattr(entered, what) for what in CHANGEABLE} | {"name": "秦叔宝"}
    change_member(entered, by="officer", **corrected)
    kept = Member.objects.get(no="c")
    kept.name = "石婷婷"
    rewrite([kept])
    assert set(found()) == {"b", "c"}


def test_a_person_is_found_by_those_only_who_may_read_the_roster(cast: Cast) -> None:
    def people(who: str) -> list[str]:
        return [one.name for one in cast.client(who).get(reverse("units:find"), {"q": "memb"}).context["people"]]

    assert people("organiser") == people("officer") == ["member"]
    assert people("member") == people("neighbour") == people("stranger") == []


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_page_hands_out_a_table_that_comes_in_unchanged(cast: Cast, kind: str) -> None:
    raw = cast.client("organiser").get(reverse("units:export", args=["46", kind])).content
    made = organisation.plan(cast.units["46"], read(raw))
    assert (made.errors, made.new, made.changed, made.unchanged) == ([], [], [], 2)


def grow(root: Unit, count: int) -> None:
    """Plant that many units below the root, half of them in one place."""
    wide = create_unit(Unit.objects.get(pk=root.pk), by="system", code="46-W", name="大街道", kind=Kind.FEDERATION)
    Unit.objects.bulk_create(
        [
            planted(wide if n % 2 else root, code=f"46-W{n}", name=f"第{n}号工会", kind=Kind.GRASSROOTS)
            for n in range(count)
        ],
        batch_size=2_000,
    )
    counting.recount()


def test_lists_cost_the_same_whatever_the_number_of_units(cast: Cast) -> None:
    client = cast.client("organiser")
    pages = [
        reverse("units:tree", args=["46"]),
        reverse("units:tree", args=["46"]) + "?after=46-W1",
        reverse("units:tree", args=["46"]) + "?on=2020-01-01",
        reverse("units:unit", args=["46"]),
        reverse("units:find") + "?q=大街",
        reverse("units:find") + "?q=djd",
        reverse("units:find"),
    ]

    def costs() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(page)
            found.append(len(asked))
        return found

    grow(cast.units["46"], 120)
    few = costs()
    Unit.objects.filter(code__startswith="46-W").exclude(code="46-W").delete()
    Unit.objects.filter(code="46-W").delete()
    grow(cast.units["46"], scaled(2_000, 100_000))
    assert costs() == few
    rows = client.get(pages[0]).context["rows"]
    assert len(rows) == 50


def test_lists_walk_an_index(cast: Cast) -> None:
    """The plan of every list's query names an index; a scan of the whole table would not."""
    from pingjia.units import queries
    from pingjia.units.paths import begins

    grow(cast.units["46"], 2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE units_unit" if connection.vendor == "postgresql" else "ANALYZE")
    root = Unit.objects.get(code="46")
    for found in (
        queries.children(root).filter(code__gt="46-W1")[:51],
        Unit.objects.filter(begins("letters", "dajie"))[:51],
        Unit.objects.filter(begins("initials", "djd"))[:51],
        Unit.objects.filter(begins("name", "大街"))[:51],
    ):
        plan = found.explain()
        assert "INDEX" in plan.upper(), plan
