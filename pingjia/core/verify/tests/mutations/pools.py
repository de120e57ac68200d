"""Deeds on boxes that are opened as one."""

from __future__ import annotations

from dataclasses import replace

from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.mutations.papers import heads_lost, rename
from pingjia.core.verify.tests.mutations.registry import Expected, mutation, parties


@mutation("pool")
def boxes_opened_jointly_that_are_big_enough_alone(e: Election) -> Expected:
    small = e.boxes[0]
    small.vote(e, "one more", [1, 1])
    small.issued += 1
    e.close(small)
    e.state(small)
    e.log()
    e.open()
    return parties("pool-misfit", "result.json/boxes", "operator")


@mutation("small_pool")
def a_pool_of_one(e: Election) -> Expected:
    del e.boxes[1], e.closings["2/"]
    for name in [name for name in e.entries if name.startswith("2/")]:
        del e.entries[name]
    e.log()
    e.open()
    return parties("pool-misfit", "1/box.json", "operator")


@mutation("small_pool")
def one_box_twice(e: Election) -> Expected:
    for name in [name for name in e.entries if name.startswith("1/")]:
        e.entries["2/" + name[2:]] = e.entries[name]
    codes = ("pool-misfit", "key-reused", "second-manifest")
    found = {(code, "2/box.json", "operator") for code in codes}
    custody = ("boxes", "valid", "returned", "issued")
    first, second = (box.issued for box in e.boxes)
    same = {"valid", "returned"} if len(e.boxes[0].records) == len(e.boxes[1].records) else set()
    same |= {"issued"} if first == second else set()
    return found | {("custody", f"result.json/{field}", "scrutineers") for field in custody if field not in same}


@mutation("small_pool")
def a_pool_with_a_box_that_belongs_to_none(e: Election) -> Expected:
    e.entries["2/box.json"] = replace(e.boxes[1].manifest, pool="").to_bytes()
    return alien_second_box(e)


def alien_second_box(e: Election) -> Expected:
    """What is found where only the second manifest was exchanged."""
    heads = range(len(e.boxes[1].records))
    found = {(code, f"2/heads.bin/{n}", "box") for code in ("token", "signature") for n in heads}
    found |= {("receipt", f"2/receipts.bin/{n}", "box") for n in heads}
    found |= parties("closing", "2/closing.note", "box") | parties("statement", "2/issuance.json/0", "issuer/0")
    found |= parties("poll-mismatch", "2/poll.json", "operator") | parties("log-proof", "2/manifest.tlog-proof", "log")
    return found | {
        ("pool-misfit", "2/box.json", "operator"),
        ("custody", "result.json/boxes", "scrutineers"),
    }


@mutation("small_pool")
def a_second_manifest_for_the_same_workshop(e: Election) -> Expected:
    """The same workshop is announced twice, so that its members vote in two boxes without knowing of each other."""
    first, second = (box.manifest for box in e.boxes)
    twins = (replace(second, title=first.title, closes_at=f"2026-11-20T10:{minute:02}:00Z") for minute in range(60))
    rename(e, next(twin for twin in twins if twin.hash > first.hash), at=1)
    return heads_lost(e, at=1) | parties("second-manifest", "2/box.json", "operator")
