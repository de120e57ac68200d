"""Write the test vectors that Python and TypeScript both read: ``python vectors/make.py [DIRECTORY]``.

Running it twice gives the same bytes; a test holds the committed files against a fresh run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import cases_body
import cases_count
import cases_drop
import cases_keys
import cases_objects
import cases_signing

FILES: dict[str, Callable[[], dict[str, Any]]] = {
    "canonical": cases_objects.canonical_cases,
    "objects": cases_objects.object_cases,
    "body": cases_body.body_cases,
    "token": cases_drop.token_cases,
    "head": cases_drop.head_cases,
    "receipt": cases_drop.receipt_cases,
    "signing": cases_signing.signing_cases,
    "roll": cases_drop.roll_cases,
    "issuance": cases_drop.issuance_cases,
    "cards": cases_keys.card_cases,
    "sealing": cases_keys.sealing_cases,
    "opinion": cases_keys.opinion_cases,
    "tiers": cases_count.tier_cases,
    "closing": cases_count.closing_cases,
    "opening": cases_count.opening_cases,
    "result": cases_count.result_cases,
}


def main(directory: Path) -> None:
    """Write every file into ``directory``."""
    for name, cases in FILES.items():
        text = json.dumps(cases(), ensure_ascii=False, indent=1, sort_keys=True)
        (directory / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
