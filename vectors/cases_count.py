"""Vectors of tiers, closing notes, openings and results."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cast
from cases_objects import changed
from chance import Chance, octets

from pingjia.core import canonical
from pingjia.core.ballot import cards, closing, head, opening, result, tiers
from pingjia.core.ballot.group import L, scalar_bytes
from pingjia.core.ballot.objects import BoxManifest, Threshold, Tiers
from pingjia.core.ballot.slate import Slate, Subject
from pingjia.core.ballot.sums import Sums

GRADES = ("s", "b", "d")
# (S, B, D) of three subjects at V ballots; the rest are blank.
COUNTS: dict[int, list[tuple[int, int, int]]] = {
    0: [(0, 0, 0)] * 3,
    4: [(4, 0, 0), (1, 1, 1), (0, 0, 0)],
    5: [(4, 0, 1), (3, 0, 2), (0, 0, 0)],
    9: [(5, 3, 1), (4, 3, 2), (9, 0, 0)],
    10: [(4, 3, 3), (5, 3, 2), (1, 0, 1)],
    19: [(10, 6, 3), (8, 8, 2), (0, 1, 16)],
    20: [(8, 8, 4), (20, 0, 0), (0, 0, 0)],
    24: [(10, 9, 5), (8, 8, 8), (1, 2, 3)],
}


def tier_cases() -> dict[str, Any]:
    """The tier of V, the plan of a slate, the two_way rule over all splits of 10, and sets of boxes."""
    rows = []
    for name, slate in {**cast.SLATES, "all favourable": _all_favourable()}.items():
        for formula in ("fav-valid", "fav-expressed"):
            for tier in tiers.Tier:
                plan = [list(place) for place in tiers.plan(slate, tier, formula)]
                rows.append(
                    {"slate": slate.to_bytes().decode(), "formula": formula, "tier": tier, "plan": plan, "name": name}
                )
    return {
        "tiers": [
            {"valid": v, "tiers": {"band": t.band, "full": t.full, "two_way": t.two_way}, "tier": tiers.tier_of(v, t)}
            for t in (Tiers(), Tiers(8, 30, 15), Tiers(20, 20, 20))
            for v in (0, 1, 4, 5, 7, 8, 9, 10, 14, 15, 19, 20, 29, 30, 1000)
        ],
        "plans": rows,
        "only_band": [[10, f, u, tiers.only_band(10, f, u)] for f in range(11) for u in range(11 - f)],
        "sets": [_sets(*case) for case in SETS],
    }


def _all_favourable() -> Slate:
    return Slate("ballot", (Subject("only", ("y",), ("y",), "单一等次"),), "单一等次")


SETS: list[tuple[str, list[tuple[str, int]]]] = [
    ("each by itself", [("", 3), ("", 30)]),
    ("a pool of large boxes", [("a", 5), ("a", 30)]),
    ("a pool with one small box", [("a", 4), ("a", 30)]),
    ("a pool that stays small", [("a", 1), ("a", 3)]),
    ("a pool with an empty box", [("a", 0), ("a", 10)]),
    ("two pools", [("a", 4), ("b", 4), ("a", 6), ("b", 6)]),
    ("alone in a pool", [("a", 4)]),
    ("none", []),
]


def _sets(name: str, boxes: list[tuple[str, int]]) -> dict[str, Any]:
    manifests: list[tuple[BoxManifest, int]] = [
        (replace(cast.box("first"), pool=pool, title=f"{name} {n}"), valid) for n, (pool, valid) in enumerate(boxes)
    ]
    found = tiers.opening_sets(manifests)
    return {
        "name": name,
        "boxes": [{"text": box.to_bytes().decode(), "valid": valid} for box, valid in manifests],
        "sets": [{"boxes": [b.hex() for b in s.boxes], "valid": s.valid, "tier": s.tier} for s in found],
    }


def closing_cases() -> dict[str, Any]:
    """Closing notes and the texts that are none."""
    good = []
    for name, count, returned, invalid in (("first", 0, 0, 0), ("first", 3, 2, 1), ("second", 300, 299, 0)):
        leaves = sorted(octets(f"leaf {n}") for n in range(count))
        made = closing.Closing.of(cast.box(name).hash, leaves, returned, invalid)
        note = closing.sign(made, cast.BOX_SEEDS[name])
        assert closing.open_closing(note, cast.box(name).hash, cast.box(name).box_key) == made
        good.append(
            {
                "box_hash": cast.box(name).hash.hex(),
                "box_key": cast.box(name).box_key.hex(),
                "leaves": count,
                "root": made.root.hex(),
                "returned": returned,
                "invalid": invalid,
                "text": made.text(),
                "note": note.decode(),
            }
        )
    text = good[1]["text"]
    bad = {
        "no last newline": text[:-1],
        "one line more": text + "x\n",
        "leading zero": text.replace("returned 2", "returned 02"),
        "more invalid than returned": text.replace("invalid 1", "invalid 3"),
        "more returned than leaves": text.replace("returned 2", "returned 4"),
        "negative": text.replace("invalid 1", "invalid -1"),
        "capital hex": text.replace(cast.box("first").hash.hex(), cast.box("first").hash.hex().upper()),
        "root not canonical": text.replace("=\n", "\n"),
        "carriage return": text.replace("\n", "\r\n"),
    }
    for each in bad.values():
        try:
            closing.Closing.parse(each)
        except closing.BadClosing:
            continue
        raise AssertionError(each)
    return {"good": good, "bad_texts": bad, "opening_hashes": _opening_hashes(good)}


def _opening_hashes(good: list[dict[str, Any]]) -> list[dict[str, Any]]:
    one = {bytes.fromhex(good[1]["box_hash"]): good[1]["text"].encode()}
    two = {bytes.fromhex(good[2]["box_hash"]): good[2]["text"].encode()}
    return [
        {"closings": {box.hex(): text.decode() for box, text in c.items()}, "hash": opening.opening_hash(c).hex()}
        for c in (one, two, one | two)
    ]


def opening_cases() -> dict[str, Any]:
    """Two boxes of one key set opened alone and as one sum: sums, partials, what they decrypt to; forged partials."""
    ballots = {"first": [[1, 1, 3], [2, 0, 3], [0, 1, 1]], "second": [[3, 3, 3], [1, 1, 1], [1, 2, 3], [2, 2, 2]]}
    sums, closings = {}, {}
    for name, choices in ballots.items():
        sums[name] = Sums(cast.EQUAL.grade_counts)
        records = [cast.record(name, n, each) for n, each in enumerate(choices)]
        size = head.head_length(cast.box(name))
        for raw in records:
            sums[name].add_body(cast.paper(name), raw[size:])
        leaves = sorted(head.leaf(raw[:size]) for raw in records)
        closings[name] = closing.Closing.of(cast.box(name).hash, leaves, len(records), 0).text()
    joint = Sums(cast.EQUAL.grade_counts)
    for each in sums.values():
        joint.add_sums(each)
    sets = {("first",): sums["first"], ("second",): sums["second"], ("first", "second"): joint}
    return {
        "keyset": cast.keyset("equal").to_bytes().decode(),
        "shares": [cast.share("equal", i).to_bytes().hex() for i in (1, 2, 3)],
        "choices": ballots,
        "sets": [_opened(names, total, closings, ballots) for names, total in sets.items()],
        "forged": _forged(sums["first"], opening.opening_hash({cast.box("first").hash: closings["first"].encode()})),
        "relayed": _relayed(),
    }


def _opened(
    names: tuple[str, ...], total: Sums, closings: dict[str, str], ballots: dict[str, list[list[int]]]
) -> dict[str, Any]:
    name = opening.opening_hash({cast.box(n).hash: closings[n].encode() for n in names})
    keyset, rows, parts = cast.keyset("equal"), [], []
    chosen = [each for n in names for each in ballots[n]]
    for s in range(3):
        for mask in (1, 2, 4, 3, 7):
            chances = {i: Chance(f"partial {names} {i} {s} {mask}") for i in (1, 2, 3)}
            made = [
                opening.decrypt(cast.share("equal", i), name, s, mask, total.a[s], chances[i].scalar) for i in (1, 2, 3)
            ]
            assert all(opening.check_partial(p, keyset, name, total.a[s]) for p in made)
            count = sum(1 for each in chosen if each[s] and mask >> (each[s] - 1) & 1)
            for pair in ((0, 1), (0, 2), (1, 2)):
                point = opening.combine([made[j] for j in pair], 2, total.b_of(s, mask))
                assert opening.find_count(point, total.count) == count
            drawn = [scalar_bytes(Chance(f"partial {names} {i} {s} {mask}").scalar()).hex() for i in (1, 2, 3)]
            rows.append({"s": s, "mask": mask, "count": count, "decrypted": point.hex(), "w": drawn})
            parts += made
    return {
        "boxes": [cast.box(n).hash.hex() for n in names],
        "closings": {cast.box(n).hash.hex(): closings[n] for n in names},
        "opening_hash": name.hex(),
        "ballots": total.count,
        "a": [a.hex() for a in total.a],
        "b": [[b.hex() for b in row] for row in total.b],
        "sums": rows,
        "partials": opening.write_partials(parts).hex(),
    }


def _forged(total: Sums, name: bytes) -> list[dict[str, Any]]:
    good = opening.decrypt(cast.share("equal", 1), name, 0, 1, total.a[0], Chance("forged").scalar)
    other = octets("other opening")
    # bit 3 stands for no grade, so that the proof itself holds
    beyond = opening.decrypt(cast.share("equal", 1), name, 0, 9, total.a[0], Chance("beyond").scalar)
    tries = {
        "another opening": (good, other, total.a[0]),
        "another sum": (good, name, total.a[1]),
        "another subject": (replace(good, s=1), name, total.a[0]),
        "another mask": (replace(good, mask=2), name, total.a[0]),
        "mask 0": (replace(good, mask=0), name, total.a[0]),
        "grade 1 and a bit beyond the grades": (beyond, name, total.a[0]),
        "mask beyond the grades": (replace(good, mask=8), name, total.a[0]),
        "another scrutineer": (replace(good, i=2), name, total.a[0]),
        "scrutineer 0": (replace(good, i=0), name, total.a[0]),
        "scrutineer 4": (replace(good, i=4), name, total.a[0]),
        "d of another sum": (replace(good, d=total.a[1]), name, total.a[0]),
        "e + 1": (replace(good, e=(good.e + 1) % L), name, total.a[0]),
        "z + 1": (replace(good, z=(good.z + 1) % L), name, total.a[0]),
    }
    rows = []
    for why, (partial, opening_hash, a) in tries.items():
        assert not opening.check_partial(partial, cast.keyset("equal"), opening_hash, a), why
        rows.append({"why": why, "opening_hash": opening_hash.hex(), "a": a.hex(), "partial": partial.to_bytes().hex()})
    return rows


def _relayed() -> dict[str, str]:
    return {"info_1_to_2": opening.relay_info(octets("opening"), 1, 2).hex(), "opening": octets("opening").hex()}


def result_cases() -> dict[str, Any]:
    """Results at every V where the tier turns, under both formulas, signed; and results that contradict themselves."""
    good = [_result(valid, formula) for valid in COUNTS for formula in ("fav-valid", "fav-expressed")]
    verdicts = [
        [f, u, v, formula, result.verdict_of(f, u, v, formula, Threshold(den, num)), den, num]
        for f, u, v, formula, den, num in (
            (4, 1, 5, "fav-valid", 5, 4),
            (7996, 2004, 10000, "fav-valid", 5, 4),
            (8000, 0, 10000, "fav-valid", 5, 4),
            (8, 2, 12, "fav-expressed", 5, 4),
            (8, 2, 12, "fav-valid", 5, 4),
            (0, 0, 12, "fav-expressed", 5, 4),
            (0, 0, 0, "fav-valid", 5, 4),
            (2, 1, 3, "fav-valid", 3, 2),
            (5, 0, 5, "fav-valid", 1, 1),
        )
    ]
    return {
        "good": good,
        "verdicts": verdicts,
        "contradictory": _contradictory(),
        "slate": cast.EQUAL.to_bytes().decode(),
    }


def _result(valid: int, formula: str) -> dict[str, Any]:
    tier = tiers.tier_of(valid, Tiers())
    opening_set = tiers.OpeningSet((cast.box("first").hash,), valid, tier)
    counts = {}
    for s, mask in tiers.plan(cast.EQUAL, tier, formula):
        counts[s, mask] = sum(n for k, n in enumerate(COUNTS[valid][s]) if mask >> k & 1)
    made = result.build(
        cast.EQUAL, opening_set, formula, Threshold(5, 4), counts, issued=valid + 3, returned=valid + 1, invalid=1
    )
    assert not result.contradictions(made, cast.EQUAL, Threshold(5, 4))
    seeds = {i: cards.derive(cast.CARDS[i - 1], cast.POLL_ID).sign for i in (1, 3)}
    sigs = result.write_signatures([result.sign(made, i, seed) for i, seed in seeds.items()])
    assert result.check_signatures(made.to_bytes(), sigs, cast.keyset("equal"))
    return {
        "valid": valid,
        "formula": formula,
        "counts": [[s, mask, n] for (s, mask), n in counts.items()],
        "text": made.to_bytes().decode(),
        "sigs": sigs.hex(),
    }


def _contradictory() -> list[dict[str, Any]]:
    full = canonical.loads(_result(24, "fav-valid")["text"].encode())
    two_way = canonical.loads(_result(19, "fav-valid")["text"].encode())
    changes: list[tuple[dict[str, Any], str, Any]] = [
        (full, "valid", 23),
        (full, "issued", 5),
        (full, "tier", "two_way"),
        (full, "subjects/0/verdict", "not_reached" if full["subjects"][0]["verdict"] == "reached" else "reached"),
        (full, "subjects/0/blank", 5),
        (full, "subjects/0/counts/0", 11),
        (full, "subjects/0/counts", [24, 0]),
        (full, "subjects/0/code", "s9"),
        (full, "subjects", []),
        (two_way, "tier", "band"),
        (two_way, "tier", "none"),
        (two_way, "subjects/0/favourable", 18),
    ]
    rows = []
    for value, path, new in changes:
        raw = canonical.dumps(changed(value, path, new))
        found = result.contradictions(result.Result.from_bytes(raw), cast.EQUAL, Threshold(5, 4))
        assert found, path
        rows.append({"why": f"{path} = {new}", "text": raw.decode(), "places": found})
    return rows
