"""Forms of the ballot that the properties of every decoder found doubtful, each kept by its name."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pingjia.core.ballot import crockford, issuance, shamir
from pingjia.core.ballot.tests.vectors import load


def test_a_granted_answer_hides_no_bytes_where_a_refusal_would_stand() -> None:
    answer = bytearray.fromhex(load("issuance")["granted"]["answer"])
    answer[-513], answer[-512] = 1, 7
    with pytest.raises(issuance.BadDraw):
        issuance.read_answer(bytes(answer), 256, 3)


@pytest.mark.parametrize("at", [1, 500, 768])
def test_a_refusing_answer_hides_no_bytes_where_signatures_would_stand(at: int) -> None:
    answer = bytearray.fromhex(load("issuance")["refusals"][0]["answer"])
    answer[at] = 1
    with pytest.raises(issuance.BadDraw):
        issuance.read_answer(bytes(answer), 256, 3)


@pytest.mark.parametrize("status", [issuance.IssueStatus.MALFORMED, issuance.IssueStatus.BUSY])
def test_an_answer_without_a_reason_carries_no_refusal(status: issuance.IssueStatus) -> None:
    with pytest.raises(issuance.BadDraw):
        issuance.read_answer(issuance.refused(status, 256, 3, b"x"), 256, 3)


def test_an_answer_with_a_reason_carries_its_refusal() -> None:
    with pytest.raises(issuance.BadDraw):
        issuance.read_answer(issuance.refused(issuance.IssueStatus.CLOSED, 256, 3), 256, 3)


@given(st.lists(st.binary(max_size=40), max_size=4))
@example([b""])
@example([bytes([1]) * 33, b""])
def test_pieces_that_are_no_shares_are_refused(pieces: list[bytes]) -> None:
    try:
        assert len(shamir.join(pieces)) == 32
    except ValueError:
        return
    assert all(len(piece) == shamir.SHARE_LENGTH for piece in pieces)


@pytest.mark.parametrize("sign", ["ı", "ſ", "ﬁ", "ß", "Ａ", "０", "\u212a", "\u00a0", "\ufeff"])
def test_a_letter_of_another_alphabet_is_no_symbol_even_if_its_capital_is_one(sign: str) -> None:
    with pytest.raises(crockford.BadSymbols):
        crockford.normalise(f"ABC{sign}")
