"""HPKE, base mode, DHKEM(X25519, HKDF-SHA256) / HKDF-SHA256 / ChaCha20-Poly1305 (RFC 9180: 0x0020, 0x0001, 0x0003).

A sealed message is ``enc (32) ‖ ciphertext ‖ tag (16)``; the aad is always empty.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

OVERHEAD = 48

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class NotOpened(ValueError):
    """The message does not open under this key and info, or nothing can be sealed to this key."""


def clamp(raw: bytes) -> bytes:
    """Return the X25519 private key of 32 random bytes in the form of RFC 7748 §5."""
    return bytes([raw[0] & 248]) + raw[1:31] + bytes([raw[31] & 127 | 64])


def public(private: bytes) -> bytes:
    """Return the X25519 public key of a 32-byte private key."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal(to: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Seal ``plaintext`` to the X25519 public key ``to``; raise NotOpened if that key is of low order."""
    try:
        return _SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(to), info=info)
    except ValueError as error:
        raise NotOpened("a key that nobody can hold") from error


def open_sealed(private: bytes, info: bytes, sealed: bytes) -> bytes:
    """Return the plaintext; raise NotOpened for a wrong key, info or message."""
    if len(sealed) < OVERHEAD:
        raise NotOpened("too short")
    try:
        return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), info=info)
    except (InvalidTag, ValueError) as error:
        raise NotOpened("sealed to another key or for another use") from error
