"""Rules for every test run: its own home, no silent skips, and a record of what ``make proof`` has shown.

A test that calls ``scaled(sample, full)`` is a proof; under ``PINGJIA_PROOF=1`` its size, seed and result go to
``docs/assurance.md``. An interrupted proof run goes on where it stopped: what passed at this commit is not run again.
"""

from __future__ import annotations

import hashlib
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
ASSURANCE = "docs/assurance.md"
DATABASES = ("SQLite", "PostgreSQL")
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


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout


def _commit() -> str:
    """Name what is proved: the commit and, where files differ from it, a hash of how (what the run writes left out)."""
    commit = _git("rev-parse", "--short", "HEAD").strip()
    changed = _git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", ".", f":!{ASSURANCE}")
    if not commit or not changed:
        return commit or "unversioned"
    # By content, so that a proof is never taken over from other changes than those that lie here now.
    difference = hashlib.sha256(changed.encode())
    for line in filter(None, changed.split("\0")):
        path = ROOT / line[3:]
        difference.update(path.read_bytes() if path.is_file() else b"")
    return f"{commit}+changes.{difference.hexdigest()[:8]}"


def _database() -> str:
    return "PostgreSQL" if os.environ.get("PINGJIA_DATABASE_URL") else "SQLite"


def _record() -> Path:
    return ROOT / ".run" / f"proof-{COMMIT}-{_database()}.jsonl"


def _place(item: pytest.Item) -> int:
    """Say when a test's turn is: the quick first, and last those that leave the databases alone and are long.

    Between them stands what uses the databases, in pytest-django's order (those that flush them after all others), the
    rooms before the browser, whose event loop stays in its process. Both workers walk this one list, a few tests at a
    time, so neither ever goes back; stealing work (``--dist=worksteal``) would.
    """
    if item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
        return 1
    return 0 if item.path.is_relative_to(ROOT / "pingjia") else 2


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every flushed database its migrations' rows back; leave out what a proof run has already shown."""
    items.sort(key=_place)
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


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Collect whole files that are left out."""
    _note_skip(report)


def _note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        SKIPS.append(f"{report.nodeid}: {report.longrepr[2] if isinstance(report.longrepr, tuple) else ''}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect skips, and under ``make proof`` the results."""
    _note_skip(report)
    # A test counts by its call; where setting up or clearing away fails, it has failed.
    if report.when != "call" and not report.failed:
        return
    if not scale.proving() or os.environ.get("PYTEST_XDIST_WORKER"):
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
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:  # all is shown already
            session.exitstatus = pytest.ExitCode.OK
        _write_assurance()


def _write_assurance() -> None:
    """Write this database's chapter anew and keep the other's as it stands."""
    file = ROOT / ASSURANCE
    old = file.read_text() if file.exists() else ""
    chapters = {chapter.split("\n", 1)[0]: chapter.strip() for chapter in old.split("\n## ")[1:]}
    chapters[_database()] = "\n".join(_chapter())
    kept = [f"## {chapters[name]}" for name in DATABASES if name in chapters]
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n\n".join([*INTRODUCTION, *kept]) + "\n")


INTRODUCTION = [
    "# Assurance",
    "Written by `make proof` (on PostgreSQL: `bin/with-postgres make proof`): every proof with a size, at full size, "
    "and every test that did not pass. Run it again to check it.",
]


def _chapter() -> list[str]:
    rows = {row["test"]: row for row in map(json.loads, _record().read_text().splitlines())}
    passed = sum(row["result"] == "passed" for row in rows.values())
    lines = [_database(), "", f"Commit `{COMMIT}` · {len(rows)} tests, {passed} passed.", *_browser_code(), ""]
    lines += ["| proof | size | seed | result |", "|---|---|---|---|"]
    for row in sorted(rows.values(), key=lambda row: row["test"]):
        if row["sizes"] or row["result"] != "passed":
            file, _, test = row["test"].partition("::")
            title = f"{test.replace('test_', '', 1).replace('_', ' ')} (`{file}`)"
            result = row["result"] if row["result"] == "passed" else f"**{row['result']}**"
            lines.append(f"| {title} | {' · '.join(map(str, row['sizes'] or ['—']))} | {row['seed']} | {result} |")
    return lines


def _browser_code() -> list[str]:
    """Return what the browser code's own tests said in the same run; they have one size."""
    report = ROOT / ".run" / "vitest.json"
    if not report.exists():
        return []
    told = json.loads(report.read_text())
    return [f"The browser code's own tests: {told['numTotalTests']}, {told['numPassedTests']} passed."]


COMMIT = _commit() if scale.proving() else ""
