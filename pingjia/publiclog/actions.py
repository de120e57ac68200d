"""Append to a log, and publish what was appended. The log is its own record, so nothing here writes a journal line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from pingjia.core.tlog.checkpoint import Checkpoint as TreeHead
from pingjia.core.tlog.checkpoint import sign_checkpoint
from pingjia.core.tlog.entry import EntryType, leaf
from pingjia.core.tlog.merkle import proof_ranges, verify_consistency

from . import files, keys, queries, tiles
from .models import Checkpoint, Entry, Log

_FEDERATION = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class LogRefused(ValueError):
    """A federation code or year that no origin can carry."""


class LogForked(RuntimeError):
    """What would be signed does not continue what was signed before: stop, and let a person look."""


def open_log(federation: str, year: int, *, practice: bool = False) -> Log:
    """Return the federation's log of the year, and make it with its key if there is none.

    The origin is ``<booth>/pingjia/<federation>/<year>``; rehearsals have ``practice`` in place of ``pingjia``.
    """
    if not _FEDERATION.fullmatch(federation) or not 2000 <= year <= 9999:
        raise LogRefused(f"no log can be named after federation {federation!r} and year {year}")
    log = Log.objects.filter(federation=federation, year=year, practice=practice).first()
    if log is not None:
        return log
    path = f"{'practice' if practice else 'pingjia'}/{federation}/{year}"
    origin = f"{urlsplit(settings.PINGJIA_BOOTH).netloc}/{path}"
    made = {"origin": origin, "path": path, "vkey": keys.make(origin).verifier().text()}
    return Log.objects.get_or_create(federation=federation, year=year, practice=practice, defaults=made)[0]


@transaction.atomic
def append(log: Log, events: Iterable[tuple[EntryType, bytes]]) -> list[Entry]:
    """Append (type, SHA-256 of the object) pairs in their order; return their entries.

    What the log already holds is found and not written again, so that a retry is harmless. Writers take turns: on
    PostgreSQL by the row of the log, on SQLite by the write lock that the transaction begins with.
    """
    log = Log.objects.select_for_update().get(pk=log.pk)
    wanted = [(kind, payload_hash, leaf(kind, payload_hash)) for kind, payload_hash in events]
    size = log.size
    entries, fresh = [], []
    seen: dict[bytes, Entry] = {}
    for kind, payload_hash, raw in wanted:
        entry = seen.get(raw) or queries.find(log, kind, payload_hash)
        if entry is None:
            place = size + len(fresh)
            entry = Entry(log=log, index=place, type=kind.value, payload_hash=payload_hash.hex(), leaf=raw)
            fresh.append(entry)
        seen[raw] = entry
        entries.append(entry)
    Entry.objects.bulk_create(fresh)
    moved = Log.objects.filter(pk=log.pk, size=size).update(size=size + len(fresh))
    if moved != 1:
        raise LogForked(f"{log.origin}: another writer came between")
    return entries


def publish(log: Log) -> Checkpoint:
    """Write the static files of all entries, sign the tree head, and return it; doing so twice changes nothing.

    Signs only what is committed, so it refuses to run inside a transaction: use ``publish_after_commit`` there.
    Raises LogForked or TileClash, and signs nothing, if files, database or key do not continue the last checkpoint.
    """
    with transaction.atomic(durable=True):
        log = Log.objects.select_for_update().get(pk=log.pk)
        last = queries.latest(log)
        old = last.size if last else 0
        if last is None or log.size > old:
            tiles.write(log, old, log.size)
            last = _sign(log, last)
        # The file is written under the lock, so that no older checkpoint ever replaces a newer one.
        if _published(log) != bytes(last.note):
            files.replace(tiles.folder(log) / "checkpoint", bytes(last.note))
        return last


def publish_after_commit(log: Log) -> None:
    """Publish as soon as the surrounding transaction has committed."""
    transaction.on_commit(partial(publish, log))


def _published(log: Log) -> bytes | None:
    try:
        return (tiles.folder(log) / "checkpoint").read_bytes()
    except FileNotFoundError:
        return None


def _sign(log: Log, last: Checkpoint | None) -> Checkpoint:
    """Sign the head of the whole tree after checking that it continues the last one."""
    tree = tiles.tree(log, log.size)
    root = tree.root()
    if last is not None and last.size:
        proof = [tree.hash_of(low, high) for low, high in proof_ranges(0, last.size, log.size)]
        if not verify_consistency(last.size, log.size, proof, bytes.fromhex(last.root), root):
            raise LogForked(f"{log.origin}: the tree of {log.size} does not begin with the tree of {last.size}")
    signer = keys.read(log.origin)
    if signer.verifier() != log.key:
        raise LogForked(f"{log.origin}: the key file holds another key than the log was opened with")
    note = sign_checkpoint(TreeHead(log.origin, log.size, root), signer)
    return Checkpoint.objects.create(log=log, size=log.size, root=root.hex(), note=note)
