"""Witnesses of a log: who they are, and the cosignatures they bring. Whoever may change the list keeps the journal."""

from __future__ import annotations

from django.db import transaction

from pingjia.core.tlog import Refused, note
from pingjia.core.tlog.checkpoint import Checkpoint as TreeHead
from pingjia.core.tlog.checkpoint import add_signatures

from . import files, queries, tiles, trust
from .models import Checkpoint, Log, Witness

MOST = 64  # as many as a trust file lists


class NoWitness(ValueError):
    """The key or the number does not fit this log; ``code`` says why, for the room that has the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotTaken(ValueError):
    """A cosigned note that this log does not take; ``status`` is the HTTP answer, the text is for the witness."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@transaction.atomic
def add(log: Log, vkey: str) -> Witness:
    """Take up a witness by its public key; the same key again changes nothing. Raises NoWitness."""
    log = Log.objects.select_for_update().get(pk=log.pk)
    try:
        key = note.VerifierKey.parse(vkey.strip())
    except Refused as error:
        raise NoWitness("no_key") from error
    if key.type is not note.KeyType.COSIGNATURE:
        raise NoWitness("no_key")
    there = list(log.witnesses.all())
    for witness in there:
        if witness.key == key:
            return witness
    # A cosignature does not say under which name it was made, so one key under two names would count twice.
    if key.public == log.key.public or any(witness.key.public == key.public for witness in there):
        raise NoWitness("key_known")
    if any(witness.name == key.name for witness in there):
        raise NoWitness("name_known")
    if len(there) >= MOST or len(key.name) > 200:
        raise NoWitness("too_many")
    return Witness.objects.create(log=log, name=key.name, vkey=key.text())


@transaction.atomic
def drop(log: Log, name: str) -> None:
    """Strike a witness off; what it cosigned stays in the notes and counts no more. Raises NoWitness."""
    log = Log.objects.select_for_update().get(pk=log.pk)
    if log.witnesses.count() <= log.quorum:
        raise NoWitness("quorum")
    if not log.witnesses.filter(name=name).delete()[0]:
        raise NoWitness("unknown")


@transaction.atomic
def ask(log: Log, quorum: int) -> None:
    """Set how many witnesses it takes. Raises NoWitness if there are not as many."""
    log = Log.objects.select_for_update().get(pk=log.pk)
    if not 0 <= quorum <= log.witnesses.count():
        raise NoWitness("quorum")
    Log.objects.filter(pk=log.pk).update(quorum=quorum)


def take(log: Log, raw: bytes) -> Checkpoint:
    """Add the witnesses' lines of a cosigned note to the checkpoint that they sign; NotTaken says why not.

    Only lines of witnesses that the trust file or this log's list names are looked at, each is verified, and of each
    witness the first is kept, so that whoever posts can neither fill the note nor change what was served.
    """
    try:
        posted = note.Note.parse(raw)
        head = TreeHead.parse(posted.text)
    except Refused as error:
        raise NotTaken(400, "not a signed checkpoint") from error
    if head.origin != log.origin:
        raise NotTaken(404, "this is another log")
    known = {(key.name, key.key_id): key for key in (*trust.rule_of(log).witnesses, *_registered(log))}
    lines = {(line.name, line.key_id): line for line in reversed(posted.signatures)}
    mine = [line for place, line in lines.items() if place in known]
    if not mine:
        raise NotTaken(403, "no line of a registered witness")
    if not all(known[line.name, line.key_id].accepts(posted.text, line.payload) for line in mine):
        raise NotTaken(403, "a cosignature does not hold")
    return _add(log, head, mine)


def _registered(log: Log) -> list[note.VerifierKey]:
    return [witness.key for witness in log.witnesses.all()]


@transaction.atomic
def _add(log: Log, head: TreeHead, lines: list[note.Signature]) -> Checkpoint:
    """Write the lines into the row and, if it is the newest, into the file; under the lock of publishing."""
    log = Log.objects.select_for_update().get(pk=log.pk)
    row = log.checkpoints.filter(size=head.size, root=head.root.hex()).first()
    if row is None or note.Note.parse(bytes(row.note)).text != head.text():
        raise NotTaken(409, "this log signed no such checkpoint")
    there = {(line.name, line.key_id) for line in note.Note.parse(bytes(row.note)).signatures}
    fresh = [line for line in lines if (line.name, line.key_id) not in there]
    if len(there) + len(fresh) > note.GREATEST_SIGNATURES:
        raise NotTaken(409, "this checkpoint holds as many signatures as a note can")
    if fresh:
        row.note = add_signatures(bytes(row.note), sorted(fresh, key=lambda line: line.name))
        row.cosignatures += len(fresh)
        row.save(update_fields=["note", "cosignatures"])
        if row == queries.latest(log):
            transaction.on_commit(lambda: _show(log))
    return row


def _show(log: Log) -> None:
    """Replace the checkpoint's file by the newest row, under the log's lock: never an older one over a newer one."""
    with transaction.atomic():
        log = Log.objects.select_for_update().get(pk=log.pk)
        newest = queries.latest(log)
        assert newest is not None
        files.replace(tiles.folder(log) / "checkpoint", bytes(newest.note))
