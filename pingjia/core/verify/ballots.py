"""What lies in a box: heads, receipts, the closing note over them, and the bodies that count."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from pingjia.core.ballot import closing, counting, head
from pingjia.core.ballot.head import Head
from pingjia.core.ballot.sums import Sums
from pingjia.core.tlog import merkle
from pingjia.core.verify import work
from pingjia.core.verify.case import BoxCase, Case
from pingjia.core.verify.failures import Check, Code, Role

_RECEIPT = 64


def read_closing(case: Case, box: BoxCase) -> None:
    """Open the closing note: exactly the box's key signed exactly such a text."""
    place = box.place("closing.note")
    raw = case.file(place)
    if raw is None or box.manifest is None:
        case.skip(Check.CLOSING)
        return
    try:
        box.closing = closing.open_closing(raw, box.manifest.hash, box.manifest.box_key)
    except closing.BadClosing:
        case.fail(Code.CLOSING, place, Role.BOX)


def check_heads(case: Case, box: BoxCase) -> None:
    """Check every head and receipt, the order of the leaves, and what counts."""
    place, manifest = box.place("heads.bin"), box.manifest
    raw = case.file(place)
    if raw is None or manifest is None:
        case.skip(Check.HEADS, Check.RECEIPTS, Check.CLOSING)
        return
    length = head.head_length(manifest)
    if len(raw) % length:
        case.fail(Code.HEADS_LENGTH, place, Role.BOX)
    heads = [raw[at : at + length] for at in range(0, len(raw) - length + 1, length)]
    receipts = _receipts(case, box, len(heads))
    malformed = set()
    tasks = _head_tasks(case, box, heads, receipts)
    for faults, _, _ in case.run(work.run, tasks):
        for n, code in faults:
            name = "receipts.bin" if code == Code.RECEIPT else "heads.bin"
            case.fail(code, box.place(f"{name}/{n}"), Role.BOX)
            if code == Code.HEAD_FORM:
                malformed.add(n)
    leaves = [head.leaf(one) for one in heads]
    for n in range(1, len(leaves)):
        if leaves[n - 1] >= leaves[n]:
            case.fail(Code.HEAD_ORDER, f"{place}/{n}", Role.BOX)
    box.heads = {n: Head.parse(one, manifest) for n, one in enumerate(heads) if n not in malformed}
    _count(case, box)
    _compare_with_closing(case, box, leaves)


def _head_tasks(case: Case, box: BoxCase, heads: list[bytes], receipts: list[bytes]) -> Iterator[work.HeadsTask]:
    raw = case.file(box.place("box.json"))
    assert raw is not None
    for at in range(0, len(heads), case.chunk):
        end = at + case.chunk
        yield work.HeadsTask(raw, at, tuple(heads[at:end]), tuple(receipts[at:end]))


def _receipts(case: Case, box: BoxCase, count: int) -> list[bytes]:
    """Return one receipt for every head; no bytes where there is none."""
    raw = case.file(box.place("receipts.bin"))
    if raw is None:
        case.skip(Check.RECEIPTS)
        return [b""] * count
    if len(raw) != _RECEIPT * count:
        case.fail(Code.RECEIPTS_LENGTH, box.place("receipts.bin"), Role.BOX)
    found = [raw[_RECEIPT * n : _RECEIPT * (n + 1)] for n in range(count)]
    return [one if len(one) == _RECEIPT else b"" for one in found]


def _count(case: Case, box: BoxCase) -> None:
    """Select the heads that count; gaps and twins of a key show at its first head."""
    distinct = {one.raw: one for one in box.heads.values()}
    box.counted = counting.select(distinct.values())
    first: dict[bytes, int] = {}
    for n, one in box.heads.items():
        first.setdefault(one.pk, n)
    for pk in box.counted.gaps:
        case.fail(Code.SEQ_GAP, box.place(f"heads.bin/{first[pk]}"), Role.BOX)
    for pk in box.counted.twins:
        case.fail(Code.SEQ_TWINS, box.place(f"heads.bin/{first[pk]}"), Role.BOX)
        case.fail(Code.SEQ_TWINS, box.place(f"heads.bin/{first[pk]}"), Role.VOTER)


