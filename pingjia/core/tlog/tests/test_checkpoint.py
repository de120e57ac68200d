"""Checkpoints: one text per tree head, signed by the log that bears the origin's name, cosigned by known witnesses."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.tests.scale import scaled
from pingjia.core.tlog.checkpoint import (
    Checkpoint,
    CheckpointRefused,
    add_signatures,
    open_checkpoint,
    sign_checkpoint,
)
from pingjia.core.tlog.merkle import EMPTY_ROOT
from pingjia.core.tlog.note import KeyType, NoteRefused, SignerKey, VerifierKey, open_note, sign

ORIGIN = "log.example/pingjia/meilan/2026"
LOG = SignerKey(ORIGIN, KeyType.ED25519, b"l" * 32)
WITNESS = SignerKey("witness.example/superior", KeyType.COSIGNATURE, b"w" * 32)
OTHER = SignerKey("witness.example/audit", KeyType.COSIGNATURE, b"o" * 32)
HEAD = Checkpoint(ORIGIN, 7, b"r" * 32)
ROOT = base64.b64encode(b"r" * 32).decode()


def test_a_checkpoint_of_the_go_sum_database_opens() -> None:
    """A real log of 35 million entries whose key bears another name than its origin; the note and the text are read."""
    key = VerifierKey.parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")
    line = "Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ="
    text = "go.sum database tree\n35225469\nvt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=\n"
    raw = f"{text}\n— sum.golang.org {line}\n".encode()
    head = Checkpoint.parse(open_note(raw, [key]).text)
    assert (head.origin, head.size, head.text()) == ("go.sum database tree", 35225469, text)
    with pytest.raises(CheckpointRefused):  # our own logs are stricter
        open_checkpoint(raw, key)


def test_the_example_of_the_specification_is_read() -> None:
    """c2sp.org/tlog-checkpoint."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    head = Checkpoint.parse(text)
    assert (head.origin, head.size, len(head.root), head.text()) == ("example.com/behind-the-sofa", 20852163, 32, text)


BAD_TEXTS = {
    "no text": "",
    "two lines": f"{ORIGIN}\n7\n",
    "no final newline": f"{ORIGIN}\n7\n{ROOT}",
    "empty origin": f"\n7\n{ROOT}\n",
    "leading zero": f"{ORIGIN}\n07\n{ROOT}\n",
    "sign": f"{ORIGIN}\n+7\n{ROOT}\n",
    "minus": f"{ORIGIN}\n-7\n{ROOT}\n",
    "space": f"{ORIGIN}\n 7\n{ROOT}\n",
    "digits of another script": f"{ORIGIN}\n７\n{ROOT}\n",
    "superscript digit": f"{ORIGIN}\n²\n{ROOT}\n",
    "too large for a browser": f"{ORIGIN}\n{2**53}\n{ROOT}\n",
    "very long number": f"{ORIGIN}\n{'9' * 5000}\n{ROOT}\n",
    "short root": f"{ORIGIN}\n7\n{base64.b64encode(b'r' * 31).decode()}\n",
    "loose root": f"{ORIGIN}\n7\n{ROOT[:-2]}J=\n",
    "root in hex": f"{ORIGIN}\n7\n{'72' * 32}\n",
    "empty extension": f"{ORIGIN}\n7\n{ROOT}\n\n",
    "carriage return": f"{ORIGIN}\r\n7\r\n{ROOT}\r\n",
    "wrong root of nothing": f"{ORIGIN}\n0\n{ROOT}\n",
}


@pytest.mark.parametrize("kind", BAD_TEXTS)
def test_malformed_texts_are_refused(kind: str) -> None:
    with pytest.raises(CheckpointRefused):
        Checkpoint.parse(BAD_TEXTS[kind])


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30)


@settings(max_examples=scaled(100, 3000), deadline=None)
@given(LINES, st.integers(1, 2**53 - 1), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_a_checkpoint_is_read_as_it_was_written(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    head = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.parse(head.text()) == head


def test_the_empty_log_has_a_checkpoint() -> None:
    head = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert open_checkpoint(sign_checkpoint(head, LOG), LOG.verifier()).checkpoint == head


def test_only_the_key_with_the_logs_name_signs() -> None:
    stranger = SignerKey("log.example/pingjia/meilan/2027", KeyType.ED25519, b"l" * 32)
    with pytest.raises(CheckpointRefused):
        sign_checkpoint(HEAD, stranger)
    with pytest.raises(CheckpointRefused):
        open_checkpoint(sign(HEAD.text(), stranger), stranger.verifier())


def test_cosignatures_of_known_witnesses_are_named_and_strangers_ignored() -> None:
    signed = sign_checkpoint(HEAD, LOG)
    text = HEAD.text()
    raw = add_signatures(signed, [WITNESS.cosign(text, 1679315147), OTHER.cosign(text, 1679315148)])
    assert open_checkpoint(raw, LOG.verifier()).witnesses == ()
    assert open_checkpoint(raw, LOG.verifier(), [OTHER.verifier()]).witnesses == (OTHER.name,)
    both = open_checkpoint(raw, LOG.verifier(), [WITNESS.verifier(), OTHER.verifier()])
    assert both.witnesses == (WITNESS.name, OTHER.name)


def test_a_known_witness_with_a_wrong_signature_spoils_the_checkpoint() -> None:
    raw = add_signatures(sign_checkpoint(HEAD, LOG), [WITNESS.cosign(HEAD.text().replace("7", "8", 1), 1)])
    with pytest.raises(NoteRefused):
        open_checkpoint(raw, LOG.verifier(), [WITNESS.verifier()])


def test_witnesses_cannot_stand_in_for_the_log() -> None:
    text = HEAD.text()
    signed = sign(text, SignerKey("someone.example", KeyType.ED25519, b"s" * 32))
    with pytest.raises(NoteRefused, match="the log itself"):
        open_checkpoint(add_signatures(signed, [WITNESS.cosign(text, 1)]), LOG.verifier(), [WITNESS.verifier()])


def test_key_types_may_not_be_swapped() -> None:
    raw = sign_checkpoint(HEAD, LOG)
    with pytest.raises(NoteRefused):
        open_checkpoint(raw, SignerKey(ORIGIN, KeyType.COSIGNATURE, b"l" * 32).verifier())
    with pytest.raises(NoteRefused):
        open_checkpoint(raw, LOG.verifier(), [LOG.verifier()])
