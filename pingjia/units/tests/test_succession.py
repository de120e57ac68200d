"""Split, merge, move, dissolve: today changes, what a past day saw does not."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pingjia.core.tests.scale import scaled
from pingjia.journal.models import Line
from pingjia.units import actions, counting, history, queries, succession
from pingjia.units.models import Act, Kind, Unit
from pingjia.units.refusal import Refused

OLD = date(2020, 1, 1)


def found(parent: Unit | None, code: str, kind: str = Kind.FEDERATION, since: date | None = None) -> Unit:
    above = Unit.objects.get(pk=parent.pk) if parent else None
    return actions.create_unit(above, by="system", code=code, name=f"单位{code}", kind=kind, since=since)


def again(unit: Unit) -> Unit:
    return Unit.objects.get(pk=unit.pk)


@pytest.fixture
def town(db: None) -> dict[str, Unit]:
    root = found(None, "R", since=OLD)
    east, west = found(root, "E", since=OLD), found(root, "W", since=OLD)
    mill = found(east, "M", Kind.GRASSROOTS, since=OLD)
    shop = found(mill, "M-1", Kind.BRANCH, since=OLD)
    works = found(west, "K", Kind.GRASSROOTS, since=OLD)
    return {unit.code: again(unit) for unit in (root, east, west, mill, shop, works)}


def seen(day: date, root: Unit) -> dict[str, str]:
    return {one.code: one.path for one in queries.as_of(day).below(root)}


def test_a_move_changes_today_and_not_the_day_before(town: dict[str, Unit]) -> None:
    day = date(2024, 5, 1)
    before = seen(day - timedelta(days=1), town["R"])
    actions.move_unit(town["M"], town["W"], by="system", on=day)
    assert again(town["M-1"]).path == "R/W/M/M-1/"
    assert seen(day - timedelta(days=1), town["R"]) == before
    assert seen(day, town["R"])["M-1"] == "R/W/M/M-1/"
    assert [one.code for one in queries.as_of(day - timedelta(days=1)).line(town["M-1"])] == ["R", "E", "M", "M-1"]
    assert [one.code for one in queries.as_of(day).line(town["M-1"])] == ["R", "W", "M", "M-1"]
    # The superior of that year still counts the home as one of its own of that year, and only of that year.
    assert town["M"] in queries.homes_below(again(town["E"]), day - timedelta(days=1))
    assert town["M"] not in queries.homes_below(again(town["E"]))
    assert town["M"] in queries.homes_below(again(town["W"]))


def test_a_dissolved_unit_keeps_its_row_and_its_code_is_never_used_again(town: dict[str, Unit]) -> None:
    day = date(2024, 5, 1)
    gone = succession.dissolve(town["M"], by="system", on=day)
    assert (gone.stands, gone.until) == (False, date(2024, 4, 30))
    assert not again(town["M-1"]).stands
    assert (again(town["E"]).children_count, again(town["R"]).below_count) == (0, 3)
    assert "M" in seen(date(2024, 4, 30), town["R"])
    assert "M" not in seen(day, town["R"])
    with pytest.raises(Refused, match="已被使用"):
        found(town["W"], "m")
    with pytest.raises(Refused, match="已经撤销"):
        actions.move_unit(again(gone), town["W"], by="system")
    with pytest.raises(Refused, match="已经撤销"):
        found(again(gone), "M-2", Kind.BRANCH)
    assert Line.objects.filter(verb="dissolve_unit").count() == 1


def test_a_federation_with_units_is_not_dissolved(town: dict[str, Unit]) -> None:
    with pytest.raises(Refused, match="下面还有 1 个单位，请先把它们改隶或撤销"):
        succession.dissolve(town["W"], by="system", on=date(2024, 5, 1))


def test_a_merged_union_leaves_its_branches_to_the_other(town: dict[str, Unit]) -> None:
    day = date(2024, 5, 1)
    into = succession.merge(town["M"], town["K"], by="system", on=day)
    assert again(town["M-1"]).path == "R/W/K/M-1/"
    assert (into.children_count, again(town["M"]).stands) == (1, False)
    assert seen(day, town["R"]) == {
        "R": "R/",
        "E": "R/E/",
        "W": "R/W/",
        "K": "R/W/K/",
        "M-1": "R/W/K/M-1/",
    }
    assert seen(date(2024, 4, 30), town["R"])["M-1"] == "R/E/M/M-1/"
    assert {change.act for change in town["K"].changes.all()} == {Act.FOUNDED, Act.MERGED}


def test_unlike_units_do_not_merge_and_every_reason_is_said(town: dict[str, Unit]) -> None:
    for unit, into, words in (("M", "W", "同样"), ("M", "M", "自己"), ("R", "E", "自己的下级"), ("M-1", "K", "同样")):
        with pytest.raises(Refused, match=words):
            succession.merge(town[unit], town[into], by="system", on=date(2024, 5, 1))


def test_a_split_takes_branches_along(town: dict[str, Unit]) -> None:
    day = date(2024, 5, 1)
    new = succession.split(town["M"], by="system", on=day, code="N", name="新厂工会", moving=[town["M-1"]])
    assert (new.path, new.kind, new.children_count) == ("R/E/N/", Kind.GRASSROOTS, 1)
    assert again(town["M-1"]).path == "R/E/N/M-1/"
    assert "N" not in seen(date(2024, 4, 30), town["R"])
    with pytest.raises(Refused, match="直接的下级"):
        succession.split(again(town["M"]), by="system", on=day, code="X", name="x", moving=[town["K"]])


def test_neither_the_future_nor_the_written_past_is_changed(town: dict[str, Unit]) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refused, match="还没有到"):
        succession.dissolve(town["K"], by="system", on=tomorrow)
    with pytest.raises(Refused, match="早于上一次变动"):
        actions.move_unit(town["K"], town["E"], by="system", on=OLD - timedelta(days=1))


class ThePastStandsStill(TestCase):
    """Whatever is done, in whatever order: every day that is over shows what it showed then."""

    @settings(max_examples=scaled(6, 200), deadline=None)
    @given(st.integers(0, 10**9))
    def test_every_day_shows_what_it_showed(self, seed: int) -> None:
        chance = random.Random(seed)
        root = found(None, "R", since=OLD)
        shown: dict[date, dict[str, str]] = {}
        day = OLD
        for number in range(12):
            day += timedelta(days=chance.randint(1, 40))
            standing = list(Unit.objects.filter(until=None, depth__gt=0))
            self._something(chance, day, root, standing, number)
            shown[day] = seen(day, root)
            assert shown[day] == {unit.code: unit.path for unit in Unit.objects.filter(until=None)}
        for then, tree in shown.items():
            assert seen(then, root) == tree
        counts: Any = {unit.pk: (unit.children_count, unit.below_count) for unit in Unit.objects.all()}
        counting.recount()
        assert counts == {unit.pk: (unit.children_count, unit.below_count) for unit in Unit.objects.all()}

    def _something(self, chance: random.Random, day: date, root: Unit, standing: list[Unit], number: int) -> None:
        code = f"U{number}"
        try:
            what = chance.choice(["found", "found", "move", "merge", "split", "dissolve"]) if standing else "found"
            one = again(chance.choice(standing)) if standing else root
            other = again(chance.choice([*standing, root]))
            if what == "found":
                found(other, code, since=day)
            elif what == "move":
                actions.move_unit(one, other, by="system", on=day)
            elif what == "merge":
                succession.merge(one, other, by="system", on=day)
            elif what == "split":
                moving = [again(unit) for unit in standing if unit.parent_id == one.pk][:1]
                succession.split(one, by="system", on=day, code=code, name=code, moving=moving)
            else:
                succession.dissolve(one, by="system", on=day)
        except Refused:
            pass


def test_what_changed_twice_on_one_day_is_kept_once(town: dict[str, Unit]) -> None:
    day = date(2024, 5, 1)
    actions.move_unit(town["M"], town["W"], by="system", on=day)
    actions.move_unit(again(town["M"]), town["E"], by="system", on=day)
    assert town["M"].past.count() == 1
    assert seen(day, town["R"])["M"] == "R/E/M/"
    assert history.AsOf(day).unit(town["M"]) is not None
