"""Cards, shares, and the opinion box."""

from __future__ import annotations

import hashlib
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot import cards, group, hpke, opinion, sealing, shamir, signing
from pingjia.core.ballot.cards import BadCard
from pingjia.core.ballot.keyset import KeySet
from pingjia.core.ballot.sealing import BadShare
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.tests.scale import scaled

CARDS, SEALING, OPINION = load("cards"), load("sealing"), load("opinion")


def test_a_card_is_read_however_it_is_typed() -> None:
    for case in CARDS["cards"]:
        card = bytes.fromhex(case["card"])
        assert cards.write(card) == case["text"]
        assert [cards.read(typed) for typed in case["typed"]] == [card] * len(case["typed"])


@pytest.mark.parametrize("why", CARDS["bad"])
def test_a_slip_of_the_hand_is_noticed(why: str) -> None:
    with pytest.raises(BadCard):
        cards.read(CARDS["bad"][why])


def test_a_card_gives_other_keys_for_another_poll() -> None:
    for case in CARDS["cards"]:
        for pair in case["keys"]:
            keys = cards.derive(bytes.fromhex(case["card"]), bytes.fromhex(pair["poll_id"]))
            assert (keys.sign.hex(), keys.exchange.hex()) == (pair["sign"], pair["exchange"])
            assert hpke.clamp(keys.exchange) == keys.exchange
            person = keys.scrutineer("陈")
            assert (person.key.hex(), person.exchange.hex()) == (pair["key"], pair["exchange_public"])
            message = cards.enrolment_message(bytes.fromhex(pair["poll_id"]), 1, person.exchange)
            assert signing.verify(person.key, bytes.fromhex(pair["enrolment_of_1"]), message)
        assert case["keys"][0]["sign"] != case["keys"][1]["sign"]


def test_gf256_is_the_field_of_aes() -> None:
    for a, b, product in SEALING["shamir"]["products"]:
        assert shamir.multiply(a, b) == product
    assert all(shamir.multiply(a, shamir.inverse(a)) == 1 for a in range(1, 256))


@settings(max_examples=scaled(20, 500), deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(2, 6), st.data())
def test_any_t_shares_give_the_secret(secret: bytes, n: int, data: st.DataObject) -> None:
    t = data.draw(st.integers(2, n))
    shares = shamir.split(secret, n, t)
    chosen = data.draw(st.permutations(shares))[:t]
    assert shamir.join(chosen) == secret


def test_fewer_shares_fit_every_secret() -> None:
    share = shamir.split(bytes(32), 2, 2)[0]
    for value in range(256):
        other = bytes([2]) + bytes([value]) * 32
        shamir.join([share, other])  # each completion is a possible secret
    assert len({shamir.join([share, bytes([2]) + bytes([v]) * 32])[0] for v in range(256)}) == 256


@pytest.mark.parametrize("shares", [[bytes(33)], [b"\1" * 33, b"\1" * 33], [b"\1" * 32]])
def test_shares_of_a_wrong_shape_are_refused(shares: list[bytes]) -> None:
    with pytest.raises(ValueError, match="shares"):
        shamir.join(shares)


def test_the_fixed_deals_open_share_by_share() -> None:
    for case in SEALING["deals"]:
        keyset = KeySet.from_bytes(case["keyset"].encode())
        for person in case["scrutineers"]:
            sealed, exchange = bytes.fromhex(person["sealed"]), bytes.fromhex(person["exchange"])
            share = sealing.open_share(keyset, person["i"], exchange, sealed)
            assert share.to_bytes().hex() == person["share"]
            for mask, public in person["public_shares"].items():
                assert sealing.public_share(keyset, person["i"], int(mask)).hex() == public
                held = sum(v for k, v in enumerate(share.values) if int(mask) >> k & 1) % group.L
                assert group.mul_base(held).hex() == public
        accepts = b"".join(bytes.fromhex(person["acceptance"]) for person in case["scrutineers"])
        assert sealing.check_acceptances(keyset, accepts) == []
        assert sealing.check_acceptances(keyset, accepts[:64] + accepts[:64]) == [2, 3]


def test_wrong_shares_are_refused() -> None:
    keyset = cast().keyset("equal")
    for case in SEALING["bad"]:
        with pytest.raises(BadShare):
            sealing.open_share(keyset, case["i"], bytes.fromhex(case["exchange"]), bytes.fromhex(case["sealed"]))


