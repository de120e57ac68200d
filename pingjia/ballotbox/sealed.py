"""How a ballot is stored: a slot that tells nothing, and a blob that nobody can read once ``storage_key`` is gone.

slot = HMAC-SHA-256(storage_key, "slot\\0" ‖ pk ‖ u8 seq)
blob = nonce (12) ‖ ChaCha20-Poly1305(record), aad = slot
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from pingjia.core.ballot import labels


class NotReadable(ValueError):
    """A row that this storage key did not seal: another key, or altered bytes."""


def slot(storage_key: bytes, pk: bytes, seq: int) -> bytes:
    """Return the place of the ballot with one-time key ``pk`` and sequence number ``seq``."""
    return hmac.digest(storage_key, labels.SLOT + pk + bytes([seq]), hashlib.sha256)


def seal(storage_key: bytes, place: bytes, record: bytes) -> bytes:
    """Return the blob of ``record``."""
    nonce = secrets.token_bytes(12)
    return nonce + ChaCha20Poly1305(storage_key).encrypt(nonce, record, place)


def unseal(storage_key: bytes, place: bytes, blob: bytes) -> bytes:
    """Return the record in a blob; raise NotReadable."""
    try:
        return ChaCha20Poly1305(storage_key).decrypt(blob[:12], blob[12:], place)
    except InvalidTag as error:
        raise NotReadable("a row of this box was not sealed by it") from error
