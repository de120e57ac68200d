"""C2SP checkpoints (c2sp.org/tlog-checkpoint): what a log says of itself, in three lines of a signed note.

    example.com/behind-the-sofa                                       origin
    20852163                                                          size
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=                      root

Our logs sign with a key that bears the origin's name, and write no extension lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import Refused, base64text, note
from .merkle import EMPTY_ROOT


class CheckpointRefused(Refused):
    """A checkpoint's text is malformed, or speaks for another log."""


@dataclass(frozen=True)
class Checkpoint:
    """A tree head. ``extensions`` are opaque lines that other people's logs may write."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no text form: empty lines, a size or a root out of range."""
        if any(not line or "\n" in line for line in (self.origin, *self.extensions)):
            raise CheckpointRefused("origin and extensions are lines with something in them")
        if not 0 <= self.size <= 2**53 - 1 or len(self.root) != 32:
            raise CheckpointRefused("size or root out of range")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointRefused("an empty tree has only one root")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note's text; raise CheckpointRefused unless ``text()`` gives exactly it again."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] != "":
            raise CheckpointRefused("a checkpoint has three lines, each ended by a newline")
        try:
            size, root = base64text.decode_number(lines[1]), base64text.decode_hash(lines[2])
        except Refused as error:
            raise CheckpointRefused(f"checkpoint: {error}") from error
        checkpoint = cls(lines[0], size, root, tuple(lines[3:-1]))
        assert checkpoint.text() == text
        return checkpoint

    def text(self) -> str:
        """Return the note text."""
        return "".join(
            f"{line}\n" for line in (self.origin, str(self.size), base64text.encode(self.root), *self.extensions)
        )


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint that its log signed; ``witnesses`` names the known witnesses whose cosignatures hold."""

    checkpoint: Checkpoint
    witnesses: tuple[str, ...]


def sign_checkpoint(checkpoint: Checkpoint, signer: note.SignerKey) -> bytes:
    """Return the signed note; the key must bear the origin's name."""
    if signer.name != checkpoint.origin:
        raise CheckpointRefused("the log's key bears another name than the log")
    return note.sign(checkpoint.text(), signer)


def add_signatures(raw: bytes, more: Iterable[note.Signature]) -> bytes:
    """Return the note with further signature lines, such as cosignatures of witnesses, behind those it has."""
    parsed = note.Note.parse(raw)
    return note.Note(parsed.text, (*parsed.signatures, *more)).to_bytes()


def open_checkpoint(
    raw: bytes, log_key: note.VerifierKey, witnesses: Iterable[note.VerifierKey] = ()
) -> OpenedCheckpoint:
    """Read a signed checkpoint of the log that ``log_key`` belongs to.

    Raises NoteRefused if the log did not sign or any known key's signature fails, CheckpointRefused if the text is
    malformed or the origin is not the key's name.
    """
    witnesses = tuple(witnesses)
    if log_key.type is not note.KeyType.ED25519 or any(key.type is not note.KeyType.COSIGNATURE for key in witnesses):
        raise note.NoteRefused("a log signs with a plain key, a witness with a cosignature key")
    opened = note.open_note(raw, (log_key, *witnesses))
    if log_key not in opened.verified:
        raise note.NoteRefused("the log itself did not sign")
    checkpoint = Checkpoint.parse(opened.text)
    if checkpoint.origin != log_key.name:
        raise CheckpointRefused("the checkpoint speaks for another log")
    return OpenedCheckpoint(checkpoint, tuple(key.name for key in opened.verified if key != log_key))
