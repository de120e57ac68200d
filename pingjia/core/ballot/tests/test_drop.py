"""Heads, records, receipts and what counts."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from typing import Any

import pytest

from pingjia.core.ballot import counting, head, receipt
from pingjia.core.ballot.head import BadHead, DropStatus, Head
from pingjia.core.ballot.objects import BoxManifest, Slate, box_number
from pingjia.core.ballot.tests.vectors import cast, load

HEADS, RECEIPTS = load("head"), load("receipt")


def _read(case: dict[str, Any]) -> tuple[BoxManifest, Slate, bytes]:
    box, slate = BoxManifest.from_bytes(case["box"].encode()), Slate.from_bytes(case["slate"].encode())
    return box, slate, bytes.fromhex(case["record"])


def test_good_records_are_read() -> None:
    for case in HEADS["good"]:
        box, slate, record = _read(case)
        parsed, body = head.check_record(record, box, slate)
        assert (parsed.seq, parsed.pk.hex(), parsed.leaf.hex()) == (case["seq"], case["pk"], case["leaf"])
        assert hashlib.sha256(body).hexdigest() == case["body_hash"]
        assert len(record) == 130 + 256 + case["body_length"]


def test_bad_records_are_refused_with_their_status() -> None:
    seen = set()
    for case in HEADS["bad"]:
        box, slate, record = _read(case)
        with pytest.raises(BadHead) as refusal:
            head.check_record(record, box, slate)
        assert refusal.value.status == case["status"], case["why"]
        seen.add(case["status"])
    assert seen == {DropStatus.MALFORMED, DropStatus.TOKEN, DropStatus.SIGNATURE, DropStatus.SEQ}


def test_a_3x3_record_of_one_issuer_has_1538_bytes() -> None:
    box = cast().box("first")
    assert head.head_length(box) + head.body_length(box, cast().EQUAL) == 1538
    assert head.body_length(cast().box("opinion"), None) == 2096


def test_receipts_hold_and_fit_their_leaf_alone() -> None:
    for case in RECEIPTS["good"]:
        box_key, box_hash, leaf, signed = (
            bytes.fromhex(case[field]) for field in ("box_key", "box_hash", "leaf", "receipt")
        )
        assert receipt.verify(box_key, box_hash, leaf, signed)
        assert receipt.qr(box_hash, leaf, signed).hex() == case["qr"]
        assert receipt.code(box_hash, leaf) == case["code"] == f"{box_number(box_hash)} {box_number(leaf)}"
        assert receipt.answer(DropStatus.ACCEPTED, signed).hex() == case["answer"]
    for case in RECEIPTS["bad"]:
        values = (bytes.fromhex(case[field]) for field in ("box_key", "box_hash", "leaf", "receipt"))
        assert not receipt.verify(*values), case["why"]


def test_every_answer_to_a_drop_has_one_length() -> None:
    lengths = {len(receipt.answer(status)) for status in DropStatus} | {
        len(receipt.answer(DropStatus.ACCEPTED, bytes(64)))
    }
    assert lengths == {128}


def _head(pk: int, seq: int, salt: int = 0) -> Head:
    raw = bytes([2, seq, pk, salt])
    return Head(raw, seq, bytes([pk]) * 32, bytes(32), (), bytes(64))


def test_the_highest_sequence_number_of_each_key_counts() -> None:
    heads = [_head(1, 1), _head(1, 2), _head(2, 1), _head(1, 3)]
    random.Random(5).shuffle(heads)
    found = counting.select(heads)
    assert found.returned == 2
    assert {(h.pk[0], h.seq) for h in found.counted} == {(1, 3), (2, 1)}
    assert not found.twins
    assert not found.gaps
    assert [h.leaf for h in found.counted] == sorted(h.leaf for h in found.counted)


def test_twins_are_returned_and_nothing_of_them_counts() -> None:
    found = counting.select([_head(1, 1), _head(1, 1, salt=1), _head(1, 2), _head(2, 1)])
    assert found.returned == 2
    assert [h.pk[0] for h in found.counted] == [2]
    assert found.twins == {bytes([1]) * 32}
    assert not found.gaps


def test_a_gap_is_named_and_the_ballot_counts() -> None:
    found = counting.select([_head(1, 1), _head(1, 3), _head(2, 2)])
    assert found.gaps == {bytes([1]) * 32, bytes([2]) * 32}
    assert len(found.counted) == 2


def test_a_box_without_second_ballots_takes_no_sequence_above_one() -> None:
    raw = cast().record("first", 0, [1, 1, 1], 2)[:386]
    assert Head.parse(raw, cast().box("first")).seq == 2
    with pytest.raises(BadHead) as refusal:
        Head.parse(raw, replace(cast().box("first"), revote=False))
    assert refusal.value.status == DropStatus.SEQ
