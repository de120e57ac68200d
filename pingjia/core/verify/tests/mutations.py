"""What a dishonest operator tries, and what must be found: each mutation returns its (code, place, party) set.

The operator holds every key, so each mutation signs again whatever it takes to hide the deed; what is left cannot be
hidden without the members' one-time keys, the earlier log, or people who look.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot import closing, opening, receipt, result, sealing, signing
from pingjia.core.ballot.group import mul_base, scalar_bytes
from pingjia.core.ballot.objects import PollManifest, Threshold
from pingjia.core.ballot.opening import Partial
from pingjia.core.ballot.result import SubjectResult, Verdict
from pingjia.core.ballot.tiers import Tier
from pingjia.core.tlog import note
from pingjia.core.verify.tests.dishonest import CARDS, LOG, Election, drawer, octets, slate

Expected = set[tuple[str, str, str]]
Spoil = Callable[[Election], Expected]


@dataclass(frozen=True)
class Mutation:
    """One deed. ``raw`` repacks in a certain order; ``given`` is what the verifier is told besides."""

    name: str
    kind: str
    spoil: Spoil
    given: dict[str, Any]


MUTATIONS: list[Mutation] = []


def mutation(kind: str = "full", **given: Any) -> Callable[[Spoil], Spoil]:
    """Register a mutation of the honest election ``kind``."""

    def register(spoil: Spoil) -> Spoil:
        MUTATIONS.append(Mutation(spoil.__name__, kind, spoil, given))
        return spoil

    return register


def parties(code: str, place: str, *who: str) -> Expected:
    return {(code, place, one) for one in who}


def cut(raw: bytes, length: int, n: int) -> bytes:
    """Return ``raw`` without its n-th piece of ``length`` bytes."""
    return raw[: n * length] + raw[(n + 1) * length :]


def flip(raw: bytes, at: int) -> bytes:
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


# ── the zip ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation()
def an_extra_entry(e: Election) -> Expected:
    e.entries["readme.txt"] = b"all is well"
    return parties("entry-extra", "readme.txt", "operator")


@mutation()
def a_missing_entry(e: Election) -> Expected:
    del e.entries["accepts.bin"]
    return parties("entry-missing", "accepts.bin", "operator")


@mutation("band")
def bodies_of_a_small_box_published(e: Election) -> Expected:
    e.entries["bodies.bin"] = b"".join(raw for _, raw in e.box.counted())
    return parties("entry-extra", "bodies.bin", "operator")


@mutation()
def a_big_box_kept_closed(e: Election) -> Expected:
    del e.entries["bodies.bin"], e.entries["partials.bin"]
    return {("entry-missing", name, "operator") for name in ("bodies.bin", "partials.bin")}


@mutation()
def entries_in_another_order(e: Election) -> Expected:
    e.entries = dict(sorted(e.entries.items()))
    return parties("entry-order", "zip", "operator")


# ── objects ──────────────────────────────────────────────────────────────────────────────────────────────────────────


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


def rename(e: Election, manifest: Any) -> None:
    """Publish another manifest for the first box: what was voted stays as it is, all of ours is signed again."""
    e.box.manifest = manifest
    e.entries["poll.json"] = PollManifest((manifest.hash,), manifest.poll_id).to_bytes()
    e.entries["box.json"] = manifest.to_bytes()
    e.sign_closing(e.box, replace(e.closings[""], box_hash=manifest.hash))
    e.state(e.box)
    e.log()
    leaves = [hashlib.sha256(b"\0" + raw).digest() for raw, _ in e.box.sorted()]
    e.entries["receipts.bin"] = b"".join(receipt.sign(e.box.seed, manifest.hash, leaf) for leaf in leaves)
    e.sign(e.result(boxes=(manifest.hash,)))


def heads_lost(e: Election) -> Expected:
    """What nobody can sign again: tokens of drawn ballots, and the members' own signatures."""
    return {(code, f"heads.bin/{n}", "box") for code in ("token", "signature") for n in range(len(e.box.records))}


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


