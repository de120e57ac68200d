"""Witnesses from the log's side: who counts, what is taken, and which checkpoint a proof then carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pingjia.core.tlog.checkpoint import open_checkpoint
from pingjia.core.tlog.entry import EntryType, entry_hash
from pingjia.core.tlog.note import KeyType, Note, Signature, SignerKey
from pingjia.core.tlog.proof import LogProof
from pingjia.core.verify.trust import Trust
from pingjia.publiclog import actions, queries, tiles, trust, witnesses
from pingjia.publiclog.models import Log
from pingjia.witness import folder, rounds
from pingjia.witness.sources import FolderSource

AUDIT = SignerKey("audit.example/w", KeyType.COSIGNATURE, b"a" * 32)
CITY = SignerKey("city.example/w", KeyType.COSIGNATURE, b"c" * 32)
BOOTH = {"HTTP_HOST": "127.0.0.1:8000"}

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log() -> Log:
    log = actions.open_log("town", 2026)
    actions.append(log, [(EntryType.MANIFEST, b"1" * 32)])
    actions.publish(log)
    return log


def cosigned(log: Log, *signers: SignerKey, time: int = 1_700_000_000) -> bytes:
    """Return the newest checkpoint with lines of the signers alone, as their programs would post it."""
    head = queries.latest(log)
    assert head is not None
    text = Note.parse(bytes(head.note)).text
    return Note(text, tuple(one.cosign(text, time) for one in signers)).to_bytes()


def post(log: Log, raw: bytes) -> int:
    return Client().post(f"/log/{log.path}/cosign", raw, content_type="text/plain", **BOOTH).status_code  # type: ignore[arg-type]


def grow(log: Log, number: int) -> None:
    actions.append(log, [(EntryType.MANIFEST, bytes([number]) * 32)])
    actions.publish(log)


def names(log: Log, index: int) -> tuple[int, set[str]]:
    """Return the size of the checkpoint that proves an entry, and who cosigned it."""
    rule = trust.rule_of(log)
    entry = log.entries.get(index=index)
    leaf = entry_hash(EntryType(entry.type), bytes.fromhex(entry.payload_hash))
    opened = LogProof.parse(queries.proof(log, index)).verify(leaf, rule.key, rule.witnesses)
    return opened.checkpoint.size, set(opened.witnesses)


def test_a_registered_witness_is_shown_in_the_file_and_in_every_proof(log: Log) -> None:
    witnesses.add(log, AUDIT.verifier().text())
    assert post(log, cosigned(log, AUDIT)) == 200
    served = Client().get(f"/log/{log.path}/checkpoint", **BOOTH).content  # type: ignore[arg-type]
    assert open_checkpoint(served, log.key, [AUDIT.verifier()]).witnesses == (AUDIT.name,)
    assert names(log, 0) == (1, {AUDIT.name})
    # Publishing again and posting again change nothing; another time is not a second witness.
    actions.publish(log)
    assert post(log, cosigned(log, AUDIT, time=1_800_000_000)) == 200
    assert (tiles.folder(log) / "checkpoint").read_bytes() == served


def test_nobody_else_gets_a_line_into_the_checkpoint(log: Log) -> None:
    witnesses.add(log, AUDIT.verifier().text())
    before = (tiles.folder(log) / "checkpoint").read_bytes()
    text = Note.parse(before).text
    other_key = SignerKey(AUDIT.name, KeyType.COSIGNATURE, b"x" * 32)
    forged = Signature(AUDIT.name, AUDIT.verifier().key_id, bytes(72))
    other_head = text.replace("\n1\n", "\n2\n")
    refused = {
        b"": 400,
        b"x" * 40_000: 413,
        cosigned(log, CITY): 403,
        cosigned(log, other_key): 403,
        Note(text, (forged,)).to_bytes(): 403,
        Note(other_head, (AUDIT.cosign(other_head, 1),)).to_bytes(): 409,
        Note(text.replace("town", "city"), (AUDIT.cosign(text, 1),)).to_bytes(): 404,
    }
    assert {raw: post(log, raw) for raw in refused} == refused
    assert (tiles.folder(log) / "checkpoint").read_bytes() == before
    # The good line among strangers' is taken, and only it.
    assert post(log, cosigned(log, CITY, AUDIT, other_key)) == 200
    assert [line.name for line in Note.parse((tiles.folder(log) / "checkpoint").read_bytes()).signatures] == [
        log.origin,
        AUDIT.name,
    ]


def test_a_proof_carries_the_newest_checkpoint_that_has_its_quorum(log: Log) -> None:
    for witness in (AUDIT, CITY):
        witnesses.add(log, witness.verifier().text())
    witnesses.ask(log, 2)
    assert queries.witnessed(Log.objects.get(pk=log.pk), 0).lacking == 2
    early = cosigned(log, AUDIT)
    grow(log, 2)
    # A witness that looked before the log went on is late and still counts for what it saw.
    assert post(log, early) == 200
    assert names(log, 0) == (1, {AUDIT.name})
    assert queries.witnessed(log, 0).waiting == (CITY.name,)
    post(log, cosigned(log, AUDIT, CITY))
    assert names(log, 0) == names(log, 1) == (2, {AUDIT.name, CITY.name})
    grow(log, 3)
    post(log, cosigned(log, AUDIT))
    assert names(log, 1) == (2, {AUDIT.name, CITY.name})
    assert names(log, 2) == (3, {AUDIT.name})
    assert queries.witnessed(log, 2).lacking == 1
    witnesses.ask(log, 0)
    witnesses.drop(log, CITY.name)
    assert queries.witnessed(log, 1).found == (AUDIT.name,)


def test_one_key_is_one_witness_and_no_log_its_own(log: Log, settings: Any) -> None:
    seed = folder_key(settings)
    own = SignerKey("own.example/w", KeyType.COSIGNATURE, seed).verifier().text()
    witnesses.add(log, AUDIT.verifier().text())
    again = SignerKey("second.example/w", KeyType.COSIGNATURE, AUDIT.seed).verifier().text()
    namesake = SignerKey(AUDIT.name, KeyType.COSIGNATURE, b"x" * 32).verifier().text()
    wrong = {"": "no_key", log.vkey: "no_key", own: "key_known", again: "key_known", namesake: "name_known"}
    for vkey, code in wrong.items():
        with pytest.raises(witnesses.NoWitness) as refusal:
            witnesses.add(log, vkey)
        assert refusal.value.code == code
    assert witnesses.add(log, f" {AUDIT.verifier().text()}\n").name == AUDIT.name
    for quorum in (2, -1):
        with pytest.raises(witnesses.NoWitness):
            witnesses.ask(log, quorum)
    witnesses.ask(log, 1)
    with pytest.raises(witnesses.NoWitness):
        witnesses.drop(log, AUDIT.name)
    # What is written down is what every verifier reads, and it reads it.
    rule = Trust.parse(trust.content()).log(log.origin)
    assert rule is not None
    assert (rule.quorum, [key.name for key in rule.witnesses]) == (1, [AUDIT.name])


def folder_key(settings: Any) -> bytes:
    """Return the secret seed of the only log."""
    (file,) = (Path(settings.PINGJIA_KEYS_DIR) / "log").glob("*.key")
    return SignerKey.parse(file.read_text().strip()).seed


def test_the_witness_program_and_the_log_play_together(log: Log, tmp_path: Path) -> None:
    home = folder.Folder(tmp_path / "witness")
    witnesses.add(log, home.make_key("audit.example/w").text())
    followed = home.follow(log.vkey, "booth")

    class Booth(FolderSource):
        def deliver(self, note: bytes) -> str:
            assert post(log, note) == 200
            return "booth"

    at = Booth(tiles.folder(log))
    said = [rounds.one_log(home, followed, lambda: 1_700_000_000, lambda _: at).name]
    grow(log, 2)
    said += [rounds.one_log(home, followed, lambda: 1_700_000_001, lambda _: at).name for _ in range(2)]
    assert said == ["cosigned_delivered", "cosigned_delivered", "same"]
    assert names(log, 0) == (2, {"audit.example/w"})
