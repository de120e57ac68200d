"""Finding a name by the first letters of its sounds, as people type at a door: ``zxm`` finds 张小明.

GB 2312 orders its 3,755 common characters by sound, so each letter is a range of codes; that is all this needs. Rarer
characters stand in the order of their strokes there, and some common ones have a second reading as a surname: both
match any letter, since finding one name too many harms nothing.
"""

from __future__ import annotations

# First code of each letter in GB 2312 level 1; there are no sounds in i, u and v.
STARTS = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
END = 0xD7FA
ANY = "?"
# Common characters that sound otherwise in a surname.
SURNAMES = frozenset("曾单解查仇盖缪区任朴覃乐尉冼翟重")


def initials(name: str) -> str:
    """Return one letter a character: the first of its sound in lower case, or ``?`` where it may be any."""
    return "".join(_initial(one) for one in name)


def _initial(character: str) -> str:
    if character.isascii():
        return character.lower()
    try:
        high, low = character.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return ANY
    code = high << 8 | low
    if character in SURNAMES or not STARTS[0][0] <= code < END:
        return ANY
    return next(letter for start, letter in reversed(STARTS) if code >= start)


def matches(name: str, typed: str) -> bool:
    """Say whether the letters typed begin the name's initials."""
    own = initials(name)
    return len(typed) <= len(own) and all(
        mine in (ANY, theirs) for mine, theirs in zip(own, typed.lower(), strict=False)
    )