# ── pools ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("pool")
def boxes_opened_jointly_that_are_big_enough_alone(e: Election) -> Expected:
    small = e.boxes[0]
    small.vote(e, "one more", [1, 1])
    small.issued += 1
    e.close(small)
    e.state(small)
    e.log()
    e.open()
    return parties("pool-misfit", "result.json/boxes", "operator")


@mutation("small_pool")
def a_pool_of_one(e: Election) -> Expected:
    del e.boxes[1], e.closings["2/"]
    for name in [name for name in e.entries if name.startswith("2/")]:
        del e.entries[name]
    e.log()
    e.open()
    return parties("pool-misfit", "1/box.json", "operator")


@mutation("small_pool")
def one_box_twice(e: Election) -> Expected:
    for name in [name for name in e.entries if name.startswith("1/")]:
        e.entries["2/" + name[2:]] = e.entries[name]
    codes = ("pool-misfit", "key-reused", "second-manifest")
    found = {(code, "2/box.json", "operator") for code in codes}
    custody = ("boxes", "valid", "returned", "issued")
    first, second = (box.issued for box in e.boxes)
    same = {"valid", "returned"} if len(e.boxes[0].records) == len(e.boxes[1].records) else set()
    same |= {"issued"} if first == second else set()
    return found | {("custody", f"result.json/{field}", "scrutineers") for field in custody if field not in same}


@mutation("small_pool")
def a_pool_with_a_box_that_belongs_to_none(e: Election) -> Expected:
    e.entries["2/box.json"] = replace(e.boxes[1].manifest, pool="").to_bytes()
    return alien_second_box(e)


def alien_second_box(e: Election) -> Expected:
    """What is found where only the second manifest was exchanged."""
    heads = range(len(e.boxes[1].records))
    found = {(code, f"2/heads.bin/{n}", "box") for code in ("token", "signature") for n in heads}
    found |= {("receipt", f"2/receipts.bin/{n}", "box") for n in heads}
    found |= parties("closing", "2/closing.note", "box") | parties("statement", "2/issuance.json/0", "issuer/0")
    found |= parties("poll-mismatch", "2/poll.json", "operator") | parties("log-proof", "2/manifest.tlog-proof", "log")
    return found | {
        ("pool-misfit", "2/box.json", "operator"),
        ("custody", "result.json/boxes", "scrutineers"),
    }


# ── log ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("none")
def a_log_that_nobody_knows(e: Election) -> Expected:
    rename_log = "booth.example/pingjia/other/2026"
    e.box.manifest = replace(e.box.manifest, log_origin=rename_log)
    honest = e.entries["poll.json"]
    e.entries["box.json"] = e.box.manifest.to_bytes()
    e.entries["poll.json"] = PollManifest((e.box.manifest.hash,), e.box.manifest.poll_id).to_bytes()
    assert e.entries["poll.json"] != honest
    rename(e, e.box.manifest)
    e.log(key=note.SignerKey(rename_log, note.KeyType.ED25519, octets("other log")))
    return heads_lost(e) | parties("log-unknown", "box.json/log_origin", "operator")


@mutation("none")
def a_log_signed_by_another_key(e: Election) -> Expected:
    e.log(key=replace(LOG, seed=octets("stolen name")))
    return {("log-proof", name, "log") for name in ("manifest.tlog-proof", "closing.tlog-proof")}


@mutation("none")
def a_split_view_without_the_witness(e: Election) -> Expected:
    e.log(witnessed=False, filler=b"for your eyes only")
    return {("witnesses-few", name, "log") for name in ("manifest.tlog-proof", "closing.tlog-proof")}


@mutation("none")
def two_trees_of_one_size(e: Election) -> Expected:
    manifest_proof = e.entries["manifest.tlog-proof"]
    e.log(filler=b"another past")
    e.entries["manifest.tlog-proof"] = manifest_proof
    return parties("log-split", "closing.tlog-proof", "log")


@mutation("small_pool")
def two_trees_for_two_boxes(e: Election) -> Expected:
    kept = {name: raw for name, raw in e.entries.items() if name.startswith("1/") and name.endswith("proof")}
    e.log(filler=b"another past")
    e.entries |= kept
    return {("log-split", f"2/{name}.tlog-proof", "log") for name in ("manifest", "closing")}


