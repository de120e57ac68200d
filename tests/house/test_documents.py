"""Documents that engineers rely on are kept true by tests."""

from __future__ import annotations

import re
from pathlib import Path

from django.urls import get_resolver

from tests.house import named_tests

ROOT = Path(__file__).resolve().parents[2]


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row, header and rule lines left out."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not re.match(r"^\|[\s:|-]+\|$", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_mitigation_in_the_threat_model_names_a_test_that_exists() -> None:
    text = (ROOT / "THREAT_MODEL.md").read_text()
    assert not named_tests.missing(text)
    threats = [row for row in rows(text) if re.match(r"^T\d+", row[0])]
    assert len(threats) >= 20
    assert not [row[0] for row in threats if not named_tests.NAMED.search(row[-1]) and "not promised" not in row[-1]]


def route_names() -> set[str]:
    """Return every URL name of both doors, ``room:name``."""
    names = set()
    for urlconf in ("pingjia.urls.site", "pingjia.urls.booth"):
        resolver = get_resolver(urlconf)
        for app, (_, sub) in resolver.namespace_dict.items():
            names |= {f"{app}:{key}" for key in sub.reverse_dict if isinstance(key, str)}
        names |= {key for key in resolver.reverse_dict if isinstance(key, str)}
    return names


def test_every_line_of_the_trace_points_to_something() -> None:
    text = (ROOT / "docs/trace.md").read_text()
    assert not named_tests.missing(text)
    routes = route_names()
    wrong = []
    for row in rows(text):
        if not re.match(r"^(I\d|S\d|D\d|P\d|T\d|E\d)", row[0]):
            continue
        status, where, test = row[2], row[3], row[4]
        if status.startswith("built"):
            pages = re.findall(r"`((?:polls|people|units|desks|ui)[\w]*:[\w-]+)`", where)
            if not named_tests.NAMED.search(test):
                wrong.append(f"{row[0]}: built, but no test is named")
            wrong += [f"{row[0]}: no page {page}" for page in pages if page not in routes]
        elif not re.match(r"^(planned|not built, because .+)", status):
            wrong.append(f"{row[0]}: says neither built, planned nor why not")
    assert not wrong


def test_the_trace_leaves_no_row_of_the_dossier_out() -> None:
    """Seed sentences S0–S121, pains P1–P20, trust features T1…, edge cases E1–E30 each have a line."""
    text = (ROOT / "docs/trace.md").read_text()
    seen: set[str] = set()
    for row in rows(text):
        for part in re.split(r"[,、 ]+", row[0]):
            if match := re.match(r"^([SPTE])(\d+)(?:[–-](\d+))?$", part):
                letter, first, last = match[1], int(match[2]), int(match[3] or match[2])
                seen |= {f"{letter}{n}" for n in range(first, last + 1)}
    wanted = {f"S{n}" for n in range(122)} | {f"P{n}" for n in range(1, 21)} | {f"E{n}" for n in range(1, 31)}
    wanted |= {f"T{n}" for n in range(1, 9)}
    assert not sorted(wanted - seen)


def test_every_word_of_the_trade_in_the_glossary_stands_in_the_code() -> None:
    text = (ROOT / "docs/glossary.md").read_text()
    code = "\n".join(p.read_text() for p in (ROOT / "pingjia").rglob("*.py"))
    names = {match for row in rows(text) for match in re.findall(r"`([A-Za-z_.]+)`", row[1] if len(row) > 1 else "")}
    assert names
    assert not [name for name in names if name.split(".")[-1] not in code]


def test_the_readme_is_in_both_languages_and_names_the_two_commands() -> None:
    for name in ("README.md", "README.en.md"):
        text = (ROOT / name).read_text()
        assert "make demo" in text
        assert "make test" in text
        pictures = re.findall(r'<img src="([^"]+)" alt="[^"]+"', text)
        assert len(pictures) >= 2
        assert all((ROOT / picture).stat().st_size > 5_000 for picture in pictures)


def test_adrs_are_numbered_and_say_what_was_decided_and_why() -> None:
    files = sorted((ROOT / "docs/adr").glob("*.md"))
    assert files
    for number, file in enumerate(files, 1):
        assert file.name.startswith(f"{number:04d}-"), file.name
        for heading in ("## Decision", "## Why"):
            assert heading in file.read_text(), f"{file.name} lacks {heading}"
