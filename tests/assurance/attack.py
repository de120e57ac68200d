"""The attacker who comes after the close: knows roll, issuance, every byte left on every disk, and what was published.

Of each member and of each ballot of a box it collects every order that it can find, and lays every order of members
beside every order of ballots. It looks for ballots by whatever names one (key, leaf, hashes, signatures, receipt, raw
and in hex), anywhere in any file, free pages and write-ahead logs included; for members likewise by what they drew.
With a storage key that was not destroyed it also looks for the places of stored rows.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pingjia.ballotbox import sealed
from pingjia.core.ballot import head
from tests.assurance.deployment import Deployment
from tests.assurance.matching import Score, ranks

HEAD = 130 + 256
GREP = ("--text", "--only-matching", "--byte-offset", "--fixed-strings")
BYTES = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}
WINDOW = 8  # bytes of a name that are looked for: no other bytes will be the same by chance
Orders = dict[str, list[bytes]]


@dataclass
class Box:
    """One box in the attacker's eyes: members by roll leaf, ballots by one-time key, and the orders found of both."""

    poll_id: str
    order: int
    members: Orders = field(default_factory=dict)
    ballots: Orders = field(default_factory=dict)
    names_of_members: dict[bytes, dict[str, bytes]] = field(default_factory=dict)
    names_of_ballots: dict[bytes, dict[str, bytes]] = field(default_factory=dict)


def group_of(file: Path, dep: Deployment) -> str:
    """Name the kind of trace a file is; files of one kind are read one after the other, oldest first."""
    if dep.cluster and file.is_relative_to(dep.cluster.folder):
        parts = file.relative_to(dep.cluster.folder).parts
        return "/".join(parts[: 2 if parts[0] in ("data", "backup") else 1]) if len(parts) > 1 else parts[0]
    parts = file.relative_to(dep.folder).parts
    if parts[0] == "snapshots":
        return f"snapshots of {file.name}"
    return "/".join(parts[:2])


def where(patterns: Iterable[bytes], files: list[Path]) -> dict[bytes, tuple[int, int]]:
    """Return first and last place of each pattern (without a newline in it) in the files, read as one."""
    with tempfile.NamedTemporaryFile() as listed:
        listed.write(b"\n".join(patterns))
        listed.flush()
        command = ["grep", *GREP, f"--file={listed.name}"]
        with subprocess.Popen(["cat", *map(str, files)], stdout=subprocess.PIPE) as text:
            done = subprocess.run(command, stdin=text.stdout, capture_output=True, env=BYTES, check=False)
    assert done.returncode in (0, 1), done.stderr  # 1: nothing found
    places: dict[bytes, tuple[int, int]] = {}
    for line in done.stdout.split(b"\n"):
        at, colon, pattern = line.partition(b":")
        if colon:
            first, _last = places.get(pattern, (int(at), 0))
            places[pattern] = (first, int(at))
    return places


def patterns_of(name: bytes) -> list[bytes]:
    """Return what to look for: eight bytes of the name as they are, and in hex."""
    plain = next(
        (name[at : at + WINDOW] for at in range(len(name) - WINDOW) if b"\n" not in name[at : at + WINDOW]), b""
    )
    return ([plain] if plain else []) + [name.hex().encode()[: 2 * WINDOW]]


def read_boxes(dep: Deployment, held: dict[str, Any], tables: dict[str, Any]) -> dict[str, Box]:
    """Read issuances and published heads; give every box the orders that follow from these alone."""
    boxes: dict[str, Box] = {}
    for facts in held["polls"]:
        for order, box_hash in enumerate(facts["boxes"]):
            one = boxes[box_hash] = Box(facts["poll_id"], order)
            _read_members(one, tables)
            _read_ballots(one, dep.home / "boxes" / box_hash)
            _read_rows(one, tables)
    return boxes


def _read_members(one: Box, tables: dict[str, Any]) -> None:
    rows = [row for row in tables["issuances"] if row[1] == one.poll_id]
    numbers = {}
    for pk, _poll, leaf, no, blinded in rows:
        part = bytes.fromhex(blinded)[256 * one.order : 256 * (one.order + 1)]
        member = bytes.fromhex(leaf)
        one.names_of_members[member] = {"leaf": member, "blinded": part, "hash": hashlib.sha256(part).digest()}
        numbers[member] = (no, pk)
    everybody = sorted(one.names_of_members)
    for name in ("leaf", "blinded", "hash"):
        one.members[f"by {name}"] = sorted(everybody, key=lambda m, n=name: one.names_of_members[m][n])  # type: ignore[misc]
    one.members["by number on the roll"] = sorted(everybody, key=lambda m: numbers[m][0])
    of_row = {pk: member for member, (_no, pk) in numbers.items()}
    one.members["by key of the issuance"] = [of_row[pk] for pk in sorted(of_row)]
    for name, rows_there in tables.items():
        if name.startswith("polls_issuance"):
            one.members[name] = [of_row[pk] for pk in rows_there if pk in of_row]


