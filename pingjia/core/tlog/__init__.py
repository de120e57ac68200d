"""The public log as bytes: trees, signed notes, checkpoints, tiles and proofs. No clock, no disk, no network.

Start with ``merkle`` (RFC 6962), then ``note`` and ``checkpoint``; ``proof`` is what an outsider is handed.
Formats: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof.
"""

from __future__ import annotations


class Refused(ValueError):
    """Bytes that came from outside are not what the log's formats allow."""
