"""The real tree: every column order, packed or not, byte for byte, as often as one likes."""

from __future__ import annotations

import csv
import gzip
import shutil
from pathlib import Path

import pytest

from pingjia.journal.models import Line
from pingjia.units import divisions, queries
from pingjia.units.models import Kind, Unit
from pingjia.units.refusal import Refused

pytestmark = pytest.mark.django_db
ORG = Path(__file__).resolve().parents[3] / "tests" / "data" / "org"
NATIONAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "org"


def load(folder: Path) -> divisions.Loaded:
    return divisions.load(divisions.sources([folder])[0], by="system")


def names_in(folder: Path) -> dict[str, str]:
    found = {}
    for file in folder.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            found.update({row["code"]: row["name"] for row in csv.DictReader(text)})
    return found


def test_every_name_comes_back_byte_for_byte_under_its_superior() -> None:
    load(ORG)
    standing = {unit.code: unit for unit in Unit.objects.select_related("parent")}
    assert {code: unit.name for code, unit in standing.items()} == names_in(ORG)
    for unit in standing.values():
        above = unit.parent.path if unit.parent else ""
        assert unit.path == f"{above}{unit.code}/"
        assert unit.depth == unit.path.count("/") - 1
    haikou = standing["4601"]
    assert queries.below(haikou).count() == sum(code.startswith("4601") for code in standing)
    assert {unit.kind for unit in standing.values() if len(unit.code) == 12} == {Kind.JOINT}


def test_loading_twice_changes_nothing_and_a_new_name_only_itself(tmp_path: Path) -> None:
    shutil.copytree(ORG, tmp_path / "org")
    first = load(ORG)
    lines = Line.objects.count()
    second = load(ORG)
    assert (second.new, second.changed, second.unchanged) == (0, 0, first.new)
    assert Line.objects.count() == lines
    file = tmp_path / "org" / "provinces.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("海南省", "海南"), encoding="utf-8")
    third = load(tmp_path / "org")
    assert (third.new, third.changed) == (0, 1)
    assert Unit.objects.get(code="46").name == "海南"


def test_columns_may_stand_in_any_order_and_files_be_packed(tmp_path: Path) -> None:
    for file in ORG.glob("*.csv"):
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        with gzip.open(tmp_path / f"{file.name}.gz", "wt", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(reversed(list(rows[0]))))
            writer.writeheader()
            writer.writerows(rows)
    load(tmp_path)
    assert dict(Unit.objects.values_list("code", "name")) == names_in(ORG)


def test_a_missing_level_is_named_with_file_and_line(tmp_path: Path) -> None:
    shutil.copy(ORG / "provinces.csv", tmp_path)
    shutil.copy(ORG / "areas.csv", tmp_path)
    with pytest.raises(Refused, match=r"areas\.csv 第 2 行"):
        load(tmp_path)
    assert Unit.objects.filter(depth__gt=0).count() == 0


def test_the_whole_country_down_to_streets_and_three_cities() -> None:
    folder = NATIONAL if NATIONAL.is_dir() else ORG
    done = load(folder)
    assert done.new == len(names_in(folder))
    if folder == NATIONAL:
        assert Unit.objects.filter(depth__lt=4).count() == 44_703
