"""How a mutation is written down: what it spoils of which honest election, and what must be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pingjia.core.verify.tests.dishonest import Election

Expected = set[tuple[str, str, str]]
Spoil = Callable[[Election], Expected]


@dataclass(frozen=True)
class Mutation:
    """One deed. ``raw`` repacks in a certain order; ``given`` is what the verifier is told besides."""

    name: str
    kind: str
    spoil: Spoil
    given: dict[str, Any]


MUTATIONS: list[Mutation] = []


def mutation(kind: str = "full", **given: Any) -> Callable[[Spoil], Spoil]:
    """Register a mutation of the honest election ``kind``."""

    def register(spoil: Spoil) -> Spoil:
        MUTATIONS.append(Mutation(spoil.__name__, kind, spoil, given))
        return spoil

    return register


def parties(code: str, place: str, *who: str) -> Expected:
    return {(code, place, one) for one in who}


def cut(raw: bytes, length: int, n: int) -> bytes:
    """Return ``raw`` without its n-th piece of ``length`` bytes."""
    return raw[: n * length] + raw[(n + 1) * length :]


def flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
