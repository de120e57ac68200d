"""The contract of the one way in, for every implementation of ``DropSlot``: a new one is added to ``SLOTS``."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from pingjia.ballotbox import close, shelf
from pingjia.ballotbox.drop import DropSlot, PlainDrop, UnknownBox, record_length
from pingjia.ballotbox.models import Drop
from pingjia.ballotbox.tests import boxes
from pingjia.ballotbox.tests.awaiting import FastSlot, committing, on_postgresql
from pingjia.core.ballot import head, receipt
from pingjia.core.ballot.head import DropStatus
from pingjia.core.tests.scale import scaled
from pingjia.journal.models import Line

pytestmark = pytest.mark.django_db(databases=["default", "box"])

SLOTS: list[Callable[[], DropSlot]] = [PlainDrop, *on_postgresql(FastSlot)]


@pytest.fixture(params=committing(SLOTS), ids=lambda make: make.__name__)
def slot(request: pytest.FixtureRequest) -> DropSlot:
    return request.param()


@pytest.fixture
def stand() -> boxes.Stand:
    made = boxes.put_up()
    close.open_box(made.box_hash)
    return made


def test_the_fast_way_in_is_held_to_this_contract_wherever_it_runs() -> None:
    assert (FastSlot in SLOTS) == (connections["box"].vendor == "postgresql")


def seed() -> bytes:
    return secrets.token_bytes(32)


def test_a_ballot_is_taken_and_its_receipt_is_the_boxs_word_for_its_leaf(slot: DropSlot, stand: boxes.Stand) -> None:
    record = stand.record(seed())
    answer = slot.drop(stand.box_hash, record)
    leaf = head.leaf(record[: head.head_length(stand.manifest)])
    assert len(answer) == 128
    assert answer[0] == DropStatus.ACCEPTED
    assert receipt.verify(stand.manifest.box_key, stand.manifest.hash, leaf, answer[1:65])
    assert answer[65:] == bytes(63)


def test_the_identical_record_gets_the_identical_answer_and_no_second_row(slot: DropSlot, stand: boxes.Stand) -> None:
    record = stand.record(seed())
    answers = {slot.drop(stand.box_hash, record) for _again in range(3)}
    assert len(answers) == 1
    assert Drop.objects.count() == 1


def test_another_record_under_a_used_sequence_number_is_refused(slot: DropSlot, stand: boxes.Stand) -> None:
    key = seed()
    slot.drop(stand.box_hash, stand.record(key, 1))
    assert slot.drop(stand.box_hash, stand.record(key, 2)) == receipt.answer(DropStatus.SEQ)


def test_sequence_numbers_go_up_one_by_one_to_nine(slot: DropSlot, stand: boxes.Stand) -> None:
    key = seed()
    mark = stand.token(key)
    assert slot.drop(stand.box_hash, stand.record(key, seq=2, mark=mark))[0] == DropStatus.SEQ
    for seq in range(1, 10):
        assert slot.drop(stand.box_hash, stand.record(key, seq % 4, seq, mark))[0] == DropStatus.ACCEPTED
    assert slot.drop(stand.box_hash, stand.record(key, 1, 10, mark))[0] == DropStatus.SEQ


def test_an_earlier_record_sent_again_after_a_later_one_changes_nothing(slot: DropSlot, stand: boxes.Stand) -> None:
    key = seed()
    first, second = (stand.record(key, 1, seq) for seq in (1, 2))
    answer = slot.drop(stand.box_hash, first)
    slot.drop(stand.box_hash, second)
    assert slot.drop(stand.box_hash, first) == answer
    assert close.close_box(stand.box_hash).returned == 1


def test_a_box_without_revoting_takes_one_ballot_a_key(slot: DropSlot) -> None:
    for made in (boxes.put_up(revote=False), boxes.put_up("opinion", name="opinions")):
        close.open_box(made.box_hash)
        key = seed()
        assert slot.drop(made.box_hash, made.record(key))[0] == DropStatus.ACCEPTED
        assert slot.drop(made.box_hash, made.record(key, seq=2))[0] == DropStatus.SEQ


def test_before_opening_and_from_closing_on_nothing_is_taken(slot: DropSlot) -> None:
    made = boxes.put_up()
    record = made.record(seed())
    assert slot.drop(made.box_hash, record) == receipt.answer(DropStatus.NOT_OPEN)
    close.open_box(made.box_hash)
    assert slot.drop(made.box_hash, record)[0] == DropStatus.ACCEPTED
    close.close_box(made.box_hash)
    assert slot.drop(made.box_hash, record) == receipt.answer(DropStatus.CLOSED)
    close.destroy_secrets(made.box_hash)
    assert slot.drop(made.box_hash, record) == receipt.answer(DropStatus.CLOSED)


def test_a_drop_that_finds_the_box_open_but_loses_to_the_close_is_not_taken(
    slot: DropSlot, stand: boxes.Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The close comes after the first look at the state, and before the lock: no receipt without a leaf."""
    from pingjia.ballotbox import drop

    hold = drop.hold

    def close_first(box_hash: str) -> str:
        close.close_box(box_hash)
        return hold(box_hash)

    monkeypatch.setattr(drop, "hold", close_first)
    assert slot.drop(stand.box_hash, stand.record(seed())) == receipt.answer(DropStatus.CLOSED)
    assert close.leaves(stand.box_hash) == []


