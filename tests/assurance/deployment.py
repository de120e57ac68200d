"""A real installation for one test: own folders, own databases, the real command serving, its output kept.

Everything an employer or operator could lay hands on afterwards lies under ``home``, ``keys``, ``logs``, ``snapshots``
and, with PostgreSQL, under the cluster's folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.assurance.postgres import Cluster
from tests.walkers.conftest import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Deployment:
    """Where it stands and how to reach it."""

    folder: Path
    cluster: Cluster | None
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None
    taken: int = 0

    @property
    def home(self) -> Path:
        """PINGJIA_HOME."""
        return self.folder / "home"

    @property
    def keys(self) -> Path:
        """PINGJIA_KEYS_DIR: in no backup."""
        return self.folder / "keys"

    @property
    def logs(self) -> Path:
        """What the server and the commands printed."""
        return self.folder / "logs"

    @property
    def env(self) -> dict[str, str]:
        """The environment of every process of this installation."""
        env = {
            **os.environ,
            "PINGJIA_HOME": str(self.home),
            "PINGJIA_KEYS_DIR": str(self.keys),
            "PINGJIA_SITE": f"http://localhost:{self.port}",
            "PINGJIA_BOOTH": f"http://127.0.0.1:{self.port}",
            "PYTHONUNBUFFERED": "1",
        }
        for name in ("DJANGO_SETTINGS_MODULE", "PINGJIA_DATABASE_URL", "PINGJIA_BOX_DATABASE_URL"):
            env.pop(name, None)
        return env | (self.cluster.urls if self.cluster else {})

    def run(self, *command: str) -> bytes:
        """Run a command of the installation to its end; its complaints go to the logs."""
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / "commands.err").open("ab") as err:
            done = subprocess.run(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=err,
                check=False,
            )
        assert done.returncode == 0, (self.logs / "commands.err").read_text()[-2000:]
        return done.stdout

    def stagehand(self, verb: str, *numbers: int) -> Any:
        """Do what officers do."""
        return json.loads(self.run("tests.assurance.stagehand", verb, *map(str, numbers)))

    def start(self) -> None:
        """Serve."""
        out = (self.logs / "serve.log").open("ab")
        self.server = subprocess.Popen(
            [sys.executable, "-m", "pingjia", "serve"], cwd=ROOT, env=self.env, stdout=out, stderr=out
        )
        wait_for(self.port, self.server)

    def stop(self) -> None:
        """Stop serving."""
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
            self.server = None

    def snapshot(self) -> None:
        """Copy the databases as they stand this moment, SQLite's write-ahead log included: a backup of the machine."""
        target = self.folder / "snapshots" / f"{self.taken:04}"
        target.mkdir(parents=True)
        self.taken += 1
        for file in sorted(self.home.glob("*.sqlite3*")):
            with contextlib.suppress(FileNotFoundError):  # a log that was folded into its database this moment
                shutil.copy(file, target / file.name)

    def remains(self) -> list[Path]:
        """Return every file that is left anywhere, in an order that respects their age where names tell it."""
        places = [self.folder] + ([self.cluster.folder] if self.cluster else [])
        return [
            file for place in places for file in sorted(place.rglob("*")) if file.is_file() and not file.is_symlink()
        ]


@contextlib.contextmanager
def deployed(folder: Path) -> Iterator[Deployment]:
    """Provide a place on the kind of database that this run is for, and take all down at the end."""
    cluster = Cluster() if os.environ.get("PINGJIA_DATABASE_URL") else None
    made = Deployment(folder, cluster)
    try:
        if cluster:
            cluster.start()
        yield made
    finally:
        made.stop()
        if cluster:
            cluster.remove()
