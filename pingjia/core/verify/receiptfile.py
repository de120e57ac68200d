"""A kept receipt (回执): 128 bytes ``box_hash ‖ leaf ‖ signature``, or a text in which they stand as base64url."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from pingjia.core.ballot import receipt
from pingjia.core.verify import ballots
from pingjia.core.verify.case import Case
from pingjia.core.verify.failures import CannotVerify, Code, Role, Unreadable

PLACE = "receipt"
_TEXT = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{171}(?![A-Za-z0-9_-])")


@dataclass(frozen=True)
class Receipt:
    """The three parts of a receipt."""

    box_hash: bytes
    leaf: bytes
    signature: bytes

    @classmethod
    def parse(cls, raw: bytes) -> Receipt:
        """Find the receipt in a file: the bytes of its QR code, or any text with those bytes; raise CannotVerify."""
        if len(raw) != receipt.QR_LENGTH:
            found = _TEXT.search(raw.decode("utf-8", "replace"))
            if found is None:
                raise CannotVerify(Unreadable.RECEIPT, "no receipt in the file")
            raw = base64.urlsafe_b64decode(found[0] + "=")
            if base64.urlsafe_b64encode(raw).decode().rstrip("=") != found[0]:
                raise CannotVerify(Unreadable.RECEIPT, "not canonical base64url")
        return cls(raw[:32], raw[32:64], raw[64:])


def check(case: Case, kept: Receipt) -> None:
    """Look for the receipt's leaf in the box that signed it."""
    box = next((b for b in case.boxes if b.manifest is not None and b.manifest.hash == kept.box_hash), None)
    if box is None or box.manifest is None:
        case.fail(Code.RECEIPT_OTHER_BOX, PLACE, Role.READER)
        return
    if not receipt.verify(box.manifest.box_key, kept.box_hash, kept.leaf, kept.signature):
        case.fail(Code.RECEIPT_SIGNATURE, PLACE, Role.BOX)
    if all(leaf != kept.leaf for leaf in ballots.leaves_of(case, box, box.manifest)):
        case.fail(Code.RECEIPT_ABSENT, PLACE, Role.BOX)
