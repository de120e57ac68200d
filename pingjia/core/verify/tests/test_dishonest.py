"""An operator with every key is found out: each mutation gives exactly its set of (code, place, party)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from pingjia.core.verify import storedzip
from pingjia.core.verify.failures import Code, check_of
from pingjia.core.verify.receiptfile import Receipt
from pingjia.core.verify.report import Exit, Report
from pingjia.core.verify.tests.fixedkeys import TRUST
from pingjia.core.verify.tests.honest import KINDS, honest
from pingjia.core.verify.tests.mutations import MUTATIONS, Mutation
from pingjia.core.verify.tests.played import play
from pingjia.core.verify.trust import Trust, WantedBox
from pingjia.core.verify.verifier import verify

# One worker builds the honest elections once and remembers what it has checked.
KNOWN: dict[Any, Any] = {}


def remembering(function: Callable[[Any], Any], tasks: Iterable[Any]) -> list[Any]:
    """Do each task once: mutations leave most ballots as they were."""
    results = []
    for task in tasks:
        if task not in KNOWN:
            KNOWN[task] = function(task)
        results.append(KNOWN[task])
    return results


def report_on(raw: bytes, given: dict[str, Any]) -> Report:
    return verify(
        raw,
        box=WantedBox.parse(given["box"]) if "box" in given else None,
        trust=Trust.parse(json.dumps(given["trust"]).encode()) if "trust" in given else None,
        receipt=Receipt.parse(given["receipt"]) if "receipt" in given else None,
        run=remembering,
        chunk=1,
    )


def failures(report: Report) -> set[tuple[str, str, str]]:
    return {(failure.code.value, failure.place, failure.party) for failure in report.failures}


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_bundle_is_good_and_unchecked_without_a_root_of_trust(kind: str) -> None:
    raw = honest(kind).pack()
    assert failures(report_on(raw, {"trust": TRUST})) == set()
    assert report_on(raw, {"trust": TRUST}).exit is Exit.GOOD
    assert report_on(raw, {"box": honest(kind).box.manifest.number}).exit is Exit.GOOD
    assert report_on(raw, {}).exit is Exit.UNCHECKED


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_the_dishonest_operator_is_found(mutation: Mutation) -> None:
    raw, given, expected = play(mutation)
    report = report_on(raw, given)
    assert failures(report) == expected
    assert report.exit is (Exit.BAD if expected else Exit.GOOD)


# Every deed that the design of the ballot names, in its words; each is played by at least one mutation.
DEEDS = {
    "stuffing": [
        "stuffing_beyond_what_was_issued",
        "stuffing_that_one_issuer_did_not_join",
        "stuffing_beyond_the_roll",
    ],
    "dropping": ["dropping_a_ballot_whose_holder_kept_the_receipt", "dropping_a_ballot_after_the_close"],
    "late adding": ["adding_a_ballot_after_the_opening"],
    "split view": ["a_split_view_without_the_witness", "two_trees_of_one_size", "two_trees_for_two_boxes"],
    "second manifest": ["a_second_manifest_for_the_same_workshop", "one_box_twice"],
    "mixed issuers": ["a_ballot_with_a_token_of_mixed_issuers", "a_ballot_with_a_token_of_an_alien_key"],
    "changed roll": ["the_roll_changed_after_the_vote"],
    "changed rule": ["a_rule_changed_after_the_vote"],
    "changed tier": ["the_tiers_changed_after_the_vote", "a_small_box_opened_in_full"],
    "changed mask": ["a_grade_opened_together_with_another"],
    "clashing receipts": ["clashing_receipts", "a_receipt_that_clashes_with_another"],
    "missing body": ["a_missing_body"],
    "a sum over fewer ballots": ["a_sum_over_fewer_ballots"],
    "forged partial": ["a_forged_partial"],
    "wrong count": ["a_wrong_count", "a_wrong_two_way_count"],
    "extra zip entry": ["an_extra_entry"],
}


@pytest.mark.parametrize("deed", DEEDS)
def test_every_deed_that_the_design_names_is_played_and_found(deed: str) -> None:
    played = {mutation.name: mutation for mutation in MUTATIONS}
    assert all(play(played[name])[2] for name in DEEDS[deed])


def test_every_code_is_reached_by_a_mutation_and_belongs_to_a_check() -> None:
    reached = {code for mutation in MUTATIONS for code, _, _ in play(mutation)[2]}
    assert reached == {code.value for code in Code}
    assert all(check_of(code) for code in Code)


def test_the_count_is_recomputed_from_ten_valid_ballots_on_and_attested_below() -> None:
    counts = {kind: report_on(honest(kind).pack(), {}).facts["count"] for kind in KINDS}
    assert counts == {
        "none": "attested",
        "band": "attested",
        "two_way": "recomputed",
        "full": "recomputed",
        "pool": "recomputed",
        "small_pool": "attested",
    }


def test_an_invalid_ballot_is_named_and_is_no_failure() -> None:
    election = honest("full")
    facts = report_on(election.pack(), {}).facts
    assert facts["boxes"][0]["invalid_heads"] == [election.box.index("rubbish")]
    assert facts["valid"] == 21


def test_a_zip_of_any_other_shape_is_not_read() -> None:
    raw = honest("none").pack()
    entries = storedzip.read(raw)
    assert storedzip.write(entries) == raw
    shapes = [raw + b"\0", raw[:-1], b"", b"PK", raw[:200], b"\0" + raw, raw.replace(b"\x21\x00", b"\x22\x00", 1)]
    for shape in shapes:
        with pytest.raises(storedzip.BadZip):
            storedzip.read(shape)
    with pytest.raises(storedzip.BadZip):
        storedzip.write([*entries, entries[0]])
    with pytest.raises(storedzip.BadZip):
        storedzip.write([("../etc", b"")])


def test_what_could_not_be_checked_is_never_shown_as_passed() -> None:
    election = honest("full")
    election.entries["bodies.bin"] = election.entries["bodies.bin"][:-1]
    facts = report_on(election.pack(), {}).facts
    assert facts["count"] == "unverified"
    assert (facts["checks"]["bodies"], facts["checks"]["partials"], facts["checks"]["result"]) == (
        "failed",
        "unchecked",
        "unchecked",
    )
    assert {subject["count"] for subject in facts["subjects"]} == {"unverified"}


@pytest.mark.parametrize("name", sorted(honest("full").entries))
def test_without_any_one_entry_some_check_fails_and_none_that_needs_it_passes(name: str) -> None:
    election = honest("full")
    del election.entries[name]
    checks = report_on(election.pack(), {"trust": TRUST}).facts["checks"]
    assert checks["entries"] == "failed"
    assert any(status in ("unchecked", "failed") for check, status in checks.items() if check != "entries")
