"""The delegates' composition against rules that are data: whole persons, the fraction, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from pingjia.people import actions, composition, queries
from pingjia.people.models import Category, Member
from pingjia.people.tests.cast import Cast, fill, gather


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def held(cast: Cast, front: int, technical: int, managers: int, women: int, women_in_union: int = 0) -> dict[str, Any]:
    """Elect that many of each kind, the first ``women`` of them women; return the checks by code."""
    unit = cast.units["46-A"]
    Member.objects.filter(unit=unit).delete()
    members = []
    for start, (count, category) in enumerate(
        [(front, Category.FRONT_LINE), (technical, Category.TECHNICAL), (managers, Category.MANAGER)], 1
    ):
        members += fill(unit, count, start=start * 1000, category=category, sex="male")
    fill(unit, women_in_union, start=9000, sex="female")
    Member.objects.filter(pk__in=[one.pk for one in members[:women]]).update(sex="female")
    chosen = {"delegation": "一团", "since": "2024-01-01", "until": None}
    actions.add_delegates(unit, by="system", members=members, **chosen)
    return {check.rule.code: check for check in composition.checks(unit, queries.delegates(unit))}


def test_sixty_percent_is_enough_and_one_less_says_how_many_are_missing(cast: Cast) -> None:
    check = held(cast, 6, 2, 2, 0)["front_line"]
    assert (check.met, check.share, check.total, check.words) == (True, 6, 10, "")
    check = held(cast, 5, 4, 2, 0)["front_line"]
    assert (check.met, check.off, check.words) == (False, 2, "还差 2 人。")


def test_twenty_percent_of_managers_is_not_too_many_and_one_more_is(cast: Cast) -> None:
    assert held(cast, 8, 0, 2, 0)["managers"].met
    check = held(cast, 8, 0, 3, 0)["managers"]
    assert (check.met, check.words) == (False, "多了 1 人。")


def test_women_are_held_against_their_share_of_the_members(cast: Cast) -> None:
    # 10 delegates of 30 members, 23 of them women; 3 women are elected.
    check = held(cast, 8, 0, 2, 3, women_in_union=20)["women"]
    assert check.met is False
    assert check.off == 10 * 23 // 30 - 3
    assert "23/30" in check.bound
    assert held(cast, 8, 0, 2, 3)["women"].met


def test_where_the_roster_does_not_say_nothing_is_claimed(cast: Cast) -> None:
    held(cast, 8, 0, 2, 3)
    Member.objects.filter(no="01000").update(sex="")
    unit = cast.units["46-A"]
    check = composition.checks(unit, queries.delegates(unit))[2]
    assert check.met is None
    page = cast.client("officer").get(reverse("people:delegates", args=["46-A"])).content.decode()
    assert "不能核对" in page
    assert "浙江省企业民主管理条例第十一条" in page


def test_a_district_with_other_thresholds_sets_them_as_data(cast: Cast, settings: Any, tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    rule = {"code": "front_line", "share": "front_line", "least": [1, 2], "source": "本区办法第三条"}
    file.write_text(json.dumps({"rules": [rule]}), "utf-8")
    settings.PINGJIA_COMPOSITION = str(file)
    checks = held(cast, 5, 4, 1, 0)
    assert list(checks) == ["front_line"]
    assert checks["front_line"].met
    assert checks["front_line"].rule.source == "本区办法第三条"


@pytest.mark.parametrize("broken", [{"share": "giants", "least": [1, 2]}, {"share": "women"}, {"least": [3, 2]}])
def test_rules_that_are_none_are_refused(tmp_path: Path, broken: dict[str, Any]) -> None:
    file = tmp_path / "rules.json"
    rule = {"code": "x", "share": "women", "source": "x"} | broken
    file.write_text(json.dumps({"rules": [rule]}), "utf-8")
    with pytest.raises(composition.BadRules):
        composition._read(file)


@given(st.integers(1, 300), st.integers(0, 300))
def test_what_is_missing_is_exactly_what_would_do(total: int, share: int) -> None:
    rule = composition.rules()[0]
    share = min(share, total)
    ours = {"total": total, "front_line": share, "managers": 0, "women": 0, "unknown": 0}
    check = composition._check(rule, ours, {"total": 1, "women": 0, "unknown": 0})
    assert 5 * (share + check.off) >= 3 * total
    assert check.off == 0 or 5 * (share + check.off - 1) < 3 * total
    assert check.met == (5 * share >= 3 * total)
