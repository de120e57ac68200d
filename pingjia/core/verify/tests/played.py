"""One mutation played: the bundle, what the verifier is told, and what it must find."""

from __future__ import annotations

from functools import cache
from typing import Any

from pingjia.core.ballot import head, receipt
from pingjia.core.verify.tests.fixedkeys import TRUST, octets
from pingjia.core.verify.tests.honest import honest
from pingjia.core.verify.tests.mutations import Expected, Mutation


def play(mutation: Mutation) -> tuple[bytes, dict[str, Any], Expected]:
    """Return bundle, what is given besides (trust, box, receipt), and the expected failures."""
    return _played(mutation.name, mutation)


_DONE: dict[str, tuple[bytes, dict[str, Any], Expected]] = {}


def _played(name: str, mutation: Mutation) -> tuple[bytes, dict[str, Any], Expected]:
    if name in _DONE:
        return _DONE[name]
    election = honest(mutation.kind)
    asked = dict(mutation.given)
    given: dict[str, Any] = {"trust": dict(TRUST)}
    if boxes := asked.pop("boxes", None):
        given["trust"]["boxes"] = boxes
    if asked.pop("box_of", None):
        given["box"] = election.box.manifest.number
    if voter := asked.pop("receipt_of", None):
        given["receipt"] = receipt_of(mutation.kind, voter, forged=asked.pop("forged", False))
        if other := asked.pop("leaf_of", None):
            given["receipt"] = given["receipt"][:64] + receipt_of(mutation.kind, other, forged=False)[64:]
    given |= asked
    expected = mutation.spoil(election)
    order = list(election.entries) if mutation.name == "entries_in_another_order" else ()
    _DONE[name] = election.pack(order), given, expected
    return _DONE[name]


@cache
def receipt_of(kind: str, voter: str, *, forged: bool) -> bytes:
    """Return what the honest box gave a voter."""
    box = honest(kind).box
    leaf = head.leaf(box.sorted()[box.index(voter)][0])
    seed = octets("nobody") if forged else box.seed
    return receipt.qr(box.manifest.hash, leaf, receipt.sign(seed, box.manifest.hash, leaf))
