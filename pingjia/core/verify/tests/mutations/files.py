"""Deeds on the zip itself: what stands in it, and in which order."""

from __future__ import annotations

from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.mutations.registry import Expected, mutation, parties


@mutation()
def an_extra_entry(e: Election) -> Expected:
    e.entries["readme.txt"] = b"all is well"
    return parties("entry-extra", "readme.txt", "operator")


@mutation()
def a_missing_entry(e: Election) -> Expected:
    del e.entries["accepts.bin"]
    return parties("entry-missing", "accepts.bin", "operator")


@mutation("band")
def bodies_of_a_small_box_published(e: Election) -> Expected:
    e.entries["bodies.bin"] = b"".join(raw for _, raw in e.box.counted())
    return parties("entry-extra", "bodies.bin", "operator")


@mutation()
def a_big_box_kept_closed(e: Election) -> Expected:
    del e.entries["bodies.bin"], e.entries["partials.bin"]
    return {("entry-missing", name, "operator") for name in ("bodies.bin", "partials.bin")}


@mutation()
def entries_in_another_order(e: Election) -> Expected:
    e.entries = dict(sorted(e.entries.items()))
    return parties("entry-order", "zip", "operator")
