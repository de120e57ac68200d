"""Canonical JSON: one value, one byte string, in every language (``docs/spec/ballot.md`` §2).

The subset: objects, arrays, strings, ``true``, ``false`` and integers 0…2⁵³−1. No ``null``, no fractions, no sign.
Keys are ``[a-z][a-z0-9_]*``, sorted by byte; no white space; UTF-8; strings carry no lone surrogate and escape only
``"``, ``\\`` and the characters below U+0020 (the short form where JSON has one, else ``\\u00xx`` in lower case).
A byte string is accepted only if writing the parsed value gives the same bytes again.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, NoReturn

GREATEST_INTEGER = 2**53 - 1
GREATEST_DEPTH = 32
_KEY = re.compile(r"[a-z][a-z0-9_]*")


class NotCanonical(ValueError):
    """The bytes, or the value, lie outside canonical JSON."""


def dumps(value: Any) -> bytes:
    """Return the canonical bytes of ``value`` (dict, list, tuple, str, bool, int); raise NotCanonical for others."""
    _check(value, 0)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds a lone surrogate") from error


def loads(raw: bytes) -> Any:
    """Return the value written as ``raw``; raise NotCanonical unless ``dumps`` gives exactly ``raw`` again."""
    try:
        value = json.loads(raw.decode(), parse_float=_refuse, parse_constant=_refuse)
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON in UTF-8") from error
    if dumps(value) != raw:
        raise NotCanonical("not the canonical form")
    return value


def digest(value: Any) -> bytes:
    """Return the SHA-256 of the canonical bytes of ``value`` (32 bytes)."""
    return hashlib.sha256(dumps(value)).digest()


def _refuse(token: str) -> NoReturn:
    raise NotCanonical(f"{token} is no integer of the allowed range")


def _check(value: Any, depth: int) -> None:
    """Refuse values outside the subset. ``depth`` counts the containers around ``value``."""
    if isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if not 0 <= value <= GREATEST_INTEGER:
            raise NotCanonical("integer out of range")
        return
    if depth >= GREATEST_DEPTH:
        raise NotCanonical("nested too deeply")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise NotCanonical("a key is not [a-z][a-z0-9_]*")
            _check(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner, depth + 1)
    else:
        raise NotCanonical(f"{type(value).__name__} has no canonical form")
