"""Deeds on the papers of a poll: slate, key set, manifests, acceptances."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from pingjia.core import canonical
from pingjia.core.ballot import receipt, sealing
from pingjia.core.ballot.group import mul_base
from pingjia.core.ballot.objects import BoxManifest, PollManifest, Threshold, Tiers
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import CARDS, octets, slate
from pingjia.core.verify.tests.mutations.registry import Expected, mutation, parties


@mutation()
def a_slate_with_white_space(e: Election) -> Expected:
    e.entries["slate.json"] = e.entries["slate.json"].replace(b",", b", ")
    return parties("object", "slate.json", "operator") | parties("hash-mismatch", "box.json/slate", "operator")


@mutation("none")
def another_slate(e: Election) -> Expected:
    e.entries["slate.json"] = slate("sbd", "xn").to_bytes()
    return parties("hash-mismatch", "box.json/slate", "operator")


@mutation("none")
def a_key_set_with_a_commitment_that_is_no_point(e: Election) -> Expected:
    bad = canonical.loads(e.entries["keyset.json"])
    bad["commitments"][0][1] = (bytes([1]) + bytes(31)).hex()
    e.entries["keyset.json"] = canonical.dumps(bad)
    manifest = replace(e.box.manifest, keyset=hashlib.sha256(e.entries["keyset.json"]).digest())
    rename(e, manifest)
    return parties("object", "keyset.json", "scrutineers") | heads_lost(e)


def rename(e: Election, manifest: BoxManifest, at: int = 0) -> None:
    """Publish another manifest for one box: what was voted stays as it is, all of ours is signed again."""
    box = e.boxes[at]
    box.manifest = manifest
    e.entries[box.prefix + "poll.json"] = PollManifest((manifest.hash,), manifest.poll_id).to_bytes()
    e.entries[box.prefix + "box.json"] = manifest.to_bytes()
    e.sign_closing(box, replace(e.closings[box.prefix], box_hash=manifest.hash))
    e.state(box)
    e.log()
    leaves = [hashlib.sha256(b"\0" + raw).digest() for raw, _ in box.sorted()]
    e.entries[box.prefix + "receipts.bin"] = b"".join(receipt.sign(box.seed, manifest.hash, leaf) for leaf in leaves)
    e.sign(e.result(boxes=tuple(one.manifest.hash for one in e.boxes)))


def heads_lost(e: Election, at: int = 0) -> Expected:
    """What nobody can sign again: tokens of drawn ballots, and the members' own signatures."""
    box = e.boxes[at]
    places = [f"{box.prefix}heads.bin/{n}" for n in range(len(box.records))]
    return {(code, place, "box") for code in ("token", "signature") for place in places}


@mutation("none")
def a_key_set_put_here_afterwards_and_broken(e: Election) -> Expected:
    e.entries["keyset.json"] = e.entries["keyset.json"].replace(b'"t":2', b'"t":9')
    return parties("object", "keyset.json", "operator") | parties("hash-mismatch", "box.json/keyset", "operator")


@mutation("none")
def a_key_set_with_another_threshold(e: Election) -> Expected:
    keyset = replace(e.keyset, commitments=tuple((*row, mul_base(7)) for row in e.keyset.commitments), t=3)
    e.entries["keyset.json"] = keyset.to_bytes()
    found = {("acceptance", f"accepts.bin/{i}", f"scrutineer/{i}") for i in (1, 2, 3)}
    few = parties("result-signatures-few", "result.sigs", "scrutineers")
    return found | few | parties("hash-mismatch", "box.json/keyset", "operator")


@mutation("none")
def a_key_set_of_another_poll_with_too_few_keys(e: Election) -> Expected:
    keyset = replace(e.keyset, commitments=e.keyset.commitments[:2], poll_id=bytes(16))
    e.keyset = keyset
    e.entries["keyset.json"] = keyset.to_bytes()
    e.entries["accepts.bin"] = b"".join(sealing.accept(keyset, card.sign) for card in CARDS)
    return parties("hash-mismatch", "box.json/keyset", "operator") | {
        ("keyset-misfit", place, "operator") for place in ("keyset.json", "box.json/poll_id")
    }


@mutation("none")
def an_opinion_box(e: Election) -> Expected:
    e.entries["box.json"] = replace(e.box.manifest, kind="opinion", slate=bytes(32), revote=False).to_bytes()
    return parties("not-a-ballot-box", "box.json", "operator")


@mutation("none")
def another_poll(e: Election) -> Expected:
    e.entries["poll.json"] = PollManifest((octets("other"),), e.box.manifest.poll_id).to_bytes()
    return parties("poll-mismatch", "poll.json", "operator")


@mutation("none", box="0000-0000-0000-0000")
def a_box_that_nobody_announced(e: Election) -> Expected:
    return parties("wrong-box", "zip", "operator")


@mutation("none", boxes=[octets("announced").hex()])
def a_box_that_the_trust_file_does_not_name(e: Election) -> Expected:
    return parties("wrong-box", "zip", "operator")


@mutation("full")
def a_rule_changed_after_the_vote(e: Election) -> Expected:
    rename(e, replace(e.box.manifest, threshold=Threshold(5, 3)))
    counted = len(e.box.counted())
    found = heads_lost(e) | parties("invalid-mismatch", "closing.note", "box")
    found |= {("arithmetic", "result.json/subjects/0/verdict", "scrutineers")}  # 66 % now reaches the lower bar
    assert counted == 22
    # Every proof fails under another box hash, so nothing is left to add up and no partial fits.
    partials = range(len(e.entries["partials.bin"]) // 99)
    found |= {("partial-proof", f"partials.bin/{n}", f"scrutineer/{1 + n // 9}") for n in partials}
    return found | {("partials-few", f"partials.bin/{s}/{1 << k}", "scrutineers") for s in range(3) for k in range(3)}


@mutation("none", box_of="honest")
def the_roll_changed_after_the_vote(e: Election) -> Expected:
    rename(e, replace(e.box.manifest, roll_size=400, roll_root=octets("another roll")))
    return heads_lost(e) | parties("wrong-box", "zip", "operator")


@mutation("none")
def a_key_set_that_one_scrutineer_did_not_accept(e: Election) -> Expected:
    e.entries["accepts.bin"] = e.entries["accepts.bin"][:64] + bytes(64) + e.entries["accepts.bin"][128:]
    return parties("acceptance", "accepts.bin/2", "scrutineer/2")


@mutation("none")
def an_acceptance_too_many(e: Election) -> Expected:
    e.entries["accepts.bin"] += bytes(64)
    return parties("acceptance", "accepts.bin", "operator")


@mutation("none", box_of="honest")
def the_tiers_changed_after_the_vote(e: Election) -> Expected:
    """A higher bar for showing anything, to hide a result: the box is no longer the one that was announced."""
    rename(e, replace(e.box.manifest, tiers=Tiers(band=6)))
    return heads_lost(e) | parties("wrong-box", "zip", "operator")


@mutation("none")
def a_tier_below_what_protects_the_few(e: Election) -> Expected:
    """A manifest that would open a box of two: no reader of manifests takes it."""
    e.entries["box.json"] = e.entries["box.json"].replace(b'"band":5', b'"band":2')
    return parties("object", "box.json", "operator")
