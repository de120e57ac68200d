"""What the log holds, and proofs of it."""

from __future__ import annotations

from dataclasses import dataclass

from pingjia.core.tlog.checkpoint import open_checkpoint
from pingjia.core.tlog.entry import EntryType
from pingjia.core.tlog.merkle import leaf_hash, proof_ranges
from pingjia.core.tlog.note import VerifierKey
from pingjia.core.tlog.proof import LogProof
from pingjia.core.verify.trust import LogRule

from . import tiles, trust
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
    """Return the C2SP tlog-proof text that entry ``index`` stands in the log, with the witnesses' lines.

    Raises NotLogged or NotPublished.
    """
    entry = log.entries.filter(index=index).first()
    if entry is None:
        raise NotLogged(f"{log.origin} has no entry {index}")
    head = _head_for(log, index)
    tree = tiles.tree(log, head.size)
    hashes = tuple(tree.hash_of(low, high) for low, high in proof_ranges(index, index + 1, head.size))
    made = LogProof(index, hashes, bytes(head.note))
    made.verify(leaf_hash(bytes(entry.leaf)), log.key)  # never hand out what an outsider would refuse
    return made.to_bytes()


def _head_for(log: Log, index: int) -> Checkpoint:
    """Return the checkpoint to prove entry ``index`` by: the newest one with a quorum of witnesses.

    Where none has it, the newest one with the most witnesses; where none has any, the newest. Raises NotPublished.
    """
    covering = log.checkpoints.filter(size__gt=index)
    newest = covering.order_by("size").last()
    if newest is None:
        raise NotPublished(f"{log.origin}: entry {index} is not yet published")
    if newest.cosignatures == 0 and not covering.filter(cosignatures__gt=0).exists():
        return newest
    rule = trust.rule_of(log)
    best, most = newest, 0
    for head in covering.filter(cosignatures__gt=0).order_by("-size").iterator():
        found = len(_by(head, rule))
        if found >= max(rule.quorum, 1):
            return head
        if found > most:
            best, most = head, found
    return best


def _by(head: Checkpoint, rule: LogRule) -> frozenset[str]:
    """Return the names of the registered witnesses that cosigned this checkpoint."""
    return frozenset(open_checkpoint(bytes(head.note), rule.key, rule.witnesses).witnesses)


@dataclass(frozen=True)
class Witnessed:
    """How well an entry is witnessed: by whom, by whom not yet, and how many it takes (0: nobody is asked)."""

    quorum: int
    found: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def lacking(self) -> int:
        """How many cosignatures are still missing."""
        return max(0, self.quorum - len(self.found))


def witnessed(log: Log, index: int) -> Witnessed:
    """Say who witnessed the checkpoint that proves entry ``index``; an entry not yet published has no witness."""
    rule = trust.rule_of(log)
    names = {key.name for key in rule.witnesses}
    try:
        found = _by(_head_for(log, index), rule)
    except NotPublished:
        found = frozenset()
    return Witnessed(rule.quorum, tuple(sorted(found)), tuple(sorted(names - found)))


def proof_of(log: Log, kind: EntryType, payload_hash: bytes) -> bytes:
    """Return the tlog-proof text of an event by the SHA-256 of its object (NotLogged, NotPublished)."""
    entry = find(log, kind, payload_hash)
    if entry is None:
        raise NotLogged(f"{log.origin} holds no {kind.value} {payload_hash.hex()}")
    return proof(log, entry.index)