@mutation("none")
def a_proof_of_another_entry(e: Election) -> Expected:
    e.entries["closing.tlog-proof"] = e.entries["manifest.tlog-proof"]
    return parties("log-proof", "closing.tlog-proof", "log")


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("none")
def a_key_set_that_one_scrutineer_did_not_accept(e: Election) -> Expected:
    e.entries["accepts.bin"] = e.entries["accepts.bin"][:64] + bytes(64) + e.entries["accepts.bin"][128:]
    return parties("acceptance", "accepts.bin/2", "scrutineer/2")


@mutation("none")
def an_acceptance_too_many(e: Election) -> Expected:
    e.entries["accepts.bin"] += bytes(64)
    return parties("acceptance", "accepts.bin", "operator")


# ── ballots ──────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── receipts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation("none")
def clashing_receipts(e: Election) -> Expected:
    given = e.entries["receipts.bin"]
    e.entries["receipts.bin"] = given[64:128] + given[:64] + given[128:]
    return {("receipt", f"receipts.bin/{n}", "box") for n in (0, 1)}


@mutation("none")
def a_receipt_too_few(e: Election) -> Expected:
    e.entries["receipts.bin"] = e.entries["receipts.bin"][:-64]
    return parties("receipts-length", "receipts.bin", "box")


@mutation("none", receipt=bytes(128))
def a_receipt_of_another_box(e: Election) -> Expected:
    return parties("receipt-other-box", "receipt", "reader")


@mutation("none", receipt_of="v1", forged=True)
def a_receipt_that_the_box_never_signed(e: Election) -> Expected:
    return parties("receipt-signature", "receipt", "box")


# ── closing and issuance ─────────────────────────────────────────────────────────────────────────────────────────────


@mutation("none")
def a_closing_note_by_another_key(e: Election) -> Expected:
    e.entries["closing.note"] = closing.sign(e.closings[""], octets("nobody"))
    return parties("closing", "closing.note", "box")


@mutation("none")
def a_closing_note_with_other_numbers(e: Election) -> Expected:
    e.close(e.box, leaves=9, returned=4, root=octets("root"))
    e.log()
    e.sign(e.result(returned=4, valid=4))
    codes = ("leaf-count", "root-mismatch", "returned-mismatch")
    return {(code, "closing.note", "box") for code in codes}


@mutation()
def an_honest_ballot_declared_invalid(e: Election) -> Expected:
    e.close(e.box, invalid=2)
    e.log()
    e.sign(e.result(invalid=2, valid=20))
    found = parties("invalid-mismatch", "closing.note", "box")
    found |= {("arithmetic", f"result.json/subjects/{s}/blank", "scrutineers") for s in range(3)}
    return found | wrong_sums()


@mutation("band")
def twins_passed_off_as_valid(e: Election) -> Expected:
    found = two_ballots_under_one_sequence_number(e)
    e.close(e.box, invalid=0)
    e.log()
    e.sign(e.result(invalid=0, valid=8))
    return found | parties("invalid-mismatch", "closing.note", "box")


@mutation("none")
def an_unsigned_statement(e: Election) -> Expected:
    e.state(e.box, forged=True)
    return {("statement", f"issuance.json/{j}", f"issuer/{j}") for j in (0, 1)}


@mutation("none")
def a_statement_missing(e: Election) -> Expected:
    both = canonical.loads(e.entries["issuance.json"])
    e.entries["issuance.json"] = canonical.dumps(both[:1])
    return parties("statement", "issuance.json", "issuers")


@mutation("none")
def statements_that_cannot_be_read(e: Election) -> Expected:
    e.entries["issuance.json"] = b"[]"
    return parties("object", "issuance.json", "issuers")


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@mutation()
def a_missing_body(e: Election) -> Expected:
    one, _ = e.box.counted()[4]
    e.entries["bodies.bin"] = cut(e.entries["bodies.bin"], e.paper(e.box).body_length, 4)
    at = [raw for raw, _ in e.box.sorted()].index(one.raw)
    return parties("body-missing", f"heads.bin/{at}", "box")


