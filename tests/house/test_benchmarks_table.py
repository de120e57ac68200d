"""The README's table of figures is what the benchmarks wrote, and can be written again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import readme
from benchmarks.row import Row

ROWS = [
    Row("verify, share of the bound", 0.9, at_least=0.85, zh="核验 ÷ 上限"),
    Row("opening page", 31.0, "s", 20, zh="开箱页"),
    Row("beside a peer that is not here", None, "", 0.5, "not measured", zh="同类"),
    Row("a detail", 1234.5, "/s"),
]
MEASURED = {
    "machine": {"processor": "a processor", "cores": 2, "memory": "8 GiB", "python": "3.11.7", "system": "Linux 6.1"},
    "results": {"one": {"load": 0.1, "rows": [row.as_value() for row in ROWS]}},
}


def test_the_table_of_both_readmes_is_written_between_its_markers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("README.md", "README.en.md"):
        (tmp_path / name).write_text((readme.ROOT / name).read_text())
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    readme.write(MEASURED)
    english, chinese = (tmp_path / "README.en.md").read_text(), (tmp_path / "README.md").read_text()
    assert "| verify, share of the bound | 0.9 | ≥ 0.85 | ✓ |" in english
    assert "| opening page | 31 s | ≤ 20 | ✗ |" in english
    assert "| beside a peer that is not here | not measured | ≤ 0.5 |  |" in english
    assert "a detail" not in english
    assert "| 同类 | 未测 | ≤ 0.5 |  |" in chinese
    readme.write(MEASURED)
    assert (tmp_path / "README.en.md").read_text() == english


def test_a_readme_without_markers_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("评家")
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"README\.md has no markers"):
        readme.write(MEASURED)
    assert (tmp_path / "README.md").read_text() == "评家"


def test_a_promise_is_kept_broken_or_was_not_measured() -> None:
    assert [row.kept for row in ROWS] == [True, False, None, None]
    assert [Row.of(row.as_value()) for row in ROWS] == ROWS
