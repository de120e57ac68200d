"""Rosters from odd or hostile files: a preview, a question which column is which, or one sentence; never a fault."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, OperationalError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pingjia.core.tests.scale import chance, proving, scaled
from pingjia.intake import mapping, reading
from pingjia.intake.delimited import read_delimited
from pingjia.intake.models import Upload
from pingjia.intake.outgoing import write_csv
from pingjia.intake.table import Limits, Table
from pingjia.intake.unreadable import Unreadable
from pingjia.journal.models import Line
from pingjia.people import actions, export, layouts, roster
from pingjia.people.models import Member
from pingjia.people.tests.cast import Cast, gather, read_here
from pingjia.units.models import Unit

URL = "/u/46-A/roster/import"
DATA = Path(__file__).resolve().parents[3] / "tests" / "data"
HEAD = ["会员编号", "姓名", "岗位类别"]
STRINGS: list[str] = [
    *json.loads((DATA / "fuzz" / "blns.json").read_text(encoding="utf-8")),
    *(DATA / "fuzz" / "csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines(),
]


@pytest.fixture(autouse=True)
def no_process_for_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read", read_here)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def test_every_string_as_a_name_is_entered_as_it_is_or_refused_in_a_sentence(cast: Cast) -> None:
    unit = cast.units["42-A"]
    rows = [[f"{number:04d}", text, "一线"] for number, text in enumerate(STRINGS)]
    out = io.StringIO(newline="")
    write_csv(out, HEAD, rows)
    made = roster.plan(unit, read_delimited(out.getvalue().encode("utf-8", "surrogatepass"), Limits()))
    wrong = {error.row for error in made.errors}
    assert all(str(error).startswith("第 ") and str(error).endswith("。") for error in made.errors)
    assert 0 < len(wrong) < len(STRINGS) / 4
    good = [row for number, row in enumerate(rows, 2) if number not in wrong]
    actions.apply_roster(roster.plan(unit, Table("xlsx", list(enumerate([HEAD, *good], 1)))), by="x")
    assert dict(Member.objects.filter(unit=unit).values_list("no", "name")) == {
        no: name.strip() for no, name, _ in good
    }
    again = Table("xlsx", list(enumerate([export.titles(), *export.rows(unit)], 1)))
    assert not roster.plan(unit, again).writes


def test_every_string_as_a_file_name_is_taken(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("csv", [(1, HEAD), (2, ["0090", "甲", "一线"])])
    monkeypatch.setattr(reading, "read", lambda *_words, **_more: table)
    officer = cast.client("officer")
    for text in STRINGS if proving() else chance().sample(STRINGS, 6):
        named = SimpleUploadedFile("x", b"x")
        named._name = text  # as a browser may send it: the name's own setter would take folders away
        assert officer.post(URL, {"file": named, "mode": "part"}).status_code in (302, 422)
        officer.post(URL, {"file": SimpleUploadedFile("x", b"x"), "mode": "part"})
        Upload.objects.update(name=text[-200:].replace("\0", ""))
        assert officer.get(URL).status_code == 200


def test_every_table_of_the_data_folders_is_a_preview_a_question_or_one_sentence(cast: Cast) -> None:
    files = sorted(path for path in (DATA / "tables").iterdir() if path.suffix in (".xlsx", ".xls", ".ods"))
    officer, seen = cast.client("officer"), set()
    for path in files if proving() else chance().sample(files, 3):
        answer = officer.post(URL, {"file": SimpleUploadedFile(path.name, path.read_bytes()), "mode": "whole"})
        seen.add(answer.status_code)
        if answer.status_code == 302:
            assert officer.get(answer.headers["Location"]).status_code == 200, path.name
        else:
            assert answer.status_code == 422, path.name
            assert len(answer.context["form"].errors["file"]) == 1
    assert seen <= {302, 422}
    assert Member.objects.count() == 2
    assert not Line.objects.filter(verb="import_roster").exists()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (IntegrityError, "预览以后情况有变化，请再看一遍，然后确认。"),
        (OperationalError, "别处正在写入，什么都还没有写入，请过几分钟再确认一次。"),
    ],
)
def test_a_clash_with_somebody_else_s_writing_is_a_sentence_and_the_file_waits(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, error: type[Exception], sentence: str
) -> None:
    def clash(*_words: Any, **_more: Any) -> None:
        raise error

    raw = ",".join(HEAD) + "\n0090,甲,一线\n"
    officer = cast.client("officer")
    officer.post(URL, {"file": SimpleUploadedFile("a.csv", raw.encode()), "mode": "part"})
    plan, code = officer.get(URL).context["plan"], Upload.objects.get().code
    monkeypatch.setattr(actions, "apply_roster", clash)
    answer = officer.post(URL, {"confirm": code, "fingerprint": plan.fingerprint}, follow=True)
    assert sentence in answer.content.decode()
    assert Upload.objects.get().used_at is None, "the file still waits"
    monkeypatch.undo()
    officer.post(URL, {"confirm": code, "fingerprint": plan.fingerprint})
    assert Member.objects.filter(no="0090").count() == 1


def outcome(unit: Unit, table: Table) -> str:
    """Plan a table; return "planned", or why it is refused."""
    try:
        roster.plan(unit, table, layout=layouts.choose(unit, table))
    except Unreadable as reason:
        return reason.code
    return "planned"


class AnyTable(TestCase):
    """Whatever stands in a table: it is planned, or refused by name, or asked about; nothing else is raised."""

    words = st.one_of(
        st.sampled_from([*HEAD, "民族", "会员ID", "备注", "", " ", "备注 (2)", "[B]"]), st.text(max_size=4)
    )
    tables = st.lists(st.lists(words, min_size=1, max_size=6), min_size=1, max_size=6)

    @settings(max_examples=scaled(10, 1000), deadline=None)
    @given(tables)
    def test_any_table(self, cells: list[list[str]]) -> None:
        unit = gather().units["46-A"]
        table = Table("csv", list(enumerate(cells, 1)))
        assert outcome(unit, table) in ("planned", "no_header", "header_twice", "no_rows")
        row = mapping.likely_header(table, roster.COLUMNS)
        there = mapping.file_columns(table, row)
        assert len({one.label for one in there}) == len(there)
        named = layouts.guess(there)
        assert len(set(named.values())) == len(named)
        if not layouts.problems(named, "manager", there):
            found = mapping.find_named(table, named)
            assert found is not None
            assert found.row <= row
            assert layouts.named(named, "manager").header(table) == found
