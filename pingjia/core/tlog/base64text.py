"""Base64 as the log's text formats use it: RFC 4648 §4, and only the one spelling that an encoder writes."""

from __future__ import annotations

import base64
import binascii

from . import Refused


def encode(raw: bytes) -> str:
    """Return the standard base64 text of ``raw``, padded, on one line."""
    return base64.b64encode(raw).decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of canonical base64; raise ``Refused`` for stray characters, padding or tail bits."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Refused("not base64") from error
    if encode(raw) != text:  # unused tail bits would let two texts mean the same bytes
        raise Refused("base64 is not in its canonical spelling")
    return raw


def decode_hash(text: str) -> bytes:
    """Return the 32 bytes of a SHA-256 hash in canonical base64, or raise ``Refused``."""
    raw = decode(text)
    if len(raw) != 32:
        raise Refused("a hash must have 32 bytes")
    return raw


def decode_number(text: str) -> int:
    """Return a decimal number 0 … 2^53−1 without leading zeroes, or raise ``Refused``.

    The bound is the largest whole number that a browser's verifier holds exactly.
    """
    if not (text.isascii() and text.isdigit()) or (text != "0" and text[0] == "0") or len(text) > 16:
        raise Refused("not a decimal number in its shortest form")
    number = int(text)
    if number > 2**53 - 1:
        raise Refused("number above 2^53-1")
    return number
