"""``pingjia verify-pages URL``: does this booth serve the pages whose hashes stand in the public log?

    pingjia verify-pages https://booth.example [--trust trust.json]

With a trust file the list must stand in a log that it names, under its witnesses; without one the booth's own file is
taken, and the answer only says that what is served is what the booth lists. Exit codes: 0 good · 1 other bytes, or not
in the log · 2 cannot be read · 3 good, but the log's key came from the booth itself.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot import fields
from pingjia.core.tlog import Refused
from pingjia.core.tlog.entry import EntryType, entry_hash
from pingjia.core.tlog.proof import LogProof
from pingjia.core.verify.failures import CannotVerify
from pingjia.core.verify.trust import Trust
from pingjia.witness.folder import Trouble
from pingjia.witness.sources import Source, source
from pingjia.witness.words import sentence

GOOD, BAD, UNREADABLE, UNCHECKED = range(4)


def _listed(raw: bytes) -> dict[str, str]:
    """Return SHA-256 in hex by path (BadObject, NotCanonical)."""
    f = fields.parse(raw, "files", "kind", "v")
    fields.require(f["kind"] == "booth_pages" and f["v"] == 1, "not a list of pages")
    rows = [fields.record(row, "path", "sha256") for row in fields.array(f["files"], 1, 1000, "files")]
    return {fields.text(row["path"], "path"): fields.octets(row["sha256"], 32, "sha256").hex() for row in rows}


def differing(booth: Source, listed: dict[str, str]) -> list[str]:
    """Return the paths at which the booth serves other bytes than the list says (Trouble)."""
    return [path for path, digest in listed.items() if hashlib.sha256(booth.read(path[1:])).hexdigest() != digest]


def logged(booth: Source, trust: Trust, raw: bytes) -> str:
    """Return the log that holds the list, with its witnesses; "" if none that is trusted does (Trouble)."""
    digest = hashlib.sha256(raw).digest()
    proof = LogProof.parse(booth.read(f"o/{digest.hex()}.tlog-proof"))
    for log in trust.logs:
        try:
            opened = proof.verify(entry_hash(EntryType.EVIDENCE, digest), log.key, log.witnesses)
        except Refused:
            continue
        if len(opened.witnesses) >= log.quorum:
            return " ".join([log.key.name, *opened.witnesses])
    return ""


def main(argv: Sequence[str] | None = None) -> int:
    """Check one booth; return the exit code."""
    parser = argparse.ArgumentParser(prog="pingjia verify-pages", description="核对投票网页 · check the booth's pages")
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--trust", type=Path, metavar="trust.json")
    options = parser.parse_args(argv)
    booth = source(options.url)
    try:
        raw = booth.read("pages.json")
        trust = Trust.parse(options.trust.read_bytes() if options.trust else booth.read("trust.json"))
        listed = _listed(raw)
        wrong, where = differing(booth, listed), logged(booth, trust, raw)
    except Trouble as trouble:
        return _say(UNREADABLE, trouble.name, **trouble.facts)
    except (OSError, CannotVerify, Refused, fields.BadObject, canonical.NotCanonical) as error:
        return _say(UNREADABLE, "pages_unreadable", why=error)
    if wrong:
        return _say(BAD, "pages_other", paths=" ".join(wrong))
    if not where:
        return _say(BAD, "pages_unlogged", digest=hashlib.sha256(raw).hexdigest())
    facts: dict[str, Any] = {"count": len(listed), "digest": hashlib.sha256(raw).hexdigest(), "where": where}
    return _say(GOOD if options.trust else UNCHECKED, "pages_good" if options.trust else "pages_unchecked", **facts)


def _say(code: int, name: str, /, **facts: object) -> int:
    (sys.stdout if code in (GOOD, UNCHECKED) else sys.stderr).write(sentence(name, **facts) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
