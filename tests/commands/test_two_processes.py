"""Site and booth in two processes, each with its own settings and rights: a whole poll, and what each is refused."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.walkers.conftest import free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("PINGJIA_DATABASE_URL", "")
KINDS = ["sqlite", "postgresql"] if SERVER else ["sqlite"]
VOTERS = 6

# What each process does; every one runs with the settings, and the rights, of one side alone.
BEGIN = "import django, json, os, sys; django.setup()\nfrom pingjia.polls.tests import cast\n"
MIGRATE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("migrate", database="box", verbosity=0)
"""
PREPARE = f"""
import functools
stage, found = cast.opened({VOTERS}), cast.found_town
cast.found_town = functools.partial(found, code="dock")
other = cast.opened(1)
print(json.dumps({{"poll": stage.poll.poll_id, "box": stage.poll.boxes.get().box_hash, "codes": stage.codes,
    "officer": stage.town.officer.username, "organiser": stage.town.organiser.username,
    "void": other.poll.poll_id, "void_box": other.poll.boxes.get().box_hash,
    "invitations": stage.invitations, "cards": [card.hex() for card in stage.cards]}}))
"""
FIND = """
told = json.loads(os.environ["TOLD"])
from pingjia.people.models import User
from pingjia.polls.models import Poll
from pingjia.polls import closing, outcome, rehearsal, queries
poll = Poll.objects.get(poll_id=told["poll"])
officer = User.objects.get(username=told["officer"])
"""
VOTE = """
import http.client
from urllib.parse import urlsplit
from django.conf import settings

def post(door, path, raw, **headers):
    connection = http.client.HTTPConnection(urlsplit(door).netloc, timeout=60)
    connection.request("POST", path, raw, {"Content-Type": "application/octet-stream", **headers})
    return connection.getresponse().read()

class Doors:
    def issue(self, request, user):
        return post(settings.PINGJIA_SITE, "/issue", request, **{"X-Pingjia": "draw"})
    def drop(self, box_hash, record):
        return post(settings.PINGJIA_BOOTH, f"/drop/{box_hash}", record)

rehearsal.rehearse(poll, [[1, 2, 1]] * len(told["codes"]), codes=told["codes"], doors=Doors())
"""
STOP = """
other = Poll.objects.get(poll_id=told["void"])
outcome.void(other, by=User.objects.get(username=told["organiser"]), reason="x")
closing.close_poll(poll, by=officer)
print(*(Poll.objects.get(pk=one.pk).state for one in (poll, other)))
"""
COUNT = """
from pingjia.core.verify.verifier import verify
rehearsal.play_opening(told["invitations"], [bytes.fromhex(card) for card in told["cards"]])
poll.refresh_from_db()
outcome.declare(poll, by=officer)
outcome.finalise(poll, by=officer)
opening = poll.boxes.get().openings.get()
failures = verify(queries.bundle(opening)).failures
print(json.dumps({"valid": opening.valid, "failures": len(failures), "state": poll.state}))
"""


@dataclass
class Sides:
    """The settings of three sides, and the addresses of two processes."""

    env: dict[str, dict[str, str]]
    site: str
    booth: str
    home: Path
    urls: dict[str, str] = field(default_factory=dict)

    def command(self, side: str, *words: str) -> str:
        """Run ``pingjia …`` as one side."""
        return self._run(side, ["-m", "pingjia", *words], {})

    def play(self, side: str, *acts: str, told: object = None) -> str:
        """Run a program as one side and return what it printed."""
        return self._run(side, ["-c", BEGIN + "".join(acts)], {"TOLD": json.dumps(told)})

    def _run(self, side: str, words: list[str], more: dict[str, str]) -> str:
        env = self.env[side] | more
        ran = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    @contextmanager
    def serving(self, side: str) -> Iterator[subprocess.Popen[bytes]]:
        """Serve one side until the block ends."""
        port = urlsplit(self.site if side == "site" else self.booth).port
        assert port is not None
        command = [sys.executable, "-m", "pingjia", "serve", "--only", side]
        process = subprocess.Popen(command, cwd=ROOT, env=self.env[side])
        try:
            wait_for(port, process)
            yield process
        finally:
            process.terminate()
            process.wait()

    def status(self, process: str, path: str, host: str = "", method: str = "GET") -> int:
        """Ask one process, under its own name or another host's."""
        connection = http.client.HTTPConnection(urlsplit(process).netloc, timeout=60)
        connection.request(method, path, headers={"Host": urlsplit(host or process).netloc})
        return connection.getresponse().status


