"""Who sees which page, what it costs, and what it says when it is empty."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pingjia.intake.workbooks import workbook
from pingjia.journal.models import Line
from pingjia.people import actions
from pingjia.people.models import Category, Delegate, Member, Role, Seat, Status, User
from pingjia.people.tests.cast import Cast, fill, gather
from pingjia.units.actions import create_unit
from pingjia.units.models import Kind, Unit

ROLES = ("member", "chair", "officer", "group", "organiser", "former", "neighbour", "stranger", "")
# For each page: the status for every role in the order above.
RIGHTS = {
    "units:unit": (200, 200, 200, 200, 200, 404, 404, 404, 403),
    "units:tree": (200, 200, 200, 200, 200, 404, 404, 404, 403),
    "people:roster": (403, 200, 200, 200, 200, 404, 404, 404, 403),
    "people:delegates": (403, 200, 200, 200, 200, 404, 404, 404, 403),
    "people:new_delegates": (403, 403, 200, 200, 200, 404, 404, 404, 403),
    "people:seats": (403, 200, 200, 200, 200, 404, 404, 404, 403),
    "units:import": (404, 404, 404, 404, 404, 404, 404, 404, 403),
    "units:template": (404, 404, 404, 404, 404, 404, 404, 404, 403),
}


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_a_page_is_shown_refused_or_unknown_by_role(cast: Cast, name: str) -> None:
    got = tuple(cast.client(who).get(reverse(name, args=["46-A"])).status_code for who in ROLES)
    assert got == RIGHTS[name]


@pytest.mark.parametrize("name", ["units:import", "units:template", "units:tree", "units:unit", "people:seats"])
def test_a_federation_opens_to_its_own_organiser_only(cast: Cast, name: str) -> None:
    got = {who: cast.client(who).get(reverse(name, args=["46"])).status_code for who in ROLES if who}
    assert got == {who: 200 if who == "organiser" else 404 for who in ROLES if who}


def test_a_chair_who_is_also_officer_is_still_judged(cast: Cast) -> None:
    Seat.objects.create(
        user=cast.users["chair"], unit=cast.units["46-A"], role=Role.OFFICER, since=timezone.localdate()
    )
    assert cast.client("chair").get(reverse("people:roster_import", args=["46-A"])).status_code == 403


def pages_of(cast: Cast) -> list[tuple[str, str]]:
    names = ("people:roster", "people:delegates", "people:new_delegates", "people:seats", "units:unit", "units:tree")
    return [
        *(("organiser", reverse(name, args=["46-A"])) for name in names),
        *(("organiser", reverse(name, args=["46"])) for name in ("units:unit", "units:tree")),
        ("organiser", reverse("units:find") + "?q=会"),
        ("officer", reverse("people:roster", args=["46-A"]) + "?q=会员&status=active"),
        ("member", reverse("people:my_entries")),
    ]


def grow(cast: Cast, count: int, start: int) -> None:
    """Add members with mandates and seats, branches and unions, so that every list has something in it."""
    unit = cast.units["46-A"]
    day = timezone.localdate()
    members = fill(unit, count, start, branch=cast.units["46-A-1"])
    half = members[: count // 2]
    actions.add_delegates(unit, by="system", delegation="一团", members=half, since=day, until=None)
    users = User.objects.bulk_create(User(username=f"u{start + n}", full_name=f"某{n}") for n in range(count))
    Seat.objects.bulk_create(Seat(user=user, unit=unit, role=Role.WORK_GROUP, since=day) for user in users)
    for above, kind in (("46", Kind.GRASSROOTS), ("46-A", Kind.BRANCH)):
        parent = cast.units[above]
        Unit.objects.bulk_create(
            Unit(
                code=f"{above}-x{start + n}",
                name=f"某会{n}",
                kind=kind,
                parent=parent,
                path=f"{parent.path}{above}-x{start + n}/",
                depth=parent.depth + 1,
            )
            for n in range(count)
        )


def test_a_page_asks_the_database_as_often_for_1000_rows_as_for_10(cast: Cast) -> None:
    def asked() -> dict[str, int]:
        counts = {}
        for who, url in pages_of(cast):
            client = cast.client(who)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url).status_code == 200
            counts[url] = len(queries)
        return counts

    grow(cast, 10, 100)
    few = asked()
    grow(cast, 990, 1000)
    assert asked() == few
    assert max(few.values()) <= 25


def test_search_finds_only_what_the_reader_may_see(cast: Cast) -> None:
    def found(who: str, words: str) -> set[str]:
        return {unit.code for unit in cast.client(who).get(reverse("units:find"), {"q": words}).context["rows"]}

    assert found("organiser", "风") == {"46-A"}
    assert found("neighbour", "风") == {"42-A"}
    assert found("member", "") == {"46-A"}
    assert found("stranger", "") == found("former", "") == set()
    assert found("organiser", "46") == {"46", "46-A", "46-A-1"}


def test_a_further_superior_sees_the_unit_and_finds_it(cast: Cast) -> None:
    from pingjia.units.actions import add_further_superior

    industry = create_unit(None, by="system", code="I", name="机械工会", kind=Kind.INDUSTRIAL)
    add_further_superior(cast.units["46-A"], industry, by="system")
    Seat.objects.create(user=cast.users["stranger"], unit=industry, role=Role.ORGANISER, since=timezone.localdate())
    assert cast.client("stranger").get(reverse("people:roster_import", args=["46-A"])).status_code == 200
    rows = cast.client("stranger").get(reverse("units:find")).context["rows"]
    assert {unit.code for unit in rows} == {"I", "46-A"}


def test_the_delegates_page_shows_the_shares_with_their_fractions(cast: Cast) -> None:
    unit = cast.units["46-A"]
    members = fill(unit, 6) + fill(unit, 3, start=300, category=Category.MANAGER)
    chosen = {"delegation": "一团", "since": "2024-01-01", "member": [m.pk for m in members]}
    answer = cast.client("officer").post(reverse("people:new_delegates", args=["46-A"]), chosen, follow=True)
    page = answer.content.decode()
    assert "66.6" in page
    assert "6/9" in page or "6 / 9" in page
    assert Line.objects.get(verb="add_delegates").facts == {"count": 9}
    one = Delegate.objects.first()
    cast.client("officer").post(reverse("people:end_mandate", args=["46-A", one.pk]))
    assert cast.client("officer").get(reverse("people:delegates", args=["46-A"])).context["composition"].total == 8


def test_members_of_another_union_cannot_be_made_delegates(cast: Cast) -> None:
    other = fill(cast.units["42-A"], 1)[0]
    retained = fill(cast.units["46-A"], 1, status=Status.RETAINED)[0]
    url = reverse("people:new_delegates", args=["46-A"])
    chosen = {"delegation": "一团", "since": "2024-01-01", "member": [other.pk, retained.pk]}
    assert cast.client("officer").post(url, chosen).status_code == 422
    assert not Delegate.objects.exists()


SEAT = {"full_name": "新人", "username": "newcomer", "since": "2024-01-01", "until": ""}


def give(cast: Cast, who: str, unit: str = "46-A", **data: str) -> Any:
    return cast.client(who).post(reverse("people:seats", args=[unit]), SEAT | data)


def test_a_new_login_gets_a_password_once(cast: Cast) -> None:
    answer = give(cast, "officer", role=Role.WORK_GROUP)
    password = answer.context["password"]
    user = User.objects.get(username="newcomer")
    assert user.check_password(password)
    assert password not in str(list(Line.objects.values()))
    assert Line.objects.get(verb="give_seat").by == "officer"


@pytest.mark.parametrize(
    ("who", "role", "given"),
    [
        ("organiser", Role.CHAIR, True),
        ("officer", Role.WORK_GROUP, True),
        ("officer", Role.CHAIR, False),
        ("officer", Role.ORGANISER, False),
        ("organiser", Role.ORGANISER, False),
        ("group", Role.OFFICER, False),
        ("chair", Role.OFFICER, False),
        ("member", Role.OFFICER, False),
        ("neighbour", Role.OFFICER, False),
    ],
)
def test_seats_are_given_by_superior_or_officer_within_bounds(cast: Cast, who: str, role: str, given: bool) -> None:
    give(cast, who, role=role)
    assert Seat.objects.filter(user__username="newcomer").exists() is given


def test_nobody_gives_or_ends_a_seat_for_themselves(cast: Cast) -> None:
    before = list(Seat.objects.values())
    give(cast, "officer", role=Role.AUDITOR, username="officer", full_name="officer")
    own = Seat.objects.get(user=cast.users["officer"])
    assert cast.client("officer").post(reverse("people:end_seat", args=["46-A", own.pk])).status_code == 403
    assert list(Seat.objects.values()) == before


def test_the_judged_get_no_seat_that_runs_the_vote(cast: Cast) -> None:
    answer = give(cast, "organiser", role=Role.OFFICER, username="chair", full_name="chair")
    assert "被评议的主席、副主席不能经办评议" in answer.content.decode()


def test_an_ended_seat_opens_nothing_any_more(cast: Cast) -> None:
    seat = Seat.objects.get(user=cast.users["group"])
    answer = cast.client("officer").post(reverse("people:end_seat", args=["46-A", seat.pk]), follow=True)
    assert answer.status_code == 200
    assert cast.client("group").get(reverse("people:roster", args=["46-A"])).status_code == 404
    assert Line.objects.get(verb="end_seat").about == "group"


def test_an_officer_cannot_end_the_chairs_seat(cast: Cast) -> None:
    seat = Seat.objects.get(user=cast.users["chair"])
    assert cast.client("officer").post(reverse("people:end_seat", args=["46-A", seat.pk])).status_code == 403


def test_a_member_sees_the_own_entry_only(cast: Cast) -> None:
    fill(cast.units["46-A"], 3)
    rows = cast.client("member").get(reverse("people:my_entries")).context["rows"]
    assert [row["entry"].no for row in rows] == ["0002"]
    assert "还没有名册" in cast.client("stranger").get(reverse("people:my_entries")).content.decode()


def test_one_line_of_the_roster_is_corrected_and_journalled_without_its_content(cast: Cast) -> None:
    one = Member.objects.get(no="0002")
    data = {"name": "新名", "branch": "", "category": Category.TECHNICAL, "status": Status.RETAINED}
    cast.client("officer").post(reverse("people:member", args=["46-A", one.pk]), data)
    one.refresh_from_db()
    assert (one.name, one.status) == ("新名", Status.RETAINED)
    assert Line.objects.get(verb="change_member").facts == {"fields": ["category", "name", "status"]}
    elsewhere = fill(cast.units["42-A"], 1)[0]
    assert cast.client("officer").get(reverse("people:member", args=["46-A", elsewhere.pk])).status_code == 404


def test_a_number_is_given_once(cast: Cast) -> None:
    data = {"no": "0002", "name": "新人", "category": Category.TECHNICAL, "status": Status.ACTIVE, "branch": ""}
    url = reverse("people:new_member", args=["46-A"])
    assert cast.client("officer").post(url, data).status_code == 422
    assert cast.client("officer").post(url, data | {"no": "0009"}).status_code == 302
    assert cast.client("officer").post(url, data | {"no": "0010", "name": "张\u202e三"}).status_code == 422


def test_units_are_imported_through_the_page(cast: Cast) -> None:
    url = reverse("units:import", args=["46"])
    client = cast.client("organiser")
    head = ["编号", "名称", "类别", "上级编号"]
    bad = workbook("单位", head, [["46-B", "乙厂", "基层工会", "没有"]])
    page = client.post(url, {"file": SimpleUploadedFile("单位.xlsx", bad)}, follow=True).content.decode()
    assert "第 2 行“上级编号”：找不到上级 没有" in page
    good = workbook("单位", head, [["46-B", "乙厂工会", "基层工会", ""], ["46-A", "东风总厂工会", "基层工会", ""]])
    plan = client.post(url, {"file": SimpleUploadedFile("单位.xlsx", good)}, follow=True).context["plan"]
    assert [words for _row, words in plan.changed_words] == ["名称：东风厂工会 → 东风总厂工会"]
    from pingjia.intake.models import Upload

    client.post(url, {"confirm": Upload.objects.get().code, "fingerprint": plan.fingerprint})
    assert Unit.objects.get(code="46-B").path == "46/46-B/"
    assert Unit.objects.get(code="46-A").name == "东风总厂工会"


def test_empty_pages_teach_and_offer_the_next_button(cast: Cast) -> None:
    Member.objects.all().delete()
    for name in ("people:roster", "people:delegates", "people:new_delegates"):
        page = cast.client("officer").get(reverse(name, args=["46-A"])).content.decode()
        assert 'class="card empty"' in page
        assert "button" in page.split('class="card empty"')[1]