@mutation()
def a_changed_body(e: Election) -> Expected:
    one, _ = e.box.counted()[4]
    e.entries["bodies.bin"] = flip(e.entries["bodies.bin"], 4 * e.paper(e.box).body_length)
    at = [raw for raw, _ in e.box.sorted()].index(one.raw)
    return parties("body-missing", f"heads.bin/{at}", "box") | parties("body-extra", "bodies.bin/4", "box")


@mutation()
def a_superseded_body_instead_of_the_last(e: Election) -> Expected:
    bodies = dict(e.box.records)
    first, last = (e.box.sorted()[e.box.index("v0", seq)][0] for seq in (1, 2))
    e.entries["bodies.bin"] = e.entries["bodies.bin"].replace(bodies[last], bodies[first])
    at = [one.raw for one, _ in e.box.counted()].index(last)
    place = f"heads.bin/{e.box.index('v0', 2)}"
    return parties("body-missing", place, "box") | parties("body-extra", f"bodies.bin/{at}", "box")


@mutation()
def bodies_that_end_in_the_middle(e: Election) -> Expected:
    e.entries["bodies.bin"] += b"\0"
    return parties("bodies-length", "bodies.bin", "box")


# ── tier, partials, result ───────────────────────────────────────────────────────────────────────────────────────────


@mutation("two_way")
def a_small_box_opened_in_full(e: Election) -> Expected:
    e.open(tier=Tier.FULL)
    partials = opening.read_partials(e.entries["partials.bin"])
    allowed = {(0, 0b011), (0, 0b100), (1, 0b11)}
    found = {("mask", f"partials.bin/{n}", "operator") for n, p in enumerate(partials) if (p.s, p.mask) not in allowed}
    few = {p for p in allowed if sum((q.s, q.mask) == p for q in partials) < 2}
    found |= {("partials-few", f"partials.bin/{s}/{mask}", "scrutineers") for s, mask in few}
    return found | parties("tier", "result.json/tier", "operator")


@mutation("band")
def a_band_box_that_shows_numbers(e: Election) -> Expected:
    shown = SubjectResult("q0", Tier.TWO_WAY, Verdict.NOT_REACHED, (4, 2), 2)
    subjects = e.result().subjects
    e.sign(e.result(subjects=(shown, *subjects[1:])))
    return parties("form", "result.json/subjects/0/form", "operator")


@mutation("none")
def a_box_below_five_that_shows_a_verdict(e: Election) -> Expected:
    subjects = tuple(SubjectResult(s.code, Tier.BAND, Verdict.REACHED) for s in e.slate.subjects)
    e.sign(e.result(subjects=subjects))
    return parties("form", "result.json/subjects", "operator")


@mutation()
def a_forged_partial(e: Election) -> Expected:
    partials = opening.read_partials(e.entries["partials.bin"])
    partials[5] = replace(partials[5], d=mul_base(5))
    e.entries["partials.bin"] = opening.write_partials(partials)
    place = f"partials.bin/{partials[5].s}/{partials[5].mask}"
    return parties("partial-proof", "partials.bin/5", "scrutineer/1") | parties("partials-few", place, "scrutineers")


@mutation()
def a_partial_that_is_no_point(e: Election) -> Expected:
    raw = e.entries["partials.bin"]
    e.entries["partials.bin"] = raw[:3] + bytes([1]) + bytes(31) + raw[35:]
    found = parties("partial-proof", "partials.bin/0", "scrutineer/1")
    return found | parties("partials-few", "partials.bin/0/1", "scrutineers")


@mutation()
def a_partial_of_a_fourth_scrutineer(e: Election) -> Expected:
    part = Partial(4, 0, 1, mul_base(2), 3, 4)
    e.entries["partials.bin"] += part.to_bytes()
    return parties("partial-proof", "partials.bin/18", "operator")


@mutation()
def partials_out_of_order(e: Election) -> Expected:
    raw = e.entries["partials.bin"]
    e.entries["partials.bin"] = raw[99:198] + raw[:99] + raw[198:]
    return parties("partial-order", "partials.bin/1", "operator")


