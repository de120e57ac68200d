"""The rules of a test run, tried on a small project of their own: skips, and the record that ``make proof`` keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REASON = "没有这样的机器"
SIZED = """
from pathlib import Path
from pingjia.core.tests.scale import scaled

def test_one_thing():
    with Path("ran").open("a") as out:
        out.write("one\\n")
    assert scaled(3, 300) in (3, 300)

def test_another_thing():
    with Path("ran").open("a") as out:
        out.write("another\\n")
    scaled(5, 500)
    {body}
"""
# Stands in for pytest-django, which these small runs do without.
PLAIN = """
import types, pytest

@pytest.fixture
def settings():
    return types.SimpleNamespace()
"""


class Project:
    """A repository with our rules (conftest.py), a README and tests of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(ROOT / "conftest.py", folder)
        (folder / "README.md").write_text("# A project\n")
        (folder / "pytest.ini").write_text("[pytest]\nmarkers = django_db\n")
        (folder / "plain.py").write_text(PLAIN)
        (folder / ".gitignore").write_text(".run/\nran\nhome/\n__pycache__/\n.pytest_cache/\n.hypothesis/\n")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def git(self, *words: str) -> str:
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        return subprocess.run(["git", *who, *words], cwd=self.folder, capture_output=True, text=True, check=True).stdout

    def commit(self) -> str:
        if not (self.folder / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "x")
        return self.git("rev-parse", "--short", "HEAD").strip()

    def run(self, *words: str, proof: bool = False, postgres: bool = False) -> subprocess.CompletedProcess[str]:
        env = {key: value for key, value in os.environ.items() if not key.startswith(("PINGJIA_", "PYTEST_"))}
        env |= {"PINGJIA_HOME": str(self.folder / "home"), "PYTHONPATH": f"{ROOT}:{self.folder}"}
        env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        env |= {"PINGJIA_PROOF": "1"} if proof else {}
        env |= {"PINGJIA_DATABASE_URL": "postgresql://nobody@/never_asked"} if postgres else {}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "plain", *words]
        return subprocess.run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)

    @property
    def ran(self) -> list[str]:
        """Return which bodies ran since this was last asked."""
        file = self.folder / "ran"
        lines = file.read_text().split() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines

    @property
    def assurance(self) -> str:
        return (self.folder / "docs/assurance.md").read_text()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_skip_that_the_readme_does_not_name_fails_the_run(project: Project) -> None:
    project.write("test_mark.py", f"import pytest\n@pytest.mark.skipif(True, reason='{REASON}')\ndef test_x(): pass\n")
    project.write("test_body.py", f"import pytest\ndef test_x(): pytest.skip('{REASON}')\n")
    project.write("test_file.py", f"import pytest\npytest.skip('{REASON}', allow_module_level=True)\n")
    project.write("test_sized.py", SIZED.format(body=""))
    refused = project.run()
    assert refused.returncode == 1, refused.stdout
    told = refused.stdout.split("Skipped without a reason in the README:")[1]
    assert all(name in told for name in ("test_mark.py", "test_body.py", "test_file.py"))
    project.write("README.md", f"# A project\n\nSkipped where there is none: {REASON}\n")
    assert project.run().returncode == 0
    # An everyday run takes the sample and writes nothing down.
    assert project.ran == ["one", "another"] * 2
    assert not (project.folder / "docs").exists()
    assert not (project.folder / ".run").exists()


def test_a_proof_resumes_where_it_stopped_and_shows_what_failed(project: Project) -> None:
    broken = "import pytest\n@pytest.fixture\ndef broken(): raise OSError\ndef test_begun(broken): pass\n"
    project.write("test_y.py", broken)
    project.write("test_x.py", SIZED.format(body="raise KeyboardInterrupt"))
    project.commit()
    assert project.run(proof=True).returncode == 2  # interrupted in the second test
    assert project.ran == ["one", "another"]
    assert "| one thing (`test_x.py`) | 300 | 20261122 | passed |" in project.assurance
    assert "another thing" not in project.assurance
    project.write("test_x.py", SIZED.format(body="assert False"))
    commit = project.commit()
    assert project.run(proof=True).returncode == 1
    assert project.ran == ["one", "another"]  # another commit: nothing is taken over
    assert project.run(proof=True).returncode == 1
    assert project.ran == ["another"]  # what passed is not run again, what failed is
    assert f"Commit `{commit}` · 3 tests, 1 passed." in project.assurance
    assert "| another thing (`test_x.py`) | 500 | 20261122 | **failed** |" in project.assurance
    assert "| begun (`test_y.py`) | — | 20261122 | **failed** |" in project.assurance  # it could not even begin


def test_a_record_is_of_one_state_of_the_files_and_of_one_database(project: Project) -> None:
    project.write("test_x.py", SIZED.format(body=""))
    commit = project.commit()
    assert project.run(proof=True).returncode == 0
    assert project.run(proof=True).returncode == 0  # docs/assurance.md is new; yet all is shown, and nothing is left
    assert project.ran == ["one", "another"]
    assert project.run(proof=True, postgres=True).returncode == 0
    assert project.ran == ["one", "another"]
    chapters = project.assurance.split("\n## ")
    assert [chapter.split("\n")[0] for chapter in chapters[1:]] == ["SQLite", "PostgreSQL"]
    assert all(f"Commit `{commit}` · 2 tests, 2 passed." in chapter for chapter in chapters[1:])
    seen = set()
    for body in ("pass", "pass; pass"):
        project.write("test_x.py", SIZED.format(body=body))
        assert project.run(proof=True).returncode == 0
        assert project.ran == ["one", "another"]  # each change is proved anew
        seen |= {line for line in project.assurance.splitlines() if line.startswith(f"Commit `{commit}+changes.")}
    assert len(seen) == 2
