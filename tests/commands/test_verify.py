"""``pingjia verify`` is the verifier of the core, exit codes and all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pingjia.__main__ import main
from pingjia.core.verify.tests.honest import honest


def test_the_one_command_verifies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "box.zip"
    election = honest("none")
    bundle.write_bytes(election.pack())
    assert main(["verify", str(bundle)]) == 3
    assert main(["verify", str(bundle), "--box", election.box.manifest.number]) == 0
    assert election.box.manifest.number in capsys.readouterr().out
    bundle.write_bytes(b"nothing")
    assert main(["verify", str(bundle)]) == 2
