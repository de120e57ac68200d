"""What this room enters in the public log: hashes of objects that anybody may fetch, and proofs of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from pingjia.ballotbox import close
from pingjia.core.tlog.entry import EntryType
from pingjia.polls.models import Poll, PublicObject
from pingjia.publiclog import actions, queries
from pingjia.publiclog.models import Log
from pingjia.units.models import Unit
from pingjia.units.queries import line_of_command


def log_of(poll: Poll) -> Log:
    """Return the log of the poll's year, kept by the nearest federation above the unit; rehearsals have their own."""
    line = line_of_command(poll.ceremony.unit)
    keeper = next((unit for unit in reversed(line) if unit.is_federation), line[0])
    return actions.open_log(log_name(keeper), poll.year, practice=poll.practice)


def log_name(keeper: Unit) -> str:
    """Return what a federation's logs are named after it."""
    return re.sub(r"[^a-z0-9_-]", "-", keeper.code.lower()).lstrip("_-")[:32] or "log"


def enter(poll: Poll, events: Iterable[tuple[EntryType, bytes]]) -> None:
    """Append (type, hash) pairs in this transaction, and publish a new checkpoint when it has committed."""
    log = log_of(poll)
    actions.append(log, events)
    actions.publish_after_commit(log)


def closing_digest(box_hash: str) -> bytes:
    """Return what the log knows a closing by: SHA-256 of the note's text, without signatures."""
    return hashlib.sha256(close.read_closing(box_hash).text().encode()).digest()


def publish_object(kind: str, content: bytes) -> bytes:
    """Keep canonical bytes under their SHA-256 for everybody to fetch; return the hash."""
    digest = hashlib.sha256(content).digest()
    PublicObject.objects.get_or_create(hash=digest.hex(), defaults={"kind": kind, "content": content})
    return digest


def state(poll: Poll, kind: str, statement: bytes) -> bytes:
    """Publish a canonical statement about the poll and enter its hash; return the hash."""
    digest = publish_object("statement", statement)
    enter(poll, [(EntryType(kind), digest)])
    return digest


def proof(poll: Poll, kind: EntryType, digest: bytes) -> bytes:
    """Return the log proof of an entry; raise ``publiclog.queries.NotLogged``.

    Where a crash came between the entry and its checkpoint, the checkpoint is made now.
    """
    return proof_in(log_of(poll), kind, digest)


def proof_in(log: Log, kind: EntryType, digest: bytes) -> bytes:
    """Return the proof of an entry of this log; see ``proof``."""
    try:
        return queries.proof_of(log, kind, digest)
    except queries.NotPublished:
        actions.publish(log)
        return queries.proof_of(log, kind, digest)
