"""What a witness checks before it cosigns (c2sp.org/tlog-witness): the log only ever grew since it was last seen.

The rule is pure: what was seen before and what is served now come in, a checkpoint fit to be cosigned or a refusal
comes out. Keys, files and the network are the business of ``pingjia.witness``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import Refused
from .checkpoint import Checkpoint, open_checkpoint
from .merkle import proof_ranges, verify_consistency
from .note import Signature, SignerKey, VerifierKey
from .tile import Tile, TiledTree


class Unfit(Refused):
    """The tiles do not make the tree that the checkpoint names: no proof of a lie, and nothing to sign."""


class TwoFaced(Refused):
    """The log signed two heads that no one growing log can have: both are evidence."""


class Shrunken(TwoFaced):
    """The log signed a head smaller than one that it had signed before."""


class SplitView(TwoFaced):
    """The log signed a head that does not continue the one seen before."""


@dataclass(frozen=True)
class Seen:
    """The head that was cosigned last: ``size`` leaves, ``root`` 32 bytes."""

    size: int
    root: bytes


def examine(raw: bytes, log_key: VerifierKey, seen: Seen | None, read: Callable[[Tile], bytes]) -> Checkpoint:
    """Return the served checkpoint if it may be cosigned; ``read`` returns the bytes of a tile of this log.

    Raises NoteRefused or CheckpointRefused where the log did not sign it, TileRefused or Unfit where the files do not
    bear it out, Shrunken or SplitView where it contradicts what was seen. The first head seen is taken as it is: a
    witness vouches for what follows.
    """
    head = open_checkpoint(raw, log_key).checkpoint
    if seen is not None and head.size < seen.size:
        raise Shrunken(f"{head.origin}: {head.size} entries where {seen.size} were seen")
    if seen is not None and head.size == seen.size:
        if head.root != seen.root:
            raise SplitView(f"{head.origin}: two trees of {head.size} entries")
        return head
    tree = TiledTree(head.size, read)
    if tree.root() != head.root:
        raise Unfit(f"{head.origin}: the tiles do not make the tree of {head.size} entries")
    if seen is not None and seen.size:
        _check_beginning(tree, seen, head)
    return head


def _check_beginning(tree: TiledTree, seen: Seen, head: Checkpoint) -> None:
    """Raise SplitView if the signed tree provably begins with another tree than the one seen, Unfit if files lie."""
    beginning = tree.hash_of(0, seen.size)
    proof = [tree.hash_of(low, high) for low, high in proof_ranges(0, seen.size, head.size)]
    # First what the log signed now, from its own tiles: only a path that leads to its root says anything against it.
    if not verify_consistency(seen.size, head.size, proof, beginning, head.root):
        raise Unfit(f"{head.origin}: the tiles do not lead to the root that was signed")
    if beginning != seen.root:
        raise SplitView(f"{head.origin}: the tree of {head.size} does not begin with that of {seen.size}")


def cosign(head: Checkpoint, signer: SignerKey, timestamp: int) -> Signature:
    """Return the cosignature (c2sp.org/tlog-cosignature, Ed25519) at ``timestamp``, whole seconds since 1970."""
    return signer.cosign(head.text(), timestamp)
