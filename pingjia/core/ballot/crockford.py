"""Crockford's base32 as people read and type it: no I, L, O, U; ``o`` reads as 0, ``i`` and ``l`` as 1."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: i for i, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}


class BadSymbols(ValueError):
    """A symbol, or a number of symbols, that no bytes are written as."""


def encode(raw: bytes) -> str:
    """Return 8 symbols per 5 bytes, first bit first. ``raw`` must be a multiple of 5 bytes long."""
    assert len(raw) % 5 == 0
    number = int.from_bytes(raw, "big")
    count = len(raw) * 8 // 5
    return "".join(ALPHABET[number >> 5 * (count - 1 - i) & 31] for i in range(count))


def normalise(typed: str) -> str:
    """Return the symbols of what a person typed: spaces and hyphens dropped, capitals, look-alikes read as digits."""
    symbols = typed.upper().replace(" ", "").replace("-", "")
    if any(symbol not in _VALUES for symbol in symbols):
        raise BadSymbols("a character that these codes do not use")
    return "".join(ALPHABET[_VALUES[symbol]] for symbol in symbols)


def decode(typed: str) -> bytes:
    """Return the bytes of ``typed`` (after ``normalise``); its symbols must be a multiple of 8."""
    symbols = normalise(typed)
    if len(symbols) % 8:
        raise BadSymbols("a wrong number of characters")
    number = 0
    for symbol in symbols:
        number = number << 5 | _VALUES[symbol]
    return number.to_bytes(len(symbols) * 5 // 8, "big")
