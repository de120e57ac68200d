"""A two-faced log: its operator holds the log's key and shows one tree to the witness, another to the verifier."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from pingjia.core.tlog import merkle
from pingjia.core.tlog.checkpoint import Checkpoint, add_signatures, sign_checkpoint
from pingjia.core.tlog.entry import EntryType, leaf
from pingjia.core.tlog.note import Note
from pingjia.core.tlog.proof import LogProof
from pingjia.core.verify.report import Report
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import LOG, ORIGIN
from pingjia.core.verify.tests.honest import honest
from pingjia.core.verify.tests.second import second_verifier
from pingjia.core.verify.trust import Trust
from pingjia.core.verify.verifier import verify
from pingjia.witness.__main__ import main as witness
from pingjia.witness.folder import Folder
from pingjia.witness.tests.playedlog import publish

# One worker builds the honest elections once.
PLACES = ("manifest.tlog-proof", "closing.tlog-proof")


def leaves_of(e: Election, other: bytes) -> list[bytes]:
    """Return a log that holds the election, and ``other`` beside it: what one face shows and the other does not."""
    closing = hashlib.sha256(e.closings[""].text().encode()).digest()
    events = [(EntryType.MANIFEST, e.box.manifest.hash), (EntryType.CLOSE, closing)]
    return [leaf(EntryType.EVIDENCE, hashlib.sha256(other).digest()), *(leaf(kind, digest) for kind, digest in events)]


def shown(e: Election, other: bytes, lines: list[bytes]) -> bytes:
    """Pack the bundle with proofs from the face with ``other``; ``lines`` are cosigned notes to take lines from."""
    hashes = [merkle.leaf_hash(one) for one in leaves_of(e, other)]
    head = sign_checkpoint(Checkpoint(ORIGIN, len(hashes), merkle.root_of_hashes(hashes)), LOG)
    cosignatures = [line for raw in lines for line in Note.parse(raw).signatures if line.name != ORIGIN]
    note = add_signatures(head, cosignatures)
    for at, place in enumerate(PLACES, start=1):
        e.entries[place] = LogProof(at, tuple(merkle.inclusion_proof(hashes, at)), note).to_bytes()
    return e.pack()


class Scene:
    """A witness that follows the log's folder, and what verifiers say under a trust file that asks for it."""

    def __init__(self, home: Path) -> None:
        self.home, self.log = home / "witness", home / "log"
        witness([str(self.home), "--new", "audit.example/w"])
        witness([str(self.home), "--follow", LOG.verifier().text(), str(self.log)])

    def look(self, leaves: list[bytes]) -> int:
        publish(self.log, leaves, LOG)
        return witness([str(self.home)])

    def cosigned(self) -> bytes:
        """Return what the witness would hand over, whoever asks."""
        seen = Folder(self.home).seen(LOG.verifier())
        assert seen is not None
        return seen[0]

    def trust(self, quorum: int) -> dict[str, Any]:
        rule = {"quorum": quorum, "witnesses": [(self.home / "witness.vkey").read_text().strip()]}
        return {
            "logs": [{"origin": ORIGIN, "vkey": LOG.verifier().text(), **rule}],
            "quorum": 0,
            "v": 1,
            "witnesses": [],
        }

    def verify(self, raw: bytes, quorum: int) -> Report:
        return verify(raw, trust=Trust.parse(json.dumps(self.trust(quorum)).encode()))


def codes(report: Report) -> set[tuple[str, str, str]]:
    return {(one.code.value, one.place, one.party) for one in report.failures}


def test_the_face_that_the_witness_did_not_see_is_refused_and_passes_where_nobody_asks(tmp_path: Path) -> None:
    e, scene = honest("none"), Scene(tmp_path)
    assert scene.look(leaves_of(e, b"for the witness")) == 0
    hidden = shown(e, b"for the verifier", [])
    unwitnessed = {("witnesses-few", place, "log") for place in PLACES}
    assert codes(scene.verify(hidden, 1)) == unwitnessed
    # Its line moved over from the other face does not hold, and a line that does not hold is worse than none.
    moved = shown(e, b"for the verifier", [scene.cosigned()])
    assert codes(scene.verify(moved, 1)) == {("log-proof", place, "log") for place in PLACES}
    # Control: asked for no witness, both faces pass; each is consistent in itself.
    assert codes(scene.verify(hidden, 0)) == set()
    # Control: the face that the witness did see passes with it, and says who it was.
    seen = scene.verify(shown(e, b"for the witness", [scene.cosigned()]), 1)
    assert (codes(seen), seen.facts["witnesses"]) == (set(), ["audit.example/w"])
    # Shown the other face as well, the witness keeps both as evidence and signs neither again.
    assert scene.look(leaves_of(e, b"for the verifier")) == 1
    assert len(list((scene.home / "evidence").iterdir())) == 1


def test_the_second_verifier_says_the_same_of_both_faces(tmp_path: Path) -> None:
    e, scene = honest("none"), Scene(tmp_path)
    scene.look(leaves_of(e, b"for the witness"))
    own = [(scene.home / "witness.vkey").read_text().strip()]
    log = {"origin": ORIGIN, "vkey": LOG.verifier().text()}
    twice = {"logs": [log | {"quorum": 2, "witnesses": own * 2}], "quorum": 0, "v": 1, "witnesses": []}
    shared = {"logs": [log], "quorum": 1, "v": 1, "witnesses": own}
    half = {"logs": [log | {"quorum": 1}], "quorum": 0, "v": 1, "witnesses": own}
    half_a_witness = {"logs": [log], "quorum": 0.5, "v": 1, "witnesses": own}
    raws = [shown(e, b"for the verifier", []), shown(e, b"for the witness", [scene.cosigned()])]
    with second_verifier() as second:
        for raw in raws:
            for trust in (scene.trust(0), scene.trust(1), shared, twice, half, half_a_witness):
                there = second.report(raw, {"trust": trust})
                try:
                    here = verify(raw, trust=Trust.parse(json.dumps(trust).encode())).as_value()
                except ValueError as error:
                    here = {"exit": 2, "reason": getattr(error, "reason", error)}
                assert json.loads(json.dumps(here)) == there
    assert base64.b64encode(raws[0]) != base64.b64encode(raws[1])
