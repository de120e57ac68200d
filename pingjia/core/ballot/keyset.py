"""The key set: the scrutineers and the commitments to the keys they share (``docs/spec/ballot.md`` §4.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot import fields, group, labels, signing
from pingjia.core.ballot.slate import GREATEST_GRADES

GREATEST_SCRUTINEERS = 16


@dataclass(frozen=True)
class Scrutineer:
    """The public halves of a card: ``key`` (Ed25519) signs, ``exchange`` (X25519) receives."""

    exchange: bytes
    key: bytes
    name: str

    def as_value(self) -> dict[str, Any]:
        """Return the canonical value."""
        return {"exchange": self.exchange.hex(), "key": self.key.hex(), "name": self.name}

    @classmethod
    def from_value(cls, value: Any) -> Scrutineer:
        """Read and check the canonical value (BadObject)."""
        f = fields.record(value, "exchange", "key", "name")
        key = fields.octets(f["key"], 32, "key")
        fields.require(signing.is_key(key), "key: not an Ed25519 key by the rule")
        return cls(fields.octets(f["exchange"], 32, "exchange"), key, fields.text(f["name"], "name"))


@dataclass(frozen=True)
class KeySet:
    """``commitments[k][d]`` is a_{k,d}·G; ``commitments[k][0]`` is H_{k+1}.

    Scrutineers are numbered from 1: number i is ``scrutineers[i-1]``.
    """

    commitments: tuple[tuple[bytes, ...], ...]
    opinion_public: bytes
    poll_id: bytes
    scrutineers: tuple[Scrutineer, ...]
    share_hash: tuple[bytes, ...]
    t: int

    @classmethod
    def from_bytes(cls, raw: bytes) -> KeySet:
        """Read and check canonical bytes, points included (NotCanonical, BadObject)."""
        f = fields.parse(
            raw, "commitments", "n", "opinion_public", "poll_id", "scrutineers", "share_hash", "suite", "t", "v"
        )
        fields.integer(f["v"], 1, 1, "v")
        fields.choice(f["suite"], "suite", labels.SUITE)
        n = fields.integer(f["n"], 2, GREATEST_SCRUTINEERS, "n")
        t = fields.integer(f["t"], 2, n, "t")
        rows = fields.array(f["commitments"], 1, GREATEST_GRADES, "commitments")
        commitments = tuple(tuple(_point(c) for c in fields.array(row, t, t, "commitments")) for row in rows)
        fields.distinct([row[0] for row in commitments], "keys of the grades")
        people = tuple(Scrutineer.from_value(s) for s in fields.array(f["scrutineers"], n, n, "scrutineers"))
        fields.distinct([s.key for s in people], "keys of the scrutineers")
        fields.distinct([s.exchange for s in people], "exchange keys of the scrutineers")
        hashes = tuple(fields.octets(h, 32, "share_hash") for h in fields.array(f["share_hash"], n, n, "share_hash"))
        opinion_public = fields.octets(f["opinion_public"], 32, "opinion_public")
        return cls(commitments, opinion_public, fields.octets(f["poll_id"], 16, "poll_id"), people, hashes, t)

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return canonical.dumps(
            {
                "commitments": [[c.hex() for c in row] for row in self.commitments],
                "n": self.n,
                "opinion_public": self.opinion_public.hex(),
                "poll_id": self.poll_id.hex(),
                "scrutineers": [s.as_value() for s in self.scrutineers],
                "share_hash": [h.hex() for h in self.share_hash],
                "suite": labels.SUITE,
                "t": self.t,
                "v": 1,
            }
        )

    @cached_property
    def hash(self) -> bytes:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.to_bytes()).digest()

    @property
    def n(self) -> int:
        """Number of scrutineers."""
        return len(self.scrutineers)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """H_1 … H_K."""
        return tuple(row[0] for row in self.commitments)


def _point(value: Any) -> bytes:
    raw = fields.octets(value, 32, "commitment")
    try:
        return group.point(raw)
    except group.BadPoint as error:
        raise fields.BadObject("commitment: not a point by the rule") from error
