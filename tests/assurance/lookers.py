"""Everything that a small vote shows or keeps, as one value: pages in both languages, rows, files, messages, bundle.

Two votes that may publish the same must give the same value, whatever was in their boxes. What differs in any two votes
(hashes, codes, times, the union's name) is written as ``#``.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from pingjia.ballotbox.models import SealedBox
from pingjia.core import canonical
from pingjia.core.ballot.opening import open_partials, read_partials
from pingjia.core.tests import scale
from pingjia.journal.models import Line
from pingjia.polls import outcome, queries, rehearsal, urls
from pingjia.polls.models import GradeCount, Opening, Partial, ResultSignature, SubjectResult
from pingjia.polls.scrutiny import ClosedSet, DirectBooth
from pingjia.polls.tests.cast import BoothDoor, Site, Stage

OWN = (
    re.compile(r"(?:mill|dock|wharf)\w*"),
    re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}(?=\.)"),
    re.compile(r"[0-9A-Z]{4}(?:[\s·-]{1,3}[0-9A-Z]{4}){3}"),
    re.compile(r"[A-Za-z0-9+/=_-]{40,}"),
    re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?|\d+月\d+日|\d{1,2}:\d\d(?::\d\d)?|\w+ \d{1,2}, \d{4}"),
    re.compile(r"(?<=/)\d+(?=[/\"?])"),
    re.compile(r"csrfmiddlewaretoken\" value=\"\w+"),
)


def plain(text: str) -> str:
    """Write what is a vote's own as ``#``."""
    for pattern in OWN:
        text = pattern.sub("#", text)
    return text


@dataclass
class ListeningBooth(DirectBooth):
    """The relay with somebody who writes down every request's and answer's length and shape."""

    heard: list[tuple[str, int, int]] = field(default_factory=list)

    def post(self, path: str, question: dict[str, Any]) -> bytes:
        """See ``scrutiny.Booth``."""
        answer = super().post(path, question)
        asked = {key: value for key, value in question.items() if key != "code"}
        self.heard.append((plain(path), len(plain(json.dumps(asked))), len(plain(answer.decode("latin-1")))))
        return answer


def count(stage: Stage) -> ListeningBooth:
    """Open, count and declare; return what was heard at the relay."""
    booth = ListeningBooth()
    rehearsal.play_opening(stage.invitations, stage.cards, booth)
    stage.poll.refresh_from_db()
    outcome.declare(stage.poll, by=stage.town.officer)
    return booth


def opened_masks(stage: Stage) -> dict[str, set[tuple[int, int]]]:
    """Return every (subject, mask) that was decrypted: openly, and in messages that only scrutineers can read."""
    found: dict[str, set[tuple[int, int]]] = {"public": set(), "sealed": set()}
    for row in Partial.objects.filter(opening=stage.opening, recipient=0):
        found["public"] |= {(part.s, part.mask) for part in read_partials(bytes(row.content))}
    for browser in rehearsal.scrutineers(stage.invitations, stage.cards):
        work: ClosedSet = browser.download(stage.opening.set_id)
        sent = browser.ask("inbox", set=work.set_id)["sealed"]
        for sender, raw in sent.items():
            mine = browser.keys.exchange
            parts = open_partials(bytes.fromhex(raw), work.name, int(sender), browser.place[1], mine)
            found["sealed"] |= {(part.s, part.mask) for part in parts}
    return found


def pages(stage: Stage, names: Sequence[str] = ()) -> dict[str, str]:
    """Return every page about the poll (or those named), as each reader gets it, in both languages.

    The everyday run reads as the officer and as nobody in particular; the proof also as chair, superior and member.
    """
    people = {
        "nobody": None,
        "officer": stage.town.officer,
        "chair": stage.town.chair,
        "organiser": stage.town.organiser,
        "member": stage.town.members[0].user,
    }
    if not scale.proving():
        people = {who: people[who] for who in ("nobody", "officer")}
    found = {}
    for route in urls.urlpatterns:
        if names and route.name not in names:
            continue
        if (
            "<str:poll_id>" not in str(route.pattern)
            or "<int:" in str(route.pattern)
            or "<str:step>" in str(route.pattern)
        ):
            continue
        path = "/" + str(route.pattern).replace("<str:poll_id>", stage.poll.poll_id)
        for who, login in people.items():
            for language in ("zh-hans", "en"):
                door = Site(headers={"accept-language": language})
                if login:
                    door.force_login(login)
                answer = door.get(path)
                found[f"{route.name} {who} {language}"] = f"{answer.status_code} {plain(answer.content.decode())}"
                if answer.status_code in (302, 404):
                    break  # no second language for a page that is not there
    return found


def rows() -> dict[str, list[str]]:
    """Return every row that the server keeps about openings and results, and the whole journal."""
    found = {}
    for model in (Opening, SubjectResult, GradeCount, Partial, ResultSignature, Line, SealedBox):
        names = [one.attname for one in model._meta.concrete_fields if not one.primary_key and not one.is_relation]
        values = model.objects.order_by("pk").values_list(*names)
        found[model.__name__] = [_row(dict(zip(names, row, strict=True))) for row in values]
    return found


def _is_text(raw: bytes) -> bool:
    """Tell canonical JSON from a ciphertext, which may begin with any byte."""
    try:
        canonical.loads(raw)
    except canonical.NotCanonical:
        return False
    return True


def _row(facts: dict[str, Any]) -> str:
    shown = {}
    for name, value in facts.items():
        raw = bytes(value) if isinstance(value, (bytes, memoryview)) else None
        if raw is None:
            shown[name] = plain(str(value))
        else:
            shown[name] = plain(raw.decode()) if _is_text(raw) else f"{len(raw)} bytes"
    return json.dumps(shown, sort_keys=True, ensure_ascii=False)


def files() -> list[tuple[str, int]]:
    """Return every file of boxes and keys with its length; what serves all votes alike is left out."""
    folders = (settings.PINGJIA_BOX_DIR, settings.PINGJIA_KEYS_DIR)
    return sorted(
        (plain(str(file.relative_to(folder))), file.stat().st_size)
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file() and "log" not in file.relative_to(folder).parts and file.name != "invitations.key"
    )


def published(stage: Stage) -> dict[str, Any]:
    """Return the bundle's entries with their lengths, the result, and what the booth hands out of the box."""
    box = stage.poll.boxes.get(kind="ballot").box_hash
    with zipfile.ZipFile(io.BytesIO(queries.bundle(stage.opening))) as bundle:
        entries = {name: bundle.read(name) for name in bundle.namelist()}
    names = ("bodies.bin", "heads.bin", "receipts.bin", "issuance.json", "closing.note", "invalid.bin", "partials.bin")
    door = {name: BoothDoor().get(f"/box/{box}/{name}").status_code for name in names}
    lengths = {name: len(raw) for name, raw in entries.items() if not name.endswith("tlog-proof")}
    lengths |= {f"{name} at the booth": status for name, status in door.items()}
    return {"entries": lengths, "result": plain(entries["result.json"].decode())}