def _compare_with_closing(case: Case, box: BoxCase, leaves: list[bytes]) -> None:
    stated = box.closing
    if stated is None or box.counted is None:
        return
    place = box.place("closing.note")
    if stated.leaves != len(leaves):
        case.fail(Code.LEAF_COUNT, place, Role.BOX)
    if stated.root != merkle.root_of_hashes(leaves):
        case.fail(Code.ROOT_MISMATCH, place, Role.BOX)
    if stated.returned != box.counted.returned:
        case.fail(Code.RETURNED_MISMATCH, place, Role.BOX)
    if stated.invalid < len(box.counted.twins):
        case.fail(Code.INVALID_MISMATCH, place, Role.BOX)


def check_bodies(case: Case, box: BoxCase) -> None:
    """Find the body of every head that counts, check its proofs, and add the valid ones up."""
    manifest, counted = box.manifest, box.counted
    raw = case.file(box.place("bodies.bin"))
    if not case.published:
        return
    paper = case.paper(manifest) if manifest is not None else None
    if raw is None or counted is None or paper is None:
        case.skip(Check.BODIES)
        return
    length = paper.body_length
    if len(raw) % length:
        case.fail(Code.BODIES_LENGTH, box.place("bodies.bin"), Role.BOX)
    bodies = [raw[at : at + length] for at in range(0, len(raw) - length + 1, length)]
    places = {one.raw: n for n, one in reversed(box.heads.items())}
    matched, complete = _match(case, box, counted.counted, bodies, places)
    pairs = [(one.pk, raw_body) for one, raw_body in matched]
    tasks = (work.BodiesTask(paper, tuple(pairs[at : at + case.chunk])) for at in range(0, len(pairs), case.chunk))
    sums, verdicts = Sums(paper.grade_counts), list[bool]()
    for _, valid, part in case.run(work.run, tasks):
        verdicts += valid
        sums.add_sums(part)
    box.invalid_heads = [places[one.raw] for (one, _), good in zip(matched, verdicts, strict=True) if not good]
    if not complete:
        return
    box.sums = sums
    invalid = len(counted.twins) + verdicts.count(False)
    if box.closing is not None and box.closing.invalid != invalid:
        case.fail(Code.INVALID_MISMATCH, box.place("closing.note"), Role.BOX)


def _match(
    case: Case, box: BoxCase, counted: tuple[Head, ...], bodies: list[bytes], places: dict[bytes, int]
) -> tuple[list[tuple[Head, bytes]], bool]:
    """Walk along heads and bodies in their common order; return the pairs, and whether nothing was missing or extra."""
    hashes = [hashlib.sha256(one).digest() for one in bodies]
    ahead = Counter(one.body_hash for one in counted)
    pairs: list[tuple[Head, bytes]] = []
    complete, at = True, 0
    for m, found in enumerate(hashes):
        if not ahead[found]:
            case.fail(Code.BODY_EXTRA, box.place(f"bodies.bin/{m}"), Role.BOX)
            complete = False
            continue
        while counted[at].body_hash != found:
            _missing(case, box, counted[at], places)
            ahead[counted[at].body_hash] -= 1
            complete, at = False, at + 1
        pairs.append((counted[at], bodies[m]))
        ahead[found] -= 1
        at += 1
    for one in counted[at:]:
        _missing(case, box, one, places)
        complete = False
    return pairs, complete


def _missing(case: Case, box: BoxCase, one: Head, places: dict[bytes, int]) -> None:
    case.fail(Code.BODY_MISSING, box.place(f"heads.bin/{places[one.raw]}"), Role.BOX)
