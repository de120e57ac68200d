"""Damage to bytes and values that comes in the same order from the same generator: what every decoder is fed with."""

from __future__ import annotations

import random
from typing import Any

from pingjia.core import canonical

# Signs that programs disagree about: white space, look-alikes, letters with a capital of another alphabet or of two
# letters, marks without width, half of a line break.
ODD_SIGNS = "\ufeff\u0085\u00a0\u180e\u2028\u3000\u200b\u200d\x00\x0b\x1c\x7f\r\n\t ıſßﬁﬀŉK\uff10Ａ票𠮷é"
ODD_BYTES = (
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xe2\x80",
    b"\xef\xbb\xbf",
    b"-0",
    b"1e0",
    b"0.5",
)


def spoil_bytes(raw: bytes, draw: random.Random) -> bytes:
    """Flip, cut, repeat or exchange some bytes."""
    if not raw:
        return bytes([draw.randrange(256)])
    at, length = draw.randrange(len(raw)), draw.choice((1, 1, 1, 32, 64, 99, 642))
    match draw.randrange(6):
        case 0:
            return raw[:at] + raw[at + length :]
        case 1:
            return raw[: at + length] + raw[at:]
        case 2:
            return raw[:at] + draw.randbytes(length) + raw[at + length :]
        case _:
            return raw[:at] + bytes([raw[at] ^ 1 << draw.randrange(8)]) + raw[at + 1 :]


def spoil_text(raw: bytes, draw: random.Random) -> bytes:
    """Put a sign, or bytes that are none, where the eye does not look for them."""
    at = draw.choice((0, len(raw), draw.randrange(len(raw) + 1)))
    new = draw.choice(
        (draw.choice(ODD_SIGNS).encode(), draw.choice(ODD_BYTES), draw.choice(b"0123456789+-=/ .x").to_bytes())
    )
    return raw[:at] + new + raw[at + draw.randrange(2) :]


def spoil_value(value: Any, draw: random.Random) -> Any:
    """Change one thing somewhere inside a canonical value."""
    if isinstance(value, dict) and value:
        key = draw.choice(sorted(value))
        return {**value, key: spoil_value(value[key], draw)}
    if isinstance(value, list) and value:
        at = draw.randrange(len(value))
        match draw.randrange(5):
            case 0:
                return value[:at] + value[at + 1 :]
            case 1:
                return [*value[:at], value[at], *value[at:]]
            case _:
                return [*value[:at], spoil_value(value[at], draw), *value[at + 1 :]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return draw.choice((value + 1, max(0, value - 1), 0, 10**8, 10**9, str(value), True))
    if isinstance(value, str) and value:
        at = draw.randrange(len(value))
        return value[:at] + draw.choice("0f9a\u00a0\u0085票𠮷Z \x7f") + value[at + draw.randrange(2) :]
    return draw.choice(("x", 0, [], {}, False))


def spoil(raw: bytes, draw: random.Random) -> bytes:
    """Spoil good bytes once or a few times, in a way that fits what they are; now and then give noise instead."""
    if draw.random() < 0.05:
        return draw.randbytes(draw.choice((0, 1, 31, 32, 33, 64, 99, 300)))
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        way = draw.random()
        if way < 0.4 and raw[:1] in (b"{", b"["):
            try:
                raw = canonical.dumps(spoil_value(canonical.loads(raw), draw))
            except canonical.NotCanonical:
                raw = spoil_text(raw, draw)
        elif way < 0.6:
            raw = spoil_text(raw, draw)
        else:
            raw = spoil_bytes(raw, draw)
    return raw
