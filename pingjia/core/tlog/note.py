"""C2SP signed notes (c2sp.org/signed-note): a text, a blank line, one line per signature.

    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.
                                                             ← the last empty line parts text and signatures
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

Signatures follow the one Ed25519 rule of ``core.ballot.signing``, so that every verifier gives the same verdict.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from pingjia.core.ballot import signing

from . import Refused, base64text

GREATEST_SIGNATURES = 100
_DASH = "\u2014 "
_SECRET_PREFIX = "PRIVATE+KEY+"  # noqa: S105 - a public prefix of the text form, no secret


class NoteRefused(Refused):
    """A note, a key text or a signature is malformed, or does not verify."""


class KeyType(IntEnum):
    """Signature type bytes that this project uses, of those assigned in c2sp.org/signed-note."""

    ED25519 = 0x01
    COSIGNATURE = 0x04  # c2sp.org/tlog-cosignature, Ed25519


def is_name(name: str) -> bool:
    """Say whether ``name`` may name a key: not empty, no plus, no Unicode white space, no control character."""
    return bool(name) and not any(sign == "+" or sign < " " or sign.isspace() for sign in name) and _is_unicode(name)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _decode_base64(text: str) -> bytes:
    try:
        return base64text.decode(text)
    except Refused as error:
        raise NoteRefused(str(error)) from error


def _key_id(name: str, kind: KeyType, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _read_key(text: str) -> tuple[str, bytes, KeyType, bytes]:
    """Split ``name+id+base64(type ‖ 32 bytes)`` into (name, id, type, 32 bytes)."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise NoteRefused("a key text has the form name+id+base64")
    name, identity, material = parts[0], parts[1], _decode_base64(parts[2])
    if len(identity) != 8 or any(sign not in "0123456789abcdef" for sign in identity):
        raise NoteRefused("a key id has eight lower-case hexadecimal digits")
    if len(material) != 33 or material[0] not in set(KeyType):
        raise NoteRefused("unknown key type, or a key of the wrong length")
    return name, bytes.fromhex(identity), KeyType(material[0]), material[1:]


