"""What the officers do on a server of its own process: ``python -m tests.assurance.stagehand prepare|close …``.

It prints JSON. What it prints is on paper, or on members' devices, in real life; no test may give it to the attacker.
"""

from __future__ import annotations

import json
import os
import random
import sys
from typing import Any


def prepare(polls: int, voters: int) -> dict[str, Any]:
    """Found unions, freeze rolls, seal and open a ballot box and an opinion box each; half the members have slips."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from pingjia.polls import rehearsal, sealing
    from pingjia.polls import slips as printing
    from pingjia.polls.tests import cast

    for database in ("default", "box"):
        call_command("migrate", verbosity=0, database=database)
    made = []
    for n in range(polls):
        town = cast.found_town(voters, f"mill{n}")
        poll = cast.draft(town, with_opinions=True)
        cast.prepare.freeze_roll(poll, by=town.officer)
        rehearsal.play_sealing(cast.invited(town, poll))
        poll.refresh_from_db()
        printed = printing.print_named_slips(poll, by=town.officer)
        sealing.open_poll(poll, by=town.officer)
        members = []
        for entry, code in printed:
            session = SessionStore()
            session[SESSION_KEY] = str(entry.member.user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = entry.member.user.get_session_auth_hash()
            session.create()
            members.append({"no": entry.no, "code": code, "cookie": session.session_key, "leaf": entry.leaf})
        # Who comes when has nothing to do with the place on the roll.
        random.Random(n).shuffle(members)
        hashes = [box.box_hash for box in poll.boxes.all()]
        facts = {"poll_id": poll.poll_id, "poll_hash": poll.poll_hash, "boxes": hashes, "members": members}
        made.append(facts | {"slate": poll.slate_hash, "keyset": poll.keyset_hash})
    return {"cookie": settings.SESSION_COOKIE_NAME, "polls": made}


def close() -> dict[str, Any]:
    """Look at the tables a last time, then close every poll."""
    from pingjia.polls import closing
    from pingjia.polls.models import Poll
    from pingjia.polls.tests import cast

    found = _tables()
    for poll in Poll.objects.select_related("unit"):
        closing.close_poll(poll, by=cast.user(f"{poll.unit.code}-officer"))
    return found


def _tables() -> dict[str, Any]:
    """Return what a reader of both databases sees, in every order that the database itself keeps."""
    from django.db import connections

    from pingjia.ballotbox.models import Drop
    from pingjia.polls.models import Issuance

    postgres = connections["default"].vendor == "postgresql"
    rows = Issuance.objects.order_by("pk").values_list("pk", "poll__poll_id", "entry__leaf", "entry__no", "blinded")
    found: dict[str, Any] = {
        "issuances": [[pk, poll, leaf, no, bytes(blinded).hex()] for pk, poll, leaf, no, blinded in rows]
    }
    found["rows"] = [
        [box, bytes(slot).hex(), bytes(blob).hex()]
        for box, slot, blob in Drop.objects.values_list("box_id", "slot", "blob")
    ]
    for name, table, what in (("default", "polls_issuance", "id"), ("box", "ballotbox_drop", "slot")):
        place = "ctid" if postgres else ("rowid" if name == "default" else "box_id, slot")
        with connections[name].cursor() as cursor:
            cursor.execute(f"SELECT {what} FROM {table} ORDER BY {place}")  # noqa: S608 (fixed names)
            found[f"{table} by {place}"] = [_plain(row[0]) for row in cursor.fetchall()]
            if postgres:
                cursor.execute(f"SELECT {what} FROM {table} ORDER BY xmin::text::bigint")  # noqa: S608
                found[f"{table} by xmin"] = [_plain(row[0]) for row in cursor.fetchall()]
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, int) else bytes(value).hex()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
    import django

    django.setup()
    verb, *numbers = sys.argv[1:]
    json.dump({"prepare": prepare, "close": close}[verb](*map(int, numbers)), sys.stdout)
