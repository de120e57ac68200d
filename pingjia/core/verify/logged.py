"""Manifest and closing stand in the public log, and the log shows everybody the same tree."""

from __future__ import annotations

import hashlib

from pingjia.core.tlog import Refused, merkle, note
from pingjia.core.tlog.checkpoint import Checkpoint
from pingjia.core.tlog.entry import EntryType, entry_hash
from pingjia.core.tlog.proof import LogProof, ProofRefused
from pingjia.core.verify.case import BoxCase, Case
from pingjia.core.verify.failures import Check, Code, Role
from pingjia.core.verify.trust import Trust


def check(case: Case, trust: Trust | None) -> None:
    """Check every log proof, with the keys of ``trust`` where it knows the log; note who witnessed all of them."""
    seen: list[Checkpoint] = []
    for box in case.boxes:
        manifest = box.manifest
        if manifest is None or box.closing is None:
            case.skip(Check.LOG)
        if manifest is None:
            continue
        rule = trust.log(manifest.log_origin) if trust is not None else None
        if trust is not None and rule is None:
            case.fail(Code.LOG_UNKNOWN, box.place("box.json/log_origin"), Role.OPERATOR)
        for place, leaf in _entries(box, manifest.hash):
            raw = case.file(place)
            if raw is None:
                case.skip(Check.LOG)
                continue
            try:
                proof = LogProof.parse(raw)
                if rule is None:
                    checkpoint, witnesses = _consistent(proof, leaf, manifest.log_origin), frozenset[str]()
                else:
                    opened = proof.verify(leaf, rule.key, rule.witnesses)
                    checkpoint, witnesses = opened.checkpoint, frozenset(opened.witnesses)
            except Refused:
                case.fail(Code.LOG_PROOF, place, Role.LOG)
                continue
            case.witnesses = witnesses if case.witnesses is None else case.witnesses & witnesses
            if rule is not None and len(witnesses) < rule.quorum:
                case.fail(Code.WITNESSES_FEW, place, Role.LOG)
            if any((c.origin, c.size) == (checkpoint.origin, checkpoint.size) and c != checkpoint for c in seen):
                case.fail(Code.LOG_SPLIT, place, Role.LOG)
            seen.append(checkpoint)


def _entries(box: BoxCase, box_hash: bytes) -> list[tuple[str, bytes]]:
    """Return place and leaf hash of what the log must hold about a box."""
    found = [(box.place("manifest.tlog-proof"), entry_hash(EntryType.MANIFEST, box_hash))]
    if box.closing is not None:
        text = hashlib.sha256(box.closing.text().encode()).digest()
        found.append((box.place("closing.tlog-proof"), entry_hash(EntryType.CLOSE, text)))
    return found


def _consistent(proof: LogProof, leaf: bytes, origin: str) -> Checkpoint:
    """Check what can be checked without knowing the log's key: form, origin, and that the path leads to the root."""
    checkpoint = Checkpoint.parse(note.Note.parse(proof.checkpoint).text)
    if checkpoint.origin != origin:
        raise ProofRefused("the checkpoint of another log")
    if not merkle.verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise ProofRefused("the entry does not stand there in the log")
    return checkpoint
