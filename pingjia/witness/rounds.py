"""One round over the followed logs: look, compare, remember, cosign, hand over.

The order matters. The new head is on the disk before its cosignature leaves this machine: a witness that is killed at
any point remembers at least what it has told anybody, and the next round hands over again what did not arrive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from pingjia.core.tlog import Refused, note, witness
from pingjia.core.tlog.checkpoint import add_signatures
from pingjia.core.tlog.tile import Tile
from pingjia.witness.folder import Folder, Followed, Trouble
from pingjia.witness.sources import Source, source


class Verdict(IntEnum):
    """How a round ended for one log, and the program's exit code (the worst of all logs)."""

    GOOD = 0
    TWO_FACED = 1
    TROUBLE = 2


@dataclass(frozen=True)
class Said:
    """What a round found at one log: a sentence of ``words`` and its facts."""

    verdict: Verdict
    name: str
    facts: dict[str, object]


class _Recording:
    """Reads tiles and remembers them: they are part of the evidence."""

    def __init__(self, of: Source) -> None:
        self._of = of
        self.files: dict[str, bytes] = {}

    def __call__(self, tile: Tile) -> bytes:
        self.files[tile.path()] = self._of.read(tile.path())
        return self.files[tile.path()]


def one_log(
    folder: Folder, log: Followed, now: Callable[[], int], open_source: Callable[[str], Source] = source
) -> Said:
    """Look at one log and cosign its head if it continues what was seen; ``now`` gives whole seconds since 1970."""
    origin = log.key.name
    try:
        found = folder.evidence(log.key)
        if found:
            return Said(Verdict.TWO_FACED, "evidence_stands", {"origin": origin, "folder": found[0].parent})
        return _look(folder, log, now, open_source(log.source))
    except Trouble as trouble:
        return Said(Verdict.TROUBLE, trouble.name, {"origin": origin, **trouble.facts})


def _look(folder: Folder, log: Followed, now: Callable[[], int], at: Source) -> Said:
    origin, signer = log.key.name, folder.signer()
    before = folder.seen(log.key)
    seen = witness.Seen(before[1].checkpoint.size, before[1].checkpoint.root) if before else None
    raw, read = at.read("checkpoint"), _Recording(at)
    try:
        head = witness.examine(raw, log.key, seen, read)
    except witness.TwoFaced as lie:
        assert before is not None
        kept = folder.keep_evidence(log.key, before[0], raw, read.files)
        name = "shrunken" if isinstance(lie, witness.Shrunken) else "split"
        return Said(Verdict.TWO_FACED, name, {"origin": origin, "folder": kept})
    except witness.Unfit:
        return Said(Verdict.TROUBLE, "unfit", {"origin": origin})
    except Refused as error:
        return Said(Verdict.TROUBLE, "unsigned", {"origin": origin, "why": error})
    if before is not None and head == before[1].checkpoint:
        cosigned, name = before[0], "same"
    else:
        line = witness.cosign(head, signer, now())
        cosigned, name = add_signatures(_by_the_log(raw, log.key), [line]), "cosigned"
        folder.remember(log.key, cosigned)
    own = (signer.name, signer.verifier().key_id)
    there = any((one.name, one.key_id) == own for one in note.Note.parse(raw).signatures)
    where = "" if there else at.deliver(cosigned)
    return Said(
        Verdict.GOOD, f"{name}_delivered" if where else name, {"origin": origin, "size": head.size, "where": where}
    )


def _by_the_log(raw: bytes, key: note.VerifierKey) -> bytes:
    """Return the note with the log's own lines only: what others signed is not this witness's to remember."""
    whole = note.Note.parse(raw)
    own = tuple(line for line in whole.signatures if (line.name, line.key_id) == (key.name, key.key_id))
    return note.Note(whole.text, own).to_bytes()