@pytest.mark.parametrize("what", ["value", "zero", "index", "length"])
def test_a_dealer_who_hands_out_a_wrong_share_is_caught(what: str) -> None:
    dealt, share = cast().deal("equal"), cast().share("equal", 1)
    raw = share.to_bytes()
    wrong = {
        "value": group.scalar_bytes(share.values[0] + 1) + raw[32:],
        "zero": bytes(32) + raw[32:],
        "index": raw[:96] + b"\2" + raw[97:],
        "length": raw + b"\0",
    }[what]
    keyset = dealt.keyset
    sealed = hpke.seal(keyset.scrutineers[0].exchange, sealing.share_info(keyset.poll_id, 1), wrong)
    hashes = (hashlib.sha256(sealed).digest(), *keyset.share_hash[1:])
    forged = KeySet(keyset.commitments, keyset.opinion_public, keyset.poll_id, keyset.scrutineers, hashes, keyset.t)
    with pytest.raises(BadShare):
        sealing.open_share(forged, 1, cast().exchange(1), sealed)


@pytest.mark.parametrize(("n", "t"), [(2, 2), (3, 2), (5, 3)])
def test_a_new_deal_is_accepted_by_all_and_its_shares_agree(n: int, t: int) -> None:
    keys = [cards.derive(bytes([i]) * 20, bytes(16)) for i in range(n)]
    dealt = sealing.deal(bytes(16), [k.scrutineer(f"第{i}人") for i, k in enumerate(keys)], 4, t)
    assert KeySet.from_bytes(dealt.keyset.to_bytes()) == dealt.keyset
    shares = [sealing.open_share(dealt.keyset, i + 1, k.exchange, dealt.sealed[i]) for i, k in enumerate(keys)]
    accepts = b"".join(sealing.accept(dealt.keyset, k.sign) for k in keys)
    assert sealing.check_acceptances(dealt.keyset, accepts) == []
    for chosen in combinations(shares, t):
        opinion.rebuild([share.opinion for share in chosen], dealt.keyset.opinion_public)
    with pytest.raises(ValueError, match="key of this box"):
        opinion.rebuild([share.opinion for share in shares[: t - 1]], dealt.keyset.opinion_public)


def test_opinions_open_to_their_text_and_all_have_one_length() -> None:
    private, box = bytes.fromhex(OPINION["opinion_key"]), bytes.fromhex(OPINION["box_hash"])
    for case in OPINION["good"]:
        body = bytes.fromhex(case["body"])
        assert len(body) == 2096
        assert opinion.open_body(private, box, bytes.fromhex(case["pk"]), body) == case["text"]
        assert opinion.pad(case["text"]).hex() == case["padded"]
    for case in OPINION["bad"]:
        with pytest.raises(opinion.NotOpinion):
            opinion.open_body(private, box, bytes.fromhex(case["pk"]), bytes.fromhex(case["body"]))


def test_a_box_of_few_opinions_is_not_read() -> None:
    private, box = bytes.fromhex(OPINION["opinion_key"]), bytes.fromhex(OPINION["box_hash"])
    records = [(bytes.fromhex(c["pk"]), bytes.fromhex(c["body"])) for c in OPINION["good"] + OPINION["bad"]]
    assert opinion.read_box(private, box, records) == (None, len(OPINION["bad"]))
    texts, invalid = opinion.read_box(private, box, records, k_free=5)
    assert (texts, invalid) == (OPINION["read"], OPINION["invalid"])
    assert texts == sorted(texts or [], key=lambda text: hashlib.sha256(text.encode()).digest())
    assert opinion.outcome_message(box, True, texts or []).hex() == OPINION["outcome_message"]


def test_the_reader_rebuilds_the_key_from_resealed_shares() -> None:
    reader, box = bytes.fromhex(OPINION["reader_exchange"]), bytes.fromhex(OPINION["box_hash"])
    for case in OPINION["reshared"]:
        opened = hpke.open_sealed(reader, opinion.reshare_info(box, case["i"]), bytes.fromhex(case["sealed"]))
        assert opened.hex() == case["share"]
        fresh = opinion.reshare(opened, box, hpke.public(reader))
        assert hpke.open_sealed(reader, opinion.reshare_info(box, case["i"]), fresh) == opened
        assert len(fresh) == 81


def test_a_text_too_long_is_refused_before_it_is_sealed() -> None:
    with pytest.raises(opinion.TooLong):
        opinion.pad("家" * 682)


def test_nothing_is_sealed_to_a_key_of_low_order() -> None:
    with pytest.raises(hpke.NotOpened):
        hpke.seal(bytes(32), b"", b"text")
