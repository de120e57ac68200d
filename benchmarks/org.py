"""The real tree: 44,703 places down to streets, and all 665,276 of the country, through the command that users type.

The tables come from the npm package that ``pingjia import units --national`` fetches; without npm or network the rows
say so. Pages are asked of the same views at 1,000 places and at 665,276: their time must not follow the size.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import child
from benchmarks.row import Row

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "tests" / "data" / "org"
UPPER = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv")
ASKED = 200  # requests of each page


def measure(quick: bool = False) -> list[Row]:
    """Return times and memory of both imports, and how a page's slowest twentieth grows with the tree."""
    with tempfile.TemporaryDirectory() as place:
        folder, asked = Path(place), 5 if quick else ASKED
        tables = SAMPLE if quick else _fetched(folder)
        if tables is None:
            return [Row("the real tree: import", None, note="no npm or no network: the package cannot be fetched")]
        _cut(tables, folder / "small", 300 if quick else 1_000)
        small = _import(folder, "small", [folder / "small"])
        upper = _import(folder, "upper", [tables / name for name in UPPER])
        whole = _import(folder, "whole", [tables])
        few = _pages(folder, "small", asked)
        many = _pages(folder, "whole", asked)
    promise = [None, None, None] if quick else [30.0, 300.0, 3.0]
    more = whole.memory - upper.memory
    return [
        Row("44,703 places down to streets: import", upper.wall, "s", promise[0], f"{upper.cpu:.1f} s of processor"),
        Row("665,276 places: import", whole.wall, "s", promise[1], f"{whole.cpu:.0f} s of processor"),
        Row("… memory at 1,000 places", small.memory, "MiB"),
        Row("… memory at 44,703 places", upper.memory, "MiB"),
        Row("… memory at 665,276 places", whole.memory, "MiB", note=f"{more:+.0f} MiB for 620,573 more"),
        *(
            Row(f"{page}: 95th of a hundred, 665,276 to 1,000", many[page] / few[page], "×", promise[2])
            for page in few
            if not page.startswith("#")
        ),
        *(Row(f"{page[1:]}: queries more at 665,276", many[page] - few[page], "", 0) for page in few if page[0] == "#"),
    ]


def _fetched(folder: Path) -> Path | None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
    from pingjia.units import china
    from pingjia.units.refusal import Refused

    (folder / "tables").mkdir()
    try:
        china.fetch(folder / "tables")
    except (Refused, subprocess.TimeoutExpired):
        return None
    return folder / "tables"


def _cut(tables: Path, into: Path, most: int) -> None:
    """Keep one province down to its villages, at most that many of these."""
    into.mkdir()
    kept: set[str] = set()
    for name in (*UPPER, "villages.csv"):
        with (tables / name).open(encoding="utf-8", newline="") as text:
            reader = csv.DictReader(text)
            rows = [row for row in reader if row["code"].startswith("46")]
            if name == "villages.csv":
                rows = [row for row in rows if row["streetCode"] in kept][: max(0, most - len(kept))]
        kept |= {row["code"] for row in rows}
        with (into / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(reader.fieldnames or []))
            writer.writeheader()
            writer.writerows(rows)


def _environment(folder: Path, name: str) -> None:
    home = folder / f"home-{name}"
    home.mkdir(exist_ok=True)
    os.environ["PINGJIA_HOME"] = str(home)
    for variable in ("PINGJIA_DATABASE_URL", "PINGJIA_BOX_DATABASE_URL"):
        os.environ.pop(variable, None)


def _import(folder: Path, name: str, files: list[Path]) -> child.Cost:
    pingjia, empty = [sys.executable, "-m", "pingjia"], folder / "home-empty"
    if not empty.exists():
        _environment(folder, "empty")
        child.run([*pingjia, "migrate", "-v0"], ROOT)
    shutil.copytree(empty, folder / f"home-{name}")
    _environment(folder, name)
    return child.run([*pingjia, "import", "units", *map(str, files)], ROOT)


def _pages(folder: Path, name: str, number: int) -> dict[str, float]:
    """Return milliseconds by page, and queries by ``#page``."""
    _environment(folder, name)
    command = [sys.executable, "-m", "benchmarks.org", "pages", str(number)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def pages(number: int) -> dict[str, float]:
    """Ask each page as the organiser of the province, in this process."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pingjia.settings"
    import django

    django.setup()
    from urllib.parse import urlsplit

    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

    from pingjia.people.models import Role, Seat, User
    from pingjia.units.models import Unit
    from pingjia.units.paths import at_or_below

    province = Unit.objects.get(code="46")
    user = User.objects.create(username="organiser", full_name="organiser")
    Seat.objects.create(user=user, unit=province, role=Role.ORGANISER, since=timezone.localdate())
    wide = Unit.objects.filter(at_or_below("46/")).order_by("-children_count").first()
    client: Any = Client(HTTP_HOST=urlsplit(settings.PINGJIA_SITE).netloc)
    client.force_login(user)
    asked = {
        "a province's list and count": reverse("units:tree", args=["46"]),
        "the widest list": reverse("units:tree", args=[wide.code if wide else "46"]),
        "a unit's page": reverse("units:unit", args=["46"]),
        "a search by initials": reverse("units:find") + "?q=hks",
    }
    found: dict[str, float] = {}
    for page, address in asked.items():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        found[f"#{page}"] = len(queries)
        times = []
        for _turn in range(number):
            begun = time.perf_counter()
            client.get(address)
            times.append(time.perf_counter() - begun)
        found[page] = 1000 * sorted(times)[int(0.95 * number)]
    return found


if __name__ == "__main__" and sys.argv[1:2] == ["pages"]:
    print(json.dumps(pages(int(sys.argv[2]))))
