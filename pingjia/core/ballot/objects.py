"""The objects of a poll: slate, key set, and the manifests that name a box and a poll (``docs/spec/ballot.md`` §4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot import fields, labels, signing
from pingjia.core.ballot.crockford import encode
from pingjia.core.ballot.fields import BadObject
from pingjia.core.ballot.keyset import KeySet, Scrutineer
from pingjia.core.ballot.slate import Slate, Subject

__all__ = [
    "BadObject",
    "BoxManifest",
    "Issuer",
    "KeySet",
    "PollManifest",
    "Scrutineer",
    "Slate",
    "Subject",
    "Threshold",
    "Tiers",
    "box_number",
    "check_poll",
]

NO_SLATE = bytes(32)  # an opinion box offers no choices


def box_number(digest: bytes) -> str:
    """Return the 箱号 of a hash: its first 80 bits in Crockford base32, ``XXXX-XXXX-XXXX-XXXX``."""
    symbols = encode(digest[:10])
    return "-".join(symbols[i : i + 4] for i in range(0, 16, 4))


@dataclass(frozen=True)
class Issuer:
    """Who hands out ballots: ``rsa_n`` (k bytes) signs blindly for this one box, ``id_key`` signs statements."""

    id_key: bytes
    operator: str
    rsa_n: bytes
    url: str

    def as_value(self) -> dict[str, Any]:
        """Return the canonical value."""
        return {"id_key": self.id_key.hex(), "operator": self.operator, "rsa_n": self.rsa_n.hex(), "url": self.url}

    @classmethod
    def from_value(cls, value: Any, k: int) -> Issuer:
        """Read and check the canonical value; ``k`` is the length of ``rsa_n`` in bytes (BadObject)."""
        f = fields.record(value, "id_key", "operator", "rsa_n", "url")
        id_key = fields.octets(f["id_key"], 32, "id_key")
        fields.require(signing.is_key(id_key), "id_key: not an Ed25519 key by the rule")
        rsa_n = fields.octets(f["rsa_n"], k, "rsa_n")
        fields.require(bool(rsa_n[0] & 0x80 and rsa_n[-1] & 1), "rsa_n: odd, its highest bit set")
        return cls(id_key, fields.text(f["operator"], "operator"), rsa_n, fields.text(f["url"], "url", 500))


@dataclass(frozen=True)
class Threshold:
    """Reached when den·F ≥ num·base."""

    den: int
    num: int


@dataclass(frozen=True)
class Tiers:
    """Least number of valid ballots for each form of publication."""

    band: int = 5
    full: int = 20
    two_way: int = 10


@dataclass(frozen=True)
class BoxManifest:
    """Everything that fixes one box. Its hash, ``box_hash``, is what every ballot, receipt and proof is bound to."""

    box_key: bytes
    closes_at: str
    formula: str
    issuers: tuple[Issuer, ...]
    k: int
    keyset: bytes
    kind: str
    log_origin: str
    opens_at: str
    poll_id: bytes
    pool: str
    practice: bool
    revote: bool
    roll_root: bytes
    roll_size: int
    slate: bytes
    threshold: Threshold
    tiers: Tiers
    title: str

    @classmethod
    def from_bytes(cls, raw: bytes) -> BoxManifest:
        """Read and check canonical bytes (NotCanonical, BadObject)."""
        f = fields.parse(raw, *_BOX_FIELDS)
        fields.integer(f["v"], 1, 1, "v")
        fields.choice(f["suite"], "suite", labels.SUITE)
        k = fields.integer(f["k"], 256, 384, "k")
        fields.require(k in (256, 384), "k: 256 or 384")
        issuers = tuple(Issuer.from_value(row, k) for row in fields.array(f["issuers"], 1, 8, "issuers"))
        fields.distinct([issuer.rsa_n for issuer in issuers], "rsa_n of the issuers")
        box_key = fields.octets(f["box_key"], 32, "box_key")
        fields.require(signing.is_key(box_key), "box_key: not an Ed25519 key by the rule")
        opens_at, closes_at = fields.time(f["opens_at"], "opens_at"), fields.time(f["closes_at"], "closes_at")
        fields.require(opens_at < closes_at, "a box opens before it closes")
        kind = fields.choice(f["kind"], "kind", "ballot", "opinion")
        slate = fields.octets(f["slate"], 32, "slate")
        fields.require((slate == NO_SLATE) == (kind == "opinion"), "slate: 32 zero bytes for an opinion box only")
        revote = fields.boolean(f["revote"], "revote")
        fields.require(kind == "ballot" or not revote, "an opinion box allows no second ballot")
        return cls(
            box_key=box_key,
            closes_at=closes_at,
            formula=fields.choice(f["formula"], "formula", "fav-valid", "fav-expressed"),
            issuers=issuers,
            k=k,
            keyset=fields.octets(f["keyset"], 32, "keyset"),
            kind=kind,
            log_origin=fields.text(f["log_origin"], "log_origin"),
            opens_at=opens_at,
            poll_id=fields.octets(f["poll_id"], 16, "poll_id"),
            pool=fields.code(f["pool"], "pool") if f["pool"] != "" else "",
            practice=fields.boolean(f["practice"], "practice"),
            revote=revote,
            roll_root=fields.octets(f["roll_root"], 32, "roll_root"),
            roll_size=fields.integer(f["roll_size"], 0, 10**8, "roll_size"),
            slate=slate,
            threshold=_threshold(f["threshold"]),
            tiers=_tiers(f["tiers"]),
            title=fields.text(f["title"], "title"),
        )

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        value: dict[str, Any] = {name: getattr(self, name) for name in _BOX_FIELDS if name not in ("suite", "v")}
        for name in ("box_key", "keyset", "poll_id", "roll_root", "slate"):
            value[name] = value[name].hex()
        value["issuers"] = [issuer.as_value() for issuer in self.issuers]
        value["threshold"] = {"den": self.threshold.den, "num": self.threshold.num}
        value["tiers"] = {"band": self.tiers.band, "full": self.tiers.full, "two_way": self.tiers.two_way}
        return canonical.dumps({**value, "suite": labels.SUITE, "v": 1})

    @cached_property
    def hash(self) -> bytes:
        """``box_hash``: SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.to_bytes()).digest()

    @property
    def number(self) -> str:
        """The 箱号."""
        return box_number(self.hash)


