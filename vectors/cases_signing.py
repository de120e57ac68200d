"""Vectors of the one Ed25519 rule: signatures on which libraries are known to differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from chance import Chance, octets

from pingjia.core.ballot import signing
from pingjia.core.ballot.group import (
    IDENTITY,
    LOW_ORDER_Y,
    ORDER_EIGHT_Y,
    L,
    P,
    add,
    mul_base,
    scalar_bytes,
    sub,
)

TORSION = scalar_bytes(ORDER_EIGHT_Y)


def _k(r: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def _signed(a: int, r: int, key: bytes, big_r: bytes, message: bytes) -> bytes:
    """A signature by scalar ``a`` with nonce ``r`` where key and R were published in another form."""
    return big_r + scalar_bytes((r + _k(big_r, key, message) * a) % L)


def _multiple_of_torsion(n: int) -> bytes:
    total = IDENTITY
    for _ in range(n % 8):
        total = add(total, TORSION)
    return total


def _mixed() -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """Keys and R outside the prime-order subgroup. Whether they hold depends on k mod 8, without a cofactor."""
    chance = Chance("torsion")
    for n in range(24):
        a, r, message = chance.scalar(), chance.scalar(), f"torsion {n}".encode()
        key = add(mul_base(a), TORSION)
        plain = mul_base(r)
        yield f"key + torsion, {n}", key, _signed(a, r, key, plain, message), message
        moved = add(plain, TORSION)
        yield f"R + torsion, {n}", mul_base(a), _signed(a, r, mul_base(a), moved, message), message
        for j in range(8):  # one j in eight lets the two parts of low order cancel
            both = sub(plain, _multiple_of_torsion(j)) if j else plain
            yield f"key + torsion, R - {j} torsion, {n}", key, _signed(a, r, key, both, message), message


def _under_low_order_keys() -> Iterator[tuple[str, bytes, bytes, bytes]]:
    """Keys of low order under an honest R: [S]B − [k]A is R itself wherever k is a multiple of A's order.

    Nothing but the rule for keys refuses these: R is a point of the group, S is below L, the equation holds.
    """
    big_r = mul_base(9)
    for number in [y | sign << 255 for y in (*LOW_ORDER_Y, P, P + 1) for sign in (0, 1)]:
        key = scalar_bytes(number)
        message = next(text for n in range(10**6) if _k(big_r, key, text := f"low order {n}".encode()) % 8 == 0)
        yield f"key {key.hex()}, k a multiple of 8", key, big_r + scalar_bytes(9), message


def _plain() -> Iterator[tuple[str, bytes, bytes, bytes]]:
    seed, message = octets("signing seed"), "评家".encode()
    key, good = signing.public(seed), signing.sign(seed, message)
    s = int.from_bytes(good[32:], "little")
    yield "good", key, good, message
    yield "good, empty message", key, signing.sign(seed, b""), b""
    yield "another message", key, good, b"other"
    yield "S + L", key, good[:32] + scalar_bytes(s + L), message
    yield "S = L", key, good[:32] + scalar_bytes(L), message
    yield "S with bit 255", key, good[:63] + bytes([good[63] | 128]), message
    yield "R flipped", key, bytes([good[0] ^ 1]) + good[1:], message
    yield "short", key, good[:-1], message
    yield "long", key, good + b"\0", message
    yield "empty", key, b"", message
    low = [y | sign << 255 for y in (*LOW_ORDER_Y, *range(P, 2**255)) for sign in (0, 1)]
    for number in low:
        point = scalar_bytes(number)
        yield f"key {point.hex()}", point, point + bytes(32), message
        yield f"key {point.hex()}, R = G", point, mul_base(1) + scalar_bytes(1), message
        yield f"R {point.hex()}", key, point + scalar_bytes(_k(point, key, message) * 7 % L), message
        # R of low order and S = k·a: the equation holds with a cofactor, and for the identity without one
        digest = bytearray(hashlib.sha512(seed).digest()[:32])
        digest[0] &= 248
        digest[31] = digest[31] & 127 | 64
        a = int.from_bytes(digest, "little") % L
        yield f"R {point.hex()}, S = ka", key, _signed(a, 0, key, point, message), message
    yield "key off the curve", scalar_bytes(2), good, message


def signing_cases() -> dict[str, Any]:
    """Every case with its verdict, on which two libraries agree."""
    cases = []
    for name, key, signature, message in (*_plain(), *_mixed(), *_under_low_order_keys()):
        verdict = signing.verify(key, signature, message)
        assert signing.verify_with_openssl(key, signature, message) == verdict, name
        cases.append(
            {"name": name, "key": key.hex(), "signature": signature.hex(), "message": message.hex(), "valid": verdict}
        )
    return {"cases": cases}
