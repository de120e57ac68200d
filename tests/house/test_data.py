"""What lies in tests/data may lie there: every file has its source and its licence beside it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.test_documents import rows

DATA = Path(__file__).resolve().parents[1] / "data"
# A word or two that stand in each licence and in no other, so that a file of that name is really that text.
LICENCES = {
    "LICENSE-Apache-2.0": "Apache License",
    "LICENSE-BSD-2-Clause": "Redistribution and use in source and binary forms",
    "LICENSE-BSD-3-Clause-go": "Google",
    "LICENSE-BSD-3-Clause-IETF-Trust": "IETF Trust",
    "LICENSE-CC0.txt": "CC0 1.0",
    "LICENSE-MIT": "Permission is hereby granted, free of charge",
    "LICENSE-PSF-2.0": "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
    "LICENSE-china-division": "Sam Hocevar",
}


def unlicensed(folder: Path) -> list[str]:
    """Return what is missing in one folder of data: files of no source, licences named but not there, or not named."""
    papers = {file.name for file in folder.iterdir() if file.name.startswith(("README", "LICENSE"))}
    covered: list[str] = []
    named: set[str] = set()
    wrong = []
    for paper in sorted(papers):
        if not paper.startswith("README"):
            continue
        for row in rows((folder / paper).read_text())[1:]:
            if len(row) == 3:
                licence = set(re.findall(r"`(LICENSE[\w.-]*)`", row[2]))
                if not licence and row[2] != "as the project":
                    wrong.append(f"{folder.name}: {row[0]} names no licence")
                covered += re.findall(r"`([^`]+)`", row[0])
                named |= licence
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in papers]
    for path in files:
        inside = path.relative_to(folder)
        if not any(inside.match(known) or str(inside).startswith(known.rstrip("/") + "/") for known in covered):
            wrong.append(f"{folder.name}/{inside} stands in no README")
    for licence in sorted(named | {paper for paper in papers if paper.startswith("LICENSE")}):
        text = (folder / licence).read_text() if licence in papers else ""
        if licence not in named or LICENCES.get(licence, "\0") not in text:
            wrong.append(f"{folder.name}: {licence} is not there, not named, or not that text")
    return wrong


def test_every_folder_of_test_data_has_its_source_and_its_licence() -> None:
    folders = [path for path in DATA.iterdir() if path.is_dir()]
    assert len(folders) >= 6
    assert not [path.name for path in DATA.iterdir() if path.is_file()]
    assert not [fault for folder in folders for fault in unlicensed(folder)]


def test_a_file_without_source_or_licence_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(
        "| file | from | licence |\n|---|---|---|\n| `a.csv` | somewhere | `LICENSE-MIT` |\n"
    )
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "b.csv").write_text("")
    assert len(unlicensed(tmp_path)) == 2  # b.csv is from nowhere, and the licence is not there
    (tmp_path / "LICENSE-MIT").write_text("all rights reserved")
    assert len(unlicensed(tmp_path)) == 2
    (tmp_path / "LICENSE-MIT").write_text(LICENCES["LICENSE-MIT"])
    (tmp_path / "b.csv").unlink()
    assert not unlicensed(tmp_path)
