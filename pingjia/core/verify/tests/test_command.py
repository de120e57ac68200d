"""``pingjia verify``: what a person at a terminal sees, and the exit codes that programs rely on."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from pingjia.core.verify import __main__ as command
from pingjia.core.verify import wording
from pingjia.core.verify.failures import Check, Code, Role, Unreadable
from pingjia.core.verify.receiptfile import Receipt
from pingjia.core.verify.tests.fixedkeys import TRUST, slate
from pingjia.core.verify.tests.founding import found
from pingjia.core.verify.tests.honest import honest
from pingjia.core.verify.tests.mutations import MUTATIONS
from pingjia.core.verify.tests.played import play, receipt_of


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    kept = {
        "band.zip": honest("band").pack(),
        "full.zip": honest("full").pack(),
        "bad.zip": play(next(one for one in MUTATIONS if one.name == "a_wrong_count"))[0],
        "trust.json": json.dumps(TRUST, indent=1).encode(),
        "receipt.txt": "评家 回执\r\n".encode()
        + base64.urlsafe_b64encode(receipt_of("band", "v1", forged=False)).rstrip(b"="),
        "photo.jpg": b"\xff\xd8\xff",
    }
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in kept}


def test_good_bad_unreadable_and_unchecked_have_their_exit_codes(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    number = honest("band").box.manifest.number
    assert command.main([files["band.zip"], "--box", number.lower().replace("-", " ")]) == 0
    assert command.main([files["band.zip"], "--trust", files["trust.json"]]) == 0
    assert command.main([files["bad.zip"], "--trust", files["trust.json"]]) == 1
    assert command.main([files["photo.jpg"]]) == 2
    assert command.main([files["band.zip"] + ".missing"]) == 2
    assert command.main([files["band.zip"]]) == 3
    assert "Download it again" in capsys.readouterr().err


def test_it_says_where_the_count_comes_from_and_what_it_rests_on(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    command.main([files["full.zip"]])
    full = capsys.readouterr().out
    command.main([files["band.zip"], "--trust", files["trust.json"], "--receipt", files["receipt.txt"]])
    band = capsys.readouterr().out
    assert "count: recomputed" in full
    assert "no witnesses" in full
    assert "14/21 = 66.6 %" in full
    assert "count: attested (box below publication size)" in band
    assert "witness.example" in band
    assert "Your receipt's ballot is in the box" in band
    assert "V = 7" in band
    assert "real box" in band


def test_each_failure_is_said_in_one_sentence_with_place_and_party(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command.main([files["bad.zip"]])
    said = capsys.readouterr().out
    assert "The published count is not what a recount gives." in said
    assert "result.json/subjects/0/counts/1 — at fault: scrutineers" in said
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    command.main([files["bad.zip"]])
    assert "公布的票数与复核不符。" in capsys.readouterr().out


def test_json_is_the_whole_report(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([files["bad.zip"], "--json"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert {one["code"] for one in value["failures"]} == {"count"}
    assert value["boxes"][0]["roll_size"] == 40
    assert command.main([files["photo.jpg"], "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {"exit": 2, "reason": "zip"}


def test_a_practice_box_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    election = found(slate("sbd"), 1, 1, practice=True)
    election.box.vote(election, "v", [1])
    (tmp_path / "box.zip").write_bytes(election.finish().pack())
    assert command.main([str(tmp_path / "box.zip")]) == 3
    assert "practice box: it does not count" in capsys.readouterr().out


def test_many_processes_say_the_same_as_one(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> dict[str, Any]:
        command.main([files["full.zip"], "--json"])
        return dict(json.loads(capsys.readouterr().out))

    one = asked()
    monkeypatch.setattr(command, "ONE_PROCESS_BELOW", 0)
    monkeypatch.setattr(command, "CHUNK", 5)
    monkeypatch.setattr(command.os, "sched_getaffinity", lambda _: {0, 1})
    assert asked() == one


def test_progress_is_shown_to_people_only(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command.main([files["full.zip"]])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(command.sys.stderr, "isatty", lambda: True)
    command.main([files["full.zip"]])
    assert "verifying 23" in capsys.readouterr().err


@pytest.mark.parametrize("language", [wording.CHINESE, wording.ENGLISH])
def test_every_code_check_role_and_reason_has_its_sentence(language: int) -> None:
    groups = {"failures": Code, "checks": Check, "roles": Role, "unreadable": Unreadable}
    for group, codes in groups.items():
        texts = [wording.sentence(group, code.value, language) for code in codes]
        assert all(texts)
        assert len(wording._texts()[group]) == len(texts)


def test_a_receipt_in_text_is_found_among_other_words() -> None:
    raw = receipt_of("band", "v1", forged=False)
    text = f"回执：{base64.urlsafe_b64encode(raw).decode().rstrip('=')}。"
    assert Receipt.parse(text.encode()) == Receipt.parse(raw)
