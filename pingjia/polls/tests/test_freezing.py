"""A frozen year stands alone: an outsider re-verifies it, a witness follows it, a receipt is proved from it."""

from __future__ import annotations

import base64
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pingjia.__main__ import main
from pingjia.core.tlog.note import SignerKey
from pingjia.core.verify.failures import Code
from pingjia.core.verify.keptproof import KeptProof
from pingjia.core.verify.trust import Trust
from pingjia.polls import closing, freezing, outcome, rehearsal, statements
from pingjia.polls.tests import cast
from pingjia.publiclog.tests.outsider import Outsider

pytestmark = pytest.mark.django_db(databases=["default", "box"])


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A poll of six, played to its declared result, and the year frozen by the command."""
    stage = cast.opened(6)
    rehearsal.rehearse(stage.poll, [[1, 2, 1]] * 6, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    outcome.declare(stage.poll, by=stage.town.officer)
    call_command("freeze_log", federation="46", year=2026, practice=True, out=tmp_path / "frozen", verbosity=0)
    return tmp_path / "frozen"


def receipt_in(frozen: Path) -> bytes:
    """Return the third receipt of the only box, out of its public files."""
    (box,) = (frozen / "box").iterdir()
    manifest = freezing.statements.close.drop.paper_of(box.name)[0]
    leaves = freezing.statements.close.leaves(box.name)
    signature = (box / "receipts.bin").read_bytes()[2 * 64 : 3 * 64]
    return manifest.hash + leaves[2] + signature


class Links(HTMLParser):
    """What a page leads to, and whether it runs anything."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def test_a_frozen_year_is_verified_by_an_outsider_and_explains_itself(
    frozen: Path, tmp_path: Path, settings: object
) -> None:
    file = next(tmp_path.rglob("keys/log/*.key"))
    origin, _, material = file.read_text().strip().removeprefix("PRIVATE+KEY+").split("+", 2)
    seed = base64.b64decode(material)[1:]
    public = SignerKey(origin, statements.Log.objects.get().key.type, seed).verifier().public
    assert Outsider(frozen / "log").look({origin: public}) == 1
    (bundle,) = frozen.glob("set/*/bundle.zip")
    assert main(["verify", str(bundle), "--trust", str(frozen / "trust.json")]) == 0
    page = Links()
    page.feed((frozen / "index.html").read_text())
    assert page.scripts == 0
    assert page.found
    assert all((frozen / link).is_file() for link in page.found)
    home, log = tmp_path / "w", next((frozen / "log").rglob("checkpoint")).parent
    main(["witness", str(home), "--new", "w.example/1"])
    main(["witness", str(home), "--follow", statements.Log.objects.get().vkey, str(log)])
    assert main(["witness", str(home)]) == 0


def test_freezing_again_or_from_a_changed_file_is_refused(frozen: Path) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("freeze_log", federation="46", year=2026, practice=True, out=frozen)
    with pytest.raises(CommandError, match="no such log"):
        call_command("freeze_log", federation="46", year=2025, practice=True, out=frozen.with_name("x"))
    path = statements.Log.objects.get().path
    freezing.check(frozen, path)
    victims = [*frozen.glob("o/*.json"), *frozen.glob("set/*/bundle.zip"), *(frozen / "log").rglob("entries/*.p/*")]
    assert len(victims) > 5
    for victim in victims:
        kept = victim.read_bytes()
        victim.write_bytes(kept[:-20] + bytes([kept[-20] ^ 1]) + kept[-19:])
        with pytest.raises((freezing.NotFrozen, ValueError)):
            freezing.check(frozen, path)
        victim.write_bytes(kept)


def test_a_receipt_becomes_a_proof_that_holds_offline_and_for_nothing_else(
    frozen: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paper, mine, trust = tmp_path / "receipt", tmp_path / "mine.json", frozen / "trust.json"
    paper.write_bytes(receipt_in(frozen))
    assert main(["keep-receipt", str(paper), str(frozen), "--out", str(mine)]) == 0
    assert main(["verify-receipt", str(mine), "--trust", str(trust)]) == 0
    assert "无见证" in capsys.readouterr().out
    good = KeptProof.parse(mine.read_bytes())
    known = Trust.parse(trust.read_bytes())
    assert good.check(known)[0] == set()
    unknown = Trust(frozenset(), ())
    assert good.check(unknown)[0] == {Code.LOG_UNKNOWN}
    spoiled = {
        Code.RECEIPT_SIGNATURE: {"receipt": good.receipt[:-1] + bytes([good.receipt[-1] ^ 1])},
        Code.RECEIPT_ABSENT: {"index": good.index + 1},
        Code.CLOSING: {"closing": good.closing.replace(b"invalid 0", b"invalid 1")},
        Code.LOG_PROOF: {"closing_proof": good.manifest_proof},
        Code.OBJECT: {"box": good.box[:-1]},
    }
    for code, change in spoiled.items():
        bad = KeptProof(**{**good.__dict__, **change})
        assert bad.check(known)[0] == {code}
        mine.write_bytes(bad.to_bytes())
        assert main(["verify-receipt", str(mine), "--trust", str(trust)]) == 1
    other = good.receipt[:32] + bytes(32) + good.receipt[64:]
    paper.write_bytes(other)
    assert main(["keep-receipt", str(paper), str(frozen), "--out", str(mine)]) == 1
    mine.write_bytes(b"{}")
    assert main(["verify-receipt", str(mine), "--trust", str(trust)]) == 2
