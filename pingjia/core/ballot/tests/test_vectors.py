"""The committed vectors are what their program writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pingjia.core.ballot.tests.vectors import DIRECTORY


def test_the_committed_vectors_are_those_that_the_program_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DIRECTORY / "make.py"), str(tmp_path)], check=True)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert len(written) == 16
    for name in written:
        assert (tmp_path / name).read_bytes() == (DIRECTORY / name).read_bytes(), name
