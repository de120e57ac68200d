"""What stands in our log: the type of an event and the hash of the object it speaks of (docs/spec/ballot.md, the log).

    {"h":"<64 hexadecimal digits>","t":"manifest"}

Nothing else is in a leaf: no time, no unit, no person. Whoever holds the object can find it; nobody can read it here.
"""

from __future__ import annotations

from enum import StrEnum

from pingjia.core import canonical

from . import Refused, merkle


class EntryType(StrEnum):
    """The events that a log holds, in the order in which a ballot meets them."""

    POLL = "poll"
    MANIFEST = "manifest"
    KEYSET = "keyset"
    ACCEPT = "accept"
    CLOSE = "close"
    ISSUANCE = "issuance"
    DESTROYED = "destroyed"
    OPENED = "opened"
    RESULT = "result"
    EVIDENCE = "evidence"
    WITHDRAWN = "withdrawn"


class EntryRefused(Refused):
    """Bytes that are no entry of our logs."""


def leaf(kind: EntryType, payload_hash: bytes) -> bytes:
    """Return the leaf's bytes for an object with this SHA-256 (32 bytes)."""
    if len(payload_hash) != 32:
        raise EntryRefused("an entry holds a SHA-256 hash of 32 bytes")
    return canonical.dumps({"h": payload_hash.hex(), "t": kind.value})


def entry_hash(kind: EntryType, payload_hash: bytes) -> bytes:
    """Return the leaf *hash* that stands in the tree."""
    return merkle.leaf_hash(leaf(kind, payload_hash))


def parse_leaf(raw: bytes) -> tuple[EntryType, bytes]:
    """Return (type, hash); raise EntryRefused unless ``leaf`` gives exactly ``raw`` again."""
    try:
        value = canonical.loads(raw)
        kind, payload_hash = EntryType(value["t"]), bytes.fromhex(value["h"])
    except (ValueError, KeyError, TypeError) as error:
        raise EntryRefused("not an entry of this log") from error
    if len(payload_hash) != 32 or leaf(kind, payload_hash) != raw:
        raise EntryRefused("not an entry of this log")
    return kind, payload_hash
