"""Tables whose columns go by other names: layouts kept as data, columns named by hand, and remembered for the union."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pingjia.intake import mapping, reading
from pingjia.intake.models import Upload
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.intake.workbooks import workbook
from pingjia.journal.models import Line
from pingjia.people import identity, layouts, roster
from pingjia.people.models import Category, Employment, Member, RosterColumns, Sex, Status
from pingjia.people.tests.cast import Cast, gather, read_here

URL = "/u/46-A/roster/import"
COLUMNS = f"{URL}/columns"
ODD = ["代号", "大名", "备注", "备注", "干什么"]
ODD_ROW = ["0090", "新来的", "甲", "乙", "一线"]
NAMED = {"no": "代号", "name": "大名", "category": "干什么"}
NUMBER = "11010519491231002X"


@pytest.fixture(autouse=True)
def no_process_for_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read", read_here)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def sheet(*rows: list[str]) -> Table:
    return Table("csv", list(enumerate(rows, 1)))


def send(cast: Cast, *rows: list[str], mode: str = "part") -> Any:
    raw = workbook("甲", rows[0], rows[1:])
    return cast.client("officer").post(URL, {"file": SimpleUploadedFile("名册.xlsx", raw), "mode": mode}, follow=True)


def test_the_collection_form_of_the_registry_is_read_without_a_word(cast: Cast) -> None:
    head = ["序号", "姓名", "性别", "民族", "证件类型", "证件号码", "政治面貌", "入会日期", "工会会员卡号", "用工形式"]
    row = ["1", "新来的", "女", "汉族", "居民身份证", NUMBER, "群众", "2024-05-01", "0090", "劳务派遣"]
    known = ["2", "member", "男", "汉族", "居民身份证", "", "群众", "", "0002", "其他"]
    Member.objects.filter(no="0002").update(category=Category.TECHNICAL)
    answer = send(cast, ["某某公司工会会员基本信息采集表"], head, row, known)
    plan = answer.context["plan"]
    assert not plan.errors
    assert [(one.no, one.sex, one.employment, one.id_hash) for one in plan.new] == [
        ("0090", Sex.FEMALE, Employment.DISPATCHED, identity.id_hash(NUMBER))
    ]
    page = answer.content.decode()
    assert "表里没有岗位类别：新会员记为“一线职工”，原有会员的不变。" in page
    assert "没有用到这些列：序号、民族、证件类型、政治面貌" in page
    confirm = {"confirm": Upload.objects.get().code, "fingerprint": plan.fingerprint}
    cast.client("officer").post(URL, confirm)
    assert Member.objects.get(no="0090").category == Category.FRONT_LINE
    assert Member.objects.get(no="0002").category == Category.TECHNICAL, "what a table does not say stays"


def test_a_platform_s_export_is_read_without_a_word(cast: Cast) -> None:
    head = [
        "会员ID",
        "会员姓名",
        "身份证件号码",
        "所属工会",
        "职业类别",
        "就业状况",
        "会籍状态",
        "入会时间",
        "转出时间",
    ]
    rows = [
        ["0090", "甲", "", "东风厂工会", "专业技术人员", "在岗", "已入会", "2024/5/1", ""],
        ["0091", "乙", "", "东风厂工会", "产业工人", "派遣制", "已转出", "2020年3月2日", "2024-01-02"],
    ]
    plan = send(cast, head, *rows).context["plan"]
    found = [(one.no, one.category, one.employment, one.status, str(one.left_at)) for one in plan.new]
    assert found == [
        ("0090", Category.TECHNICAL, Employment.UNKNOWN, Status.ACTIVE, "None"),
        ("0091", Category.FRONT_LINE, Employment.DISPATCHED, Status.LEFT, "2024-01-02"),
    ]


def test_unknown_names_lead_to_the_page_where_they_are_said_once(cast: Cast) -> None:
    page = send(cast, ODD, ODD_ROW)
    assert page.redirect_chain[-1][0] == COLUMNS
    assert "备注 (2)" in page.content.decode()
    officer = cast.client("officer")
    said = officer.post(COLUMNS, {"row": "1", **NAMED}, follow=True)
    assert [row.no for row in said.context["plan"].new] == ["0090"]
    assert not Member.objects.filter(no="0090").exists(), "naming columns writes no member"
    Upload.objects.all().delete()
    again = send(cast, ["名册"], ["干什么", "旁注", "大名", "代号"], ["一线", "", "另一位", "0091"])
    assert [row.no for row in again.context["plan"].new] == ["0091"], "the next file, its columns in another order"
    assert "各列按“上次定下的对应”读入" in again.content.decode()
    assert Line.objects.get(verb="remember_columns").facts == {"columns": ["category", "name", "no"]}


def test_columns_remembered_for_one_union_are_not_another_s(cast: Cast) -> None:
    there = mapping.file_columns(sheet(ODD, ODD_ROW), 1)
    layouts.remember(cast.units["46-A"], NAMED, category="", there=there, by="x")
    assert roster.plan(
        cast.units["46-A"], sheet(ODD, ODD_ROW), whole=False, layout=layouts.choose(cast.units["46-A"], sheet(ODD))
    ).new
    with pytest.raises(Unreadable):
        layouts.choose(cast.units["42-A"], sheet(ODD, ODD_ROW)).header(sheet(ODD, ODD_ROW))


def test_saying_the_same_again_keeps_one_and_the_latest_counts(cast: Cast) -> None:
    unit, there = cast.units["46-A"], mapping.file_columns(sheet(ODD, ODD_ROW), 1)
    for named in (NAMED, {**NAMED, "branch": "备注"}, NAMED):
        layouts.remember(unit, named, category="", there=there, by="x")
    assert RosterColumns.objects.count() == 2
    assert layouts.choose(unit, sheet(ODD, ODD_ROW)).named == NAMED


def test_what_was_said_wrong_is_said_in_a_sentence_and_nothing_is_kept(cast: Cast) -> None:
    send(cast, ODD, ODD_ROW)
    officer = cast.client("officer")
    for said, sentence in (
        ({"name": "大名", "category": "干什么"}, "请指明是哪一列"),
        ({"no": "代号", "name": "代号", "category": "干什么"}, "“代号”这一列用了不止一次：会员编号、姓名。"),
        ({"no": "代号", "name": "大名"}, "表里没有，就选新会员记为哪一类"),
        ({"no": "别处", "name": "大名", "category": "干什么"}, "别处"),
    ):
        answer = officer.post(COLUMNS, {"row": "1", **said})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert not RosterColumns.objects.exists()


def test_a_category_for_all_new_members_stands_in_for_the_missing_column(cast: Cast) -> None:
    send(cast, ["代号", "大名"], ["0090", "新来的"])
    said = {"row": "1", "no": "代号", "name": "大名", "category_of_new": Category.TECHNICAL}
    plan = cast.client("officer").post(COLUMNS, said, follow=True).context["plan"]
    assert [row.category for row in plan.new] == [Category.TECHNICAL]


def test_the_header_may_stand_anywhere_and_the_row_may_be_chosen(cast: Cast) -> None:
    rows = [["某厂", "二〇二六年"], ODD, ODD_ROW]
    assert mapping.likely_header(sheet(*rows), roster.COLUMNS) == 1, "nothing known: the first row of two cells"
    send(cast, *rows)
    page = cast.client("officer").get(COLUMNS, {"row": "2"})
    assert [one.label for one in page.context["form"].there] == ["代号", "大名", "备注", "备注 (2)", "干什么"]
    plan = cast.client("officer").post(COLUMNS, {"row": "2", **NAMED}, follow=True).context["plan"]
    assert (plan.header_row, [row.name for row in plan.new]) == (2, ["新来的"])


def test_identity_numbers_are_not_shown_among_the_examples(cast: Cast) -> None:
    send(cast, ["代号", "大名", "证号"], ["0090", "新来的", NUMBER])
    page = cast.client("officer").get(COLUMNS).content.decode()
    assert "110…" in page
    assert NUMBER not in page


def test_the_rejected_rows_are_read_by_the_columns_that_were_said(cast: Cast) -> None:
    send(cast, ODD, ["", "无号", "", "", "一线"])
    cast.client("officer").post(COLUMNS, {"row": "1", **NAMED})
    raw = cast.client("officer").get(reverse("people:roster_rejected", args=["46-A"])).content
    back = cast.client("officer").post(URL, {"file": SimpleUploadedFile("r.xlsx", raw), "mode": "part"}, follow=True)
    assert [str(error) for error in back.context["plan"].errors] == ["第 2 行“会员编号”：没有填写。请补上。"]


def test_nothing_waiting_leads_back_to_the_upload(cast: Cast) -> None:
    assert cast.client("officer").get(COLUMNS).headers["Location"] == URL


@pytest.mark.parametrize(("who", "status"), [("chair", 403), ("member", 403), ("neighbour", 404), ("", 403)])
def test_only_who_may_import_may_say_what_is_what(cast: Cast, who: str, status: int) -> None:
    assert cast.client(who).get(COLUMNS).status_code == status
    assert cast.client(who).post(COLUMNS, NAMED).status_code == status


def test_an_operator_s_own_layouts_are_data_and_a_wrong_one_is_named(tmp_path: Path, settings: Any) -> None:
    settings.PINGJIA_PROFILES = str(tmp_path)
    own = {"title": "厂表", "marks": ["甲", "乙"], "columns": {"no": ["甲"], "name": ["丙"], "category": ["丁"]}}
    (tmp_path / "own.json").write_text(json.dumps(own))
    assert [one.title for one in layouts.profiles()] == ["厂表"]
    settings.PINGJIA_PROFILES = str(tmp_path / "wrong")
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "own.json").write_text(json.dumps({**own, "columns": {"no": ["甲"]}}))
    with pytest.raises(layouts.BadProfile, match=r"own\.json: columns"):
        layouts.profiles()
