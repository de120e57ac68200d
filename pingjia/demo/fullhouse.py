"""A hall that exists for one rehearsal: an invented union with any number of members, played from door to bundle.

The officers' steps are the room's own verbs, the members run the booth's own TypeScript in another process against a
real server, the scrutineers check and open as their pages do. Nothing here has a way of its own into a box.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from pingjia.core.ballot.head import Head, head_length
from pingjia.core.ballot.result import Result
from pingjia.core.ballot.tiers import Tier
from pingjia.people.models import Member, Role, Seat, User
from pingjia.polls import checkin, closing, outcome, prepare, rehearsal, sealing
from pingjia.polls.models import Opening, Poll
from pingjia.publiclog import trust as trust_file
from pingjia.units.models import Kind, Unit

BOOTH = settings.ROOT / "booth"
SUBJECTS = [("home", "职工之家建设", "three"), ("chair", "工会主席履职", "three"), ("budget", "经费收支", "three")]
GRADES = 3
PATIENCE = 60  # seconds until the server must have answered


@dataclass
class House:
    """The poll, what lies on the table, and what everybody is going to choose."""

    poll: Poll
    officers: tuple[User, User]
    cards: list[bytes]
    invitations: list[str]
    codes: list[str] = field(default_factory=list)
    choices: list[list[int]] = field(default_factory=list)


def build(members: int, seed: int) -> House:
    """Found the union, freeze its roll, seal the box, and hand everybody a sealed slip at one of two doors."""
    city = Unit.objects.create(code="RH", name="排演市总工会", kind=Kind.FEDERATION, path="RH/", depth=0)
    unit = Unit.objects.create(
        code="RH-1", name="大会堂工会", kind=Kind.GRASSROOTS, parent=city, path="RH/RH-1/", depth=1
    )
    one, two = (User.objects.create(username=f"door{n}", full_name=f"门{n}") for n in (1, 2))
    for user in (one, two):
        Seat.objects.create(user=user, unit=unit, role=Role.OFFICER, since=date(2020, 1, 1))
    Member.objects.bulk_create(Member(unit=unit, no=f"{n:05}", name=f"会员{n}") for n in range(1, members + 1))
    now = timezone.now()
    poll = prepare.create_poll(
        unit, by=one, title="会场演练", year=now.year, opens_at=now, closes_at=now + timedelta(days=1),
        subjects=SUBJECTS, practice=True,
    )  # fmt: skip
    prepare.freeze_roll(poll, by=one)
    names = [(f"监票人{n}", None) for n in (1, 2, 3)]
    invitations = [code for _seat, code in prepare.invite_scrutineers(poll, by=one, names=names)]
    cards = rehearsal.play_sealing(invitations)
    poll.refresh_from_db()
    house = House(poll, (one, two), cards, invitations)
    _doors(house, members)
    chance = random.Random(seed)
    house.choices = [[chance.randint(0, GRADES) for _subject in SUBJECTS] for _member in range(members)]
    sealing.open_poll(poll, by=one)
    return house


def _doors(house: House, members: int) -> None:
    slips = prepare.print_sealed_slips(house.poll, by=house.officers[0], count=members)
    for n, (entry, (number, code)) in enumerate(zip(house.poll.roll.all(), slips, strict=True)):
        checkin.check_in(entry, by=house.officers[n % 2], in_person=True, number=number)
        house.codes.append(code)


@contextmanager
def server() -> Iterator[None]:
    """Run the real server process on this home until the hall has voted."""
    process = subprocess.Popen([sys.executable, "-m", "pingjia", "serve"])
    try:
        end = time.monotonic() + PATIENCE
        while not _answers():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the server did not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def _answers() -> bool:
    try:
        with urllib.request.urlopen(f"{settings.PINGJIA_BOOTH}/trust.json", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def play(house: House, browsers: int, lose: int) -> dict[str, Any]:
    """Let everybody vote on real client code, ``browsers`` at a time; return what the browsers saw."""
    program = BOOTH / "dist" / "cli" / "rehearse.js"
    if not program.exists():
        subprocess.run(["node", "build.mjs", "--cli"], cwd=BOOTH, check=True)
    hall = {
        "site": settings.PINGJIA_SITE,
        "booth": settings.PINGJIA_BOOTH,
        "poll": house.poll.poll_hash,
        "browsers": browsers,
        "lose": lose,
        "members": [{"code": code, "choices": row} for code, row in zip(house.codes, house.choices, strict=True)],
    }
    run = subprocess.run(
        ["node", str(program)],
        input=json.dumps(hall),
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )
    if run.returncode:
        raise RuntimeError(run.stderr[-2000:])
    return dict(json.loads(run.stdout))


def expected(house: House) -> list[tuple[list[int], int]]:
    """Return (count per grade, blanks) of each subject, from what everybody was told to choose."""
    columns = [[row[s] for row in house.choices] for s in range(len(SUBJECTS))]
    return [([column.count(k) for k in range(1, GRADES + 1)], column.count(0)) for column in columns]


def count(house: House) -> Result:
    """Account for the slips, close, let two scrutineers open, declare; return the result."""
    one, two = house.officers
    prepare.count_left(house.poll, by=one, left=0)
    prepare.confirm_left(house.poll, by=two, left=0)
    closing.close_poll(house.poll, by=one)
    (result,) = rehearsal.play_opening(house.invitations[:2], house.cards[:2])
    rehearsal.play_opinions(house.invitations[:2], house.cards[:2])
    house.poll.refresh_from_db()
    outcome.declare(house.poll, by=one)
    return result


def published(house: House) -> list[str]:
    """Return the leaves of the heads that the booth publishes, ascending, in hex."""
    box = rehearsal.Papers.of(house.poll).boxes[0]
    with urllib.request.urlopen(f"{settings.PINGJIA_BOOTH}/box/{box.hash.hex()}/heads.bin") as answer:  # noqa: S310
        raw, size = answer.read(), head_length(box)
    return [Head.parse(raw[at : at + size], box).leaf.hex() for at in range(0, len(raw), size)]


def findings(house: House, seen: dict[str, Any], result: Result) -> list[str]:
    """Return everything that is not as it must be: nothing, after a good rehearsal."""
    wrong = [f"browser: {error}" for error in seen["errors"]]
    receipts, stored = sorted(seen["leaves"]), published(house)
    if receipts != stored:
        wrong.append(f"{len(set(receipts) ^ set(stored))} receipts without a ballot, or ballots without a receipt")
    if (result.returned, result.valid) != (len(house.codes), len(house.codes)):
        wrong.append(f"returned {result.returned}, valid {result.valid} of {len(house.codes)}")
    for subject, (counts, blank) in zip(result.subjects, expected(house), strict=False):
        if subject.form == Tier.FULL and (list(subject.counts), subject.blank) != (counts, blank):
            wrong.append(f"{subject.code}: {subject.counts} {subject.blank} instead of {counts} {blank}")
    return wrong


def download(house: House, folder: Path) -> tuple[Path, Path]:
    """Fetch the published bundle from the server, as a doubter does; return it and the trust file."""
    opening = Opening.objects.get(boxes__poll=house.poll, boxes__kind="ballot")
    bundle, trust = folder / "box.zip", folder / "trust.json"
    with urllib.request.urlopen(f"{settings.PINGJIA_BOOTH}/set/{opening.set_id}/bundle.zip") as answer:  # noqa: S310
        bundle.write_bytes(answer.read())
    trust.write_bytes(trust_file.content())
    return bundle, trust
