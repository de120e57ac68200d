"""Reading the typed fields of a canonical object: a name, a shape, and a named error when they do not fit."""

from __future__ import annotations

import re
from typing import Any

from pingjia.core import canonical

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_TIME = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")


class BadObject(ValueError):
    """Canonical JSON, but not the object that was expected."""


def record(value: Any, *names: str) -> dict[str, Any]:
    """Return ``value`` if it is an object with exactly the fields ``names``."""
    if not isinstance(value, dict) or set(value) != set(names):
        raise BadObject(f"expected exactly the fields {', '.join(sorted(names))}")
    return value


def parse(raw: bytes, *names: str) -> dict[str, Any]:
    """Read canonical bytes as an object with exactly the fields ``names`` (NotCanonical, BadObject)."""
    return record(canonical.loads(raw), *names)


def require(condition: bool, message: str) -> None:
    """Raise BadObject with ``message`` unless ``condition`` holds."""
    if not condition:
        raise BadObject(message)


def array(value: Any, least: int, greatest: int, what: str) -> list[Any]:
    """Return a list of ``least`` to ``greatest`` members."""
    require(isinstance(value, list) and least <= len(value) <= greatest, f"{what}: {least} to {greatest} members")
    return list(value)


def integer(value: Any, least: int, greatest: int, what: str) -> int:
    """Return an integer within the bounds (a boolean is none)."""
    require(type(value) is int and least <= value <= greatest, f"{what}: integer {least} to {greatest}")
    return int(value)


def boolean(value: Any, what: str) -> bool:
    """Return a boolean."""
    require(isinstance(value, bool), f"{what}: true or false")
    return bool(value)


def text(value: Any, what: str, greatest: int = 200, least: int = 1) -> str:
    """Return ``least`` to ``greatest`` code points without control characters (below U+0020, U+007F–009F)."""
    require(isinstance(value, str) and least <= len(value) <= greatest, f"{what}: {least} to {greatest} characters")
    require(not any(c < " " or "\x7f" <= c <= "\x9f" for c in value), f"{what}: no control characters")
    return str(value)


def code(value: Any, what: str) -> str:
    """Return a code: 1 to 32 of a–z, 0–9, ``_`` and ``-``, not beginning with a mark."""
    require(isinstance(value, str) and _CODE.fullmatch(value) is not None, f"{what}: a code")
    return str(value)


def choice(value: Any, what: str, *allowed: str) -> str:
    """Return one of the ``allowed`` strings."""
    require(isinstance(value, str) and value in allowed, f"{what}: one of {', '.join(allowed)}")
    return str(value)


def time(value: Any, what: str) -> str:
    """Return a UTC time ``YYYY-MM-DDThh:mm:ssZ``. Only the form is checked; core owns no calendar."""
    require(isinstance(value, str) and _TIME.fullmatch(value) is not None, f"{what}: YYYY-MM-DDThh:mm:ssZ")
    return str(value)


def octets(value: Any, length: int, what: str) -> bytes:
    """Return exactly ``length`` bytes from lower-case hex."""
    fits = isinstance(value, str) and len(value) == 2 * length and _HEX.fullmatch(value) is not None
    require(fits, f"{what}: {length} bytes in lower-case hex")
    return bytes.fromhex(value)


def distinct(values: list[Any] | tuple[Any, ...], what: str) -> None:
    """Refuse two equal members."""
    require(len(set(values)) == len(values), f"{what}: two are equal")
