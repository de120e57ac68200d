"""``pingjia witness DIR`` from outside: its folder, its exit codes, what it hands over, what it keeps as evidence."""

from __future__ import annotations

import http.server
import json
import os
import re
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from pingjia.__main__ import main
from pingjia.core.tlog.checkpoint import add_signatures, open_checkpoint
from pingjia.core.tlog.note import SignerKey, VerifierKey
from pingjia.witness import rounds
from pingjia.witness.__main__ import main as witness
from pingjia.witness.folder import Folder, Trouble
from pingjia.witness.sources import FolderSource, Source, source
from pingjia.witness.tests.playedlog import LOG, ORIGIN, leaves_of, publish
from pingjia.witness.words import TEXTS, sentence

NAME = "audit.example/w1"
VKEY = LOG.verifier().text()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    publish(tmp_path / "log", leaves_of(3))
    return tmp_path / "log"


@pytest.fixture
def home(tmp_path: Path, log: Path) -> Path:
    home = tmp_path / "witness"
    assert witness([str(home), "--new", NAME]) == 0
    assert witness([str(home), "--follow", VKEY, str(log)]) == 0
    return home


def key_of(home: Path) -> VerifierKey:
    return VerifierKey.parse((home / "witness.vkey").read_text().strip())


def cosigned(home: Path) -> tuple[int, tuple[str, ...]]:
    (file,) = (home / "seen").iterdir()
    opened = open_checkpoint(file.read_bytes(), LOG.verifier(), [key_of(home)])
    return opened.checkpoint.size, opened.witnesses


def test_a_key_is_made_once_and_kept_to_its_owner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "w"
    assert main(["witness", str(home), "--new", NAME]) == 0
    printed = capsys.readouterr().out.strip()
    assert VerifierKey.parse(printed) == key_of(home)
    assert stat.S_IMODE((home / "witness.key").stat().st_mode) == 0o600
    assert witness([str(home), "--new", NAME]) == 0
    assert capsys.readouterr().out.strip() == printed
    assert witness([str(home), "--new", "another.example/w"]) == 2
    assert witness([str(tmp_path / "x"), "--new", "two words"]) == 2


