"""Shamir shares of 32 bytes over GF(2⁸): ``u8 x ‖ 32 bytes`` (``docs/spec/ballot.md`` §10.2).

The field is that of AES (x⁸ + x⁴ + x³ + x + 1). Every byte of the secret has a polynomial of its own, of degree t − 1.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import reduce

SHARE_LENGTH = 33


def multiply(a: int, b: int) -> int:
    """Return the product in GF(2⁸), without a table and without a branch on either factor."""
    product = 0
    for bit in range(8):
        product ^= -(b >> bit & 1) & a
        a = (a << 1 ^ -(a >> 7) & 0x11B) & 0xFF
    return product


def inverse(a: int) -> int:
    """Return a⁻¹ = a²⁵⁴ for a ≠ 0."""
    assert 0 < a < 256
    return reduce(multiply, [a] * 254)


def split(secret: bytes, n: int, t: int, octets: Callable[[int], bytes] = secrets.token_bytes) -> list[bytes]:
    """Return the shares of x = 1 … n; any t of them give the 32-byte ``secret`` back."""
    assert len(secret) == 32
    coefficients = [secret, *(octets(32) for _ in range(t - 1))]
    shares = []
    for x in range(1, n + 1):
        values = [
            reduce(lambda sum_, c: multiply(sum_, x) ^ c, reversed(column))
            for column in zip(*coefficients, strict=True)
        ]
        shares.append(bytes([x, *values]))
    return shares


def join(shares: Sequence[bytes]) -> bytes:
    """Return the secret of exactly t shares with distinct x ≠ 0 (ValueError otherwise)."""
    if not shares or any(len(share) != SHARE_LENGTH for share in shares):
        raise ValueError("not shares of one secret")
    points = [share[0] for share in shares]
    if 0 in points or len(set(points)) != len(points):
        raise ValueError("not shares of one secret")
    secret = bytes(32)
    for share in shares:
        others = [x for x in points if x != share[0]]
        weight = reduce(multiply, (multiply(x, inverse(x ^ share[0])) for x in others), 1)
        secret = bytes(s ^ multiply(weight, y) for s, y in zip(secret, share[1:], strict=True))
    return secret
