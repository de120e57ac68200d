"""Deeds on what is opened and told: tier, masks, partials, the result."""

from __future__ import annotations

from dataclasses import replace

from pingjia.core.ballot import opening, result
from pingjia.core.ballot.group import mul_base, scalar_bytes
from pingjia.core.ballot.opening import Partial
from pingjia.core.ballot.result import SubjectResult, Verdict
from pingjia.core.ballot.tiers import Tier
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import drawer
from pingjia.core.verify.tests.mutations.heads import wrong_sums
from pingjia.core.verify.tests.mutations.registry import Expected, mutation, parties


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
