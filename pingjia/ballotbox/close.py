"""The life of a box: made, opened, closed, destroyed. Every step may be repeated after a crash.

Closing is a change of state under a lock, not a clock. What follows is a pure function of the rows, so that a close
that was killed half-way writes the same bytes when it is run again; ``closing.note`` is written last and says "done".
(docs/spec/ballot.md §11)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connections

from pingjia.ballotbox import drop, keyfile, sealed, shelf
from pingjia.ballotbox.models import Drop, SealedBox
from pingjia.core.ballot import body, closing, receipt, signing
from pingjia.core.ballot.closing import Closing
from pingjia.core.ballot.head import Head, check_record, head_length
from pingjia.core.ballot.objects import BoxManifest, KeySet, Slate


class NotClosing(ValueError):
    """The box has not been closed, so there is nothing to count."""


class NotDealt(ValueError):
    """A box cannot be opened whose keys are not here, or that was closed before."""


def make_box_key(staging: str) -> bytes:
    """Make the receipt key of a box that has no hash yet, under a name of the caller's; return its public half."""
    path = shelf.key(hashlib.sha256(staging.encode()).hexdigest(), "box")
    return signing.public(keyfile.make(path))


def make_box(manifest: BoxManifest, slate: Slate | None, keyset: KeySet, staging: str) -> None:
    """Put up a sealed box: its row, its storage key, and the receipt key that was made under ``staging``."""
    box_hash = manifest.hash.hex()
    staged = shelf.key(hashlib.sha256(staging.encode()).hexdigest(), "box")
    seed = keyfile.make(shelf.key(box_hash, "box"), keyfile.read(staged))
    assert signing.public(seed) == manifest.box_key
    keyfile.make(shelf.key(box_hash, "storage"))
    SealedBox.objects.get_or_create(
        box_hash=box_hash,
        defaults={
            "manifest": manifest.to_bytes(),
            "slate": slate.to_bytes() if slate else b"",
            "keyset": keyset.to_bytes(),
        },
    )
    keyfile.destroy(staged)


def state(box_hash: str) -> str:
    """Return ``sealed`` … ``destroyed``; raise UnknownBox."""
    found = SealedBox.objects.filter(box_hash=box_hash).values_list("state", flat=True).first()
    if found is None:
        raise drop.UnknownBox(box_hash)
    return found


def open_box(box_hash: str) -> None:
    """Let drops in. A box that was opened before stays as it is; a closed one is never opened again (NotDealt)."""
    if not all(shelf.key(box_hash, name).exists() for name in ("box", "storage")):
        raise NotDealt("the keys of this box are not here")
    if SealedBox.objects.filter(box_hash=box_hash, state="sealed").update(state="open"):
        return
    if state(box_hash) != "open":
        raise NotDealt("a closed box is never opened again")


@dataclass
class Ballots:
    """What lay in a box: heads by leaf, and the counted ballots as (leaf, pk, body)."""

    heads: list[tuple[bytes, bytes]]
    counted: list[tuple[bytes, bytes, bytes]]
    invalid: list[bytes]


def _count(box_hash: str, box: BoxManifest, slate: Slate | None) -> Ballots:
    """Unseal every row, verify it again, find the counted ballot of each key, and check what it proves."""
    storage_key = keyfile.read(shelf.key(box_hash, "storage"))
    heads: list[tuple[bytes, bytes]] = []
    latest: dict[bytes, tuple[Head, bytes]] = {}
    for row in Drop.objects.filter(box_id=box_hash).iterator():
        record = sealed.unseal(storage_key, bytes(row.slot), bytes(row.blob))
        head, content = check_record(record, box, slate)
        heads.append((head.leaf, head.raw))
        if head.pk not in latest or latest[head.pk][0].seq < head.seq:
            latest[head.pk] = (head, content)
    counted = sorted((head.leaf, pk, content) for pk, (head, content) in latest.items())
    invalid: list[bytes] = []
    if slate is not None:
        keyset = KeySet.from_bytes(bytes(SealedBox.objects.get(box_hash=box_hash).keyset))
        paper = body.Paper.of(box.hash, slate, keyset)
        invalid = [leaf for leaf, pk, content in counted if not body.is_valid(paper, pk, content)]
    return Ballots(sorted(heads), counted, invalid)


