"""What the README's commands promise about themselves: their order, their set-up, and a real PostgreSQL server."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def steps(file: str) -> list[str]:
    """Return the commands of a shell script, comments and its own set-up left out."""
    lines = [line.split(" #")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    return [line for line in lines if line and not line.startswith(("#", "set -", "cd "))]


def would_run(target: str) -> list[str]:
    """Return what ``make TARGET`` would type, without typing it."""
    told = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()


def test_ci_checks_then_tests_on_sqlite_and_again_on_a_server_of_its_own() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)
    assert "set -euo pipefail" in (ROOT / ".ci/run").read_text()  # the first step that fails ends it
    assert steps(".ci/run") == ["bin/prepare postgres", "make check", "make test", "bin/with-postgres make test"]


def test_check_test_and_proof_run_what_they_promise_after_their_own_set_up() -> None:
    set_up = ["bin/prepare python", "bin/prepare booth", "bin/prepare messages", "bin/prepare python dev"]
    promised = {
        "check": [
            "ruff check .",
            "ruff format --check .",
            "mypy",
            "lint-imports",
            "makemigrations --check",
            "run --silent check",
        ],
        "test": ["npm test", "pytest -n 2"],
        "proof": ["PINGJIA_PROOF=1 npm test", "PINGJIA_PROOF=1 pytest -n 2"],
    }
    for target, wanted in promised.items():
        typed = would_run(target)
        places = [next(n for n, line in enumerate(typed) if step in line) for step in [*set_up, *wanted]]
        assert places == sorted(places), (target, typed)
    assert not any(
        line.lstrip().startswith("-") or "|| true" in line for line in (ROOT / "Makefile").read_text().split("\n")
    )


def test_all_tests_are_collected_from_the_rooms_and_from_the_floors_of_tests() -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    assert 'testpaths = ["pingjia", "tests"]' in settings


def test_a_missing_package_is_named_with_the_one_line_to_type(tmp_path: Path) -> None:
    """Somebody who may not install anything is told what to type, and nothing is half done."""
    for name in ("bash", "dirname", "cat", "printf"):
        (tmp_path / name).symlink_to(shutil.which(name) or f"/bin/{name}")
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "sudo").write_text("#!/bin/sh\nexit 1\n")
    for name in ("id", "sudo"):
        (tmp_path / name).chmod(0o755)
    env = {"PATH": str(tmp_path)}
    for step, package in (("bench", "belenios-tool"), ("browser", "chromium"), ("bare", "debootstrap")):
        told = subprocess.run(["bin/prepare", step], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert told.returncode == 1
        assert f"sudo apt-get install -y {package}\n" in told.stderr
    told = subprocess.run(["bin/try-bare"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "sudo -E bin/try-bare" in told.stderr


def test_every_page_of_the_booth_is_held_to_a_size_and_the_members_page_to_sixty_thousand_bytes() -> None:
    build, dist = (ROOT / "booth/build.mjs").read_text(), ROOT / "booth/dist"
    limits = dict(re.findall(r'"(\w+\.html)": ([\d_]+)', build.split("const LIMITS = {")[1].split("}")[0]))
    pages = {path.name for path in (ROOT / "booth/pages").glob("*.html")}
    assert set(limits) == pages
    assert int(limits["index.html"]) == 60_000
    assert "build.mjs --sizes" in json.loads((ROOT / "booth/package.json").read_text())["scripts"]["check"]
    for page in pages - {"verify.html"}:
        named = re.findall(r'(?:src|href)="/assets/([\w.]+)"', (dist / page).read_text())
        assert len(named) >= 2
        needs = sum(len(gzip.compress((dist / name).read_bytes(), 9)) for name in named if (dist / name).exists())
        assert needs <= int(limits[page]), page


SERVER = bool(list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


@pytest.mark.skipif(not SERVER, reason="没有安装 PostgreSQL")
def test_with_postgres_gives_two_real_databases_and_takes_them_away_again(tmp_path: Path) -> None:
    ask = (
        "import os, psycopg\n"
        "for name in ('PINGJIA_DATABASE_URL', 'PINGJIA_BOX_DATABASE_URL'):\n"
        "    with psycopg.connect(os.environ[name]) as c:\n"
        "        row = c.execute('select current_database(), version()').fetchone()\n"
        "    print(*row, os.environ[name].split('host=')[1], sep='\\t')\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [str(ROOT / "bin/with-postgres"), str(ROOT / ".venv/bin/python"), "-c", ask]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    answers = [line.split("\t") for line in ran.stdout.splitlines()]
    assert [name for name, _version, _folder in answers] == ["site", "box"]
    assert all(version.startswith("PostgreSQL ") for _name, version, _folder in answers)
    assert not Path(answers[0][2]).exists()
    failed = subprocess.run([ROOT / "bin/with-postgres", "false"], capture_output=True, check=False)
    assert failed.returncode == 1  # a test that fails on PostgreSQL fails the run
