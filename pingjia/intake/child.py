"""The reading process: limits itself, reads one file from standard input, writes one JSON object to standard output.

A spreadsheet reader is a large program and a file may be made to break it. Here it can: this process has no database,
no secrets in its environment, and bounds on memory and time. Run as ``python -m pingjia.intake.child``; ``reading``
is its only caller.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from dataclasses import asdict

import python_calamine

from pingjia.intake.delimited import read_delimited
from pingjia.intake.sheets import read_workbook
from pingjia.intake.table import Limits, Table
from pingjia.intake.unreadable import Unreadable

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"{\\rtf",
    b"\x7fELF",
    b"MZ\x90",
)


def read_any(raw: bytes, wanted: str, limits: Limits) -> Table:
    """Decide by content, never by name, what the file is, and read it."""
    if not raw.strip():
        raise Unreadable("empty_file")
    if raw.startswith(b"PK\x03\x04"):
        return read_workbook(raw, _zip_kind(raw), wanted, limits)
    if raw.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise Unreadable("password")
        return read_workbook(raw, "xls", wanted, limits)
    if raw.startswith(BINARY):
        raise Unreadable("not_a_table")
    head = raw[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<?xml") and b"excel.sheet" in head:
        raise Unreadable("xml_sheet")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise Unreadable("web_page")
    if head.startswith(b"<?xml"):
        raise Unreadable("not_a_table")
    return read_delimited(raw, limits)


def _zip_kind(raw: bytes) -> str:
    import io

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise Unreadable("damaged") from error
    for path, kind in (("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("content.xml", "ods")):
        if path in names:
            return kind
    raise Unreadable("not_a_table")


def main() -> None:
    """Read ``{"wanted", "limits"}`` as one line, then the file; answer a table or a refusal."""
    asked = json.loads(sys.stdin.buffer.readline())
    limits = Limits(**asked["limits"])
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        table = read_any(sys.stdin.buffer.read(), asked["wanted"], limits)
        answer = asdict(table) | {"doubts": [[*place, doubt] for place, doubt in table.doubts.items()]}
    except Unreadable as error:
        answer = {"refusal": error.code, "facts": error.facts}
    except MemoryError:
        answer = {"refusal": "too_heavy", "facts": {}}
    except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, EOFError, ValueError, KeyError):
        answer = {"refusal": "damaged", "facts": {}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
