"""How large a proof is: a seeded sample under ``make test``, the full size under ``make proof``."""

from __future__ import annotations

import os


def proving() -> bool:
    """Say whether the full sizes are asked for (``PINGJIA_PROOF=1``, set by ``make proof``)."""
    return os.environ.get("PINGJIA_PROOF") == "1"


def scaled(sample: int, full: int) -> int:
    """Return the number of cases to run: ``sample`` in the everyday test run, ``full`` under ``make proof``."""
    return full if proving() else sample