def test_a_round_cosigns_a_growing_log_and_a_second_one_changes_nothing(home: Path, log: Path) -> None:
    assert witness([str(home)]) == 0
    assert cosigned(home) == (3, (NAME,))
    before = {file: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    assert witness([str(home)]) == 0
    assert {file: file.read_bytes() for file in home.rglob("*") if file.is_file()} == before
    publish(log, leaves_of(300))
    assert witness([str(home)]) == 0
    assert cosigned(home) == (300, (NAME,))


@pytest.mark.parametrize(("view", "size", "name"), [("x", 300, "split"), ("x", 3, "split"), ("", 2, "shrunken")])
def test_a_lie_is_refused_kept_as_evidence_and_named_with_whom_to_tell(
    home: Path, log: Path, capsys: pytest.CaptureFixture[str], view: str, size: int, name: str
) -> None:
    witness([str(home)])
    first = (log / "checkpoint").read_bytes()
    lie = publish(log, leaves_of(size, view))
    assert witness([str(home)]) == 1
    said = capsys.readouterr().err
    (folder,) = (home / "evidence").iterdir()
    assert said.strip() == sentence(name, origin=ORIGIN, folder=folder)
    assert "上级工会和经费审查委员会" in said
    assert (folder / "now.checkpoint").read_bytes() == lie
    assert (folder / "before.checkpoint").read_bytes().startswith(first)
    assert cosigned(home) == (3, (NAME,))
    # Going back to the old story does not make it forget; moving the evidence away does.
    publish(log, leaves_of(4))
    assert witness([str(home)]) == 1
    assert cosigned(home) == (3, (NAME,))
    folder.rename(home / "dealt-with")
    assert witness([str(home)]) == 0
    assert cosigned(home) == (4, (NAME,))


def test_the_evidence_of_a_split_view_convinces_somebody_who_was_not_there(home: Path, log: Path) -> None:
    witness([str(home)])
    publish(log, leaves_of(300, "x"))
    witness([str(home)])
    (folder,) = (home / "evidence").iterdir()
    judge = home.parent / "judge"
    witness([str(judge), "--new", "judge.example/w"])
    for at in ("before", "now"):
        open_checkpoint((folder / f"{at}.checkpoint").read_bytes(), LOG.verifier())
    # The judge starts from the first head and finds the same, with the evidence's own files.
    mine = Folder(judge)
    first = (folder / "before.checkpoint").read_bytes()
    text = open_checkpoint(first, LOG.verifier()).checkpoint.text()
    mine.remember(LOG.verifier(), add_signatures(first, [mine.signer().cosign(text, 1)]))
    (folder / "checkpoint").write_bytes((folder / "now.checkpoint").read_bytes())
    witness([str(judge), "--follow", VKEY, str(folder)])
    assert witness([str(judge)]) == 1


def test_broken_files_and_strangers_are_trouble_and_no_evidence(home: Path, log: Path) -> None:
    witness([str(home)])
    publish(log, leaves_of(5))
    (log / "tile/0/000.p/5").write_bytes(b"x" * 160)
    assert witness([str(home)]) == 2
    publish(log, leaves_of(5), SignerKey(ORIGIN, LOG.type, b"s" * 32))
    assert witness([str(home)]) == 2
    (log / "checkpoint").unlink()
    assert witness([str(home)]) == 2
    assert not (home / "evidence").exists()
    assert cosigned(home) == (3, (NAME,))


def test_what_is_missing_is_said_and_exits_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "w"
    assert witness([str(home)]) == 2
    assert "--new" in capsys.readouterr().err
    witness([str(home), "--new", NAME])
    assert witness([str(home)]) == 2
    assert "--follow" in capsys.readouterr().err
    assert witness([str(home), "--follow", "nonsense", "x"]) == 2
    assert witness([str(home), "--follow", key_of(home).text(), "x"]) == 2
    assert witness([str(home), "--follow", VKEY, "x"]) == 0
    other = SignerKey(ORIGIN, LOG.type, b"s" * 32).verifier().text()
    assert witness([str(home), "--follow", other, "x"]) == 2


def test_a_changed_state_is_noticed_and_nothing_is_cosigned(home: Path, log: Path) -> None:
    witness([str(home)])
    (file,) = (home / "seen").iterdir()
    # Somebody with the log's key wants the witness to forget: a head without the witness's own line is no memory.
    file.write_bytes(publish(log, leaves_of(2, "x")))
    assert witness([str(home)]) == 2
    (home / "logs.json").write_text("{")
    assert witness([str(home)]) == 2


def test_two_programs_in_one_folder_are_refused(home: Path) -> None:
    with Folder(home).alone(), pytest.raises(Trouble):
        Folder(home).alone().__enter__()
    with Folder(home).alone():
        assert witness([str(home)]) == 2
    assert witness([str(home)]) == 0


class Deaf(FolderSource):
    """A log that reads well and takes nothing, then takes it; ``taken`` are the notes that arrived."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.deaf = True
        self.taken: list[bytes] = []

    def deliver(self, note: bytes) -> str:
        if self.deaf:
            raise KeyboardInterrupt  # killed here: the head is remembered, nobody has the cosignature
        self.taken.append(note)
        return "there"


def test_a_witness_killed_before_handing_over_hands_over_the_same_bytes_later(home: Path, log: Path) -> None:
    deaf = Deaf(log)
    (followed,) = Folder(home).followed()

    def open_source(_: str) -> Source:
        return deaf

    with pytest.raises(KeyboardInterrupt):
        rounds.one_log(Folder(home), followed, lambda: 1_700_000_000, open_source)
    assert cosigned(home) == (3, (NAME,))
    (file,) = (home / "seen").iterdir()
    deaf.deaf = False
    said = rounds.one_log(Folder(home), followed, lambda: 1_700_009_999, open_source)
    assert (said.verdict, said.name) == (rounds.Verdict.GOOD, "same_delivered")
    assert deaf.taken == [file.read_bytes()]


def test_a_witness_killed_before_remembering_has_told_nobody(
    home: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf = Deaf(log)
    deaf.deaf = False
    (followed,) = Folder(home).followed()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pingjia.witness.folder.os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            rounds.one_log(Folder(home), followed, lambda: 1, lambda _: deaf)
    assert deaf.taken == []
    assert list((home / "seen").iterdir()) == []


class Handler(http.server.SimpleHTTPRequestHandler):
    """Static files of a log; takes what is posted at ``/cosign``."""

    posted: list[tuple[str, bytes]] = []

    def do_POST(self) -> None:
        self.posted.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def web(log: Path) -> Iterator[str]:
    Handler.posted = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(log.parent)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_http_it_reads_any_web_server_and_posts_the_cosigned_head(home: Path, log: Path, web: str) -> None:
    assert witness([str(home), "--follow", VKEY, f"{web}/log/"]) == 0
    waits: list[float] = []
    assert witness([str(home), "--every", "300", "--rounds", "2"], waits.append) == 0
    assert waits == [300]
    (file,) = (home / "seen").iterdir()
    assert Handler.posted == [("/log/cosign", file.read_bytes())] * 2
    # Once the log shows the cosignature itself, there is nothing left to hand over.
    (log / "checkpoint").write_bytes(file.read_bytes())
    assert witness([str(home)]) == 0
    assert len(Handler.posted) == 2
    assert witness([str(home), "--follow", VKEY, f"{web}/nowhere"]) == 0
    assert witness([str(home)]) == 2


def test_it_is_sent_nowhere_else_and_reads_no_endless_file(
    log: Path, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (log / "sub").mkdir()
    with pytest.raises(Trouble) as trouble:
        source(f"{web}/log").read("sub")  # the server answers with a redirect to sub/
    assert trouble.value.name == "refused"
    monkeypatch.setattr("pingjia.witness.sources.GREATEST_FILE", 10)
    for at in (f"{web}/log", str(log)):
        with pytest.raises(Trouble) as trouble:
            source(at).read("checkpoint")
        assert trouble.value.name == "too_big"


def test_it_runs_as_a_program_without_the_web_framework(home: Path) -> None:
    code = (
        "import sys; from pingjia.witness.__main__ import main; status = main(sys.argv[1:]);"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg', 'sqlite3')]; sys.exit(status)"
    )
    environment = {**os.environ, "LC_ALL": "en_US.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(home)], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == TEXTS["cosigned"][1].format(origin=ORIGIN, size=3) + "\n"


def test_intervals_are_bounded(home: Path) -> None:
    for wrong in (["--every", "1"], ["--every", "86401"], ["--every", "x"], ["--every", "60", "--rounds", "0"]):
        with pytest.raises(SystemExit) as stop:
            witness([str(home), *wrong])
        assert stop.value.code == 2


def test_every_sentence_exists_in_both_languages_with_the_same_facts() -> None:
    for name, (chinese, english) in TEXTS.items():
        assert set(re.findall(r"{(\w+)}", chinese)) == set(re.findall(r"{(\w+)}", english)), name
    assert json.dumps(TEXTS)
