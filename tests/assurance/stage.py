"""What the porter runs with Django, beside the server: set a poll up, look into its databases."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

SUBJECTS = [("home", "职工之家建设", "three"), ("chair", "工会主席履职", "three")]


def migrate() -> None:
    """Build the tables of both databases."""
    from django.core.management import call_command

    for database in ("default", "box"):
        call_command("migrate", database=database, verbosity=0)


def _log_in(user: Any) -> str:
    """Return the session key of a browser in which this user has logged in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return str(session.session_key)


def put_up(members: int) -> dict[str, Any]:
    """Bring a practice poll to the day of the vote; return what its people hold on paper."""
    from pingjia.polls.tests import cast

    stage = cast.opened(members, subjects=SUBJECTS)
    return {
        "poll_id": stage.poll.poll_id,
        "poll_hash": stage.poll.poll_hash,
        "boxes": [box.box_hash for box in stage.poll.boxes.order_by("order")],
        "codes": stage.codes,
        "invitations": stage.invitations,
        "cards": [card.hex() for card in stage.cards],
        "officer": _log_in(stage.town.officer),
        "members": [_log_in(member.user) for member in stage.town.members[:2]],
    }


def look(poll_id: str) -> dict[str, Any]:
    """Return what the databases say of a poll: states, rows, issuances, the types of the log's entries in order."""
    from pingjia.ballotbox.models import Drop, SealedBox
    from pingjia.journal.actions import first_broken_line
    from pingjia.polls.models import Issuance, Opening, Poll
    from pingjia.publiclog.models import Entry

    poll = Poll.objects.get(poll_id=poll_id)
    return {
        "state": str(poll.state),
        "boxes": list(SealedBox.objects.values_list("state", flat=True)),
        "drops": Drop.objects.count(),
        "issued": Issuance.objects.filter(poll=poll).count(),
        "log": list(Entry.objects.order_by("index").values_list("type", flat=True)),
        "sets": list(Opening.objects.values_list("set_id", flat=True)),
        "journal_whole": first_broken_line() is None,
        "destroyed": poll.secrets_destroyed_at is not None,
    }


def durability() -> dict[str, Any]:
    """Return by which settings a commit survives a power cut, of both databases."""
    from django.db import connections

    found: dict[str, Any] = {}
    for name in ("default", "box"):
        with connections[name].cursor() as cursor:
            if connections[name].vendor == "sqlite":
                answers = [cursor.execute(f"PRAGMA {what}").fetchone()[0] for what in ("journal_mode", "synchronous")]
            else:
                cursor.execute("SHOW synchronous_commit")
                answers = list(cursor.fetchone())
        found[name] = [connections[name].vendor, *answers]
    return found


def unseal(poll_id: str, home: str) -> list[str]:
    """Return the leaves of every ballot that lies in the poll's box, in hex, out of a copy of the server's home."""
    from django.conf import settings
    from django.db import connections

    for name, file in (("default", "site.sqlite3"), ("box", "box.sqlite3")):
        connections[name].settings_dict["NAME"] = f"{home}/{file}"
    settings.PINGJIA_KEYS_DIR = Path(home) / "keys"
    from pingjia.ballotbox import close, drop
    from pingjia.polls.models import Poll

    box_hash = Poll.objects.get(poll_id=poll_id).boxes.get(kind="ballot").box_hash
    found = close._count(box_hash, *drop.paper_of(box_hash))
    return [leaf.hex() for leaf, _raw in found.heads]


def fill(spare: int) -> int:
    """Eat all room on the disk of the server's home but ``spare`` bytes; return how much was eaten."""
    from django.conf import settings

    ballast = Path(settings.HOME) / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as out:
        while True:
            out.write(bytes(65536))
    with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as out:
        while True:
            out.write(bytes(512))
    eaten = ballast.stat().st_size
    os.truncate(ballast, max(0, eaten - spare))
    return eaten


def make_room() -> None:
    """Give the room back."""
    from django.conf import settings

    (Path(settings.HOME) / "ballast").unlink(missing_ok=True)
