"""What was handed out: the entries behind the issuer's statement, and how they are forgotten when a vote has ended.

Until then each entry joins a line of the roll with the hash of a blinded message: who drew. Afterwards only the leaf
hashes of the entries are kept. They still give the number and the root in the public log; whoever saved the own entry
still finds it among them; but as the blinded messages are gone, no leaf hash can be tried against a line of the roll.
(docs/spec/ballot.md §9.5)
"""

from __future__ import annotations

from pingjia.ballotbox import shelf
from pingjia.core.ballot import issuance
from pingjia.core.ballot.issuance import UNKNOWN_LEAF
from pingjia.core.tlog.merkle import HASH_SIZE
from pingjia.polls.issue import K
from pingjia.polls.models import Box, Issuance, Poll, RollEntry, State


def entries(poll: Poll, box: Box) -> list[bytes]:
    """Return every entry of the issuance of one box: ``roll_leaf ‖ SHA-256(blinded)``, sorted; none once forgotten."""
    rows = poll.issuances.values_list("entry__leaf", "blinded")
    place = slice(K * box.order, K * (box.order + 1))
    return sorted(
        issuance.entry(bytes.fromhex(leaf) if leaf else UNKNOWN_LEAF, bytes(blinded)[place]) for leaf, blinded in rows
    )


def leaves(poll: Poll, box: Box) -> list[bytes]:
    """Return the leaf hashes of the entries, ascending: from the entries, or what was kept of them."""
    kept = shelf.file(box.box_hash, "issued.bin")
    if kept.exists():
        raw = kept.read_bytes()
        return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]
    return sorted(issuance.entry_leaf(entry) for entry in entries(poll, box))


def forgotten(poll: Poll) -> bool:
    """Say whether who drew has been deleted."""
    return poll.state in (State.FINAL, State.VOID, State.UNOPENED) and not poll.issuances.exists()


def keep_leaves(poll: Poll) -> None:
    """Write the leaf hashes beside the statement, before ``forget``; boxes that never closed have made no statement."""
    for box in poll.boxes.all():
        path = shelf.file(box.box_hash, "issued.bin")
        if shelf.file(box.box_hash, "issuance.json").exists() and not path.exists():
            shelf.put(path, b"".join(leaves(poll, box)))


def forget(poll: Poll) -> None:
    """Delete who drew: from the issuances, from the roll, from the slips. Who moved to paper stays on record."""
    Issuance.objects.filter(poll=poll).delete()
    RollEntry.objects.filter(poll=poll, medium="drawn").update(medium="open")
    poll.slips.filter(state="drawn").update(state="out")
