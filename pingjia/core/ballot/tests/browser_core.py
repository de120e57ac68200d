"""The browser core on the command line: ``booth/dist/cli/corpus.js``, built with node when missing or stale."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

BOOTH = Path(__file__).parents[4] / "booth"
PROGRAM = BOOTH / "dist" / "cli" / "corpus.js"


@cache
def program() -> Path:
    """Return the built program; raise CalledProcessError if it cannot be built (no node, no node_modules)."""
    sources = [*BOOTH.glob("src/[cv]*/**/*.ts"), BOOTH / "package-lock.json", BOOTH / "build.mjs"]
    newest = max(path.stat().st_mtime for path in sources)
    if not PROGRAM.exists() or PROGRAM.stat().st_mtime < newest:
        subprocess.run(["node", "build.mjs", "--cli"], cwd=BOOTH, check=True)
    return PROGRAM


def ask(step: str, question: Any = None, *arguments: str) -> Any:
    """Run one step, give it ``question`` as JSON, return its answer."""
    done = subprocess.run(
        ["node", str(program()), step, *arguments],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