def close_box(box_hash: str) -> Closing:
    """Close the box for ever and publish what lay in it; return what the closing note states.

    May be called again at any time: a finished close is read from its note, an unfinished one is done again.
    """
    box, slate = drop.paper_of(box_hash)
    # The update waits for every drop that holds the state; after it no drop finds the box open.
    SealedBox.objects.filter(box_hash=box_hash, state__in=["sealed", "open"]).update(state="closing")
    note = shelf.file(box_hash, "closing.note")
    if not note.exists():
        if state(box_hash) != "closing":
            raise NotClosing(box_hash)
        _publish(box_hash, box, slate)
    SealedBox.objects.filter(box_hash=box_hash, state="closing").update(state="closed")
    return read_closing(box_hash)


def _publish(box_hash: str, box: BoxManifest, slate: Slate | None) -> None:
    ballots = _count(box_hash, box, slate)
    seed = keyfile.read(shelf.key(box_hash, "box"))
    leaves = [leaf for leaf, _raw in ballots.heads]
    contents = {
        "heads.bin": b"".join(raw for _leaf, raw in ballots.heads),
        "bodies.bin": b"".join(content for _leaf, _pk, content in ballots.counted),
        "receipts.bin": b"".join(receipt.sign(seed, box.hash, leaf) for leaf in leaves),
        "invalid.bin": b"".join(ballots.invalid),
    }
    for name, content in contents.items():
        shelf.put(shelf.file(box_hash, name), content)
    statement = Closing.of(box.hash, leaves, len(ballots.counted), len(ballots.invalid))
    shelf.put(shelf.file(box_hash, "closing.note"), closing.sign(statement, seed))


def read_closing(box_hash: str) -> Closing:
    """Return what the closing note of a closed box states; raise NotClosing if there is none."""
    box, _slate = drop.paper_of(box_hash)
    try:
        raw = shelf.file(box_hash, "closing.note").read_bytes()
    except FileNotFoundError as error:
        raise NotClosing(box_hash) from error
    return closing.open_closing(raw, box.hash, box.box_key)


def leaves(box_hash: str) -> list[bytes]:
    """Return the leaf hashes of a closed box, ascending."""
    box, _slate = drop.paper_of(box_hash)
    raw, size = shelf.file(box_hash, "heads.bin").read_bytes(), head_length(box)
    return [Head.parse(raw[at : at + size], box).leaf for at in range(0, len(raw), size)]


def destroy_secrets(box_hash: str) -> list[str]:
    """Destroy both keys and every stored row of a closed box; return the names of the keys that are gone.

    Rows go after the keys: without ``storage_key`` they are noise, whatever a disk or a log still holds of them.
    """
    if state(box_hash) not in ("closed", "destroyed"):
        raise NotClosing(box_hash)
    for name in ("box", "storage"):
        keyfile.destroy(shelf.key(box_hash, name))
    shelf.tidy(box_hash)
    Drop.objects.filter(box_id=box_hash).delete()
    SealedBox.objects.filter(box_hash=box_hash, state="closed").update(state="destroyed")
    _sweep_pages()
    return ["box_key", "storage_key"]


def discard(box_hash: str) -> None:
    """Give up a box of a void vote without counting it: nothing of it is ever opened."""
    SealedBox.objects.filter(box_hash=box_hash).exclude(state="destroyed").update(state="closed")
    destroy_secrets(box_hash)


def _sweep_pages() -> None:
    """Let the database give freed pages back: fewer copies of sealed rows. Impossible inside a transaction."""
    connection = connections["box"]
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("VACUUM ballotbox_drop")
