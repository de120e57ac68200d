"""Log proofs of this core, judged by the browser's (``booth/src/core/proof.ts``), whole and altered."""

from __future__ import annotations

from pingjia.core.ballot.tests.browser_core import ask
from pingjia.core.tests.scale import chance, scaled
from pingjia.core.tlog import Refused, merkle
from pingjia.core.tlog.checkpoint import Checkpoint, add_signatures, sign_checkpoint
from pingjia.core.tlog.note import KeyType, SignerKey
from pingjia.core.tlog.proof import LogProof

LOG = SignerKey("log.example/pingjia/f/2026", KeyType.ED25519, b"l" * 32)
WITNESS = SignerKey("witness.example/superior", KeyType.COSIGNATURE, b"w" * 32)


def verdict_here(raw: bytes, leaf: bytes) -> list[int | str] | str:
    try:
        opened = LogProof.parse(raw).verify(leaf, LOG.verifier(), [WITNESS.verifier()])
    except Refused:
        return "refused"
    return [opened.checkpoint.size, *opened.witnesses]


def test_both_languages_judge_every_altered_log_proof_alike() -> None:
    hashes = [merkle.leaf_hash(bytes([n])) for n in range(7)]
    head_ = Checkpoint(LOG.name, 7, merkle.root_of_hashes(hashes))
    note = add_signatures(sign_checkpoint(head_, LOG), [WITNESS.cosign(head_.text(), 1_700_000_000)])
    good = LogProof(3, tuple(merkle.inclusion_proof(hashes, 3)), note).to_bytes()
    random = chance()
    proofs = [good]
    for _ in range(scaled(150, 3000)):
        at = random.randrange(len(good))
        new = random.choice([b"", b"\n", b" ", b"=", b"0", b"+", "—".encode(), bytes([random.randrange(256)])])
        proofs.append(good[:at] + new + good[at + random.randrange(2) :])
    question = {
        "log": LOG.verifier().text(),
        "witnesses": [WITNESS.verifier().text()],
        "leaf": hashes[3].hex(),
        "proofs": [raw.hex() for raw in proofs],
    }
    there = ask("log", question)["verdicts"]
    here = [verdict_here(raw, hashes[3]) for raw in proofs]
    assert here[0] == [7, WITNESS.name]
    assert [(raw, a) for raw, a, b in zip(proofs, here, there, strict=True) if a != b] == []
    assert "refused" in here
