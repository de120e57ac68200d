"""Deeds on receipts, closing notes, issuance statements and published bodies."""

from __future__ import annotations

from pingjia.core import canonical
from pingjia.core.ballot import closing
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import octets
from pingjia.core.verify.tests.mutations.heads import two_ballots_under_one_sequence_number, wrong_sums
from pingjia.core.verify.tests.mutations.registry import Expected, cut, flip, mutation, parties


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
