"""The closing note: leaves, their root, and how many returned and are invalid (``docs/spec/ballot.md`` §11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pingjia.core.tlog import base64text, note
from pingjia.core.tlog.merkle import root_of_hashes

_NUMBER = r"(0|[1-9][0-9]{0,9})"
_TEXT = re.compile(
    rf"pingjia/box/([0-9a-f]{{64}})\n{_NUMBER}\n([A-Za-z0-9+/]{{43}}=)\nreturned {_NUMBER}\ninvalid {_NUMBER}\n"
)


class BadClosing(ValueError):
    """Not a closing note of this box, or not signed by its key."""


@dataclass(frozen=True)
class Closing:
    """What the note of a closed box states. ``leaves`` counts heads, ``returned`` distinct one-time keys."""

    box_hash: bytes
    leaves: int
    root: bytes
    returned: int
    invalid: int

    @classmethod
    def of(cls, box_hash: bytes, leaves: Iterable[bytes], returned: int, invalid: int) -> Closing:
        """Return the closing of a box whose leaf hashes, already strictly ascending, are ``leaves``."""
        ordered = list(leaves)
        assert all(a < b for a, b in pairwise(ordered))
        return cls(box_hash, len(ordered), root_of_hashes(ordered), returned, invalid)

    @property
    def valid(self) -> int:
        """V: returned less invalid."""
        return self.returned - self.invalid

    def text(self) -> str:
        """Return the text of the note, its last newline included."""
        lines = (
            f"pingjia/box/{self.box_hash.hex()}",
            str(self.leaves),
            base64text.encode(self.root),
            f"returned {self.returned}",
            f"invalid {self.invalid}",
        )
        return "".join(line + "\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Closing:
        """Read the text; raise BadClosing unless writing it gives the same text, and its numbers can be."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise BadClosing("not a closing text")
        box, leaves, root, returned, invalid = match.groups()
        try:
            closing = cls(bytes.fromhex(box), int(leaves), base64text.decode(root), int(returned), int(invalid))
        except ValueError as error:
            raise BadClosing("the root is not canonical base64") from error
        if not closing.invalid <= closing.returned <= closing.leaves:
            raise BadClosing("invalid ≤ returned ≤ leaves")
        return closing


def key_name(box_hash: bytes) -> str:
    """Return the name of a box's key in the note: its first line."""
    return f"pingjia/box/{box_hash.hex()}"


def sign(closing: Closing, box_seed: bytes) -> bytes:
    """Return ``closing.note``: the C2SP signed note by the box's key."""
    signer = note.SignerKey(key_name(closing.box_hash), note.KeyType.ED25519, box_seed)
    return note.sign(closing.text(), signer)


def open_closing(raw: bytes, box_hash: bytes, box_key: bytes) -> Closing:
    """Read ``closing.note`` of a box; raise BadClosing unless exactly its key signed exactly such a text."""
    try:
        key = note.VerifierKey(key_name(box_hash), note.KeyType.ED25519, box_key)
        opened = note.open_note(raw, [key])
    except note.NoteRefused as error:
        raise BadClosing("not signed by the box") from error
    if len(opened.note.signatures) != 1:
        raise BadClosing("a closing note has one signature")
    closing = Closing.parse(opened.text)
    if closing.box_hash != box_hash:
        raise BadClosing("the closing of another box")
    return closing
