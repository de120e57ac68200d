"""Ed25519 by one rule that every library agrees on (RFC 8032 §5.1, narrowed in ``docs/spec/ballot.md`` §5.1).

A signature is valid iff the key and R each have y < p and are of no low order, S < L, and [S]B − [k]A encodes to
exactly R. Libraries differ on what lies outside this rule, so it is checked before any library is asked.
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from pingjia.core.ballot.group import LOW_ORDER_Y, L, P

_Y_MASK = 2**255 - 1
_LOW_ORDER_Y = frozenset(LOW_ORDER_Y)


def is_key(raw: bytes) -> bool:
    """Say whether 32 bytes may stand as a key, or as R: y < p, and not a point of low order."""
    y = int.from_bytes(raw, "little") & _Y_MASK
    return len(raw) == 32 and y < P and y not in _LOW_ORDER_Y


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Say whether the 64-byte ``signature`` of ``message`` is valid under the 32-byte ``key``."""
    if len(signature) != 64 or not is_key(key) or not is_key(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        crypto_sign_open(signature + message, key)
    except BadSignatureError:
        return False
    return True


def verify_with_openssl(key: bytes, signature: bytes, message: bytes) -> bool:
    """The same rule, asked of the second library; tests hold the two against each other."""
    if len(signature) != 64 or not is_key(key) or not is_key(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the deterministic signature of ``message`` by the key whose 32-byte seed is ``seed``."""
    return _private(seed).sign(message)


def ready(seed: bytes) -> Callable[[bytes], bytes]:
    """Return ``sign`` for one seed: the same bytes at a third of the cost, as the key is made ready once."""
    _public, secret = crypto_sign_seed_keypair(seed)
    return lambda message: crypto_sign(message, secret)[:64]


def public(seed: bytes) -> bytes:
    """Return the public key of a 32-byte ``seed``."""
    return _private(seed).public_key().public_bytes_raw()


def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)
