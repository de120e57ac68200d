"""What people hand to the verifier: files, receipts, trust, box numbers, in every form they may have."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pingjia.core.verify import storedzip
from pingjia.core.verify.failures import CannotVerify
from pingjia.core.verify.receiptfile import Receipt
from pingjia.core.verify.tests.decoders import ZIPS, decoders, receipt_text
from pingjia.core.verify.trust import Trust, WantedBox
from pingjia.core.verify.verifier import verify

TRUST = next(decoder.good[0] for decoder in decoders() if decoder.name == "trust")


@given(st.binary(max_size=400))
@example(ZIPS[0])
@example(ZIPS[1])
def test_whatever_the_file_is_the_verifier_reports_or_says_that_it_cannot_read_it(raw: bytes) -> None:
    try:
        report = verify(raw)
    except CannotVerify:
        return
    assert report.failures


def test_a_zip_that_claims_as_many_entries_as_it_can_is_refused() -> None:
    entries = [(f"{n}", b"") for n in range(65534)]
    assert len(storedzip.read(storedzip.write(entries))) == 65534
    with pytest.raises(storedzip.BadZip):
        storedzip.write([*entries, ("x", b"")])


def test_a_receipt_is_found_in_the_text_that_people_keep() -> None:
    kept = next(decoder.good[0] for decoder in decoders() if decoder.name == "receipt-file")
    assert Receipt.parse(receipt_text(kept)) == Receipt.parse(kept)


@pytest.mark.parametrize("spelled", [b'"quorum":1.0', b'"quorum":1e0', b'"quorum": 1', b'"quorum":10.0e-1'])
def test_a_trust_file_may_spell_a_number_in_any_way(spelled: bytes) -> None:
    assert Trust.parse(TRUST.replace(b'"quorum":1', spelled)) == Trust.parse(TRUST)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"site":""', b'"site":NaN'),
        (b'"site":""', b'"site":{}'),
        (b'"site":""', b'"site":["x"]'),
        (b'"quorum":1', b'"quorum":0.5'),
        (b'"quorum":1', b'"quorum":true'),
        (b'"quorum":1', b'"quorum":1e400'),
        (b'"quorum":1', b'"quorum":-1'),
    ],
)
def test_a_trust_file_with_another_kind_of_value_is_refused(right: bytes, wrong: bytes) -> None:
    assert right in TRUST
    with pytest.raises(CannotVerify):
        Trust.parse(TRUST.replace(right, wrong))


@pytest.mark.parametrize("mark", ["\x1c", "\x85", "\ufeff", "\u3000", "\u2028"])
def test_only_plain_white_space_around_a_box_number_is_dropped(mark: str) -> None:
    assert WantedBox.parse(" \t0000-0000-0000-0000\r\n").text == "0000-0000-0000-0000"
    with pytest.raises(CannotVerify):
        WantedBox.parse(f"{mark}0000-0000-0000-0000")
