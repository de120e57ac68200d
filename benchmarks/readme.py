"""The table of figures in the README, written from ``build/bench.json`` between two markers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.row import Row

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- figures: written by `python -m benchmarks --readme` -->", "<!-- end of figures -->"
MARKS = {True: "✓", False: "✗", None: ""}


def write(value: dict[str, Any]) -> None:
    """Replace what stands between the markers of both READMEs."""
    for name, text in (("README.md", chinese(value)), ("README.en.md", english(value))):
        path = ROOT / name
        before, _, rest = path.read_text().partition(BEGIN)
        _, found, after = rest.partition(END)
        if not found:
            raise ValueError(f"{name} has no markers for the figures")
        path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def english(value: dict[str, Any]) -> str:
    """Return the table in English."""
    on = value["machine"]
    place = f"{on['cores']} cores of {on['processor']}, {on['memory']}, Python {on['python']}, {on['system']}"
    head = f"Measured on {place}."
    if (load := _load(value)) > on["cores"]:
        head += f" The machine was busy (load {load:.0f}): what is taken by the clock says little, either way."
    rows = [(row.name, row.shown, row) for row in _rows(value)]
    return _table(head, ("figure", "measured", "promised", ""), rows)


def chinese(value: dict[str, Any]) -> str:
    """Return the table in Chinese."""
    on = value["machine"]
    place = f"{on['processor']}，{on['cores']} 核，内存 {on['memory']}，Python {on['python']}，{on['system']}"
    head = f"实测环境：{place}。"
    if (load := _load(value)) > on["cores"]:
        head += f"当时机器很忙（负载 {load:.0f}），按时钟量的数，好坏都不足为凭。"
    rows = [(row.zh, "未测" if row.value is None else row.shown, row) for row in _rows(value)]
    return _table(head, ("指标", "实测", "承诺", ""), rows)


def _load(value: dict[str, Any]) -> float:
    return max((float(program["load"]) for program in value["results"].values()), default=0.0)


def _rows(value: dict[str, Any]) -> list[Row]:
    rows = [Row.of(one) for program in value["results"].values() for one in program["rows"]]
    return [row for row in rows if row.zh]


def _table(head: str, titles: tuple[str, ...], rows: list[tuple[str, str, Row]]) -> str:
    lines = [head, "", f"| {' | '.join(titles)} |", "|---|---:|---:|---|"]
    lines += [f"| {name} | {shown} | {row.promise} | {MARKS[row.kept]} |" for name, shown, row in rows]
    return "\n".join(lines)