def sides(tmp_path: Path, databases: dict[str, dict[str, str]]) -> Sides:
    """Give each side a home and databases of its own; keys and published files are shared by folder."""
    site, booth = f"http://localhost:{free_port()}", f"http://127.0.0.1:{free_port()}"
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("PINGJIA_", "PYTEST_"))}
    shared = {"PINGJIA_SITE": site, "PINGJIA_BOOTH": booth, "PINGJIA_DEMO": "1"}
    for name in ("keys", "boxes", "log"):
        shared[f"PINGJIA_{name.upper().rstrip('S') if name == 'boxes' else name.upper()}_DIR"] = str(tmp_path / name)
    shared["PINGJIA_BOX_DIR"] = str(tmp_path / "boxes")
    shared["DJANGO_SETTINGS_MODULE"] = "pingjia.settings"
    env = {
        side: plain | shared | {"PINGJIA_HOME": str(tmp_path / side)} | databases[side]
        for side in ("owner", "site", "booth", "closer")
    }
    env["site"]["PINGJIA_ONLY"], env["booth"]["PINGJIA_ONLY"] = "site", "booth"
    return Sides(env, site, booth, tmp_path)


def on_sqlite(tmp_path: Path) -> dict[str, dict[str, str]]:
    """Two files; the booth is not told where the roll's lies."""
    (tmp_path / "roll").mkdir()
    box = {"PINGJIA_BOX_DATABASE_URL": f"sqlite://{tmp_path}/box.sqlite3"}
    both = box | {"PINGJIA_DATABASE_URL": f"sqlite://{tmp_path}/roll/site.sqlite3"}
    return {"owner": both, "site": both, "booth": box, "closer": both}


def on_server(names: dict[str, str]) -> dict[str, dict[str, str]]:
    """Two databases of one server, and a role for each side."""

    def url(role: str, database: str) -> str:
        parts = urlsplit(SERVER)
        rest = parts.netloc.rpartition("@")[2]
        return parts._replace(netloc=f"{role}@{rest}", path=f"/{names[database]}").geturl()

    def both(role: str) -> dict[str, str]:
        return {"PINGJIA_DATABASE_URL": url(role, "site"), "PINGJIA_BOX_DATABASE_URL": url(role, "box")}

    owner = urlsplit(SERVER).username or "pingjia"
    return {
        "owner": both(owner),
        "site": both("pingjia_site"),
        "booth": {"PINGJIA_BOX_DATABASE_URL": url("pingjia_booth", "box")},
        "closer": both("pingjia_closer"),
    }


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sides]:
    """Databases with their tables, and on a server with their roles."""
    if request.param == "sqlite":
        made = sides(tmp_path, on_sqlite(tmp_path))
        migrate(made)
        yield made
        return
    names = {name: f"two_{name}_{os.getpid()}" for name in ("site", "box")}
    with psycopg.connect(SERVER, autocommit=True) as connection:
        for name in names.values():
            connection.execute(f'CREATE DATABASE "{name}"')
        try:
            made = sides(tmp_path, on_server(names))
            made.urls = {side: env.get("PINGJIA_DATABASE_URL", "") for side, env in made.env.items()}
            migrate(made)
            for alias, key in (("default", "PINGJIA_DATABASE_URL"), ("box", "PINGJIA_BOX_DATABASE_URL")):
                sql = made.command("owner", "roles", "--sql", "--database", alias)
                with psycopg.connect(made.env["owner"][key], autocommit=True) as owner:
                    for _twice in range(2):  # it may be run again after an update
                        owner.execute(sql)
            yield made
        finally:
            for name in names.values():
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def migrate(made: Sides) -> None:
    made.play("owner", MIGRATE)


def open_files(process: subprocess.Popen[bytes]) -> list[str]:
    """Return every file that the process holds or has mapped now."""
    folder = Path(f"/proc/{process.pid}")
    held = [str(one.readlink()) for one in (folder / "fd").iterdir() if one.is_symlink()]
    return held + [line.split(maxsplit=5)[-1] for line in (folder / "maps").read_text().splitlines()]


