"""Deeds on the ballots in the box: stuffing, dropping, adding late, tokens and heads that do not hold."""

from __future__ import annotations

import hashlib

from pingjia.core.ballot import receipt, signing
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import octets
from pingjia.core.verify.tests.mutations.registry import Expected, cut, flip, mutation, parties


@mutation()
def stuffing_beyond_what_was_issued(e: Election) -> Expected:
    for n in range(3):
        e.box.vote(e, f"ghost {n}", [1, 1, 1])
    e.close(e.box)
    e.log()
    e.open()
    return parties("returned-exceeds-issued", "issuance.json", "issuers")


@mutation()
def stuffing_that_one_issuer_did_not_join(e: Election) -> Expected:
    for n in range(3):
        e.box.vote(e, f"ghost {n}", [1, 1, 1])
    issued = e.box.issued
    e.close(e.box)
    e.state(e.box, issued=(issued + 3, issued))
    e.log()
    e.open()
    return parties("returned-exceeds-issued", "issuance.json/1", "issuer/1")


@mutation("none")
def stuffing_beyond_the_roll(e: Election) -> Expected:
    e.box.issued = 39
    e.state(e.box, paper=2)
    e.sign(e.result(issued=39))
    return {("issued-exceeds-roll", f"issuance.json/{j}", f"issuer/{j}") for j in (0, 1)}


@mutation("none")
def a_ballot_with_a_token_of_mixed_issuers(e: Election) -> Expected:
    e.box.cast("mixed", octets("x", e.paper(e.box).body_length), signers=(1, 0))
    e.box.issued += 1
    e.state(e.box)
    e.close(e.box, invalid=0)
    e.log()
    e.sign(e.result(returned=4, valid=4, issued=e.box.issued))
    return parties("token", f"heads.bin/{e.box.index('mixed')}", "box")


@mutation("none")
def a_ballot_with_a_token_of_an_alien_key(e: Election) -> Expected:
    e.box.cast("alien", octets("x", e.paper(e.box).body_length), signers=(0, 2))
    e.box.issued += 1
    e.state(e.box)
    e.close(e.box, invalid=0)
    e.log()
    e.sign(e.result(returned=4, valid=4, issued=e.box.issued))
    return parties("token", f"heads.bin/{e.box.index('alien')}", "box")


@mutation()
def dropping_a_ballot_before_the_close(e: Election) -> Expected:
    """Nothing in the bundle shows it: its holder's receipt does, see below."""
    e.box.records = [record for n, record in enumerate(e.box.sorted()) if n != e.box.index("v3")]
    e.close(e.box)
    e.log()
    e.open()
    return set()


@mutation(receipt_of="v3")
def dropping_a_ballot_whose_holder_kept_the_receipt(e: Election) -> Expected:
    dropping_a_ballot_before_the_close(e)
    return parties("receipt-absent", "receipt", "box")


@mutation()
def dropping_a_ballot_after_the_close(e: Election) -> Expected:
    """Heads, receipts and bodies are cut, note and log stand; the scrutineers opened the honest sum."""
    at = e.box.index("v3")
    body_at = [one.raw for one, _ in e.box.counted()].index(e.box.sorted()[at][0])
    e.entries["heads.bin"] = cut(e.entries["heads.bin"], 642, at)
    e.entries["receipts.bin"] = cut(e.entries["receipts.bin"], 64, at)
    e.entries["bodies.bin"] = cut(e.entries["bodies.bin"], e.paper(e.box).body_length, body_at)
    found = {(code, "closing.note", "box") for code in ("leaf-count", "root-mismatch", "returned-mismatch")}
    return found | wrong_sums()


def wrong_sums() -> Expected:
    """What is found when partials of two scrutineers fit no sum."""
    found = {("partial-proof", f"partials.bin/{n}", f"scrutineer/{1 + n // 9}") for n in range(18)}
    return found | {("partials-few", f"partials.bin/{s}/{1 << k}", "scrutineers") for s in range(3) for k in range(3)}


@mutation()
def adding_a_ballot_after_the_opening(e: Election) -> Expected:
    """Everything of box and log is signed again; the scrutineers would have to open again."""
    e.box.vote(e, "late", [1, 1, 1])
    e.box.issued += 1
    e.close(e.box)
    e.state(e.box)
    e.log()
    e.sign(e.result(issued=e.box.issued, returned=23))
    return wrong_sums() | parties("custody", "result.json/valid", "scrutineers")


@mutation("none")
def a_head_changed(e: Election) -> Expected:
    raw, content = e.box.sorted()[1]
    e.box.records = [r for r in e.box.records if r[0] != raw] + [(flip(raw, 40), content)]
    e.close(e.box, invalid=0)
    e.log()
    e.sign(e.result())
    return parties("signature", f"heads.bin/{[r for r, _ in e.box.sorted()].index(flip(raw, 40))}", "box")


@mutation("none")
def a_head_of_another_version(e: Election) -> Expected:
    raw, _ = e.box.sorted()[0]
    changed = b"\x03" + raw[1:]
    e.entries["heads.bin"] = e.entries["heads.bin"].replace(raw, changed)
    found = {(code, "closing.note", "box") for code in ("root-mismatch", "returned-mismatch")}
    leaves = [hashlib.sha256(b"\0" + one).digest() for one in (changed, e.box.sorted()[1][0])]
    if leaves[0] > leaves[1]:
        found |= parties("head-order", "heads.bin/1", "box")
    return found | parties("head-form", "heads.bin/0", "box")


@mutation("none")
def leaves_out_of_order(e: Election) -> Expected:
    pieces = [raw for raw, _ in e.box.sorted()]
    pieces[0], pieces[1] = pieces[1], pieces[0]
    e.entries["heads.bin"] = b"".join(pieces)
    leaves = [hashlib.sha256(b"\0" + raw).digest() for raw in pieces]
    e.entries["receipts.bin"] = b"".join(receipt.sign(e.box.seed, e.box.manifest.hash, leaf) for leaf in leaves)
    return parties("head-order", "heads.bin/1", "box") | parties("root-mismatch", "closing.note", "box")


@mutation("none")
def heads_that_end_in_the_middle(e: Election) -> Expected:
    e.entries["heads.bin"] += b"\0"
    return parties("heads-length", "heads.bin", "box")


@mutation("none")
def a_gap_in_the_sequence(e: Election) -> Expected:
    e.box.vote(e, "v1", [1, 1], seq=3)
    e.close(e.box)
    e.log()
    e.sign(e.result())
    return parties("seq-gap", f"heads.bin/{min(e.box.index('v1'), e.box.index('v1', 3))}", "box")


@mutation("band")
def two_ballots_under_one_sequence_number(e: Election) -> Expected:
    paper = e.paper(e.box)
    e.box.cast("v1", octets("twin", paper.body_length))
    e.close(e.box)
    e.log()
    e.open()
    pk = signing.public(octets("voter  v1"))
    at = next(n for n, (raw, _) in enumerate(e.box.sorted()) if raw[2:34] == pk)
    return parties("seq-twins", f"heads.bin/{at}", "box", "voter")


@mutation("none", receipt_of="v1", leaf_of="v0")
def a_receipt_that_clashes_with_another(e: Election) -> Expected:
    """The box gave two voters one receipt: the second one's signature is over another leaf than it names."""
    return parties("receipt-signature", "receipt", "box")
