"""What ``belenios-tool`` of Debian costs on an election of three questions with three answers each.

Measured in its own group (2048 bits, exponents of 256), the faster of the two that Debian's version knows.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks import child

GROUP = "BELENIOS-2048"


def cost(sizes: tuple[int, int], rounds: int) -> float:
    """Return CPU seconds per ballot of ``belenios-tool election verify``."""
    best = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _election(Path(folder), size)
            command = ["belenios-tool", "election", "verify"]
            best.append(min(child.cpu(command, Path(folder), (0,)) for _ in range(rounds)))
    return child.slope(best, sizes)


def _election(folder: Path, ballots: int) -> None:
    """Set up an election of three questions with three answers, of which at most one may be chosen, and vote."""

    def tool(*arguments: str, text: str = "") -> str:
        environment = {**os.environ, "BELENIOS_USE_URANDOM": "1"}
        done = subprocess.run(
            ["belenios-tool", *arguments],
            cwd=folder,
            input=text,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    uuid, of_group = tool("setup", "generate-token").strip(), ["--group", GROUP]
    tool("setup", "generate-credentials", "--uuid", uuid, *of_group, "--count", str(ballots))
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    credentials = [line.split()[-1] for line in next(folder.glob("*.privcreds")).read_text().splitlines()]
    tool("setup", "generate-trustee-key", *of_group)
    (folder / "public_keys.jsons").write_text(next(folder.glob("*.pubkey")).read_text())
    tool("setup", "make-trustees")
    question = {"answers": ["s", "b", "d"], "min": 0, "max": 1, "question": "q"}
    template = {
        "description": "d",
        "name": "n",
        "questions": [question] * 3,
        "administrator": "a",
        "credential_authority": "c",
    }
    (folder / "template.json").write_text(json.dumps(template))
    tool("setup", "make-election", "--uuid", uuid, *of_group, "--template", "template.json")
    tool("archive", "init")
    (folder / "vote.json").write_text(json.dumps([[1, 0, 0], [0, 1, 0], [0, 0, 0]]))
    for credential in credentials:
        (folder / "credential").write_text(credential)
        ballot = tool("election", "generate-ballot", "--privcred", "credential", "--ballot", "vote.json")
        tool("archive", "add-event", "--type=Ballot", text=ballot)
