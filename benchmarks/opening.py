"""The scrutineer's page in real Chromium: 1,000 ballots of 3×3 verified before the box may be opened.

A page loads the opening page's own code and workers from a server on loopback and counts a box of a hundred different
ballots ten times over: tokens, signatures, receipts, proofs, sums. Fetching and the few checks on papers are not in it.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import elections
from benchmarks.row import Row

ROOT = Path(__file__).resolve().parents[1]
DIFFERENT, TIMES = 100, 10
PROMISE = 20.0  # seconds
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]


def measure(quick: bool = False) -> list[Row]:
    """Return seconds with four workers and with one."""
    name, zh = "opening page, 1,000 ballots of 3×3, four workers", "开箱页核验 1,000 张 3×3 选票（四个工作线程）"
    chromium = shutil.which("chromium")
    if chromium is None:
        return [Row(name, None, "s", PROMISE, "not measured: apt-get install chromium", zh=zh)]
    times = 1 if quick else TIMES
    with TemporaryDirectory() as folder, _served(Path(folder), 4 if quick else DIFFERENT) as address:
        four, one = (_count(chromium, address, crew, times) for crew in (4, 1))
    return [
        Row(name, four["seconds"], "s", None if quick else PROMISE, zh=zh),
        Row("opening page, the same, CPU of all its workers", four["cpu"], "s", zh="同上：全部工作线程的处理器时间"),
        Row("opening page, the same, one worker", one["seconds"], "s"),
        Row("opening page, one worker ÷ four", one["seconds"] / four["seconds"], "×"),
    ]


@contextmanager
def _served(folder: Path, ballots: int) -> Iterator[str]:
    """Serve page, workers and a box; yield the address."""
    booth = ROOT / "booth"
    subprocess.run(["node", "build.mjs"], cwd=booth, check=True)
    (folder / "assets").mkdir()
    (folder / "box").mkdir()
    shutil.copy(booth / "dist" / "counting.js", folder / "assets")
    command = ["node_modules/.bin/esbuild", "../benchmarks/opening.ts", "--bundle", "--minify", "--target=es2020"]
    subprocess.run([*command, '--define:PINGJIA_TRUST=""', f"--outfile={folder}/page.js"], cwd=booth, check=True)
    (folder / "index.html").write_text('<!doctype html><meta charset="utf-8"><script src="/page.js"></script>')
    for name, content in elections.election(ballots).entries.items():
        (folder / "box" / name).write_bytes(content)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _count(chromium: str, address: str, crew: int, times: int) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        system = browser.new_browser_cdp_session()
        before = _cpu(system)
        found: dict[str, Any] = page.evaluate("([crew, times]) => count(crew, times)", [crew, times])
        found["cpu"] = _cpu(system) - before
        browser.close()
    assert found["invalid"] == 0, found
    assert found["counted"]
    return found


def _cpu(system: Any) -> float:
    """Return the CPU seconds of all processes of the browser so far."""
    return float(sum(one["cpuTime"] for one in system.send("SystemInfo.getProcessInfo")["processInfo"]))