_BOX_FIELDS = (*BoxManifest.__dataclass_fields__, "suite", "v")


@dataclass(frozen=True)
class PollManifest:
    """The boxes that a member draws for in one go, in the order of the issuance messages."""

    boxes: tuple[bytes, ...]
    poll_id: bytes

    @classmethod
    def from_bytes(cls, raw: bytes) -> PollManifest:
        """Read and check canonical bytes (NotCanonical, BadObject)."""
        f = fields.parse(raw, "boxes", "poll_id", "v")
        fields.integer(f["v"], 1, 1, "v")
        boxes = tuple(fields.octets(box, 32, "box") for box in fields.array(f["boxes"], 1, 8, "boxes"))
        fields.distinct(boxes, "boxes")
        return cls(boxes, fields.octets(f["poll_id"], 16, "poll_id"))

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return canonical.dumps({"boxes": [box.hex() for box in self.boxes], "poll_id": self.poll_id.hex(), "v": 1})

    @cached_property
    def hash(self) -> bytes:
        """``poll_hash``: SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.to_bytes()).digest()


def check_poll(poll: PollManifest, boxes: list[BoxManifest]) -> None:
    """Raise BadObject unless ``boxes`` are the boxes of ``poll``, in order, under one line of issuers and one poll id.

    No RSA modulus and no box key may serve two boxes: one key, one purpose.
    """
    fields.require(tuple(box.hash for box in boxes) == poll.boxes, "boxes: not those of the poll")
    fields.require(all(box.poll_id == poll.poll_id for box in boxes), "poll_id: differs between poll and box")
    lines = {tuple((i.id_key, i.operator, i.url) for i in box.issuers) for box in boxes}
    fields.require(len(lines) == 1, "issuers: the same, in the same order, for every box of a poll")
    fields.require(len({box.practice for box in boxes}) == 1, "practice: the same for every box of a poll")
    fields.require(len({box.k for box in boxes}) == 1, "k: the same for every box of a poll")
    fields.distinct([issuer.rsa_n for box in boxes for issuer in box.issuers], "rsa_n of the poll")
    fields.distinct([box.box_key for box in boxes], "box_key of the poll")


def _threshold(value: Any) -> Threshold:
    f = fields.record(value, "den", "num")
    den = fields.integer(f["den"], 1, 10**6, "den")
    return Threshold(den, fields.integer(f["num"], 1, den, "num"))


def _tiers(value: Any) -> Tiers:
    f = fields.record(value, "band", "full", "two_way")
    band = fields.integer(f["band"], 5, 10**6, "band")
    two_way = fields.integer(f["two_way"], max(10, band), 10**6, "two_way")
    return Tiers(band, fields.integer(f["full"], max(20, two_way), 10**6, "full"), two_way)
