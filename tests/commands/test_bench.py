"""The benchmark programs run end to end at their tiniest size. Figures mean nothing there, and none is looked at.

Every day the two that cost least; under the proof every program that needs no server beside it. ``pairs`` brings up a
PostgreSQL server of its own and ``opening`` a Chromium with a time limit: these two run by ``make bench`` alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import names
from benchmarks.row import Row
from pingjia.core.tests.scale import proving

ROOT = Path(__file__).resolve().parents[2]
CHEAP = ["merkle", "signing"]
DEARER = ["demo", "hall", "memory", "org", "verify"]
BY_HAND = ["opening", "pairs"]


@pytest.mark.parametrize("name", CHEAP + (DEARER if proving() else []))
def test_a_benchmark_runs_and_writes_rows_as_json(name: str) -> None:
    kept = ROOT / "build/bench.json"
    before = kept.read_bytes() if kept.exists() else None
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--quick"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    value = json.loads(run.stdout)
    assert set(value) == {"machine", "results"}
    assert list(value["results"]) == [name]
    written = value["results"][name]["rows"]
    rows = [Row.of(row) for row in written]
    assert [row.as_value() for row in rows] == written
    assert any(row.value is not None for row in rows)
    for row in rows:
        assert row.name
        if row.value is None:
            assert row.note, f"{row.name}: not measured, and does not say why"
        else:
            assert row.value >= 0
    assert (kept.read_bytes() if kept.exists() else None) == before  # quick figures are kept nowhere


def test_every_program_is_run_by_these_tests_or_named_as_run_by_hand() -> None:
    assert sorted(CHEAP + DEARER + BY_HAND) == names()


def test_an_unknown_program_is_refused_by_name() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nosuch"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "no such program: nosuch" in run.stderr
