"""What lies in a box: heads, receipts, the closing note over them (``selection``: what counts; ``bodies``: the rest).

Everything that grows with the ballots is read by ranges, more than once where that is simpler: reading and hashing a
head costs a thousandth of checking it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pingjia.core.ballot import closing, head
from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.tlog import merkle
from pingjia.core.verify import selection, work
from pingjia.core.verify.case import BoxCase, Case, Standing
from pingjia.core.verify.failures import Check, Code, Role
from pingjia.core.verify.source import Part

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
    heads = case.part(place)
    if heads is None or manifest is None:
        case.skip(Check.HEADS, Check.RECEIPTS, Check.CLOSING)
        return
    length = head.head_length(manifest)
    if heads.size % length:
        case.fail(Code.HEADS_LENGTH, place, Role.BOX)
    box.standing = bytearray([Standing.READABLE]) * (heads.size // length)
    for faults, _, _ in case.run(work.run, _head_tasks(case, box, heads, length)):
        for n, code in faults:
            name = "receipts.bin" if code == Code.RECEIPT else "heads.bin"
            case.fail(code, box.place(f"{name}/{n}"), Role.BOX)
            if code == Code.HEAD_FORM:
                box.standing[n] = Standing.MALFORMED
    prints = selection.Prints()
    root = merkle.root_of_hashes(_leaves(case, box, heads.pieces(length), prints))
    selection.select(case, box, heads, manifest, prints)
    _compare_with_closing(case, box, root)


def _head_tasks(case: Case, box: BoxCase, heads: Part, length: int) -> Iterator[work.HeadsTask]:
    raw, count = case.file(box.place("box.json")), len(box.standing)
    assert raw is not None
    receipts = _receipts(case, box, count)
    for at in range(0, count, case.chunk):
        together = min(case.chunk, count - at)
        block = heads.read(at * length, together * length)
        pieces = tuple(block[n * length : (n + 1) * length] for n in range(together))
        yield work.HeadsTask(raw, count, at, pieces, tuple(next(receipts) for _ in range(together)))


def _receipts(case: Case, box: BoxCase, count: int) -> Iterator[bytes]:
    """Return one receipt for every head; no bytes where there is none."""
    receipts = case.part(box.place("receipts.bin"))
    if receipts is None:
        case.skip(Check.RECEIPTS)
    elif receipts.size != _RECEIPT * count:
        case.fail(Code.RECEIPTS_LENGTH, box.place("receipts.bin"), Role.BOX)
    found = iter(()) if receipts is None else receipts.pieces(_RECEIPT)
    return (next(found, b"") for _ in range(count))


def _leaves(case: Case, box: BoxCase, heads: Iterator[bytes], prints: selection.Prints) -> Iterator[bytes]:
    """Yield the leaves, note where they do not ascend, and take a print of every head."""
    before = b""
    for n, raw in enumerate(heads):
        leaf = head.leaf(raw)
        if before >= leaf:
            box.in_order = False
            case.fail(Code.HEAD_ORDER, box.place(f"heads.bin/{n}"), Role.BOX)
        before = leaf
        prints.add(raw)
        yield leaf


def leaves_of(case: Case, box: BoxCase, manifest: BoxManifest) -> Iterator[bytes]:
    """Yield the leaves of the readable heads."""
    heads = case.part(box.place("heads.bin"))
    if heads is None:
        return
    for raw, standing in zip(heads.pieces(head.head_length(manifest)), box.standing, strict=False):
        if standing != Standing.MALFORMED:
            yield head.leaf(raw)


def _compare_with_closing(case: Case, box: BoxCase, root: bytes) -> None:
    stated = box.closing
    if stated is None:
        return
    place = box.place("closing.note")
    if stated.leaves != len(box.standing):
        case.fail(Code.LEAF_COUNT, place, Role.BOX)
    if stated.root != root:
        case.fail(Code.ROOT_MISMATCH, place, Role.BOX)
    if stated.returned != box.returned:
        case.fail(Code.RETURNED_MISMATCH, place, Role.BOX)
    if stated.invalid < box.twins:
        case.fail(Code.INVALID_MISMATCH, place, Role.BOX)
