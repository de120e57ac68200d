"""Saying which column is what in a real browser: by dragging, by the keyboard alone, and without the script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pingjia.intake import reading
from pingjia.intake.workbooks import workbook
from pingjia.people.tests.cast import Cast, gather, read_here

pytestmark = pytest.mark.browser
URL = "/u/46-A/roster/import"
SCRIPT = Path(__file__).resolve().parents[2] / "pingjia/people/static/people/columns.js"
SAID = "[...document.querySelectorAll('#matching select')].filter(s => s.value).map(s => [s.name, s.value])"


@pytest.fixture(autouse=True)
def no_process_for_each_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read", read_here)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


@pytest.fixture
def page(cast: Cast, devices: Any) -> Any:
    """The page as the site sends it, for a table of which it knows no column; its script is not yet there."""
    raw = workbook("甲", ["代号", "大名", "干什么"], [["0090", "新来的", "一线"]])
    file = SimpleUploadedFile("名册.xlsx", raw)
    answer = cast.client("officer").post(URL, {"file": file, "mode": "part"}, follow=True)
    page = devices(viewport={"width": 1280, "height": 1600}, is_mobile=False).new_page()
    page.set_content(answer.content.decode(), wait_until="domcontentloaded")
    return page


def goes_on(cast: Cast, said: list[list[str]]) -> bool:
    """Send what the browser would send; say whether the preview follows."""
    answer = cast.client("officer").post(f"{URL}/columns", {"row": "1", **dict(said)}, follow=True)
    return [row.no for row in answer.context["plan"].new] == ["0090"]


def test_a_column_is_dragged_to_its_field_and_is_only_one_thing(cast: Cast, page: Any) -> None:
    page.add_script_tag(path=str(SCRIPT))
    for label, key in (("大名", "no"), ("代号", "no"), ("大名", "name"), ("干什么", "category")):
        page.drag_and_drop(f".chips [data-label='{label}']", f"#id_{key}")
    page.drag_and_drop(".chips [data-label='干什么']", "#id_branch")
    page.drag_and_drop(".chips [data-label='干什么']", "#id_category")
    said = page.evaluate(SAID)
    assert said == [["no", "代号"], ["name", "大名"], ["category", "干什么"]]
    assert page.locator(".chips .used").count() == 3
    assert goes_on(cast, said)


@pytest.mark.parametrize("script", [True, False])
def test_the_keyboard_alone_is_enough_with_and_without_the_script(cast: Cast, page: Any, script: bool) -> None:
    if script:
        page.add_script_tag(path=str(SCRIPT))
    page.focus("#id_no")
    for presses in (1, 2, 3):
        for _press in range(presses):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    said = page.evaluate(SAID)
    assert said == [["no", "代号"], ["name", "大名"], ["category", "干什么"]]
    assert goes_on(cast, said)
