"""Importing a roster: a wrong row writes nothing, the delta is shown first, and only those may who are not judged."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pingjia.intake.models import Upload
from pingjia.intake.reading import read
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.intake.workbooks import workbook
from pingjia.journal.models import Line
from pingjia.people import actions, roster
from pingjia.people.models import Category, Delegate, Member, Status
from pingjia.people.tests.cast import Cast, fill, gather
from pingjia.units.models import Kind, Unit
from pingjia.units.refusal import Refused

HEAD = ["会员编号", "姓名", "岗位类别", "分会", "会籍"]
URL = "/u/46-A/roster/import"


def line(number: int, **other: str) -> list[str]:
    row = {"no": f"{number:04d}", "name": f"会员{number}", "category": "一线", "branch": "", "status": ""} | other
    return list(row.values())


def table(*rows: list[str]) -> Table:
    return Table("csv", list(enumerate([HEAD, *rows], 1)))


def file(*rows: list[str], name: str = "名册.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, workbook("名册", HEAD, rows))


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def send(cast: Cast, who: str, upload: Any, **more: str) -> Any:
    return cast.client(who).post(URL, {"file": upload, "mode": "whole", **more}, follow=True)


def confirm(cast: Cast, who: str, **more: str) -> Any:
    plan = cast.client(who).get(URL).context["plan"]
    upload = Upload.objects.get(used_at__isnull=True)
    data = {"confirm": upload.code, "fingerprint": plan.fingerprint, **more}
    return cast.client(who).post(URL, data, follow=True)


def test_an_error_in_row_17_says_row_17_and_the_remedy_and_writes_nothing(cast: Cast) -> None:
    rows = [line(n) for n in range(3, 23)]
    rows[15][2] = "车间主任"
    before = list(Member.objects.values())
    page = send(cast, "officer", file(*rows)).content.decode()
    assert "第 17 行“岗位类别”：没有“车间主任”这一种。请填：一线职工、技术人员、管理人员。" in page
    assert "什么都还没有写入" in page
    answer = confirm(cast, "officer")
    assert "预览以后情况有变化" in answer.content.decode()
    assert list(Member.objects.values()) == before
    assert not Line.objects.filter(verb="import_roster").exists()


def test_the_rejected_rows_come_back_as_a_workbook(cast: Cast) -> None:
    send(cast, "officer", file(line(1), line(2, name="=1+1", category="？"), line(3, name="")))
    answer = cast.client("officer").get(reverse("people:roster_rejected", args=["46-A"]))
    rows = [row for _number, row in read(answer.content).rows]
    assert rows[0][:3] == ["原行号", "要改什么", "会员编号"]
    assert [row[0] for row in rows[1:]] == ["3", "4"]
    assert rows[1][3] == "=1+1"


def test_the_delta_is_shown_before_anything_is_written(cast: Cast) -> None:
    fill(cast.units["46-A"], 8, start=3)
    rows = [line(1, name="chair", category="管理"), line(2, name="改了名")]
    rows += [[f"{n:05d}", f"会员{n}", "一线", "", ""] for n in range(3, 10)]
    rows += [line(90), line(91)]
    answer = send(cast, "officer", file(*rows))
    plan = answer.context["plan"]
    assert [row.no for row in plan.new] == ["0090", "0091"]
    assert [change.words for change in plan.changed] == [["姓名：member → 改了名"]]
    assert [member.no for member in plan.left] == ["00010"]
    assert plan.unchanged == 8
    assert Member.objects.filter(status=Status.ACTIVE).count() == 10
    confirm(cast, "officer")
    assert Member.objects.filter(status=Status.ACTIVE).count() == 11
    assert Member.objects.get(no="0002").name == "改了名"
    assert Member.objects.get(no="00010").status == Status.LEFT
    written = Line.objects.get(verb="import_roster")
    assert (written.by, written.facts) == ("officer", {"new": 2, "changed": 1, "left": 1})
    assert bytes(Upload.objects.get().content) == b""


def test_a_part_of_the_roster_leaves_the_others_alone(cast: Cast) -> None:
    send(cast, "officer", file(line(90)), mode="part")
    confirm(cast, "officer")
    assert Member.objects.filter(unit=cast.units["46-A"], status=Status.ACTIVE).count() == 3


def test_losing_many_members_is_asked_once_more(cast: Cast) -> None:
    fill(cast.units["46-A"], 12)
    send(cast, "officer", file(line(1, name="chair", category="管理")))
    assert "许多会员将记为离会" in confirm(cast, "officer").content.decode()
    assert Member.objects.filter(status=Status.LEFT).count() == 0
    confirm(cast, "officer", sure="1")
    assert Member.objects.filter(status=Status.LEFT).count() == 13


def test_a_roster_that_changed_since_the_preview_is_shown_again(cast: Cast) -> None:
    send(cast, "officer", file(line(90)), mode="part")
    old = cast.client("officer").get(URL).context["plan"].fingerprint
    Member.objects.create(unit=cast.units["46-A"], no="0090", name="别人先登记了")
    code = Upload.objects.get().code
    answer = cast.client("officer").post(URL, {"confirm": code, "fingerprint": old}, follow=True)
    assert "预览以后情况有变化" in answer.content.decode()
    assert Member.objects.get(no="0090").name == "别人先登记了"


def test_confirming_twice_writes_once(cast: Cast) -> None:
    send(cast, "officer", file(line(90)), mode="part")
    plan = cast.client("officer").get(URL).context["plan"]
    data = {"confirm": Upload.objects.get().code, "fingerprint": plan.fingerprint}
    for _twice in range(2):
        cast.client("officer").post(URL, data)
    assert Line.objects.filter(verb="import_roster").count() == 1


def test_another_officer_cannot_confirm_my_file(cast: Cast) -> None:
    send(cast, "officer", file(line(90)), mode="part")
    plan = cast.client("officer").get(URL).context["plan"]
    data = {"confirm": Upload.objects.get().code, "fingerprint": plan.fingerprint}
    assert "请重新上传" in cast.client("group").post(URL, data, follow=True).content.decode()
    assert not Member.objects.filter(no="0090").exists()


def test_branches_that_do_not_exist_are_an_error_or_founded_when_asked(cast: Cast) -> None:
    rows = [line(90, branch="一车间分会"), line(91, branch="二车间"), line(92, branch="二车间")]
    page = send(cast, "officer", file(*rows), mode="part").content.decode()
    assert "第 3 行“分会”：本工会没有“二车间”。请改成现有的：一车间分会" in page
    send(cast, "officer", file(*rows), mode="part", found_branches="on")
    confirm(cast, "officer")
    assert Member.objects.get(no="0090").branch == cast.units["46-A-1"]
    founded = Unit.objects.get(name="二车间")
    assert (founded.kind, founded.parent_id) == (Kind.BRANCH, cast.units["46-A"].pk)
    assert founded.branch_members.count() == 2


def test_who_left_speaks_for_nobody(cast: Cast) -> None:
    unit = cast.units["46-A"]
    one = Member.objects.get(no="0002")
    actions.add_delegates(unit, by="system", delegation="一团", members=[one], since=timezone.localdate(), until=None)
    made = roster.plan(unit, table(line(1, name="chair", category="管理")))
    actions.apply_roster(made, by="system")
    assert Delegate.objects.get().until == timezone.localdate()


def test_a_table_without_branches_moves_nobody(cast: Cast) -> None:
    unit = cast.units["46-A"]
    Member.objects.filter(no="0002").update(branch=cast.units["46-A-1"])
    made = Table("csv", [(1, HEAD[:3]), (2, ["0002", "新名", "一线"])])
    actions.apply_roster(roster.plan(unit, made, whole=False), by="system")
    one = Member.objects.get(no="0002")
    assert (one.name, one.branch) == ("新名", cast.units["46-A-1"])


def test_retained_members_stay_retained_unless_the_table_says_otherwise(cast: Cast) -> None:
    unit = cast.units["46-A"]
    Member.objects.filter(no="0002").update(status=Status.RETAINED)
    plan = roster.plan(unit, table(line(2, name="member")), whole=False)
    assert not plan.writes
    plan = roster.plan(unit, table(line(2, name="member", status="正常")), whole=False)
    assert plan.changed[0].differences == (("status", Status.RETAINED, Status.ACTIVE),)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("名册.csv", "会员编号,姓名,岗位类别\r\n0090,喆䶮,一线\r\n".encode("gb18030")),
        ("名册.csv", "会员编号,姓名,岗位类别\r\n0090,喆䶮,一线\r\n".encode("utf-16")),
        ("名册.csv", "会员编号\t姓名\t岗位类别\n0090\t喆䶮\t一线\n".encode()),
        ("=cmd|' /C calc'!A0.xlsx", workbook("甲", HEAD[:3], [["0090", "喆䶮", "一线"]])),
    ],
)
def test_any_encoding_and_any_file_name_will_do(cast: Cast, name: str, raw: bytes) -> None:
    send(cast, "officer", SimpleUploadedFile(name, raw), mode="part")
    confirm(cast, "officer")
    assert Member.objects.get(no="0090").name == "喆䶮"


@pytest.mark.parametrize("raw", [b"", b"%PDF-1.7", b"\x00\x01\x02" * 99, "姓名\n".encode()])
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence_at_its_field(cast: Cast, raw: bytes) -> None:
    answer = send(cast, "officer", SimpleUploadedFile("名册.xlsx", raw))
    assert answer.status_code == 422
    assert len(answer.context["form"].errors["file"]) == 1
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("chair", 403), ("member", 403), ("neighbour", 404), ("stranger", 404), ("former", 404), ("", 403)],
)
@pytest.mark.parametrize("name", ["roster_import", "roster_rejected", "roster_template", "new_member"])
def test_only_those_who_are_not_judged_may_import(cast: Cast, who: str, status: int, name: str) -> None:
    url = reverse(f"people:{name}", args=["46-A"])
    client = cast.client(who)
    assert client.get(url).status_code == status
    assert client.post(url, {"file": file(line(90)), "mode": "part"}).status_code in (status, 405)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("who", ["officer", "group", "organiser"])
def test_officer_work_group_and_superior_may(cast: Cast, who: str) -> None:
    send(cast, who, file(line(90)), mode="part")
    confirm(cast, who)
    assert Line.objects.get(verb="import_roster").by == who


def test_the_template_alone_is_no_roster(cast: Cast) -> None:
    """Uploaded by mistake it would let everybody leave."""
    raw = cast.client("officer").get(reverse("people:roster_template", args=["46-A"])).content
    with pytest.raises(Unreadable, match="表头下面没有任何一行"):
        roster.plan(cast.units["46-A"], read(raw))


class ImportsAreExact(TestCase):
    """Whatever rows come: after a whole import the active roster is exactly the table."""

    people = st.dictionaries(
        st.integers(1, 40), st.tuples(st.sampled_from(["甲", "乙", "喆"]), st.sampled_from(list(Category))), max_size=12
    )

    @given(people, people)
    def test_the_roster_becomes_the_table(self, first: dict[int, Any], second: dict[int, Any]) -> None:
        unit = gather().units["46-A"]
        for people in (first, second):
            rows = [[f"{n:04d}", name, str(category.label), "", ""] for n, (name, category) in people.items()]
            if not rows:
                continue
            made = roster.plan(unit, table(*rows))
            standing = Member.objects.filter(unit=unit).exclude(status=Status.LEFT).count()
            assert (
                made.unchanged + len(made.left) + sum(change.member.status != Status.LEFT for change in made.changed)
                == standing
            )
            actions.apply_roster(made, by="system")
            active = Member.objects.filter(unit=unit, status=Status.ACTIVE)
            assert {(m.no, m.name, m.category) for m in active} == {
                (f"{n:04d}", name, category) for n, (name, category) in people.items()
            }
            assert not roster.plan(unit, table(*rows)).writes


def test_a_plan_with_errors_is_never_written(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.apply_roster(roster.plan(cast.units["46-A"], table(line(1, name=""))), by="system")


def test_two_of_one_number_name_both_rows(cast: Cast) -> None:
    made = roster.plan(cast.units["46-A"], table(line(7), line(8), line(7)))
    assert [str(error) for error in made.errors] == [
        "第 4 行“会员编号”：会员编号 0007 与第 2 行重复。每人只留一行，或改正编号。"
    ]


def test_a_reader_in_english_may_send_a_table_in_either_language(cast: Cast) -> None:
    unit = cast.units["46-A"]
    with override("en"):
        titles = [str(column.title) for column in roster.COLUMNS]
        labels = [str(Category.FRONT_LINE.label), str(Status.ACTIVE.label)]
        english = Table("csv", [(1, titles), (2, ["0090", "Zhang", labels[0], "", "", labels[1]])])
        assert len(roster.plan(unit, english, whole=False).new) == 1
        assert len(roster.plan(unit, table(line(90)), whole=False).new) == 1
