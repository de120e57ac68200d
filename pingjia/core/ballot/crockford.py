"""Crockford's base32 as people read and type it: no I, L, O, U; ``o`` reads as 0, ``i`` and ``l`` as 1."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: i for i, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}


class BadSymbols(ValueError):
    """A symbol, or a number of symbols, that no bytes are written as."""


def encode(raw: bytes) -> str:
    """Return 8 symbols per 5 bytes, first bit first. ``raw`` must be a multiple of 5 bytes long."""
    assert len(raw) % 5 == 0
    numbers = (int.from_bytes(raw[at : at + 5], "big") for at in range(0, len(raw), 5))
    return "".join(ALPHABET[number >> shift & 31] for number in numbers for shift in range(35, -1, -5))


def normalise(typed: str) -> str:
    """Return the symbols of what a person typed: spaces and hyphens dropped, capitals, look-alikes read as digits."""
    symbols = typed.upper().replace(" ", "").replace("-", "")
    # Some letters of other alphabets have a plain capital (ı, ſ, ß): they are no slip of the hand.
    if not typed.isascii() or any(symbol not in _VALUES for symbol in symbols):
        raise BadSymbols("a character that these codes do not use")
    return "".join(ALPHABET[_VALUES[symbol]] for symbol in symbols)


def decode(typed: str) -> bytes:
    """Return the bytes of ``typed`` (after ``normalise``); its symbols must be a multiple of 8."""
    symbols = normalise(typed)
    if len(symbols) % 8:
        raise BadSymbols("a wrong number of characters")
    # Eight symbols at a time: one number for all of them would cost the square of their count.
    return b"".join(_five(symbols[at : at + 8]) for at in range(0, len(symbols), 8))


def _five(symbols: str) -> bytes:
    number = 0
    for symbol in symbols:
        number = number << 5 | _VALUES[symbol]
    return number.to_bytes(5, "big")
