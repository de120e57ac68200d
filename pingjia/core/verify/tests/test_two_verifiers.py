"""The two verifiers, written apart in two languages, say the same about every bundle, good and spoiled."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pingjia.core import canonical
from pingjia.core.ballot import closing, result
from pingjia.core.tests.scale import chance, scaled
from pingjia.core.tests.spoiling import spoil_bytes, spoil_value
from pingjia.core.verify.failures import CannotVerify
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import TRUST
from pingjia.core.verify.tests.honest import KINDS, honest
from pingjia.core.verify.tests.mutations import MUTATIONS, Mutation
from pingjia.core.verify.tests.played import play
from pingjia.core.verify.tests.second import Second, second_verifier
from pingjia.core.verify.tests.test_dishonest import report_on


@pytest.fixture(scope="module")
def second() -> Iterator[Second]:
    with second_verifier() as verifier:
        yield verifier


def first_report(raw: bytes, given: dict[str, Any]) -> dict[str, Any]:
    try:
        return report_on(raw, given).as_value()
    except CannotVerify as problem:
        return {"exit": 2, "reason": problem.reason.value}


def must_agree(second: Second, raw: bytes, given: dict[str, Any]) -> dict[str, Any]:
    mine, other = first_report(raw, given), second.report(raw, given)
    assert mine == other
    return mine


@pytest.mark.parametrize("kind", KINDS)
def test_both_find_nothing_in_an_honest_bundle(second: Second, kind: str) -> None:
    assert must_agree(second, honest(kind).pack(), {"trust": TRUST})["failures"] == []
    assert must_agree(second, honest(kind).pack(), {})["exit"] == 3


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_both_find_the_dishonest_operator(second: Second, mutation: Mutation) -> None:
    raw, given, expected = play(mutation)
    found = must_agree(second, raw, given)["failures"]
    assert {(one["code"], one["place"], one["party"]) for one in found} == expected


@pytest.mark.parametrize(
    "given",
    [
        {"box": "hello"},
        {"box": "B4HT-SA0N"},
        {"trust": {"v": 1}},
        {"trust": {**TRUST, "quorum": 2}},
        {"trust": {**TRUST, "logs": [{"origin": "other", "vkey": TRUST["logs"][0]["vkey"]}]}},
        {"receipt": "没有回执".encode()},
        {"receipt": b"A" * 170 + b"B"},
    ],
    ids=str,
)
def test_both_refuse_what_a_person_gives_by_mistake(second: Second, given: dict[str, Any]) -> None:
    assert must_agree(second, honest("none").pack(), given)["exit"] == 2


def test_both_refuse_another_suite(second: Second) -> None:
    election = honest("none")
    election.entries["box.json"] = election.entries["box.json"].replace(b'"suite":"pj2"', b'"suite":"pj3"')
    assert must_agree(second, election.pack(), {}) == {"exit": 2, "reason": "suite"}


# ── thousands of random mutations ────────────────────────────────────────────────────────────────────────────────────


def spoil_entry(election: Election, draw: random.Random) -> None:
    """Spoil one entry."""
    name = draw.choice(sorted(election.entries))
    raw = election.entries[name]
    if name.endswith(".json") and draw.random() < 0.8:
        election.entries[name] = canonical.dumps(spoil_value(canonical.loads(raw), draw))
    elif draw.random() < 0.05:
        del election.entries[name]
    else:
        election.entries[name] = spoil_bytes(raw, draw)


def sign_closings(election: Election) -> None:
    """Sign what now stands as heads of each box, as the box would."""
    for box in election.boxes:
        raw = election.entries.get(box.prefix + "heads.bin", b"")
        length = 130 + 256 * len(box.manifest.issuers)
        heads = dict.fromkeys(raw[at : at + length] for at in range(0, len(raw) - length + 1, length))
        bodies = dict(box.records)
        box.records = [(one, bodies.get(one, b"")) for one in heads]
        readable = [one for one in heads if one[0] == 2 and 1 <= one[1] <= 9]
        if len(readable) == len(heads) and all(one in bodies for one in heads):
            election.close(box)
        else:
            stated = election.closings[box.prefix]
            numbers = {"leaves": len(heads), "returned": len({one[2:34] for one in heads})}
            if numbers["returned"] >= stated.invalid:
                election.sign_closing(box, closing.Closing(**{**stated.__dict__, **numbers}))


def sign_result(election: Election) -> None:
    """Let the scrutineers sign whatever result stands there."""
    try:
        election.sign(result.Result.from_bytes(election.entries.get("result.json", b"")))
    except ValueError:
        return


DEPTHS: list[list[Callable[[Election], Any]]] = [
    [],
    [sign_result],
    [sign_closings, lambda election: election.log(), sign_result],
]


def test_both_agree_on_random_mutations_re_signed_to_a_random_depth(second: Second) -> None:
    draw = chance()
    seen: set[str] = set()
    exits = dict.fromkeys(range(4), 0)
    for _ in range(scaled(100, 4000)):
        election = honest(draw.choice((*KINDS, "none", "band", "small_pool")))
        before = dict(election.entries)
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            spoil_entry(election, draw)
        changed = election.entries != before
        depth = draw.choice(DEPTHS)
        for step in depth:
            step(election)
        given = draw.choice(({"trust": TRUST}, {}, {"box": election.box.manifest.hash.hex()}))
        report = must_agree(second, election.pack(), given)
        exits[report["exit"]] += 1
        seen |= {one["code"] for one in report.get("failures", ())}
        assert report["exit"] in (1, 2) or depth or not changed
    assert exits[1] > sum(exits.values()) // 2
    assert len(seen) > 20


def test_both_agree_on_random_damage_to_the_file_itself(second: Second) -> None:
    draw = chance()
    honest_files = [honest(kind).pack() for kind in ("none", "band", "small_pool")]
    for _ in range(scaled(50, 2000)):
        raw = draw.choice(honest_files)
        assert must_agree(second, spoil_bytes(raw, draw), {"trust": TRUST})["exit"] in (1, 2)
