"""How an election of the tests begins: keys dealt, boxes announced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pingjia.core.ballot import (
    sealing,
    signing,
)
from pingjia.core.ballot.objects import BoxManifest, Issuer, KeySet, Slate, Threshold, Tiers
from pingjia.core.ballot.roll import RollEntry, roll_root
from pingjia.core.verify.tests.box import Box
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import CARDS, ORIGIN, POLL_ID, drawer, octets, signer


def found(poll_slate: Slate, boxes: int, issuers: int, **rules: Any) -> Election:
    """Deal keys and announce ``boxes`` empty boxes, each with ``issuers`` RSA keys of its own (three keys in all)."""
    people = [card.scrutineer(f"监票人{i}") for i, card in enumerate(CARDS, 1)]
    plain: list[bytes] = []

    def seal(to: bytes, info: bytes, share: bytes) -> bytes:
        plain.append(share)
        return octets("sealed" + share.hex())

    grades = max(poll_slate.grade_counts)
    keyset = sealing.deal(POLL_ID, people, grades, 2, drawer("deal"), lambda n: octets("opinion", n), seal).keyset
    shares = [
        sealing.Share(i, tuple(int.from_bytes(raw[32 * k : 32 * k + 32], "little") for k in range(grades)), raw[-33:])
        for i, raw in enumerate(plain, 1)
    ]
    found_ = []
    for b in range(boxes):
        keys = tuple(range(b * issuers, (b + 1) * issuers))
        prefix = f"{b + 1}/" if boxes > 1 else ""
        manifest = _manifest(poll_slate, keyset, prefix, keys, f"第 {b + 1} 票箱", **rules)
        found_.append(Box(prefix, manifest, keys))
    if boxes > 1:  # numbers follow the hashes; the keys of a box follow its number
        found_ = _in_order(poll_slate, keyset, found_, rules)
    return Election(poll_slate, keyset, shares, found_)


def _in_order(poll_slate: Slate, keyset: KeySet, boxes: list[Box], rules: dict[str, Any]) -> list[Box]:
    """Rename pooled boxes until their hashes ascend."""
    for attempt in range(1000):
        made = [
            replace(box, manifest=_manifest(poll_slate, keyset, box.prefix, box.signers, f"票箱{attempt}-{n}", **rules))
            for n, box in enumerate(boxes)
        ]
        if [box.manifest.hash for box in made] == sorted(box.manifest.hash for box in made):
            return made
    raise AssertionError


def _manifest(
    poll_slate: Slate, keyset: KeySet, prefix: str, keys: Sequence[int], title: str, **rules: Any
) -> BoxManifest:
    roll = [RollEntry("机关", "一线", f"会员{n}", str(n), "城关", octets(f"salt {n}", 16)).leaf for n in range(40)]
    given: dict[str, Any] = {
        "box_key": signing.public(octets(f"box key {prefix}")),
        "closes_at": "2026-11-20T10:00:00Z",
        "formula": "fav-valid",
        "issuers": tuple(
            Issuer(signing.public(octets(f"issuer {j}")), f"发票方{j}", signer(key).n, "https://site.example/draw")
            for j, key in enumerate(keys)
        ),
        "k": 256,
        "keyset": keyset.hash,
        "kind": "ballot",
        "log_origin": ORIGIN,
        "opens_at": "2026-11-10T00:00:00Z",
        "poll_id": POLL_ID,
        "pool": "",
        "practice": False,
        "revote": True,
        "roll_root": roll_root(roll),
        "roll_size": len(roll),
        "slate": poll_slate.hash,
        "threshold": Threshold(5, 4),
        "tiers": Tiers(),
        "title": title,
    }
    return BoxManifest(**{**given, **rules})
