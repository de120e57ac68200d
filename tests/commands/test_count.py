"""``pingjia count`` on 559 real ballots of six grades, and on what people get wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pingjia.__main__ import FAULT_TEXT, main
from pingjia.core.count import FaultCode

DATA = Path(__file__).resolve().parents[1] / "data" / "ballots"
SLATE, TABLE = DATA / "orsay2007_slate.json", DATA / "orsay2007_bureau_01.csv"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def _columns() -> dict[str, list[int]]:
    """Read the table a second way: no csv module, no code of ours."""
    lines = [line.split(",") for line in TABLE.read_text("utf-8").splitlines()]
    return {name: [int(line[at]) for line in lines[1:]] for at, name in enumerate(lines[0]) if at}


def _count(capsys: pytest.CaptureFixture[str], *more: str) -> dict:
    assert main(["count", "--slate", str(SLATE), str(TABLE), "--blank", "0", *more]) == 0
    return json.loads(capsys.readouterr().out)


def test_559_real_ballots_count_as_an_independent_count_says(capsys: pytest.CaptureFixture[str]) -> None:
    result = _count(capsys)
    columns = _columns()
    assert result["ballots"] == 559
    assert [subject["title"] for subject in result["subjects"]] == list(columns)
    for subject in result["subjects"]:
        grades = columns[subject["title"]]
        assert subject["counts"] == {str(grade): grades.count(grade) for grade in (6, 5, 4, 3, 2, 1)}
        assert subject["blank"] == grades.count(0)
        assert subject["favourable"] == sum(grade >= 4 for grade in grades)
        assert subject["unfavourable"] == sum(1 <= grade <= 3 for grade in grades)
        assert sum(subject["counts"].values()) + subject["blank"] == 559


@pytest.mark.parametrize("formula", ["fav-valid", "fav-expressed"])
def test_the_rules_stand_beside_the_result(capsys: pytest.CaptureFixture[str], formula: str) -> None:
    result = _count(capsys, "--formula", formula, "--threshold", "1/2")
    assert result["formula"] == formula
    assert result["blank"] == {"cells": ["", "0"], "in_base": formula == "fav-valid"}
    assert result["threshold"] == {"num": 1, "den": 2}
    for subject in result["subjects"]:
        base = 559 - (subject["blank"] if formula == "fav-expressed" else 0)
        assert (subject["numerator"], subject["denominator"]) == (subject["favourable"], base)
        assert subject["reached"] == (2 * subject["favourable"] >= base)
        assert 0 <= 100 * subject["favourable"] / base - float(subject["percent"]) < 0.1


def test_without_the_rule_for_blanks_a_zero_is_an_error_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["count", "--slate", str(SLATE), str(TABLE)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Row 2 column 4: “0” is no grade code of this subject (6 5 4 3 2 1).")


def test_an_error_in_row_17_is_told_in_chinese_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    lines = TABLE.read_text("utf-8").splitlines()
    lines[16] = lines[16].replace(",", ",满意", 1)
    table = tmp_path / "copied.csv"
    table.write_text("\n".join(lines), "utf-8")
    assert main(["count", "--slate", str(SLATE), "--blank", "0", str(table)]) == 2
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert message.startswith("第 17 行第 2 列“满意")
    assert "请对照原票改正" in message


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    assert set(FAULT_TEXT) == set(FaultCode)
    for chinese, english in FAULT_TEXT.values():
        assert chinese.endswith("。")
        assert english.endswith(".")
        assert english.isascii() or set(english) - set(map(chr, range(128))) <= set("“”")


def _files(tmp_path: Path) -> dict[str, tuple[Path, Path]]:
    bad = {
        "not json": b"{",
        "not utf-8": b"\xff",
        "not a slate": b'{"kind":"ballot"}',
        "a list": b"[]",
        "deep": b"[" * 100_000,
        "a fraction": b'{"v":1.5}',
    }
    cases = {
        "no slate": (tmp_path / "none", TABLE),
        "no table": (SLATE, tmp_path / "none"),
        "a folder": (SLATE, tmp_path),
    }
    for name, raw in bad.items():
        file = tmp_path / f"{name}.json"
        file.write_bytes(raw)
        cases[f"slate {name}"] = (file, TABLE)
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)))
    (tmp_path / "empty.csv").write_bytes(b"")
    cases["binary table"], cases["empty table"] = (SLATE, tmp_path / "binary.csv"), (SLATE, tmp_path / "empty.csv")
    return cases


CASES = ["no slate", "no table", "a folder", "binary table", "empty table", "slate not json", "slate not utf-8"]
CASES += ["slate not a slate", "slate a list", "slate deep", "slate a fraction"]


@pytest.mark.parametrize("case", CASES)
def test_unreadable_input_gives_one_sentence_and_exit_code_2(
    case: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    slate, table = _files(tmp_path)[case]
    assert main(["count", "--slate", str(slate), str(table)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("threshold", ["80", "5/4", "0/5", "a/b", "4/0", "-4/5"])
def test_a_threshold_that_is_no_share_is_refused(threshold: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["count", "--slate", str(SLATE), str(TABLE), "--threshold", threshold])
    assert caught.value.code == 2
