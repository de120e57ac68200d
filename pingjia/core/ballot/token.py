"""The right to one ballot: a blind RSA signature on a one-time key (RFC 9474, RSABSSA-SHA384-PSSZERO-Deterministic).

The member's side (``blind``, ``finalize``) handles no long-lived secret. The issuer's side lies in ``blindsigner``.
Section numbers are those of RFC 9474; EMSA-PSS is RFC 8017 §9.1 with an empty salt.
"""

from __future__ import annotations

import hashlib
import math
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA384

from pingjia.core.ballot import labels

EXPONENT = 65537
_HASH_LENGTH = 48
_PADDING = PSS(mgf=MGF1(SHA384()), salt_length=0)


class BadBlinding(ValueError):
    """A blinded message, or a blind signature, of a wrong length or value."""


def message(box_hash: bytes, pk: bytes) -> bytes:
    """Return what the issuers of a box sign for the one-time key ``pk``: 81 bytes."""
    return labels.TOKEN + box_hash + pk


def blind(n: bytes, text: bytes, r: int | None = None) -> tuple[bytes, int]:
    """RFC 9474 §4.2: return the blinded message (k bytes) and the inverse that ``finalize`` needs.

    ``r`` is drawn unless given; a fixed one belongs in test vectors alone.
    """
    modulus = int.from_bytes(n, "big")
    # 1. the encoded message must be invertible, else the modulus has just been factored
    m = int.from_bytes(encode(text, modulus.bit_length() - 1), "big")
    if math.gcd(m, modulus) != 1:
        raise BadBlinding("the modulus is broken")
    # 2. a uniform blind with an inverse
    while True:
        factor = r if r is not None else 1 + secrets.randbelow(modulus - 1)
        if math.gcd(factor, modulus) == 1:
            break
    blinded = m * pow(factor, EXPONENT, modulus) % modulus
    return blinded.to_bytes(len(n), "big"), pow(factor, -1, modulus)


def finalize(n: bytes, text: bytes, blind_signature: bytes, inverse: int) -> bytes:
    """RFC 9474 §4.4: return the unblinded signature; raise BadBlinding unless it verifies."""
    modulus = int.from_bytes(n, "big")
    if len(blind_signature) != len(n):
        raise BadBlinding("a blind signature of another length")
    signature = (int.from_bytes(blind_signature, "big") * inverse % modulus).to_bytes(len(n), "big")
    if not verify(n, text, signature):
        raise BadBlinding("the issuer did not sign this message")
    return signature


def verify(n: bytes, text: bytes, signature: bytes) -> bool:
    """RFC 9474 §4.5: say whether ``signature`` (k bytes) is the RSASSA-PSS signature of ``text`` under ``n``."""
    if len(signature) != len(n):
        return False
    try:
        _public(n).verify(signature, text, _PADDING, SHA384())
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _public(n: bytes) -> RSAPublicKey:
    """Keep the parsed key: parsing costs more than a verification."""
    return RSAPublicNumbers(EXPONENT, int.from_bytes(n, "big")).public_key()


def encode(text: bytes, bits: int, salt: bytes = b"") -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017 §9.1.1 with SHA-384 and MGF1-SHA-384, ``bits`` long."""
    length = (bits + 7) // 8
    # 5., 6. H = Hash(eight zeros ‖ mHash ‖ salt)
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(text).digest() + salt).digest()
    # 7., 8. DB = PS ‖ 0x01 ‖ salt
    block = bytes(length - len(salt) - _HASH_LENGTH - 2) + b"\x01" + salt
    # 9. – 11. mask, and clear the bits beyond ``bits``
    masked = bytearray(x ^ y for x, y in zip(block, _mgf1(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + b"\xbc"


def _mgf1(seed: bytes, length: int) -> bytes:
    blocks = range((length + _HASH_LENGTH - 1) // _HASH_LENGTH)
    return b"".join(hashlib.sha384(seed + i.to_bytes(4, "big")).digest() for i in blocks)[:length]
