"""HPKE with a given ephemeral key (RFC 9180 §5.1.1, base mode), so that sealed messages in vectors stay the same.

The product seals with the system's random source through a library; this serves the vectors alone.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from chance import Chance
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from pingjia.core.ballot import hpke

_KEM = b"KEM" + bytes.fromhex("0020")
_HPKE = b"HPKE" + bytes.fromhex("002000010003")


def _extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(suite: bytes, prk: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, labelled + b"\x01", "sha256")[:length]


def sealer(chance: Chance) -> Callable[[bytes, bytes, bytes], bytes]:
    """Return ``seal(to, info, plaintext)`` whose ephemeral keys come from ``chance``."""

    def seal(to: bytes, info: bytes, plaintext: bytes) -> bytes:
        # 1. Encap
        ephemeral = X25519PrivateKey.from_private_bytes(hpke.clamp(chance.octets(32)))
        enc = ephemeral.public_key().public_bytes_raw()
        shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(to))
        prk = _extract(_KEM, b"", b"eae_prk", shared)
        secret = _expand(_KEM, prk, b"shared_secret", enc + to, 32)
        # 2. KeySchedule, base mode: no psk
        context = b"\0" + _extract(_HPKE, b"", b"psk_id_hash", b"") + _extract(_HPKE, b"", b"info_hash", info)
        prk = _extract(_HPKE, secret, b"secret", b"")
        key, nonce = _expand(_HPKE, prk, b"key", context, 32), _expand(_HPKE, prk, b"base_nonce", context, 12)
        # 3. Seal, sequence number 0
        return enc + ChaCha20Poly1305(key).encrypt(nonce, plaintext, b"")

    return seal
