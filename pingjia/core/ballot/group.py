"""The prime-order subgroup of edwards25519: seven functions, and nothing else in the house knows the curve.

Points are 32-byte strings, scalars are integers. ``docs/spec/ballot.md`` §3 states the rules; libsodium (through
PyNaCl) does the arithmetic. Its product refuses the same points as its validity check, which the self-test proves at
import: without that refusal nothing runs.
"""

from __future__ import annotations

import hashlib
import secrets

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_is_valid_point,
    crypto_core_ed25519_sub,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_scalarmult_ed25519_noclamp,
    has_crypto_core_ed25519,
    has_crypto_scalarmult_ed25519,
)

L = 2**252 + 27742317777372353535851937790883648493  # order of the subgroup
P = 2**255 - 19  # the field
IDENTITY = bytes([1]) + bytes(31)
BASE = bytes([0x58]) + bytes([0x66]) * 31


class BadPoint(ValueError):
    """Not a canonical encoding of a point of the prime-order subgroup other than the identity."""


class BadScalar(ValueError):
    """Not a 32-byte little-endian integer x with 0 < x < L."""


def point(raw: bytes) -> bytes:
    """Return ``raw`` if it keeps the point rule; raise BadPoint otherwise."""
    if len(raw) != 32 or not crypto_core_ed25519_is_valid_point(raw):
        raise BadPoint
    return raw


def scalar(raw: bytes) -> int:
    """Return the integer written as ``raw``, 0 < x < L; raise BadScalar otherwise."""
    x = int.from_bytes(raw, "little")
    if len(raw) != 32 or not 0 < x < L:
        raise BadScalar
    return x


def mul(x: int, p: bytes) -> bytes:
    """Return x·p for 0 < x < L. Raise BadPoint if ``p`` breaks the point rule: a product checks its point."""
    assert 0 < x < L
    try:
        return crypto_scalarmult_ed25519_noclamp(x.to_bytes(32, "little"), p)
    except RuntimeError as error:
        raise BadPoint from error


def mul_base(x: int) -> bytes:
    """Return x·G for 0 ≤ x < L; the identity for 0."""
    assert 0 <= x < L
    return crypto_scalarmult_ed25519_base_noclamp(x.to_bytes(32, "little")) if x else IDENTITY


def add(p: bytes, q: bytes) -> bytes:
    """Return p + q. Both must have been checked or computed before; the identity is welcome."""
    return crypto_core_ed25519_add(p, q)


def sub(p: bytes, q: bytes) -> bytes:
    """Return p − q. Both must have been checked or computed before; the identity is welcome."""
    return crypto_core_ed25519_sub(p, q)


def hash_to_scalar(*parts: bytes) -> int:
    """Return SHA-512 of the joined parts, read little-endian, modulo L."""
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def scalar_bytes(x: int) -> bytes:
    """Return the 32 little-endian bytes of ``x``."""
    return x.to_bytes(32, "little")


def random_scalar() -> int:
    """Return a uniform scalar, 0 < x < L, from the system's random source."""
    return 1 + secrets.randbelow(L - 1)


ORDER_EIGHT_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022
# y of the points of order 1, 2, 4 and 8; each with either sign of x is refused.
LOW_ORDER_Y = (0, 1, P - 1, ORDER_EIGHT_Y, P - ORDER_EIGHT_Y)


def self_test() -> None:
    """Raise RuntimeError unless libsodium is here and refuses every bad point, in its check and in its product."""
    if not (has_crypto_core_ed25519 and has_crypto_scalarmult_ed25519):
        raise RuntimeError("this libsodium lacks the edwards25519 group")
    bad = [(y | sign << 255).to_bytes(32, "little") for y in (*LOW_ORDER_Y, *range(P, 2**255)) for sign in (0, 1)]
    bad.append(add(BASE, scalar_bytes(ORDER_EIGHT_Y)))
    for raw in bad:
        if crypto_core_ed25519_is_valid_point(raw):
            raise RuntimeError("libsodium accepts a point outside the prime-order subgroup")
        try:
            mul(8, raw)
        except BadPoint:
            continue
        raise RuntimeError("libsodium multiplies a point outside the prime-order subgroup")
    if mul_base(1) != BASE or mul(L - 1, BASE) != mul_base(L - 1) or add(mul_base(L - 1), BASE) != IDENTITY:
        raise RuntimeError("libsodium computes another group")


self_test()