def test_a_ballot_for_another_box_is_refused(slot: DropSlot, stand: boxes.Stand) -> None:
    other = boxes.put_up(name="other")
    close.open_box(other.box_hash)
    assert slot.drop(other.box_hash, stand.record(seed()))[0] == DropStatus.TOKEN
    assert Drop.objects.count() == 0


def test_a_key_that_no_issuer_signed_is_refused(slot: DropSlot, stand: boxes.Stand) -> None:
    assert slot.drop(stand.box_hash, stand.record(seed(), mark=stand.token(seed())))[0] == DropStatus.TOKEN


def test_too_short_too_long_and_empty_records_are_malformed(slot: DropSlot, stand: boxes.Stand) -> None:
    record = stand.record(seed())
    assert len(record) == record_length(stand.box_hash)
    for wrong in (b"", record[:-1], record + b"\0", record * 2):
        assert slot.drop(stand.box_hash, wrong) == receipt.answer(DropStatus.MALFORMED)


def test_no_mutation_of_a_record_is_taken(slot: DropSlot, stand: boxes.Stand) -> None:
    record = stand.record(seed())
    split = head.head_length(stand.manifest)
    places = range(0, split, scaled(5, 1))
    statuses = set()
    for at in places:
        bent = bytearray(record)
        bent[at] ^= 1
        statuses.add(DropStatus(slot.drop(stand.box_hash, bytes(bent))[0]))
    bent = bytearray(record)
    bent[split] ^= 1  # the body no longer fits its hash
    statuses.add(DropStatus(slot.drop(stand.box_hash, bytes(bent))[0]))
    assert DropStatus.ACCEPTED not in statuses
    assert {DropStatus.MALFORMED, DropStatus.TOKEN, DropStatus.SIGNATURE} <= statuses
    assert Drop.objects.count() == 0


@given(st.binary(max_size=3000))
def test_noise_is_always_answered_with_128_bytes_and_never_taken(raw: bytes) -> None:
    # Without a box at hand noise is all that can be said about it; the length check of each box is tested above.
    for make in SLOTS:
        with pytest.raises(UnknownBox):
            make().drop("0" * 64, raw)


def test_a_ballot_with_a_wrong_proof_is_taken_and_found_invalid_at_the_close(
    slot: DropSlot, stand: boxes.Stand
) -> None:
    good, bad = seed(), seed()
    slot.drop(stand.box_hash, stand.record(good))
    content = bytearray(stand.body(bad, 1))
    content[-1] ^= 1
    record = head.make(stand.manifest.hash, 1, bad, bytes(content), [stand.token(bad)])
    assert slot.drop(stand.box_hash, record)[0] == DropStatus.ACCEPTED
    closed = close.close_box(stand.box_hash)
    assert (closed.returned, closed.invalid) == (2, 1)


def test_dropping_writes_no_journal_line_and_all_rows_look_alike(slot: DropSlot, stand: boxes.Stand) -> None:
    for choice in range(4):
        slot.drop(stand.box_hash, stand.record(seed(), choice))
    assert not Line.objects.exists()
    assert {len(bytes(row.slot)) for row in Drop.objects.all()} == {32}
    assert len({len(bytes(row.blob)) for row in Drop.objects.all()}) == 1
    raw = shelf.key(stand.box_hash, "storage").read_bytes()
    assert all(raw not in bytes(row.blob) for row in Drop.objects.all())
