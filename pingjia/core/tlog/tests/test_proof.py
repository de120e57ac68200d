"""Log proofs: what the log hands out convinces offline, and no altered text does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.tests.scale import scaled
from pingjia.core.tlog import Refused, merkle
from pingjia.core.tlog.checkpoint import Checkpoint, add_signatures, sign_checkpoint
from pingjia.core.tlog.note import KeyType, SignerKey
from pingjia.core.tlog.proof import LogProof, ProofRefused

ORIGIN = "log.example/pingjia/meilan/2026"
LOG = SignerKey(ORIGIN, KeyType.ED25519, b"l" * 32)
WITNESS = SignerKey("witness.example/superior", KeyType.COSIGNATURE, b"w" * 32)


def _proof(size: int, index: int, extra: bytes | None = None) -> tuple[bytes, LogProof]:
    hashes = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    head = Checkpoint(ORIGIN, size, merkle.root_of_hashes(hashes))
    signed = add_signatures(sign_checkpoint(head, LOG), [WITNESS.cosign(head.text(), 1_700_000_000)])
    return hashes[index], LogProof(index, tuple(merkle.inclusion_proof(hashes, index)), signed, extra)


@settings(max_examples=scaled(80, 1500), deadline=None)
@given(st.data())
def test_every_entry_of_every_log_is_proved_and_no_other(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    index = data.draw(st.integers(0, size - 1))
    leaf, proof = _proof(size, index, data.draw(st.none() | st.binary(min_size=1, max_size=60)))
    again = LogProof.parse(proof.to_bytes())
    assert again == proof
    opened = again.verify(leaf, LOG.verifier(), [WITNESS.verifier()])
    assert (opened.checkpoint.size, opened.witnesses) == (size, (WITNESS.name,))
    with pytest.raises(ProofRefused):
        again.verify(merkle.leaf_hash(b"never logged"), LOG.verifier())


def test_the_text_is_that_of_the_specification() -> None:
    _, proof = _proof(3, 0, b"context")
    lines = proof.to_bytes().decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra Y29udGV4dA==", "index 0"]
    assert lines[5:8] == ["", ORIGIN, "3"]
    assert base64.b64decode(lines[3]) == merkle.leaf_hash((1).to_bytes(4, "big"))


LEAF, GOOD = _proof(5, 2)
TEXT = GOOD.to_bytes()
HASH = base64.b64encode(GOOD.hashes[0])
BROKEN = {
    "nothing": b"",
    "another version": TEXT.replace(b"@v1", b"@v2"),
    "no index": TEXT.replace(b"index 2\n", b""),
    "index with a leading zero": TEXT.replace(b"index 2", b"index 02"),
    "negative index": TEXT.replace(b"index 2", b"index -2"),
    "index outside the tree": TEXT.replace(b"index 2", b"index 9"),
    "another index": TEXT.replace(b"index 2", b"index 3"),
    "no blank line": TEXT.replace(b"\n\n" + ORIGIN.encode(), b"\n" + ORIGIN.encode()),
    "a blank line too many": TEXT.replace(b"\n\n" + ORIGIN.encode(), b"\n\n\n" + ORIGIN.encode()),
    "a hash left out": TEXT.replace(HASH + b"\n", b""),
    "a hash twice": TEXT.replace(HASH, HASH + b"\n" + HASH),
    "a short hash": TEXT.replace(HASH, base64.b64encode(b"x" * 31)),
    "extra without data": TEXT.replace(b"index", b"extra \nindex"),
    "extra behind the index": TEXT.replace(b"index 2\n", b"index 2\nextra YQ==\n"),
    "extra twice": TEXT.replace(b"index", b"extra YQ==\nextra YQ==\nindex"),
    "loose base64 in extra": TEXT.replace(b"index", b"extra YR==\nindex"),
    "carriage returns": TEXT.replace(b"\n", b"\r\n"),
    "65 hashes": TEXT.replace(HASH, b"\n".join([HASH] * 65)),
    "not ASCII": TEXT.replace(b"index", "ｉndex".encode()),
    "bytes behind the note": TEXT + b"\n",
    "no checkpoint": TEXT.split(b"\n\n")[0] + b"\n\n",
    "unsigned checkpoint": TEXT.rsplit(b"\n\n", 1)[0] + b"\n",
    "another size": TEXT.replace(b"\n5\n", b"\n6\n"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_proofs_are_refused(kind: str) -> None:
    assert BROKEN[kind] != TEXT
    with pytest.raises(Refused):
        LogProof.parse(BROKEN[kind]).verify(LEAF, LOG.verifier(), [WITNESS.verifier()])


@settings(max_examples=scaled(300, 10_000), deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.integers(1, 255))
def test_no_single_changed_byte_proves_anything_new(place: int, change: int) -> None:
    raw = bytearray(TEXT)
    raw[place] ^= change
    try:
        proof = LogProof.parse(bytes(raw))
        opened = proof.verify(LEAF, LOG.verifier(), [WITNESS.verifier()])
    except Refused:
        return
    # Only the name or key id of the witness's line can have changed, which makes it a stranger's.
    assert (proof.index, opened.witnesses, opened.checkpoint.size) == (2, (), 5)


def test_a_proof_of_another_log_is_refused() -> None:
    other = SignerKey("log.example/pingjia/other/2026", KeyType.ED25519, b"l" * 32)
    with pytest.raises(Refused):
        GOOD.verify(LEAF, other.verifier())
