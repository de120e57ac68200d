"""Handing out ballots, and the roll they are handed out by."""

from __future__ import annotations

import pytest

from pingjia.core import canonical
from pingjia.core.ballot import issuance, roll, signing
from pingjia.core.ballot.fields import BadObject
from pingjia.core.ballot.issuance import BadDraw, DrawRequest, IssueStatus, Reason
from pingjia.core.ballot.tests.vectors import cast, load

VECTORS, ROLL = load("issuance"), load("roll")
K, BOXES = VECTORS["k"], VECTORS["boxes"]
ID_KEY, BOX = bytes.fromhex(VECTORS["id_key"]), bytes.fromhex(VECTORS["box"])


def test_requests_come_back() -> None:
    for case in VECTORS["requests"]:
        raw = bytes.fromhex(case["raw"])
        request = DrawRequest.parse(raw, K, BOXES)
        assert request.code == case["code"]
        assert request.to_bytes() == raw
        assert DrawRequest.poll_of(raw).hex() == VECTORS["poll_hash"]
        assert [b.hex() for b in request.blinded] == case["blinded"]


def test_requests_of_a_wrong_shape_are_refused() -> None:
    raw = bytes.fromhex(VECTORS["requests"][0]["raw"])
    bad = [raw[:-1], raw + b"\0", b"\x21" + raw[1:], raw[:30] + b"x" + raw[31:], raw[:1] + b"\xff" + raw[2:], b""]
    for each in bad:
        with pytest.raises(BadDraw):
            DrawRequest.parse(each, K, BOXES)
    with pytest.raises(BadDraw):
        DrawRequest.poll_of(raw[:64])


def test_every_answer_has_one_length_and_says_what_it_says() -> None:
    granted = bytes.fromhex(VECTORS["granted"]["answer"])
    status, signatures, refusal = issuance.read_answer(granted, K, BOXES)
    assert (status, refusal) == (IssueStatus.SIGNED, b"")
    assert [s.hex() for s in signatures] == VECTORS["granted"]["signatures"]
    answers = [granted, *(bytes.fromhex(case["answer"]) for case in VECTORS["refusals"])]
    answers += [bytes.fromhex(raw) for raw in VECTORS["unsigned"].values()]
    assert {len(raw) for raw in answers} == {1 + K * BOXES + 514}
    for case in VECTORS["bad_answers"]:
        with pytest.raises(BadDraw):
            issuance.read_answer(bytes.fromhex(case["answer"]), K, BOXES)


def test_a_refusal_names_its_reason_and_is_signed() -> None:
    assert {case["reason"] for case in VECTORS["refusals"]} == set(Reason)
    for case in VECTORS["refusals"]:
        status, _, refusal = issuance.read_answer(bytes.fromhex(case["answer"]), K, BOXES)
        assert refusal.hex() == case["refusal"]
        reason = Reason(case["reason"])
        assert status == reason.status
        assert issuance.read_refusal(ID_KEY, refusal) == (BOX, reason, bytes.fromhex(VECTORS["roll_leaf"]))
        for bad in (refusal[:-1], refusal[1:], bytes([refusal[0] ^ 1]) + refusal[1:], b""):
            with pytest.raises(BadDraw):
                issuance.read_refusal(ID_KEY, bad)


def test_a_signed_text_that_is_no_refusal_is_refused() -> None:
    text = canonical.dumps({"box": "", "reason": "rain", "roll_leaf": ""})
    raw = text + signing.sign(cast().ID_SEED, b"pingjia/refusal/v1\0" + text)
    with pytest.raises(BadDraw):
        issuance.read_refusal(ID_KEY, raw)


def test_the_statement_is_signed_and_its_root_is_that_of_the_entries() -> None:
    entries = [bytes.fromhex(raw) for raw in VECTORS["entries"]]
    assert [issuance.entry_leaf(raw).hex() for raw in entries] == VECTORS["entry_leaves"]
    [(statement, signature)] = issuance.read_statements(VECTORS["issuance_json"].encode())
    assert statement.root == issuance.issuance_root(entries) == issuance.issuance_root(entries[::-1])
    assert signature.hex() == VECTORS["signature"]
    assert statement.verify(ID_KEY, signature)
    assert not issuance.Statement(BOX, 4, 0, 1, statement.root).verify(ID_KEY, signature)
    assert issuance.write_statements([(statement, signature)]).decode() == VECTORS["issuance_json"]


def test_statements_of_another_shape_are_refused() -> None:
    for raw in (b"[]", b"{}", b'[{"signature":"","statement":{}}]'):
        with pytest.raises(BadObject):
            issuance.read_statements(raw)


def test_roll_leaves_and_roots_are_those_of_the_vectors() -> None:
    leaves = []
    for case in ROLL["entries"]:
        fields = {name: case[name] for name in ("branch", "category", "name", "no", "unit")}
        entry = roll.RollEntry(**fields, salt=bytes.fromhex(case["salt"]))
        assert entry.to_bytes().hex() == case["opening"]
        assert entry.leaf.hex() == case["leaf"]
        leaves.append(entry.leaf)
    for size, root in ROLL["roots"].items():
        assert roll.roll_root(leaves[: int(size)]).hex() == root
        assert roll.roll_root(leaves[: int(size)][::-1]).hex() == root
