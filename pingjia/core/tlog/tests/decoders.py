"""Every decoder of the log, with good bytes and what each writes again."""

from __future__ import annotations

from functools import cache

from pingjia.core.tests.decoding import Decoder
from pingjia.core.tlog import Refused, base64text, entry, merkle, note, tile
from pingjia.core.tlog.checkpoint import Checkpoint, CheckpointRefused, add_signatures, sign_checkpoint
from pingjia.core.tlog.note import KeyType, NoteRefused, SignerKey, VerifierKey
from pingjia.core.tlog.proof import LogProof, ProofRefused
from pingjia.core.tlog.tile import Tile, TileRefused

LOG = SignerKey("log.example/评家/2026", KeyType.ED25519, b"l" * 32)
WITNESS = SignerKey("witness.example/superior", KeyType.COSIGNATURE, b"w" * 32)
HASHES = [merkle.leaf_hash(bytes([n])) for n in range(7)]


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error


@cache
def decoders() -> list[Decoder]:
    """Return every decoder of this room."""
    head = Checkpoint(LOG.name, 7, merkle.root_of_hashes(HASHES))
    signed = add_signatures(sign_checkpoint(head, LOG), [WITNESS.cosign(head.text(), 1_700_000_000)])
    extended = Checkpoint(LOG.name, 7, head.root, ("another log's line", "—"))
    proof = LogProof(3, tuple(merkle.inclusion_proof(HASHES, 3)), signed)
    extra = LogProof(3, proof.hashes, signed, b"extra")
    tiles = (Tile(0, 1234067), Tile(63, 999_999, 7), Tile(None, 1_000_000, 112), Tile(1, 0))
    bundle = tile.bundle([entry.leaf(kind, HASHES[0]) for kind in entry.EntryType])
    return [
        Decoder(
            "note", (signed, note.sign("a\n\nb\n", LOG)), lambda raw: note.Note.parse(raw).to_bytes(), (NoteRefused,)
        ),
        Decoder(
            "checkpoint",
            (head.text().encode(), extended.text().encode()),
            lambda raw: Checkpoint.parse(_text(raw)).text().encode(),
            (Refused, CheckpointRefused),
        ),
        Decoder(
            "proof", (proof.to_bytes(), extra.to_bytes()), lambda raw: LogProof.parse(raw).to_bytes(), (ProofRefused,)
        ),
        Decoder(
            "vkey",
            (LOG.verifier().text().encode(), WITNESS.verifier().text().encode()),
            lambda raw: VerifierKey.parse(_text(raw)).text().encode(),
            (Refused,),
        ),
        Decoder("skey", (LOG.text().encode(),), lambda raw: SignerKey.parse(_text(raw)).text().encode(), (Refused,)),
        Decoder(
            "signature-line",
            tuple(line.encode() for line in signed.decode().splitlines() if line.startswith("—")),
            lambda raw: note.Signature.parse(_text(raw)).line().encode(),
            (Refused,),
        ),
        Decoder(
            "tile-path",
            tuple(one.path().encode() for one in tiles),
            lambda raw: Tile.parse(_text(raw)).path().encode(),
            (Refused, TileRefused),
        ),
        Decoder("tile", (b"".join(HASHES),), lambda raw: b"".join(tile.split_hashes(raw)), (TileRefused,)),
        Decoder("entries", (bundle,), lambda raw: tile.bundle(tile.entries(raw)), (TileRefused,)),
        Decoder(
            "leaf",
            tuple(entry.leaf(kind, HASHES[1]) for kind in entry.EntryType),
            lambda raw: entry.leaf(*entry.parse_leaf(raw)),
            (entry.EntryRefused,),
        ),
        Decoder(
            "base64",
            (b"", b"AA==", b"AAAA"),
            lambda raw: base64text.encode(base64text.decode(_text(raw))).encode(),
            (Refused,),
        ),
        Decoder(
            "number",
            (b"0", b"7", str(2**53 - 1).encode()),
            lambda raw: str(base64text.decode_number(_text(raw))).encode(),
            (Refused,),
        ),
    ]
