"""Finding the encoding of a text that an officer was handed: UTF-8, UTF-16, GB18030 (with GBK and GB2312), HZ, Big5."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from pingjia.intake.unreadable import Unreadable

# The marks of UTF-32 begin like those of UTF-16, so they are looked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
SAMPLE = 200_000  # characters: enough to tell encodings apart, cheap for a file of any length


def decode(raw: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding; raise ``Unreadable`` where no reading is right.

    The mark at the front is dropped. The order: a mark, UTF-16 without one, HZ, UTF-8; what then remains is GB18030
    or Big5, told apart by how many of its characters are everyday ones; last a guess by statistics.
    """
    for mark, name in MARKS:
        if raw.startswith(mark):
            return _strictly(raw, name).removeprefix("\ufeff"), name
    if b"\0" in raw:
        return _unmarked_utf16(raw)
    if raw.isascii():
        if b"~{" in raw and b"~}" in raw:
            try:
                return raw.decode("hz"), "hz"
            except UnicodeDecodeError:
                pass
        return raw.decode("ascii"), "ascii"
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        return _chinese(raw, error)


def _strictly(raw: bytes, name: str) -> str:
    try:
        return raw.decode(name)
    except UnicodeDecodeError as error:
        raise Unreadable("damaged_text", row=raw[: error.start].count(b"\n") + 1) from error


def _unmarked_utf16(raw: bytes) -> tuple[str, str]:
    """Commas, digits and line ends give zero bytes on one side only; which side names the byte order."""
    name = "utf-16-le" if raw[1::2].count(0) >= raw[0::2].count(0) else "utf-16-be"
    try:
        text = raw.decode(name)
    except UnicodeDecodeError as error:
        raise Unreadable("not_a_table") from error
    foreign = [char for char in text[:SAMPLE] if ord(char) > 0x7F]
    if "\0" in text or sum(map(_gb_everyday, foreign)) < len(foreign) * 3 / 4:
        raise Unreadable("not_a_table")
    return text, name


def _chinese(raw: bytes, utf8_error: UnicodeDecodeError) -> tuple[str, str]:
    scores: dict[str, tuple[float, str]] = {}
    for name, lead in (("gb18030", _gb_everyday), ("big5", _big5_everyday)):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        foreign = [char for char in text[:SAMPLE] if ord(char) > 0x7F]
        scores[name] = (sum(map(lead, foreign)) / max(1, len(foreign)), text)
    gb, big5 = scores.get("gb18030", (0.0, "")), scores.get("big5", (0.0, ""))
    # A mainland office means GB18030 unless the everyday characters say otherwise.
    if big5[0] > gb[0] + 0.2:
        return big5[1], "big5"
    if gb[0] >= 0.5:
        return gb[1], "gb18030"
    if utf8_error.start > 64 and _mostly_utf8(raw):
        raise Unreadable("damaged_text", row=raw[: utf8_error.start].count(b"\n") + 1)
    best = from_bytes(raw[:SAMPLE]).best()
    if (
        best is None
        or best.chaos > 0.1
        or best.encoding not in ("cp1252", "latin_1", "shift_jis", "cp932", "euc_kr", "cp949")
    ):
        raise Unreadable("encoding")
    return _strictly(raw, best.encoding), best.encoding


def _gb_everyday(char: str) -> bool:
    """Say whether GB2312 holds the character in its first level (the 3,755 commonest) or among its signs.

    Four-byte sequences count too: their shape is so narrow that text of another encoding does not fall into it.
    """
    code = char.encode("gb18030", errors="replace")
    return len(code) == 4 or ((0xA1 <= code[0] <= 0xA9 or 0xB0 <= code[0] <= 0xD7) and code[-1] >= 0xA1)


def _big5_everyday(char: str) -> bool:
    """Say whether Big5 holds the character in its first level (5,401 commonest) or among its signs."""
    return 0xA1 <= char.encode("big5", errors="replace")[0] <= 0xC6


def _mostly_utf8(raw: bytes) -> bool:
    text = raw.decode("utf-8", errors="replace")
    return text.count("\ufffd") * 20 < sum(ord(char) > 0x7F for char in text)
