"""Vectors of cards, sealing and the opinion box."""

from __future__ import annotations

from typing import Any

import cast
from chance import Chance, octets
from fixed_hpke import sealer

from pingjia.core.ballot import cards, hpke, opinion, sealing, shamir, signing


def card_cases() -> dict[str, Any]:
    """Cards, their text, the ways people type it, the keys for two polls; and texts that are no card."""
    rows = []
    for card in (*cast.CARDS, bytes(20), bytes([255] * 20)):
        text = cards.write(card)
        typed = [
            text.lower(),
            text.replace("-", " "),
            f" {text.replace('-', '')} ",
            text.replace("0", "o").replace("1", "l"),
        ]
        assert all(cards.read(each) == card for each in typed)
        keys = [(poll, cards.derive(card, poll)) for poll in (cast.POLL_ID, octets("other poll", 16))]
        rows.append(
            {
                "card": card.hex(),
                "text": text,
                "typed": typed,
                "keys": [
                    {
                        "poll_id": poll.hex(),
                        "sign": pair.sign.hex(),
                        "exchange": pair.exchange.hex(),
                        "key": signing.public(pair.sign).hex(),
                        "exchange_public": hpke.public(pair.exchange).hex(),
                        "enrolment_of_1": signing.sign(
                            pair.sign, cards.enrolment_message(poll, 1, hpke.public(pair.exchange))
                        ).hex(),
                    }
                    for poll, pair in keys
                ],
            }
        )
    text = rows[0]["text"]
    at = next(i for i in range(30) if text[i] != text[i + 1] and "-" not in text[i : i + 2])
    bad = {
        "empty": "",
        "a group short": text[:-5],
        "a group long": text + "-0000",
        "two symbols changed places": text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        "a symbol changed": ("0" if text[0] != "0" else "2") + text[1:],
        "foreign symbol": "U" + text[1:],
        "foreign sign": "*" + text[1:],
        "full width": "０" + text[1:],
    }
    for each in bad.values():
        try:
            cards.read(each)
        except cards.BadCard:
            continue
        raise AssertionError(each)
    return {"cards": rows, "bad": bad}


def sealing_cases() -> dict[str, Any]:
    """A deal with its coefficients, the sealed and opened shares, acceptances; shares that must be refused; GF(2⁸)."""
    return {"deals": [_deal(name) for name in cast.SLATES], "shamir": _shamir(), "bad": _bad_shares()}


def _deal(name: str) -> dict[str, Any]:
    dealt, chance = cast.deal(name), Chance(f"deal {name}")
    grades = len(dealt.keyset.commitments)
    coefficients = [[chance.scalar().to_bytes(32, "little").hex() for _ in range(2)] for _ in range(grades)]
    opinion_key = hpke.clamp(chance.octets(32))
    scrutineers = []
    for i in (1, 2, 3):
        share, keys = cast.share(name, i), cards.derive(cast.CARDS[i - 1], cast.POLL_ID)
        scrutineers.append(
            {
                "i": i,
                "exchange": keys.exchange.hex(),
                "info": sealing.share_info(cast.POLL_ID, i).hex(),
                "sealed": dealt.sealed[i - 1].hex(),
                "share": share.to_bytes().hex(),
                "public_shares": {
                    str(mask): sealing.public_share(dealt.keyset, i, mask).hex() for mask in range(1, 1 << grades)
                },
                "acceptance": sealing.accept(dealt.keyset, keys.sign).hex(),
            }
        )
    return {
        "keyset": dealt.keyset.to_bytes().decode(),
        "keyset_hash": dealt.keyset.hash.hex(),
        "coefficients": coefficients,
        "opinion_key": opinion_key.hex(),
        "scrutineers": scrutineers,
    }


def _bad_shares() -> list[dict[str, Any]]:
    dealt = cast.deal("equal")
    tries = {
        "another scrutineer's share": (1, cast.exchange(1), dealt.sealed[1]),
        "another card": (1, cast.exchange(2), dealt.sealed[0]),
        "a bit flipped": (1, cast.exchange(1), dealt.sealed[0][:-1] + bytes([dealt.sealed[0][-1] ^ 1])),
        "short": (1, cast.exchange(1), dealt.sealed[0][:-1]),
        "no such scrutineer": (4, cast.exchange(1), dealt.sealed[0]),
    }
    rows = []
    for why, (i, exchange, sealed) in tries.items():
        try:
            sealing.open_share(dealt.keyset, i, exchange, sealed)
        except sealing.BadShare:
            rows.append({"why": why, "i": i, "exchange": exchange.hex(), "sealed": sealed.hex()})
            continue
        raise AssertionError(why)
    return rows


