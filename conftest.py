"""Rules for every test run: its own home, no silent skips, and a record of what ``make proof`` has shown.

A test that calls ``scaled(sample, full)`` is a proof; under ``PINGJIA_PROOF=1`` its size, seed and result go to
``docs/assurance.md``. An interrupted proof run goes on where it stopped: what passed at this commit is not run again.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from pingjia.core.tests import scale

ROOT = Path(__file__).parent
SKIPS: list[str] = []

# Every run is repeatable: examples come from the test itself, not from chance, and no deadline depends on the machine.
for name, examples in (("sample", 60), ("proof", 2000)):
    hypothesis_settings.register_profile(
        name, derandomize=True, deadline=None, max_examples=examples, suppress_health_check=list(HealthCheck)
    )
hypothesis_settings.load_profile("proof" if scale.proving() else "sample")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> None:
    """Give each test its own keys, boxes and log, so that no test sees another's secrets."""
    settings.PINGJIA_KEYS_DIR = tmp_path / "keys"
    settings.PINGJIA_BOX_DIR = tmp_path / "boxes"
    settings.PINGJIA_LOG_DIR = tmp_path / "log"


def _commit() -> str:
    git = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    dirty = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False)
    return git.stdout.strip() + ("+changes" if dirty.stdout.strip() else "") if git.returncode == 0 else "unversioned"


def _database() -> str:
    return "PostgreSQL" if os.environ.get("PINGJIA_DATABASE_URL") else "SQLite"


def _record() -> Path:
    return ROOT / ".run" / f"proof-{_commit()}-{_database()}.jsonl"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every flushed database its migrations' rows back; leave out what a proof run has already shown."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction"):
                # Without it a flush would leave rows with other keys to the next test of the same process.
                mark.kwargs["serialized_rollback"] = True
    if not scale.proving() or not _record().exists():
        return
    shown = {row["test"] for row in map(json.loads, _record().read_text().splitlines()) if row["result"] == "passed"}
    items[:] = [item for item in items if item.nodeid not in shown]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Carry the sizes a proof asked for to the report (also across worker processes)."""
    scale.asked.clear()
    try:
        return (yield)
    finally:
        if scale.asked:
            item.user_properties.append(("sizes", list(scale.asked)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect skips, and under ``make proof`` the results."""
    if report.skipped and not hasattr(report, "wasxfail"):
        SKIPS.append(f"{report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else ''}")
    if report.when != "call" or not scale.proving() or os.environ.get("PYTEST_XDIST_WORKER"):
        return
    sizes = dict(report.user_properties).get("sizes")
    row = {"test": report.nodeid, "sizes": sizes, "seed": scale.seed(), "result": report.outcome}
    _record().parent.mkdir(exist_ok=True)
    with _record().open("a") as out:
        out.write(json.dumps(row) + "\n")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run with a skip that the README does not name; write docs/assurance.md after a proof run."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    readme = (ROOT / "README.md").read_text()
    unnamed = [skip for skip in SKIPS if skip.split(": ", 1)[1].removeprefix("Skipped: ") not in readme]
    if unnamed:
        print("\nSkipped without a reason in the README:", *unnamed, sep="\n  ")  # noqa: T201
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    if scale.proving() and _record().exists():
        _write_assurance()


def _write_assurance() -> None:
    rows = [json.loads(line) for line in _record().read_text().splitlines()]
    latest = {row["test"]: row for row in rows}
    lines = [
        "# Assurance",
        "",
        "Written by `make proof`: every proof with a size, at full size. Run it again to check it.",
        "",
        f"Commit `{_commit()}` · {_database()} · {len(latest)} tests, "
        f"{sum(row['result'] == 'passed' for row in latest.values())} passed.",
        "",
        "| proof | size | seed | result |",
        "|---|---|---|---|",
    ]
    for row in sorted(latest.values(), key=lambda row: row["test"]):
        if row["sizes"]:
            file, _, test = row["test"].partition("::")
            title = f"{test.replace('test_', '', 1).replace('_', ' ')} (`{file}`)"
            lines.append(f"| {title} | {' · '.join(map(str, row['sizes']))} | {row['seed']} | {row['result']} |")
    (ROOT / "docs" / "assurance.md").write_text("\n".join(lines) + "\n")
