"""A year's log frozen into static files: tiles, checkpoint, objects, boxes, bundles, and a page that explains them.

The addresses are those of the booth, so that every program that reads the booth reads the frozen folder, from any web
server or from a disk. What was written is read back and verified before the folder gets its name.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from pingjia.ballotbox import shelf
from pingjia.core.tlog.checkpoint import open_checkpoint
from pingjia.core.tlog.entry import EntryType, parse_leaf
from pingjia.core.tlog.merkle import leaf_hash
from pingjia.core.tlog.proof import LogProof
from pingjia.core.tlog.tile import Tile, TiledTree, entries, split_hashes, tiles_of
from pingjia.core.verify.trust import Trust
from pingjia.core.verify.verifier import verify
from pingjia.polls import bundles, statements
from pingjia.polls.models import ANNOUNCED, Box, Opening, PublicObject
from pingjia.publiclog import actions, tiles, trust
from pingjia.publiclog.models import Log

BOX_FILES = ("closing.note", "heads.bin", "receipts.bin", "issuance.json")


class NotFrozen(RuntimeError):
    """The folder is there already, or what was written does not verify; the text says which file."""


def freeze(log: Log, out: Path) -> int:
    """Write the frozen log into the new folder ``out``; return how many files it holds (NotFrozen)."""
    if out.exists():
        raise NotFrozen(f"{out} is there already")
    draft = out.with_name(f".{out.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    head = actions.publish(log)
    try:
        count = 0
        for path, content in _files(log, head.size, bytes(head.note)):
            file = draft / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            count += 1
        check(draft, log.path)
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return count


def _files(log: Log, size: int, note: bytes) -> Iterator[tuple[str, bytes]]:
    yield f"log/{log.path}/checkpoint", note
    for tile in tiles_of(size):
        yield f"log/{log.path}/{tile.path()}", tiles.read(log, tile)
    yield "trust.json", trust.content()
    rows = list(log.entries.filter(index__lt=size).values_list("type", "payload_hash"))
    hashes = {digest for _kind, digest in rows}
    # A result that the hall has not heard stands in the log by its hash alone.
    secret = (
        Opening.objects.exclude(boxes__poll__state__in=ANNOUNCED).exclude(result=None).values_list("result", flat=True)
    )
    hidden = {hashlib.sha256(bytes(raw)).hexdigest() for raw in secret}
    for row in PublicObject.objects.filter(hash__in=hashes - hidden).order_by("hash").iterator():
        yield f"o/{row.hash}.json", bytes(row.content)
    for kind, digest in rows:
        if kind in (EntryType.MANIFEST, EntryType.POLL, EntryType.KEYSET, EntryType.EVIDENCE):
            yield f"o/{digest}.tlog-proof", statements.proof_in(log, EntryType(kind), bytes.fromhex(digest))
    manifests = [digest for kind, digest in rows if kind == EntryType.MANIFEST]
    boxes = list(Box.objects.filter(box_hash__in=manifests).order_by("box_hash"))
    for box in boxes:
        yield from _box(log, box)
    sets = Opening.objects.filter(boxes__in=boxes, boxes__poll__state__in=ANNOUNCED).exclude(result=None).distinct()
    for one in sets.order_by("set_id"):
        if not one.boxes.exclude(poll__state__in=ANNOUNCED).exists():
            yield f"set/{one.set_id}/bundle.zip", bundles.bundle(one)
    page = Path(settings.PINGJIA_BOOTH_DIST) / "verify.html"
    if page.is_file():
        yield "verify.html", page.read_bytes()
    facts = {"log": log, "size": size, "boxes": boxes, "sets": sets.order_by("set_id"), "with_page": page.is_file()}
    yield "index.html", render_to_string("polls/frozen.html", facts).encode()


def _box(log: Log, box: Box) -> Iterator[tuple[str, bytes]]:
    """Yield what a closed box publishes, and the slate that its manifest names."""
    if not shelf.file(box.box_hash, "closing.note").exists():
        return
    slate = PublicObject.objects.filter(hash=box.poll.slate_hash).first()
    if slate is not None:
        yield f"o/{slate.hash}.json", bytes(slate.content)
    names = list(BOX_FILES)
    if Opening.objects.filter(boxes=box, tier__in=bundles.PUBLISHED).exists():
        names.append("bodies.bin")
    for name in names:
        file = shelf.file(box.box_hash, name)
        if file.exists():
            yield f"box/{box.box_hash}/{name}", file.read_bytes()
    digest = statements.closing_digest(box.box_hash)
    yield f"box/{box.box_hash}/closing.tlog-proof", statements.proof_in(log, EntryType.CLOSE, digest)


def check(folder: Path, path: str) -> None:
    """Read a frozen log from its files alone and verify all of it (NotFrozen names the file)."""
    at = folder / "log" / path
    rule = Trust.parse((folder / "trust.json").read_bytes())
    note = (at / "checkpoint").read_bytes()
    origin = note.split(b"\n", 1)[0].decode()
    log = rule.log(origin)
    _must(log is not None, folder / "trust.json")
    assert log is not None
    head = open_checkpoint(note, log.key, log.witnesses).checkpoint
    tree = TiledTree(head.size, lambda tile: (at / tile.path()).read_bytes())
    _must(tree.root() == head.root, at / "checkpoint")
    hashes = set()
    for tile in tiles_of(head.size):
        if tile.level is None:
            leaves = entries((at / tile.path()).read_bytes())
            below = split_hashes((at / Tile(0, tile.index, tile.width).path()).read_bytes())
            _must([leaf_hash(leaf) for leaf in leaves] == below, at / tile.path())
            hashes |= {parse_leaf(leaf)[1].hex() for leaf in leaves}
    for file in sorted(folder.glob("o/*.json")):
        _must(hashlib.sha256(file.read_bytes()).hexdigest() == file.stem, file)
    for file in sorted(folder.rglob("*.tlog-proof")):
        proof = LogProof.parse(file.read_bytes())
        _must(open_checkpoint(proof.checkpoint, log.key, log.witnesses).checkpoint.size <= head.size, file)
        _must(file.parent.name != "o" or file.name.partition(".")[0] in hashes, file)
    for file in sorted(folder.glob("set/*/bundle.zip")):
        _must(not verify(file.read_bytes(), trust=rule).failures, file)


def _must(holds: bool, file: Path) -> None:
    if not holds:
        raise NotFrozen(f"{file} does not verify")
