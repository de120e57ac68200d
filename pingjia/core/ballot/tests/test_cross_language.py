"""Ballots and ceremonies played between this core and the browser's (``booth/src/core``), in both directions."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

import pytest
from nacl.bindings import crypto_core_ed25519_add

from pingjia.core.ballot import body, cards, head, hpke, opening, sealing, shamir, signing
from pingjia.core.ballot.blindsigner import BlindSigner, generate
from pingjia.core.ballot.group import BASE, IDENTITY, L, mul, mul_base, random_scalar, sub
from pingjia.core.ballot.objects import BoxManifest, Issuer, KeySet, Slate, Subject, Threshold, Tiers
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tests.browser_core import ask
from pingjia.core.ballot.tiers import plan, tier_of
from pingjia.core.tests.scale import chance, scaled

ORDER_EIGHT = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
CLASSES = (
    "copied under another pk",
    "other box",
    "one bit flipped",
    "A + torsion",
    "B1 + torsion",
    "A identity",
    "A non-canonical y=p+1",
    "c0 + L",
    "z0 + L",
    "B1 + G (two votes)",
    "subjects swapped",
    "short",
)
SHAPES = {"3x3": (3, 3, 3), "mixed": (2, 2, 4, 1), "24x4": (4,) * 24}


def paper_of(case: dict[str, Any], box_hash: str | None = None) -> body.Paper:
    keys = tuple(bytes.fromhex(key) for key in case["keys"])
    return body.Paper(bytes.fromhex(box_hash or case["box_hash"]), tuple(case["grades"]), keys)


@cache
def browser_sets() -> list[dict[str, Any]]:
    return list(ask("make", None, str(scaled(6, 50)))["sets"])


@pytest.mark.parametrize("name", SHAPES)
def test_bodies_made_in_the_browser_hold_their_choices(name: str) -> None:
    case = next(one for one in browser_sets() if one["name"] == name)
    paper = paper_of(case)
    assert paper.grade_counts == SHAPES[name]
    keys = [int(secret, 16) for secret in case["secrets"]]
    for ballot in case["valid"]:
        raw = bytes.fromhex(ballot["body"])
        body.check(paper, bytes.fromhex(ballot["pk"]), raw)
        for s, choice in enumerate(ballot["choices"]):
            a, b = paper.ciphertext(raw, s)
            opened = [sub(b_k, mul(key, a)) for b_k, key in zip(b, keys, strict=False)]
            assert opened == [BASE if k == choice else IDENTITY for k in range(1, len(b) + 1)]


@pytest.mark.parametrize("name", SHAPES)
def test_what_the_browser_breaks_is_refused_here(name: str) -> None:
    case = next(one for one in browser_sets() if one["name"] == name)
    assert tuple(one["why"] for one in case["broken"]) == CLASSES
    for one in case["broken"]:
        paper = paper_of(case, one["box_hash"])
        assert not body.is_valid(paper, bytes.fromhex(one["pk"]), bytes.fromhex(one["body"])), one["why"]


def broken(paper: body.Paper, pk: bytes, raw: bytes) -> list[tuple[str, bytes, bytes, bytes]]:
    """Return (class, pk, box hash, body) for the twelve classes; subjects 0 and 1 must have the same grades."""
    first = 32 * (paper.grade_counts[0] + 1)

    def change(at: int, new: bytes) -> bytes:
        return raw[:at] + new + raw[at + len(new) :]

    def plus_order(at: int) -> bytes:
        return change(at, (int.from_bytes(raw[at : at + 32], "little") + L).to_bytes(32, "little"))

    def plus_point(at: int, extra: bytes) -> bytes:
        return change(at, crypto_core_ed25519_add(raw[at : at + 32], extra))

    at = chance().randrange(len(raw))
    bodies = {
        "one bit flipped": change(at, bytes([raw[at] ^ 1 << chance().randrange(8)])),
        "A + torsion": plus_point(0, ORDER_EIGHT),
        "B1 + torsion": plus_point(32, ORDER_EIGHT),
        "A identity": change(0, IDENTITY),
        "A non-canonical y=p+1": change(0, bytes([0xEE]) + b"\xff" * 30 + b"\x7f"),
        "c0 + L": plus_order(first),
        "z0 + L": plus_order(2 * first),
        "B1 + G (two votes)": plus_point(32, BASE),
        "subjects swapped": raw[3 * first : 6 * first] + raw[: 3 * first] + raw[6 * first :],
        "short": raw[:-1],
    }
    found = [(why, pk, paper.box_hash, changed) for why, changed in bodies.items()]
    found.append((CLASSES[0], secrets.token_bytes(32), paper.box_hash, raw))
    found.append((CLASSES[1], pk, secrets.token_bytes(32), raw))
    assert {why for why, *_ in found} == set(CLASSES)
    return found


def test_the_browser_accepts_bodies_made_here_and_refuses_broken_ones() -> None:
    count = scaled(6, 50)
    sets = []
    for name, grades in SHAPES.items():
        keys = tuple(mul_base(random_scalar()) for _ in range(max(grades)))
        paper = body.Paper(secrets.token_bytes(32), grades, keys)
        ballots = []
        for _ in range(max(1, count * 3 // sum(grades))):
            pk = secrets.token_bytes(32)
            ballots.append((pk, body.make(paper, pk, [chance().randint(0, k) for k in grades])))
        sets.append(
            {
                "name": name,
                "box_hash": paper.box_hash.hex(),
                "keys": [key.hex() for key in keys],
                "grades": grades,
                "valid": [{"pk": pk.hex(), "body": raw.hex()} for pk, raw in ballots],
                "broken": [
                    {"why": why, "pk": pk.hex(), "box_hash": box.hex(), "body": raw.hex()}
                    for why, pk, box, raw in broken(paper, *ballots[0])
                ],
            }
        )
    verdicts = ask("check", {"sets": sets})["sets"]
    for case, verdict in zip(sets, verdicts, strict=True):
        assert verdict["valid"] == [True] * len(case["valid"])
        assert verdict["broken"] == [False] * len(CLASSES)


POLL_ID = bytes(range(16))
THREE = ("s", "b", "d")
SLATE = Slate("ballot", tuple(Subject(f"x{n}", ("s", "b"), THREE, f"评议事项 {n}") for n in (1, 2, 3)), "会员评家")
CARDS = [bytes([i] * 20) for i in (1, 2, 3)]


@cache
def issuers() -> tuple[BlindSigner, ...]:
    return tuple(BlindSigner(generate(2048)) for _ in range(2))


def box_of(keyset: KeySet) -> BoxManifest:
    return BoxManifest(
        box_key=signing.public(bytes(32)),
        closes_at="2026-12-02T08:00:00Z",
        formula="fav-valid",
        issuers=tuple(
            Issuer(signing.public(bytes([j] * 32)), f"发票方{j}", signer.n, f"https://{j}.example/draw")
            for j, signer in enumerate(issuers(), start=1)
        ),
        k=256,
        keyset=keyset.hash,
        kind="ballot",
        log_origin="example.org/pingjia/f/2026",
        opens_at="2026-12-01T00:00:00Z",
        poll_id=POLL_ID,
        pool="",
        practice=False,
        revote=True,
        roll_root=bytes(32),
        roll_size=40,
        slate=SLATE.hash,
        threshold=Threshold(5, 4),
        tiers=Tiers(),
        title="工会委员会",
    )


@cache
def dealt() -> tuple[KeySet, tuple[str, ...]]:
    """A key set that the browser dealt, and its sealed shares."""
    found = ask("deal", {"poll_id": POLL_ID.hex(), "grades": 3, "t": 2, "cards": [cards.write(card) for card in CARDS]})
    return KeySet.from_bytes(bytes.fromhex(found["keyset"])), tuple(found["sealed"])


def printed(keyset: KeySet) -> dict[str, str]:
    """The three objects of the box as the browser is given them."""
    return {
        "manifest": box_of(keyset).to_bytes().hex(),
        "slate": SLATE.to_bytes().hex(),
        "keyset": keyset.to_bytes().hex(),
    }


def seat(keyset: KeySet, i: int, sealed: str) -> dict[str, Any]:
    return {"keyset": keyset.to_bytes().hex(), "i": i, "card": cards.write(CARDS[i - 1]), "sealed": sealed}


def browser_record(choices: list[int], seq: int = 1) -> tuple[bytes, bytes]:
    """Draw a ballot from both issuers in the browser, fill it, and return record and leaf."""
    objects = printed(dealt()[0])
    drawn = ask("token", objects)
    answers = [s.sign(bytes.fromhex(b)).hex() for s, b in zip(issuers(), drawn["blinded"], strict=True)]
    question = {**objects, **drawn, "blind_signatures": answers, "choices": choices, "seq": seq}
    made = ask("finish", question)
    return bytes.fromhex(made["record"]), bytes.fromhex(made["leaf"])


def test_a_record_made_in_the_browser_passes_every_check_of_a_drop() -> None:
    box = box_of(dealt()[0])
    record, leaf = browser_record([1, 0, 3], seq=2)
    found, _ = head.check_record(record, box, SLATE)
    assert (found.seq, found.leaf) == (2, leaf)
    for at in (1, 2, 40, 70, 66 + 2 * 256, len(record) - 1):
        changed = bytearray(record)
        changed[at] ^= 4
        with pytest.raises(head.BadHead):
            head.check_record(bytes(changed), box, SLATE)


def test_a_box_is_dealt_in_the_browser_and_opened_half_here_half_there() -> None:
    keyset, sealed = dealt()
    box = box_of(keyset)
    paper = body.Paper.of(box.hash, SLATE, keyset)
    records = [browser_record(choices) for choices in ([1, 2, 0], [3, 0, 0])]
    ballots = [head.check_record(record, box, SLATE) for record, _ in records]
    bodies = [(found.pk, raw) for found, raw in ballots]
    for choices in [[1, 1, 1]] * 18:
        pk = secrets.token_bytes(32)
        bodies.append((pk, body.make(paper, pk, choices)))
    sums = Sums(SLATE.grade_counts)
    for pk, raw in bodies:
        body.check(paper, pk, raw)
        sums.add_body(paper, raw)

    name = opening.opening_hash({box.hash: b"closing text\n"})
    places = plan(SLATE, tier_of(sums.count, box.tiers), box.formula)
    ballots_there = {
        **printed(keyset),
        "bodies": [{"pk": pk.hex(), "body": raw.hex()} for pk, raw in bodies],
        "opening": name.hex(),
        "places": [{"s": s, "mask": mask} for s, mask in places],
    }
    there = ask("open", {**seat(keyset, 1, sealed[0]), **ballots_there})
    assert there["sums"] == b"".join(a + b"".join(b) for a, b in zip(sums.a, sums.b, strict=True)).hex()

    keys = cards.derive(CARDS[2], POLL_ID)
    share = sealing.open_share(keyset, 3, keys.exchange, bytes.fromhex(sealed[2]))
    relayed = opening.open_partials(bytes.fromhex(there["sealed"]["3"]), name, 1, 3, keys.exchange)
    assert opening.write_partials(relayed).hex() == there["partials"]
    own = [opening.decrypt(share, name, s, mask, sums.a[s]) for s, mask in places]
    expected = {(0, 1): 19, (0, 2): 0, (0, 4): 1, (1, 1): 18, (1, 2): 1, (1, 4): 0, (2, 1): 18, (2, 2): 0, (2, 4): 0}
    assert opening.count_all(sums, keyset, name, places, [*relayed, *own]) == expected

    to_first = opening.seal_partials(own, name, 3, 1, keyset.scrutineers[0].exchange)
    counted = ask(
        "count",
        {
            **seat(keyset, 1, sealed[0]),
            **ballots_there,
            "partials": [there["partials"]],
            "received": [{"from": 3, "sealed": to_first.hex()}],
        },
    )
    assert {(c["s"], c["mask"]): c["count"] for c in counted["counts"]} == expected


def test_shares_dealt_here_are_accepted_in_the_browser() -> None:
    people = [cards.derive(card, POLL_ID).scrutineer(f"监票人{i}") for i, card in enumerate(CARDS, start=1)]
    deal = sealing.deal(POLL_ID, people, 3)
    answers = [ask("accept", seat(deal.keyset, i, raw.hex())) for i, raw in enumerate(deal.sealed, start=1)]
    accepts = b"".join(bytes.fromhex(answer["signature"]) for answer in answers)
    assert sealing.check_acceptances(deal.keyset, accepts) == []
    key = shamir.join([bytes.fromhex(answer["opinion"]) for answer in answers[1:]])
    assert hpke.public(key) == deal.keyset.opinion_public
