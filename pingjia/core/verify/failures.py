"""What can be wrong with a bundle: a code, the place in the bundle, and the party at fault.

Codes are for machines; ``sentences.json`` says each in Chinese and English, for the command line and for the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What is looked at, in the order in which it is reported."""

    ENTRIES = "entries"
    OBJECTS = "objects"
    LOG = "log"
    KEYS = "keys"
    HEADS = "heads"
    RECEIPTS = "receipts"
    CLOSING = "closing"
    ISSUANCE = "issuance"
    BODIES = "bodies"
    TIER = "tier"
    PARTIALS = "partials"
    RESULT = "result"
    RECEIPT_FILE = "receipt-file"


class Code(StrEnum):
    """One fault. The comment says when it is found."""

    # entries: the zip holds exactly the entries of its level, in their order
    ENTRY_MISSING = "entry-missing"
    ENTRY_EXTRA = "entry-extra"
    ENTRY_ORDER = "entry-order"
    # objects: canonical bytes, hashes, one pool
    OBJECT = "object"  # not canonical, or not the object that belongs there
    NOT_A_BALLOT_BOX = "not-a-ballot-box"
    HASH_MISMATCH = "hash-mismatch"
    POLL_MISMATCH = "poll-mismatch"
    KEYSET_MISFIT = "keyset-misfit"
    POOL_MISFIT = "pool-misfit"
    KEY_REUSED = "key-reused"
    SECOND_MANIFEST = "second-manifest"
    WRONG_BOX = "wrong-box"
    # log
    LOG_UNKNOWN = "log-unknown"
    LOG_PROOF = "log-proof"
    LOG_SPLIT = "log-split"
    WITNESSES_FEW = "witnesses-few"
    # keys
    ACCEPTANCE = "acceptance"
    # heads
    HEADS_LENGTH = "heads-length"
    HEAD_FORM = "head-form"
    HEAD_ORDER = "head-order"
    TOKEN = "token"  # noqa: S105 - a code, no secret
    SIGNATURE = "signature"
    SEQ_GAP = "seq-gap"
    SEQ_TWINS = "seq-twins"
    # receipts
    RECEIPTS_LENGTH = "receipts-length"
    RECEIPT = "receipt"
    # closing
    CLOSING = "closing"
    LEAF_COUNT = "leaf-count"
    ROOT_MISMATCH = "root-mismatch"
    RETURNED_MISMATCH = "returned-mismatch"
    INVALID_MISMATCH = "invalid-mismatch"
    # issuance
    STATEMENT = "statement"
    ISSUED_EXCEEDS_ROLL = "issued-exceeds-roll"
    RETURNED_EXCEEDS_ISSUED = "returned-exceeds-issued"
    # bodies
    BODIES_LENGTH = "bodies-length"
    BODY_MISSING = "body-missing"
    BODY_EXTRA = "body-extra"
    # tier
    TIER = "tier"
    FORM = "form"
    MASK = "mask"
    # partials
    PARTIAL_ORDER = "partial-order"
    PARTIAL_PROOF = "partial-proof"
    PARTIALS_FEW = "partials-few"
    # result
    COUNT = "count"
    CUSTODY = "custody"
    ARITHMETIC = "arithmetic"
    RESULT_SIGNATURE = "result-signature"
    RESULT_SIGNATURES_FEW = "result-signatures-few"
    # receipt file
    RECEIPT_OTHER_BOX = "receipt-other-box"
    RECEIPT_SIGNATURE = "receipt-signature"
    RECEIPT_ABSENT = "receipt-absent"


class Role(StrEnum):
    """Who can be at fault."""

    OPERATOR = "operator"
    LOG = "log"
    BOX = "box"
    ISSUER = "issuer"  # with the place in the manifest, from 0
    ISSUERS = "issuers"
    SCRUTINEER = "scrutineer"  # with the number in the key set, from 1
    SCRUTINEERS = "scrutineers"
    VOTER = "voter"
    READER = "reader"  # gave this program something that belongs elsewhere


class Unreadable(StrEnum):
    """Why nothing can be said at all (exit 2)."""

    FILE = "file"
    ZIP = "zip"
    SUITE = "suite"
    BOX = "box"
    TRUST = "trust"
    RECEIPT = "receipt"


class CannotVerify(ValueError):
    """The bundle, or what was given beside it, cannot be read; ``reason`` says which."""

    def __init__(self, reason: Unreadable, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason


@dataclass(frozen=True, order=True)
class Failure:
    """``place``: an entry of the bundle, often with a part behind a slash; ``party``: a Role, or ``role/number``."""

    code: Code
    place: str
    party: str


_LAST_OF: list[tuple[Check, Code]] = [
    (Check.ENTRIES, Code.ENTRY_ORDER),
    (Check.OBJECTS, Code.WRONG_BOX),
    (Check.LOG, Code.WITNESSES_FEW),
    (Check.KEYS, Code.ACCEPTANCE),
    (Check.HEADS, Code.SEQ_TWINS),
    (Check.RECEIPTS, Code.RECEIPT),
    (Check.CLOSING, Code.INVALID_MISMATCH),
    (Check.ISSUANCE, Code.RETURNED_EXCEEDS_ISSUED),
    (Check.BODIES, Code.BODY_EXTRA),
    (Check.TIER, Code.MASK),
    (Check.PARTIALS, Code.PARTIALS_FEW),
    (Check.RESULT, Code.RESULT_SIGNATURES_FEW),
    (Check.RECEIPT_FILE, Code.RECEIPT_ABSENT),
]


def check_of(code: Code) -> Check:
    """Return the check that a code belongs to: codes stand above in the order of the checks."""
    codes = list(Code)
    return next(check for check, last in _LAST_OF if codes.index(code) <= codes.index(last))
