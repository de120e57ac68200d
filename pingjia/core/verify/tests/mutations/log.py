"""Deeds on the public log: foreign logs, split views, proofs that belong elsewhere."""

from __future__ import annotations

from dataclasses import replace

from pingjia.core.ballot.objects import PollManifest
from pingjia.core.tlog import note
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import LOG, octets
from pingjia.core.verify.tests.mutations.papers import heads_lost, rename
from pingjia.core.verify.tests.mutations.registry import Expected, mutation, parties


@mutation("none")
def a_log_that_nobody_knows(e: Election) -> Expected:
    rename_log = "booth.example/pingjia/other/2026"
    e.box.manifest = replace(e.box.manifest, log_origin=rename_log)
    honest = e.entries["poll.json"]
    e.entries["box.json"] = e.box.manifest.to_bytes()
    e.entries["poll.json"] = PollManifest((e.box.manifest.hash,), e.box.manifest.poll_id).to_bytes()
    assert e.entries["poll.json"] != honest
    rename(e, e.box.manifest)
    e.log(key=note.SignerKey(rename_log, note.KeyType.ED25519, octets("other log")))
    return heads_lost(e) | parties("log-unknown", "box.json/log_origin", "operator")


@mutation("none")
def a_log_signed_by_another_key(e: Election) -> Expected:
    e.log(key=replace(LOG, seed=octets("stolen name")))
    return {("log-proof", name, "log") for name in ("manifest.tlog-proof", "closing.tlog-proof")}


@mutation("none")
def a_split_view_without_the_witness(e: Election) -> Expected:
    e.log(witnessed=False, filler=b"for your eyes only")
    return {("witnesses-few", name, "log") for name in ("manifest.tlog-proof", "closing.tlog-proof")}


@mutation("none")
def two_trees_of_one_size(e: Election) -> Expected:
    manifest_proof = e.entries["manifest.tlog-proof"]
    e.log(filler=b"another past")
    e.entries["manifest.tlog-proof"] = manifest_proof
    return parties("log-split", "closing.tlog-proof", "log")


@mutation("small_pool")
def two_trees_for_two_boxes(e: Election) -> Expected:
    kept = {name: raw for name, raw in e.entries.items() if name.startswith("1/") and name.endswith("proof")}
    e.log(filler=b"another past")
    e.entries |= kept
    return {("log-split", f"2/{name}.tlog-proof", "log") for name in ("manifest", "closing")}


@mutation("none")
def a_proof_of_another_entry(e: Election) -> Expected:
    e.entries["closing.tlog-proof"] = e.entries["manifest.tlog-proof"]
    return parties("log-proof", "closing.tlog-proof", "log")