def _read_ballots(one: Box, shelf: Path) -> None:
    raw, receipts = (shelf / "heads.bin").read_bytes(), (shelf / "receipts.bin").read_bytes()
    for n, at in enumerate(range(0, len(raw), HEAD)):
        whole = raw[at : at + HEAD]
        seq, pk = whole[1], whole[2:34]
        names = {"leaf": head.leaf(whole), "body": whole[34:66], "token": whole[66:322], "signature": whole[322:]}
        names["receipt"] = receipts[64 * n : 64 * (n + 1)]
        known = one.names_of_ballots.setdefault(pk, {"key": pk})
        known |= {f"{name} {seq}": value for name, value in names.items()}
    everything = sorted(one.names_of_ballots)
    for name in ("key", "leaf 1", "body 1", "token 1", "signature 1", "receipt 1"):
        one.ballots[f"by {name}"] = sorted(everything, key=lambda b, n=name: one.names_of_ballots[b][n])  # type: ignore[misc]


def _read_rows(one: Box, tables: dict[str, Any]) -> None:
    """Stored rows arrived in an order that the database may know; lay the sorted slots beside the sorted ballots."""
    for name, slots in tables.items():
        if not name.startswith("ballotbox_drop"):
            continue
        arrived = {slot: rank for rank, slot in enumerate(slots)}
        for by in ("by key", "by leaf 1"):
            sorted_slots, sorted_ballots = sorted(arrived), one.ballots[by]
            step = max(1, len(sorted_slots) // max(1, len(sorted_ballots)))
            rank = {b: arrived[sorted_slots[min(k * step, len(slots) - 1)]] for k, b in enumerate(sorted_ballots)}
            one.ballots[f"{name}, {by}"] = sorted(sorted_ballots, key=rank.__getitem__)


def keep_storage_keys(boxes: Mapping[str, Box], keys: Mapping[str, bytes]) -> None:
    """Give the attacker the storage keys: it can now name the place of every row that was ever stored."""
    for box_hash, one in boxes.items():
        for pk, names in one.names_of_ballots.items():
            names["slot"] = sealed.slot(keys[box_hash], pk, 1)


@dataclass(frozen=True)
class Sighting:
    """Owners (members or ballots of one box) whose names of one kind were found in one kind of trace: first, last."""

    box_hash: str
    of_ballots: bool
    name: str
    group: str
    places: dict[bytes, tuple[int, int]]


def search(boxes: Mapping[str, Box], dep: Deployment, files: list[Path]) -> list[Sighting]:
    """Look for every name in every file."""
    sought: dict[bytes, list[tuple[str, bool, bytes, str]]] = defaultdict(list)
    for box_hash, one in boxes.items():
        for of_ballots, everything in ((False, one.names_of_members), (True, one.names_of_ballots)):
            for owner, names in everything.items():
                for name, value in names.items():
                    for pattern in patterns_of(value):
                        sought[pattern].append((box_hash, of_ballots, owner, name))
    groups: dict[str, list[Path]] = defaultdict(list)
    for file in files:
        groups[group_of(file, dep)].append(file)
    found = []
    for group, members in sorted(groups.items()):
        places: dict[tuple[str, bool, str], dict[bytes, tuple[int, int]]] = defaultdict(dict)
        for pattern, place in where(sought, members).items():
            for box_hash, of_ballots, owner, name in sought[pattern]:
                places[box_hash, of_ballots, name][owner] = place
        found += [Sighting(*what, group, where_each) for what, where_each in places.items()]
    return found


def add_orders(boxes: Mapping[str, Box], sightings: Iterable[Sighting]) -> None:
    """Take the order of places in a trace for an order of members, or of ballots."""
    for seen in sightings:
        one = boxes[seen.box_hash]
        orders, everything = one.members, one.names_of_members
        if seen.of_ballots:
            orders, everything = one.ballots, one.names_of_ballots
        if len(seen.places) * 2 < len(everything):
            continue  # too few to say anything of the others
        for end, which in ((0, "first"), (1, "last")):
            order = sorted(seen.places, key=lambda owner, e=end, at=seen.places: at[owner][e])  # type: ignore[misc]
            orders[f"{which} {seen.name} in {seen.group}"] = order


def match(boxes: Mapping[str, Box], truth: Mapping[str, Mapping[bytes, bytes]]) -> dict[tuple[str, str], Score]:
    """Match by every pair of orders; score each with the truth (roll leaf → key, per box), which no attacker has."""
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for box_hash, one in boxes.items():
        everybody, everything = sorted(one.names_of_members), sorted(one.names_of_ballots)
        of_ballots = {
            name: dict(zip(everything, ranks(order, everything), strict=True)) for name, order in one.ballots.items()
        }
        own = truth[box_hash]
        for by, order in one.members.items():
            place = ranks(order, everybody)
            queue = sorted(range(len(everybody)), key=place.__getitem__)
            mine = [own[everybody[k]] for k in queue]
            for name, rank in of_ballots.items():
                scores[by, name].add([rank[ballot] for ballot in mine])
    return dict(scores)


def best(scores: Mapping[tuple[str, str], Score]) -> tuple[tuple[str, str], Score]:
    """Return the pair of orders that came furthest from chance."""
    return max(scores.items(), key=lambda item: max(abs(item[1].sigmas), item[1].right / max(1, item[1].boxes)))
