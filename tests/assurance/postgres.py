"""A PostgreSQL server of a test's own that keeps what an employer would: a base backup and every archived segment."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path


def programs() -> Path:
    """Return where the newest installed server's programs lie."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


class Cluster:
    """A throw-away cluster on a Unix socket. Everything it ever writes stands under ``folder`` until ``remove``."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pingjia-pg."))
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self.folder, "postgres")
        self.archive, self.backup = self.folder / "archive", self.folder / "backup"

    def _as_owner(self, program: str, *args: str) -> None:
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        log = (self.folder / "programs.log").open("ab")
        command = [*owner, str(programs() / program), *args]
        subprocess.run(command, check=True, cwd=self.folder, stdout=log, stderr=log)

    def start(self) -> Cluster:
        """Make the cluster and start it with an archive of its write-ahead log."""
        self._as_owner(
            "initdb", "-D", f"{self.folder}/data", "-U", "pingjia", "-A", "trust", "--locale=C.UTF-8", "--wal-segsize=1"
        )
        if os.geteuid() == 0:
            subprocess.run(["runuser", "-u", "postgres", "--", "mkdir", str(self.archive)], check=True)
        else:
            self.archive.mkdir()
        options = (
            f"-k {self.folder} -c listen_addresses= -c track_commit_timestamp=off -c fsync=off -c wal_level=replica "
            f"-c archive_mode=on -c archive_command='cp %p {self.archive}/%f' -c log_min_duration_statement=-1"
        )
        self._as_owner(
            "pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/server.log", "-o", options, "start"
        )
        for name in ("site", "box"):
            self._as_owner("createdb", "-h", str(self.folder), "-U", "pingjia", name)
        return self

    @property
    def urls(self) -> dict[str, str]:
        """What the program is told about its two databases."""
        place = f"?host={self.folder}"
        return {
            "PINGJIA_DATABASE_URL": f"postgresql://pingjia@/site{place}",
            "PINGJIA_BOX_DATABASE_URL": f"postgresql://pingjia@/box{place}",
        }

    def take_base_backup(self) -> None:
        """Copy the running cluster as an operator's nightly job does."""
        self._as_owner("pg_basebackup", "-h", str(self.folder), "-U", "pingjia", "-D", str(self.backup), "-c", "fast")

    def stop(self) -> None:
        """Stop in order: the last segment goes to the archive, every page to its file."""
        self._as_owner("pg_ctl", "-D", f"{self.folder}/data", "-m", "fast", "-w", "stop")

    def remove(self) -> None:
        """Stop for good and leave nothing."""
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*owner, str(programs() / "pg_ctl"), "-D", f"{self.folder}/data", "-m", "immediate", "stop"]
        subprocess.run(command, check=False, capture_output=True, cwd="/tmp")  # noqa: S108 (any folder both users may enter)
        shutil.rmtree(self.folder, ignore_errors=True)
