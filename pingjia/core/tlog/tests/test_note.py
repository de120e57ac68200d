"""Signed notes: published vectors open, each broken one is refused, and nothing but canonical bytes is read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.tests.scale import scaled
from pingjia.core.tlog.note import (
    GREATEST_SIGNATURES,
    KeyType,
    Note,
    NoteRefused,
    SignerKey,
    VerifierKey,
    open_note,
    sign,
)

from .vectors import read

V = read("signed_note_vectors.json")
PETER, ENOCH = VerifierKey.parse(V["vkey_peter"]), VerifierKey.parse(V["vkey_enoch"])
TEXT, BY_PETER, BY_ENOCH = V["text"], V["sig_line_peter"], V["sig_line_enoch"]
SIGNED = (TEXT + "\n" + BY_PETER + BY_ENOCH).encode()

SEEDS = st.binary(min_size=32, max_size=32)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="+", exclude_categories=["Z", "C"]), min_size=1, max_size=9
)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n"), max_size=80
).map(lambda text: text + "\n")


def test_the_published_note_opens_under_both_keys() -> None:
    opened = open_note(SIGNED, [PETER, ENOCH])
    assert (opened.text, opened.verified) == (TEXT, (PETER, ENOCH))


def test_a_signature_by_an_unknown_key_is_ignored() -> None:
    assert open_note(SIGNED, [ENOCH]).verified == (ENOCH,)


def test_the_published_secret_key_makes_the_published_signature() -> None:
    key = SignerKey.parse(V["skey"])
    assert key.verifier() == PETER
    assert key.text() == V["skey"]
    assert sign(TEXT, key) == (TEXT + "\n" + BY_PETER).encode()


def test_key_texts_are_written_as_they_were_read() -> None:
    assert (PETER.text(), ENOCH.text()) == (V["vkey_peter"], V["vkey_enoch"])


def test_the_example_of_the_signed_note_specification_opens() -> None:
    """c2sp.org/signed-note, "Example"."""
    key = VerifierKey.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    line = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    raw = f"This is an example message.\n\n— example.com/foo {line}\n".encode()
    assert open_note(raw, [key]).text == "This is an example message.\n"


def test_the_example_of_the_cosignature_specification_has_the_layout_read_here() -> None:
    """c2sp.org/tlog-cosignature shows a time of 1679315147 in the signed message and its bytes in the line."""
    line = "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="
    raw = f"x\n\n— witness.example.com/w1 {line}\n".encode()
    payload = Note.parse(raw).signatures[0].payload
    assert (len(payload), int.from_bytes(payload[:8], "big")) == (72, 1679315147)


@pytest.mark.parametrize("text", V["vkey_must_reject"])
def test_published_bad_keys_are_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        VerifierKey.parse(text)


BAD_NOTES = {
    "text alone": TEXT.encode(),
    "text + blank line only": (TEXT + "\n").encode(),
    "missing final newline": SIGNED[:-1],
    "control byte 0x01 before text": b"\x01" + SIGNED,
    "byte 0xff before text (not UTF-8)": b"\xff" + SIGNED,
    "signature name with a space": SIGNED + BY_ENOCH.replace("EnochRoot", "Enoch Root").encode(),
    "unexpected line after the signature": SIGNED + b"Unexpected line\n",
    "more than 100 signatures": (TEXT + "\n" + BY_PETER * (GREATEST_SIGNATURES + 1)).encode(),
}


def test_each_published_kind_of_bad_note_is_tried() -> None:
    assert list(BAD_NOTES) == V["open_must_reject"]


@pytest.mark.parametrize("kind", BAD_NOTES)
def test_published_bad_notes_are_refused(kind: str) -> None:
    with pytest.raises(NoteRefused):
        open_note(BAD_NOTES[kind], [PETER, ENOCH])


def _bad_notes() -> dict[str, bytes]:
    key_id, signature = BY_PETER.split(" ")[2][:5], BY_PETER.split(" ")[2]
    return {
        "nothing": b"",
        "no blank line": (TEXT + BY_PETER).encode(),
        "carriage returns": SIGNED.replace(b"\n", b"\r\n"),
        "a tab in the text": b"a\tb\n\n" + BY_PETER.encode(),
        "a hyphen for the dash": SIGNED.replace("—".encode(), b"-"),
        "an empty name": (TEXT + "\n—  " + signature).encode(),
        "a name with a plus": (TEXT + "\n— Peter+Neumann " + signature).encode(),
        "a name with U+00A0": (TEXT + "\n— Peter\u00a0Neumann " + signature).encode(),
        "two spaces before the signature": SIGNED.replace(b"Neumann ", b"Neumann  "),
        "base64 without padding": SIGNED.replace(b"yyBwJnAM=", b"yyBwJnAM"),
        "base64 with loose tail bits": SIGNED.replace(b"yyBwJnAM=", b"yyBwJnAN="),
        "base64 with URL signs": SIGNED.replace(b"UG/SffcvIA", b"UG_SffcvIA"),
        "a key id alone": (TEXT + "\n— PeterNeumann " + key_id + "w==\n").encode(),
        "a changed text": SIGNED.replace(b"cryptography", b"Cryptography"),
        "a longer text": b"\n" + SIGNED,
        "a second, broken line by a known key": SIGNED + BY_PETER.replace("ZJkuBS9", "ZJkuBS8").encode(),
        "a second text": SIGNED + b"\n" + SIGNED[:-1],
    }


@pytest.mark.parametrize("kind", _bad_notes())
def test_other_bad_notes_are_refused(kind: str) -> None:
    with pytest.raises(NoteRefused):
        open_note(_bad_notes()[kind], [PETER, ENOCH])


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    stranger = SignerKey("PeterNeumann", KeyType.ED25519, bytes(32)).verifier()
    with pytest.raises(NoteRefused, match="no signature by a known key"):
        open_note(SIGNED, [stranger])


def test_the_same_line_twice_opens_once() -> None:
    assert open_note(SIGNED + BY_PETER.encode(), [PETER]).verified == (PETER,)


def test_an_empty_line_within_the_text_belongs_to_the_text() -> None:
    key = SignerKey("n", KeyType.ED25519, bytes(32))
    assert open_note(sign("a\n\nb\n", key), [key.verifier()]).text == "a\n\nb\n"


@pytest.mark.parametrize("text", ["", "a", "a\r\n", "a\x00\n", "\ud800\n"])
def test_texts_that_no_note_may_hold_are_not_signed(text: str) -> None:
    with pytest.raises(NoteRefused):
        sign(text, SignerKey("n", KeyType.ED25519, bytes(32)))


def test_a_note_without_a_signer_is_not_written() -> None:
    with pytest.raises(NoteRefused):
        sign("a\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        V["vkey_peter"].upper(),
        V["vkey_peter"].replace("c74f20a3", "C74F20A3"),
        V["vkey_peter"].replace("c74f20a3", "c74f20a4"),
        V["vkey_peter"].replace("Peter", "Poter"),
        V["vkey_peter"][:-4],
        V["vkey_peter"] + "\n",
        # the identity point as a key: anything verifies under it in careless libraries
        "n+3c6e4ed2+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
def test_other_bad_keys_are_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        VerifierKey.parse(text)


@pytest.mark.parametrize("text", ["", V["vkey_peter"], V["skey"].replace("c74f20a3", "c74f20a4"), V["skey"][:-4]])
def test_bad_secret_keys_are_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        SignerKey.parse(text)


def test_a_secret_key_is_not_shown_by_accident() -> None:
    assert V["skey"][-20:] not in repr(SignerKey.parse(V["skey"]))


@settings(max_examples=scaled(60, 1500), deadline=None)
@given(TEXTS, st.lists(st.tuples(NAMES, SEEDS), min_size=1, max_size=4))
def test_what_is_signed_opens_under_every_signer(text: str, pairs: list[tuple[str, bytes]]) -> None:
    signers = [SignerKey(name, KeyType.ED25519, seed) for name, seed in dict(pairs).items()]
    opened = open_note(sign(text, *signers), [signer.verifier() for signer in signers])
    assert opened.text == text
    assert opened.verified == tuple(signer.verifier() for signer in signers)


@settings(max_examples=scaled(300, 10_000), deadline=None)
@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_no_single_changed_byte_leaves_a_note_that_opens_as_before(place: int, change: int) -> None:
    raw = bytearray(SIGNED)
    raw[place] ^= change
    try:
        opened = open_note(bytes(raw), [PETER, ENOCH])
    except NoteRefused:
        return
    # A line may have become a stranger's; then the other must still sign the very same text.
    assert opened.text == TEXT
    assert len(opened.verified) == 1


@settings(max_examples=scaled(60, 1500), deadline=None)
@given(TEXTS, SEEDS, st.integers(0, 2**63 - 1))
def test_a_cosignature_holds_for_its_text_and_time_only(text: str, seed: bytes, timestamp: int) -> None:
    witness = SignerKey("witness.example/w", KeyType.COSIGNATURE, seed)
    signature, key = witness.cosign(text, timestamp), witness.verifier()
    assert key.accepts(text, signature.payload)
    assert not key.accepts(text + "\n", signature.payload)
    assert not key.accepts(text, (timestamp ^ 1).to_bytes(8, "big") + signature.payload[8:])
    assert not key.accepts(text, signature.payload[:-1])
    plain = SignerKey("witness.example/w", KeyType.ED25519, seed)
    assert plain.verifier().key_id != key.key_id
    assert not plain.verifier().accepts(text, signature.payload[8:])


def test_a_witness_key_does_not_sign_plainly_and_a_plain_key_does_not_cosign() -> None:
    with pytest.raises(NoteRefused):
        SignerKey("w", KeyType.COSIGNATURE, bytes(32)).sign("a\n")
    with pytest.raises(NoteRefused):
        SignerKey("w", KeyType.ED25519, bytes(32)).cosign("a\n", 1)
    with pytest.raises(NoteRefused):
        SignerKey("w", KeyType.COSIGNATURE, bytes(32)).cosign("a\n", 2**63)