@mutation()
def partials_that_end_in_the_middle(e: Election) -> Expected:
    e.entries["partials.bin"] += scalar_bytes(1)
    return parties("object", "partials.bin", "operator")


@mutation()
def too_few_scrutineers(e: Election) -> Expected:
    e.entries["partials.bin"] = e.entries["partials.bin"][: 9 * 99]
    return {("partials-few", f"partials.bin/{s}/{1 << k}", "scrutineers") for s in range(3) for k in range(3)}


@mutation()
def a_sum_over_fewer_ballots(e: Election) -> Expected:
    """Two scrutineers in league leave one voter's ballot out, and state it as blank."""
    e.open(sums=e.sums(leave_out=["v1"]))
    return wrong_sums()


@mutation()
def a_grade_opened_together_with_another(e: Election) -> Expected:
    """One mask too many: S and B as one sum besides each alone."""
    name = opening.opening_hash({c.box_hash: c.text().encode() for c in e.closings.values()})
    extra = opening.decrypt(e.shares[0], name, 0, 3, e.sums().a[0], drawer("extra"))
    partials = [*opening.read_partials(e.entries["partials.bin"]), extra]
    e.entries["partials.bin"] = opening.write_partials(partials)
    return parties("mask", "partials.bin/2", "operator")


@mutation()
def a_wrong_count(e: Election) -> Expected:
    outcome = e.result()
    first = outcome.subjects[0]
    counts = (first.counts[0] + 1, first.counts[1] - 1, *first.counts[2:])
    e.sign(replace(outcome, subjects=(replace(first, counts=counts), *outcome.subjects[1:])))
    return {("count", f"result.json/subjects/0/counts/{k}", "scrutineers") for k in (0, 1)}


@mutation("two_way")
def a_wrong_two_way_count(e: Election) -> Expected:
    outcome = e.result()
    first, second = outcome.subjects
    assert first.form == second.form == Tier.TWO_WAY
    moved = (first.counts[0] - 1, first.counts[1] + 1)
    # Every grade of the second subject is favourable, so nobody can have chosen another.
    invented = replace(second, counts=(second.counts[0], 1), blank=second.blank - 1)
    e.sign(replace(outcome, subjects=(replace(first, counts=moved), invented)))
    found = {("count", f"result.json/subjects/0/{side}", "scrutineers") for side in ("favourable", "unfavourable")}
    return found | parties("count", "result.json/subjects/1/unfavourable", "scrutineers")


@mutation()
def a_wrong_verdict(e: Election) -> Expected:
    outcome = e.result()
    first = replace(outcome.subjects[0], verdict=Verdict.REACHED)
    e.sign(replace(outcome, subjects=(first, *outcome.subjects[1:])))
    return parties("arithmetic", "result.json/subjects/0/verdict", "scrutineers")


@mutation()
def other_numbers_of_custody(e: Election) -> Expected:
    e.sign(e.result(issued=30, formula="fav-expressed"))
    return {("custody", f"result.json/{field}", "scrutineers") for field in ("issued", "formula")} | expressed(e)


def expressed(e: Election) -> Expected:
    """The verdicts that another formula would turn over."""
    return {
        ("arithmetic", f"result.json/{place}", "scrutineers")
        for place in result.contradictions(e.result(), e.slate, e.box.manifest.threshold)
    }


@mutation("none")
def a_result_that_cannot_be_read(e: Election) -> Expected:
    e.entries["result.json"] = e.entries["result.json"].replace(b'"none"', b'"nine"')
    found = {("result-signature", f"result.sigs/{n}", f"scrutineer/{n + 1}") for n in (0, 1)}
    found |= parties("result-signatures-few", "result.sigs", "scrutineers")
    return found | parties("object", "result.json", "scrutineers")


@mutation("none")
def a_result_that_one_scrutineer_signed(e: Election) -> Expected:
    e.sign(e.result(), by=(2,))
    return parties("result-signatures-few", "result.sigs", "scrutineers")


@mutation("none")
def a_result_signed_twice_by_one(e: Election) -> Expected:
    e.sign(e.result(), by=(2, 2))
    few = parties("result-signatures-few", "result.sigs", "scrutineers")
    return few | parties("object", "result.sigs", "operator")