def _shamir() -> dict[str, Any]:
    chance = Chance("shamir")
    splits = []
    for n, t in ((2, 2), (3, 2), (5, 3), (16, 16)):
        secret = chance.octets(32)
        shares = shamir.split(secret, n, t, chance.octets)
        assert shamir.join(shares[-t:]) == secret
        splits.append({"secret": secret.hex(), "t": t, "shares": [share.hex() for share in shares]})
    products = [
        [a, b, shamir.multiply(a, b)] for a, b in ((0x57, 0x83), (0x57, 0x13), (2, 0x80), (255, 255), (1, 7), (0, 9))
    ]
    return {"splits": splits, "products": products}


def opinion_cases() -> dict[str, Any]:
    """Bodies of an opinion box, their texts; bodies that are invalid; the shares resealed to the reader."""
    box, private = cast.box("opinion"), shamir.join([cast.share("equal", i).opinion for i in (1, 3)])
    public = cast.keyset("equal").opinion_public
    assert opinion.rebuild([cast.share("equal", i).opinion for i in (2, 3)], public) == private
    chance = Chance("opinion")
    texts = ["", "食堂很好。", "𠮷野家\n第二行", "a" * 2045, "家" * 681, "\ufeffBOM"]
    good = []
    for n, text in enumerate(texts):
        pk = signing.public(cast.voter("opinion", n))
        raw = opinion.seal(text, public, box.hash, pk, sealer(chance))
        assert opinion.open_body(private, box.hash, pk, raw) == text
        good.append({"pk": pk.hex(), "text": text, "padded": opinion.pad(text).hex(), "body": raw.hex()})
    bad = []
    info = b"pingjia/opinion/v1\0" + box.hash + bytes.fromhex(good[1]["pk"])
    plain = opinion.pad("abc")
    changes = {
        "version 1": b"\x01" + plain[1:],
        "length 2046": b"\x02\x07\xfe" + plain[3:],
        "padding": plain[:-1] + b"\x01",
        "not UTF-8": b"\x02\x00\x01\xff".ljust(2048, b"\0"),
        "short": plain[:-1],
        "long": plain + b"\0",
    }
    for why, changed in changes.items():
        bad.append({"why": why, "pk": good[1]["pk"], "body": sealer(chance)(public, info, changed).hex()})
    bad.append({"why": "copied under another pk", "pk": good[2]["pk"], "body": good[1]["body"]})
    bad.append({"why": "zeros", "pk": good[1]["pk"], "body": bytes(2096).hex()})
    for row in bad:
        try:
            opinion.open_body(private, box.hash, bytes.fromhex(row["pk"]), bytes.fromhex(row["body"]))
        except opinion.NotOpinion:
            continue
        raise AssertionError(row["why"])
    sealed = [
        sealer(chance)(hpke.public(cast.exchange(1)), opinion.reshare_info(box.hash, i), cast.share("equal", i).opinion)
        for i in (1, 2, 3)
    ]
    read, invalid = opinion.read_box(
        private, box.hash, [(bytes.fromhex(r["pk"]), bytes.fromhex(r["body"])) for r in good + bad], k_free=5
    )
    return {
        "box_hash": box.hash.hex(),
        "opinion_public": public.hex(),
        "opinion_key": private.hex(),
        "good": good,
        "bad": bad,
        "reader_exchange": cast.exchange(1).hex(),
        "reshared": [
            {"i": i, "sealed": raw.hex(), "share": cast.share("equal", i).opinion.hex()}
            for i, raw in enumerate(sealed, 1)
        ],
        "read": read,
        "invalid": invalid,
        "outcome_message": opinion.outcome_message(box.hash, True, read or []).hex(),
        "outcome_message_not_enough": opinion.outcome_message(box.hash, False, []).hex(),
    }
