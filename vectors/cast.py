"""The fixed cast of the vectors: one slate, one key set, one poll of two ballot boxes and an opinion box."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from chance import Chance, octets
from fixed_hpke import sealer

from pingjia.core.ballot import cards, head, hpke, sealing, signing, token
from pingjia.core.ballot.blindsigner import BlindSigner
from pingjia.core.ballot.body import Paper, make
from pingjia.core.ballot.objects import (
    NO_SLATE,
    BoxManifest,
    Issuer,
    KeySet,
    PollManifest,
    Slate,
    Subject,
    Threshold,
    Tiers,
)

POLL_ID = octets("poll id", 16)
THREE = ("s", "b", "d")


def slate(*grade_sets: tuple[str, ...], kind: str = "ballot") -> Slate:
    """Return a slate with one subject per grade set; the first half of the grades, rounded up, is favourable."""
    subjects = tuple(
        Subject(f"s{n}", grades[: (len(grades) + 1) // 2], grades, f"评议事项 {n}")
        for n, grades in enumerate(grade_sets, 1)
    )
    return Slate(kind, subjects, "会员评议职工之家")


EQUAL = slate(THREE, THREE, THREE)
MIXED = slate(THREE, ("a", "b", "c", "d"), ("y", "n"), kind="questionnaire")
SLATES = {"equal": EQUAL, "mixed": MIXED}
CARDS = [octets(f"card {i}", 20) for i in (1, 2, 3)]
NAMES = ["陈监票", "林监票", "王监票"]


@cache
def deal(name: str) -> sealing.Deal:
    """Return the fixed deal for one of ``SLATES``."""
    chance = Chance(f"deal {name}")
    people = [cards.derive(card, POLL_ID).scrutineer(who) for card, who in zip(CARDS, NAMES, strict=True)]
    grades = max(SLATES[name].grade_counts)
    return sealing.deal(POLL_ID, people, grades, 2, chance.scalar, chance.octets, sealer(chance))


def keyset(name: str) -> KeySet:
    """Return the key set of the fixed deal."""
    return deal(name).keyset


def share(name: str, i: int) -> sealing.Share:
    """Return the opened share of scrutineer ``i``."""
    dealt = deal(name)
    return sealing.open_share(dealt.keyset, i, cards.derive(CARDS[i - 1], POLL_ID).exchange, dealt.sealed[i - 1])


@cache
def signer(j: int) -> BlindSigner:
    """Return RSA test key ``j``."""
    keys = json.loads((Path(__file__).parent / "rsa_test_keys.json").read_text())
    return BlindSigner(bytes.fromhex(keys["issuers"][j]))


ID_SEED = octets("issuer id")
BOX_SEEDS = {name: octets(f"box {name}") for name in ("first", "second", "opinion", "mixed")}


@cache
def box(name: str) -> BoxManifest:
    """Return the manifest of ``first``, ``second`` (one pool), ``opinion`` or ``mixed``."""
    issuer = Issuer(
        signing.public(ID_SEED),
        "市总工会",
        signer(["first", "second", "opinion", "mixed"].index(name) % 3).n,
        "https://site.example/draw",
    )
    opinion, kind = name == "opinion", "mixed" if name == "mixed" else "equal"
    return BoxManifest(
        box_key=signing.public(BOX_SEEDS[name]),
        closes_at="2026-12-10T10:00:00Z",
        formula="fav-expressed" if name == "mixed" else "fav-valid",
        issuers=(issuer,),
        k=256,
        keyset=keyset(kind).hash,
        kind="opinion" if opinion else "ballot",
        log_origin="log.example/pingjia/hk/2026",
        opens_at="2026-12-08T01:00:00Z",
        poll_id=POLL_ID,
        pool="workshop" if name in ("first", "second") else "",
        practice=False,
        revote=name == "first",
        roll_root=octets("roll root"),
        roll_size=40,
        slate=NO_SLATE if opinion else SLATES[kind].hash,
        threshold=Threshold(5, 4),
        tiers=Tiers(),
        title={"first": "一车间", "second": "二车间", "opinion": "意见箱", "mixed": "问卷"}[name],
    )


def poll() -> PollManifest:
    """Return the poll of the first three boxes."""
    return PollManifest(tuple(box(name).hash for name in ("first", "second", "opinion")), POLL_ID)


def paper(name: str) -> Paper:
    """Return the paper of a ballot box."""
    kind = "mixed" if name == "mixed" else "equal"
    return Paper.of(box(name).hash, SLATES[kind], keyset(kind))


def voter(name: str, n: int) -> bytes:
    """Return the one-time seed of voter ``n`` of a box."""
    return octets(f"voter {name} {n}")


def tokens(name: str, pk: bytes) -> list[bytes]:
    """Return the issuers' signatures on ``pk``, drawn in the proper way."""
    chance = Chance(f"blind {name} {pk.hex()}")
    text = token.message(box(name).hash, pk)
    number = int.from_bytes(b"".join(chance.octets(64) for _ in range(3)), "big")
    index = ["first", "second", "opinion", "mixed"].index(name) % 3
    blinded, inverse = token.blind(signer(index).n, text, number)
    return [token.finalize(signer(index).n, text, signer(index).sign(blinded), inverse)]


def body(name: str, n: int, choices: list[int], seq: int = 1) -> bytes:
    """Return the body of voter ``n``."""
    return make(paper(name), signing.public(voter(name, n)), choices, Chance(f"body {name} {n} {seq}").scalar)


def record(name: str, n: int, choices: list[int], seq: int = 1) -> bytes:
    """Return the whole record of voter ``n``."""
    seed = voter(name, n)
    return head.make(box(name).hash, seq, seed, body(name, n, choices, seq), tokens(name, signing.public(seed)))


def exchange(i: int) -> bytes:
    """Return the private exchange key of scrutineer ``i``."""
    return cards.derive(CARDS[i - 1], POLL_ID).exchange


assert hpke.public(exchange(1)) == keyset("equal").scrutineers[0].exchange
