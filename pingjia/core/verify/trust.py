"""Whom the person who verifies trusts: keys of public logs and witnesses, and boxes known from slips and posters.

    {"boxes":["<64 hex>"],"logs":[{"origin":"…","vkey":"…"}],"quorum":0,"v":1,"witnesses":["<vkey>"]}

``boxes`` and ``site`` may be left out; people and programs write this file, so any spelling of JSON will do. A log may
have a rule of its own, ``{"origin":"…","quorum":1,"vkey":"…","witnesses":["<vkey>"]}``, in place of the file's.
Witnesses are told apart by their keys, as a cosignature does not say under which name it was made: one key twice, or a
log as its own witness, is refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pingjia.core.ballot import crockford, fields
from pingjia.core.ballot.objects import box_number
from pingjia.core.tlog import Refused
from pingjia.core.tlog.note import KeyType, VerifierKey
from pingjia.core.verify.failures import CannotVerify, Unreadable


@dataclass(frozen=True)
class LogRule:
    """One log's key, and how many of which witnesses must have cosigned its checkpoints."""

    key: VerifierKey
    quorum: int
    witnesses: tuple[VerifierKey, ...]


@dataclass(frozen=True)
class Trust:
    """``boxes`` is empty where none is named."""

    boxes: frozenset[bytes]
    logs: tuple[LogRule, ...]

    @classmethod
    def parse(cls, raw: bytes) -> Trust:
        """Read ``trust.json``; raise CannotVerify."""
        try:
            return cls._from_value(json.loads(raw.decode(), parse_float=_number, parse_constant=_number))
        except (ValueError, RecursionError, Refused) as error:
            raise CannotVerify(Unreadable.TRUST, str(error)) from error

    @classmethod
    def _from_value(cls, value: Any) -> Trust:
        fields.require(isinstance(value, dict), "trust.json is an object")
        value = {"boxes": [], "site": "", **value}
        f = fields.record(value, "boxes", "logs", "quorum", "site", "v", "witnesses")
        fields.integer(f["v"], 1, 1, "v")
        fields.text(f["site"], "site", 500, least=0)
        boxes = [fields.octets(box, 32, "box") for box in fields.array(f["boxes"], 0, 10**4, "boxes")]
        shared = {"quorum": f["quorum"], "witnesses": f["witnesses"]}
        _quorum(shared)
        return cls(frozenset(boxes), tuple(_log(row, shared) for row in fields.array(f["logs"], 0, 64, "logs")))

    def log(self, origin: str) -> LogRule | None:
        """Return key and rule of the log of this origin, if it is trusted."""
        return next((log for log in self.logs if log.key.name == origin), None)


def _number(text: str) -> int | float:
    """Read ``1.0`` and ``1e0`` as 1, as a browser does; ``NaN`` and ``Infinity`` are no JSON there."""
    if text in ("NaN", "Infinity", "-Infinity"):
        raise ValueError(f"{text} is no number of JSON")
    value = float(text)
    return int(value) if value.is_integer() else value


def _log(value: Any, shared: dict[str, Any]) -> LogRule:
    """Read one log; ``shared`` is the file's own rule, for logs that have none."""
    own = isinstance(value, dict) and len(value) > 2
    f = fields.record(value, "origin", "quorum", "vkey", "witnesses") if own else fields.record(value, "origin", "vkey")
    key = VerifierKey.parse(fields.text(f["vkey"], "vkey", 500))
    fields.require(key.name == f["origin"] and key.type is KeyType.ED25519, "a log's key bears the name of its origin")
    quorum, witnesses = _quorum(f if own else shared)
    fields.require(all(witness.public != key.public for witness in witnesses), "no log is its own witness")
    return LogRule(key, quorum, witnesses)


def _quorum(f: dict[str, Any]) -> tuple[int, tuple[VerifierKey, ...]]:
    witnesses = tuple(_witness(row) for row in fields.array(f["witnesses"], 0, 64, "witnesses"))
    for told in ({key.public for key in witnesses}, {key.name for key in witnesses}):
        fields.require(len(told) == len(witnesses), "each witness has its own name and its own key")
    return fields.integer(f["quorum"], 0, len(witnesses), "quorum"), witnesses


def _witness(value: Any) -> VerifierKey:
    text = value if isinstance(value, str) else fields.record(value, "name", "vkey")["vkey"]
    key = VerifierKey.parse(fields.text(text, "vkey", 500))
    fields.require(key.type is KeyType.COSIGNATURE, "a witness has a cosignature key")
    return key


@dataclass(frozen=True)
class WantedBox:
    """The box that the person has in hand: its whole hash (64 hex digits) or its 箱号 (16 symbols)."""

    text: str

    @classmethod
    def parse(cls, typed: str) -> WantedBox:
        """Read what was typed; raise CannotVerify."""
        plain = typed.strip(" \t\r\n")
        if len(plain) == 64 and all(sign in "0123456789abcdefABCDEF" for sign in plain):
            return cls(plain.lower())
        try:
            symbols = crockford.normalise(plain)
        except crockford.BadSymbols as error:
            raise CannotVerify(Unreadable.BOX, "a character that no box number has") from error
        if len(symbols) != 16:
            raise CannotVerify(Unreadable.BOX, "a box number has 16 characters, a hash 64")
        return cls("-".join(symbols[i : i + 4] for i in range(0, 16, 4)))

    def fits(self, box_hash: bytes) -> bool:
        """Say whether the box is the wanted one."""
        return self.text in (box_hash.hex(), box_number(box_hash))