@dataclass(frozen=True)
class VerifierKey:
    """A public key by name: ``PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW``."""

    name: str
    type: KeyType
    public: bytes

    def __post_init__(self) -> None:
        """Refuse names and keys that no note could carry."""
        if not is_name(self.name):
            raise NoteRefused("not a key name")
        if not signing.is_key(self.public):
            raise NoteRefused("not an Ed25519 key")

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey; raise NoteRefused unless its id is that of its name, type and key."""
        name, identity, kind, public = _read_key(text)
        key = cls(name, kind, public)
        if key.key_id != identity:
            raise NoteRefused("the key id does not belong to the key")
        return key

    def text(self) -> str:
        """Return the vkey text."""
        material = base64text.encode(bytes([self.type]) + self.public)
        return f"{self.name}+{self.key_id.hex()}+{material}"

    @property
    def key_id(self) -> bytes:
        """The four bytes that open each signature of this key."""
        return _key_id(self.name, self.type, self.public)

    def accepts(self, text: str, payload: bytes) -> bool:
        """Say whether ``payload`` (the signature without the key id) signs the note text ``text``."""
        if self.type is KeyType.ED25519:
            return signing.verify(self.public, payload, text.encode())
        if len(payload) != 72 or payload[0] >= 0x80:  # u64 seconds, at most 2^63−1, then the signature
            return False
        message = cosigned_message(text, int.from_bytes(payload[:8], "big"))
        return signing.verify(self.public, payload[8:], message)


def cosigned_message(text: str, timestamp: int) -> bytes:
    """Return what a witness signs (c2sp.org/tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


@dataclass(frozen=True)
class Signature:
    """One signature line, not yet verified; ``payload`` is what follows the four bytes of the key id."""

    name: str
    key_id: bytes
    payload: bytes

    def line(self) -> str:
        """Return ``— name base64`` without the newline."""
        return f"{_DASH}{self.name} {base64text.encode(self.key_id + self.payload)}"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read one signature line without its newline."""
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space or not is_name(name):
            raise NoteRefused("not a signature line")
        raw = _decode_base64(encoded)
        if len(raw) < 5:
            raise NoteRefused("a signature has at least five bytes")
        return cls(name, raw[:4], raw[4:])


@dataclass(frozen=True)
class SignerKey:
    """A secret key by name; ``seed`` are the 32 secret bytes. Its text form is what a key file holds."""

    name: str
    type: KeyType
    seed: bytes

    @classmethod
    def generate(cls, name: str, kind: KeyType = KeyType.ED25519) -> SignerKey:
        """Make a new key from the system's random source."""
        if not is_name(name):
            raise NoteRefused("not a key name")
        return cls(name, kind, secrets.token_bytes(32))

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Read ``PRIVATE+KEY+name+id+base64(type ‖ seed)``."""
        if not text.startswith(_SECRET_PREFIX):
            raise NoteRefused("not a secret key")
        name, identity, kind, seed = _read_key(text.removeprefix(_SECRET_PREFIX))
        key = cls(name, kind, seed)
        if key.verifier().key_id != identity:
            raise NoteRefused("the key id does not belong to the key")
        return key

    def text(self) -> str:
        """Return the secret text; keep it in a file that only its owner can read."""
        material = base64text.encode(bytes([self.type]) + self.seed)
        return f"{_SECRET_PREFIX}{self.name}+{self.verifier().key_id.hex()}+{material}"

    def __repr__(self) -> str:
        """Name the key without showing it."""
        return f"SignerKey({self.name!r})"

    def verifier(self) -> VerifierKey:
        """Return the public half."""
        return VerifierKey(self.name, self.type, signing.public(self.seed))

    def sign(self, text: str) -> Signature:
        """Sign a note text with a plain Ed25519 key; witnesses use ``cosign`` with a time."""
        if self.type is not KeyType.ED25519:
            raise NoteRefused("this key cosigns with a time")
        return Signature(self.name, self.verifier().key_id, signing.sign(self.seed, text.encode()))

    def cosign(self, text: str, timestamp: int) -> Signature:
        """Cosign a checkpoint's text at ``timestamp``, in whole seconds since 1970 (0 … 2^63−1)."""
        if self.type is not KeyType.COSIGNATURE or not 0 <= timestamp < 2**63:
            raise NoteRefused("a cosignature needs a witness key and a time")
        signed = signing.sign(self.seed, cosigned_message(text, timestamp))
        return Signature(self.name, self.verifier().key_id, timestamp.to_bytes(8, "big") + signed)


def check_text(text: str) -> None:
    """Raise NoteRefused unless ``text`` may be the text of a note: it ends in a newline, no other control character."""
    if not text.endswith("\n"):
        raise NoteRefused("a note's text ends with a newline")
    if any(sign < " " and sign != "\n" for sign in text) or not _is_unicode(text):
        raise NoteRefused("a note holds no control characters")


@dataclass(frozen=True)
class Note:
    """A parsed note whose signatures are **not** verified: trust nothing in it before ``open_note``."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Note:
        """Read the note's bytes; raise NoteRefused unless ``to_bytes`` gives exactly them again."""
        try:
            whole = raw.decode()
        except UnicodeDecodeError as error:
            raise NoteRefused("a note is UTF-8") from error
        check_text(whole)
        head, blank, tail = whole.rpartition("\n\n")
        if not blank or not tail:
            raise NoteRefused("a note has a blank line and at least one signature")
        lines = tail[:-1].split("\n")
        if len(lines) > GREATEST_SIGNATURES:
            raise NoteRefused(f"more than {GREATEST_SIGNATURES} signatures")
        note = cls(head + "\n", tuple(Signature.parse(line) for line in lines))
        assert note.to_bytes() == raw
        return note

    def to_bytes(self) -> bytes:
        """Return the note's bytes."""
        return (self.text + "\n" + "".join(signature.line() + "\n" for signature in self.signatures)).encode()


@dataclass(frozen=True)
class OpenedNote:
    """A note of which at least one known key signed the text."""

    text: str
    verified: tuple[VerifierKey, ...]
    note: Note


def sign(text: str, *signers: SignerKey) -> bytes:
    """Return the bytes of ``text`` signed by plain Ed25519 keys, in their order."""
    check_text(text)
    if not signers:
        raise NoteRefused("a note has at least one signature")
    return Note(text, tuple(signer.sign(text) for signer in signers)).to_bytes()


def open_note(raw: bytes, known: Iterable[VerifierKey]) -> OpenedNote:
    """Read a note and verify what the known keys signed.

    Unknown signatures are ignored. Raises NoteRefused if a known key's signature fails, or if no known key signed.
    Of several lines by one key the first counts, and the others must hold too.
    """
    keys = {(key.name, key.key_id): key for key in known}
    note = Note.parse(raw)
    verified: dict[VerifierKey, None] = {}
    for signature in note.signatures:
        key = keys.get((signature.name, signature.key_id))
        if key is None:
            continue
        if not key.accepts(note.text, signature.payload):
            raise NoteRefused(f"the signature of {key.name} does not hold")
        verified[key] = None
    if not verified:
        raise NoteRefused("no signature by a known key")
    return OpenedNote(note.text, tuple(verified), note)
