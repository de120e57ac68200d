"""``make pictures``: photograph every page on a phone and on a desk, and lay the photographs out on one sheet."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from tests.walkers.readers import Stop, context_for
from tests.walkers.test_every_page import LOOKS


def test_picture_of_every_page(chromium: Any, town: Any, walk: Any) -> None:
    contact_sheet(chromium, town, walk, Path(os.environ["PINGJIA_PICTURES"]))


def contact_sheet(chromium: Any, town: Any, walk: list[Stop], folder: Path) -> None:
    """Photograph these stops into ``folder`` and write ``index.html``, which shows them all."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = []
    for look in ({**LOOKS[0], "size": "normal", "theme": "light"}, LOOKS[1]):
        for who in sorted({stop.reader for stop in walk}, key=str):
            context = context_for(chromium, town, who, look)
            page = context.new_page()
            for path in [stop.path for stop in walk if stop.reader == who]:
                page.goto(town.site + path)
                name = f"{re.sub(r'[^a-zA-Z0-9]+', '-', path).strip('-') or 'front'}-{look['width']}.png"
                page.screenshot(path=str(folder / name), full_page=True)
                sheet.append(f'<figure><figcaption>{path} · {who or "—"}</figcaption><img src="{name}"></figure>')
            context.close()
    (folder / "index.html").write_text(
        "<!doctype html><meta charset=utf-8><style>body{display:flex;flex-wrap:wrap;gap:1em;font:14px sans-serif}"
        "img{width:320px;border:1px solid #ccc}</style>" + "".join(sheet)
    )
