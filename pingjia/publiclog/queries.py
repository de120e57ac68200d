"""What the log holds, and proofs of it."""

from __future__ import annotations

from pingjia.core.tlog.entry import EntryType
from pingjia.core.tlog.merkle import leaf_hash, proof_ranges
from pingjia.core.tlog.note import VerifierKey
from pingjia.core.tlog.proof import LogProof

from . import tiles
from .models import Checkpoint, Entry, Log


class NotLogged(LookupError):
    """The log holds no such entry."""


class NotPublished(LookupError):
    """The entry stands in the log, but no checkpoint covers it yet: publish first."""


def log_key(log: Log) -> VerifierKey:
    """Return the public key of the log; its ``text()`` is what a trust file lists."""
    return log.key


def latest(log: Log) -> Checkpoint | None:
    """Return the newest checkpoint, if any was signed."""
    return log.checkpoints.order_by("size").last()


def find(log: Log, kind: EntryType, payload_hash: bytes) -> Entry | None:
    """Return the entry of an event by the SHA-256 (32 bytes) of its object."""
    return log.entries.filter(type=kind.value, payload_hash=payload_hash.hex()).first()


def proof(log: Log, index: int) -> bytes:
    """Return the C2SP tlog-proof text that entry ``index`` stands in the newest checkpoint.

    Raises NotLogged or NotPublished.
    """
    entry = log.entries.filter(index=index).first()
    if entry is None:
        raise NotLogged(f"{log.origin} has no entry {index}")
    head = latest(log)
    if head is None or head.size <= index:
        raise NotPublished(f"{log.origin}: entry {index} is not yet published")
    tree = tiles.tree(log, head.size)
    hashes = tuple(tree.hash_of(low, high) for low, high in proof_ranges(index, index + 1, head.size))
    made = LogProof(index, hashes, bytes(head.note))
    made.verify(leaf_hash(bytes(entry.leaf)), log.key)  # never hand out what an outsider would refuse
    return made.to_bytes()


def proof_of(log: Log, kind: EntryType, payload_hash: bytes) -> bytes:
    """Return the tlog-proof text of an event by the SHA-256 of its object (NotLogged, NotPublished)."""
    entry = find(log, kind, payload_hash)
    if entry is None:
        raise NotLogged(f"{log.origin} holds no {kind.value} {payload_hash.hex()}")
    return proof(log, entry.index)