FORBIDDEN = {
    "site": {
        "box": [
            "SELECT blob FROM ballotbox_drop",
            "SELECT slot FROM ballotbox_drop",
            "SELECT count(*) FROM ballotbox_drop",
            "DELETE FROM ballotbox_drop",
            "INSERT INTO ballotbox_drop VALUES ('x', '', '')",
            "UPDATE ballotbox_sealedbox SET state = 'closed'",
            "UPDATE ballotbox_sealedbox SET manifest = ''",
            "DELETE FROM ballotbox_sealedbox",
            "CREATE TABLE more (x int)",
        ],
        "default": [
            "UPDATE journal_line SET verb = 'x'",
            "DELETE FROM journal_line",
            "DELETE FROM publiclog_entry",
            "UPDATE publiclog_entry SET index = 9",
            "DELETE FROM django_migrations",
            "CREATE TABLE more (x int)",
        ],
    },
    "booth": {
        "box": [
            "UPDATE ballotbox_drop SET blob = ''",
            "DELETE FROM ballotbox_drop",
            "UPDATE ballotbox_sealedbox SET state = 'open'",
            "INSERT INTO ballotbox_sealedbox VALUES ('x', '', '', '', 'sealed')",
            "DELETE FROM ballotbox_sealedbox",
            "TRUNCATE ballotbox_drop",
        ],
    },
    "closer": {
        "box": [
            "INSERT INTO ballotbox_drop VALUES ('x', '', '')",
            "UPDATE ballotbox_drop SET blob = ''",
            "UPDATE ballotbox_sealedbox SET state = 'open'",
            "DELETE FROM ballotbox_sealedbox",
        ],
        "default": [
            "INSERT INTO polls_issuance DEFAULT VALUES",
            "DELETE FROM polls_rollentry",
            "INSERT INTO people_seat DEFAULT VALUES",
            "UPDATE people_user SET password = ''",
            "UPDATE journal_line SET verb = 'x'",
            "DELETE FROM journal_line",
            "SELECT * FROM django_session",
        ],
    },
}
KEYS = {"default": "PINGJIA_DATABASE_URL", "box": "PINGJIA_BOX_DATABASE_URL"}


def refused_by_the_server(house: Sides) -> None:
    """Try, while the box is open and holds ballots, what no side has a need of."""
    for side, databases in FORBIDDEN.items():
        for alias, statements in databases.items():
            with psycopg.connect(house.env[side][KEYS[alias]], autocommit=True) as connection:
                for statement in statements:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(statement.encode())
    # The booth cannot even connect to the roll's database.
    there = urlsplit(house.env["site"]["PINGJIA_DATABASE_URL"])
    asked = there._replace(netloc=there.netloc.replace("pingjia_site", "pingjia_booth")).geturl()
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(asked)
    with psycopg.connect(house.env["owner"][KEYS["box"]], autocommit=True) as owner:  # the owner may: a yes is possible
        assert owner.execute("SELECT count(*) FROM ballotbox_drop").fetchone() == (VOTERS,)


def test_each_side_does_its_work_with_its_own_rights_and_a_whole_poll_comes_out(house: Sides) -> None:
    told = json.loads(house.play("site", PREPARE))  # roll, slips, sealing, opening: all with the site's rights
    with house.serving("site"), house.serving("booth") as booth:
        assert house.status(house.booth, "/") == 200
        assert house.status(house.booth, f"/state/{told['box']}.json") == 200
        for path in ("/trust.json", f"/box/{told['box']}/heads.bin", "/log/x/2026/checkpoint"):
            assert house.status(house.booth, path) == 404  # nothing of the roll's database is answered there
        assert house.status(house.booth, "/", host=house.site) == 421
        assert house.status(house.site, "/trust.json", host=house.booth) == 200
        assert house.status(house.site, f"/drop/{told['box']}", host=house.booth, method="POST") == 404
        assert house.status(house.site, "/login") == 200
        house.play("site", FIND, VOTE, told=told)
        assert not [name for name in open_files(booth) if "site.sqlite3" in name]
        assert not list(Path(house.env["booth"]["PINGJIA_HOME"]).rglob("site.sqlite3*"))
        if house.urls:
            refused_by_the_server(house)
        assert house.play("site", FIND, STOP, told=told) == "closed void\n"
        note, keys = house.home / "boxes" / told["box"] / "closing.note", house.home / "keys/boxes"
        assert not note.exists()  # stopped, and not yet read by anybody
        assert all((keys / told[box] / "storage.key").exists() for box in ("box", "void_box"))
        finished = house.command("closer", "finish")
        assert "close finished" in finished
        assert "void boxes destroyed" in finished
        assert note.exists()
        assert not any((keys / told[box]).exists() for box in ("box", "void_box"))
    assert json.loads(house.play("site", FIND, COUNT, told=told)) == {"valid": VOTERS, "failures": 0, "state": "final"}
    assert house.command("closer", "finish") == ""  # nothing is left to do
    if house.urls:
        with psycopg.connect(house.env["site"][KEYS["box"]], autocommit=True) as site:  # what is closed stays closed
            assert site.execute("UPDATE ballotbox_sealedbox SET state = 'open'").rowcount == 0
