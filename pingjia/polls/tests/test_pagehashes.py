"""The pages that members get are the pages whose hashes stand in the log, and anybody can tell."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pingjia.polls import pagehashes
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import BoothDoor, HttpBooth
from pingjia.witness import pages
from pingjia.witness.folder import Trouble

pytestmark = pytest.mark.django_db(databases=["default", "box"])


class Door:
    """The booth's door as a source of the program."""

    def read(self, path: str) -> bytes:
        try:
            return HttpBooth().get(f"/{path}")
        except LookupError as error:
            raise Trouble("unreachable", where=path, why="404") from error

    def deliver(self, note: bytes) -> str:
        return ""


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "source", lambda _: Door())


@pytest.fixture
def dist(tmp_path: Path, settings: Any) -> Path:
    """A copy of what is served, for tests that change it."""
    shutil.copytree(settings.PINGJIA_BOOTH_DIST, tmp_path / "dist", ignore=shutil.ignore_patterns("cli"))
    settings.PINGJIA_BOOTH_DIST = tmp_path / "dist"
    return tmp_path / "dist"


def test_every_served_byte_has_the_logged_hash_and_a_changed_page_is_found(
    dist: Path, program: None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.sealed(3)
    raw = bytes(BoothDoor().get("/pages.json").content)
    listed = {row["path"]: row["sha256"] for row in json.loads(raw)["files"]}
    assert {"/", "/check", "/ceremony", "/verify", "/assets/vote.js", "/assets/booth.css"} <= set(listed)
    for path, digest in listed.items():
        assert hashlib.sha256(bytes(BoothDoor().get(path).content)).hexdigest() == digest
    trust = tmp_path / "trust.json"
    trust.write_bytes(bytes(BoothDoor().get("/trust.json").content))
    assert pages.main(["http://booth", "--trust", str(trust)]) == 0
    assert pages.main(["http://booth"]) == 3
    assert hashlib.sha256(raw).hexdigest() in capsys.readouterr().out
    # One member is served other bytes under the old list; then the whole list is exchanged as well.
    vote = dist / "vote.js"
    vote.write_bytes(vote.read_bytes() + b" ")
    with monkeypatch.context() as lying:
        lying.setattr(pagehashes, "listing", lambda: raw)
        assert pages.main(["http://booth", "--trust", str(trust)]) == 1
    assert "/assets/vote.js" in capsys.readouterr().err
    assert pages.main(["http://booth", "--trust", str(trust)]) == 2


def test_a_list_in_a_log_that_nobody_trusts_is_refused(dist: Path, program: None, tmp_path: Path) -> None:
    stage = cast.sealed(3)
    trust = tmp_path / "trust.json"
    for logs in ([], json.loads(BoothDoor().get("/trust.json").content)["logs"]):
        trust.write_text(json.dumps({"logs": logs, "quorum": 0, "v": 1, "witnesses": []}))
        assert pages.main(["http://booth", "--trust", str(trust)]) == (0 if logs else 1)
    trust.write_text("{}")
    assert pages.main(["http://booth", "--trust", str(trust)]) == 2
    # What changed since the sealing is logged when the vote begins.
    (dist / "vote.js").write_bytes(b"// a newer page")
    assert pages.main(["http://booth"]) == 2
    cast.sealing.open_poll(stage.poll, by=stage.town.officer)
    assert pages.main(["http://booth"]) == 3


def test_who_sees_what_prints_the_fingerprint_and_how_to_check_it() -> None:
    shown = cast.Site().get("/who-sees-what").content.decode()
    assert pagehashes.fingerprint() in shown
    assert "pingjia verify-pages" in shown
