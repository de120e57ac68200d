"""A receipt as an offline proof: made once after the close, checked whenever, without a server.

    pingjia keep-receipt RECEIPT URL|FOLDER --out mine.json     from the box's public files, or from a frozen log
    pingjia verify-receipt mine.json --trust trust.json

Making it asks for files that are the same for everybody: nobody learns whose receipt it is. Exit codes: 0 good ·
1 bad · 2 unreadable.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pingjia.core.ballot import crockford
from pingjia.core.ballot.head import Head, head_length
from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.verify import wording
from pingjia.core.verify.failures import CannotVerify, Code
from pingjia.core.verify.keptproof import KeptProof
from pingjia.core.verify.receiptfile import Receipt
from pingjia.core.verify.trust import Trust
from pingjia.witness.folder import Trouble, put
from pingjia.witness.sources import Source, source
from pingjia.witness.words import english, sentence

GOOD, BAD, UNREADABLE = range(3)


def keep(kept: Receipt, at: Source) -> KeptProof:
    """Fetch a closed box's public files and make the proof of a receipt (Trouble, ValueError)."""
    name = kept.box_hash.hex()
    raw = at.read(f"o/{name}.json")
    box = BoxManifest.from_bytes(raw)
    heads, size = at.read(f"box/{name}/heads.bin"), head_length(box)
    leaves = [Head.parse(heads[n : n + size], box).leaf for n in range(0, len(heads), size)]
    if kept.leaf not in leaves:
        raise Trouble("receipt_absent", number=box.number)
    return KeptProof.of(
        kept,
        leaves,
        box=raw,
        closing=at.read(f"box/{name}/closing.note"),
        closing_proof=at.read(f"box/{name}/closing.tlog-proof"),
        manifest_proof=at.read(f"o/{name}.tlog-proof"),
    )


def keep_command(argv: Sequence[str]) -> int:
    """``pingjia keep-receipt``: write the proof of a receipt; return the exit code."""
    parser = argparse.ArgumentParser(prog="pingjia keep-receipt", description="保存离线凭证 · keep an offline proof")
    parser.add_argument("receipt", type=Path, metavar="RECEIPT")
    parser.add_argument("source", metavar="URL|FOLDER")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    options = parser.parse_args(argv)
    try:
        made = keep(Receipt.parse(options.receipt.read_bytes()), source(options.source))
    except Trouble as trouble:
        return _say(BAD if trouble.name == "receipt_absent" else UNREADABLE, trouble.name, **trouble.facts)
    except (OSError, ValueError) as error:
        return _say(UNREADABLE, "receipt_unreadable", why=error)
    put(options.out, made.to_bytes())
    return _say(GOOD, "receipt_kept", file=options.out)


def verify_command(argv: Sequence[str]) -> int:
    """``pingjia verify-receipt``: check a kept proof offline; return the exit code."""
    parser = argparse.ArgumentParser(prog="pingjia verify-receipt", description="核对离线凭证 · check an offline proof")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--trust", type=Path, required=True, metavar="trust.json")
    options = parser.parse_args(argv)
    try:
        proof = KeptProof.parse(options.file.read_bytes())
        codes, box, witnesses = proof.check(Trust.parse(options.trust.read_bytes()))
    except (OSError, CannotVerify) as error:
        return _say(UNREADABLE, "receipt_unreadable", why=error)
    if codes or box is None:
        return _say(BAD, "receipt_bad", why=" ".join(_reason(code) for code in sorted(codes)))
    symbols = crockford.encode(proof.receipt[32:42])
    facts = {"number": box.number, "title": box.title, "code": symbols}
    names = ", ".join(sorted(witnesses)) or wording.sentence("words", "no_witnesses", int(english()))
    return _say(GOOD, "receipt_good", witnesses=names, **facts)


def _reason(code: Code) -> str:
    return f"[{code.value}] {wording.failure(code, int(english()))}"


def _say(code: int, name: str, /, **facts: object) -> int:
    (sys.stdout if code == GOOD else sys.stderr).write(sentence(name, **facts) + "\n")
    return code
