"""The attacker on the wire, without addresses and times: whatever a draw and a drop share that others do not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.assurance.wire import Exchange

WINDOW = 8  # bytes; that two random fields share as many is expected once in 10⁷ runs of full size
TIMES = (b"date:", b"expires:")  # times are excepted


def _without_times(raw: bytes) -> bytes:
    """Return the exchange without the headers that only tell the time."""
    top, gap, body = raw.partition(b"\r\n\r\n")
    kept = [line for line in top.split(b"\r\n") if not line.lower().startswith(TIMES)]
    return b"\r\n".join(kept) + gap + body


def _own_windows(messages: Sequence[bytes]) -> list[set[bytes]]:
    """Return the eight-byte pieces of each of several messages of one form, of bytes that are not the same in all."""
    fixed = [len(set(column)) == 1 for column in zip(*messages, strict=True)]
    starts = [at for at in range(len(fixed) - WINDOW + 1) if not any(fixed[at : at + WINDOW])]
    return [{message[at : at + WINDOW] for at in starts} for message in messages]


def _windows(wire: Sequence[Exchange], places: Sequence[int]) -> dict[int, set[bytes]]:
    """Return what each exchange of one poll holds of its own, in request and answer."""
    forms: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    whole = {n: (_without_times(wire[n].request), _without_times(wire[n].answer)) for n in places}
    for n in places:
        forms[_kind(wire[n]), len(whole[n][0]), len(whole[n][1])].append(n)
    found: dict[int, set[bytes]] = {}
    for alike in forms.values():
        asked, answered = (_own_windows([whole[n][side] for n in alike]) for side in (0, 1))
        found |= {n: asked[k] | answered[k] for k, n in enumerate(alike)}
    return found


def links(wire: Sequence[Exchange]) -> dict[int, int]:
    """Return for each drop the draw that it shares bytes with which no other draw of the poll has (by place)."""
    polls: dict[int, list[int]] = defaultdict(list)
    for n, one in enumerate(wire):
        polls[one.poll].append(n)
    found = {}
    for places in polls.values():
        windows = _windows(wire, places)
        draws = [n for n in places if not wire[n].box]
        often = Counter(window for n in draws for window in windows[n])
        rare = {window: n for n in draws for window in windows[n] if often[window] == 1}
        for n in places:
            shared = Counter(rare[window] for window in windows[n] & rare.keys()) if wire[n].box else None
            if shared:
                found[n] = shared.most_common(1)[0][0]
    return found


def _kind(one: Exchange) -> str:
    """Name what may differ: the way of drawing, and the box's kind, which its number tells anyhow."""
    if one.box:
        return f"drop of {len(one.request.partition(bytes([13, 10, 13, 10]))[2])}"
    return "draw by log-in" if b"\r\nCookie:" in one.request else "draw by slip"


def lengths_that_vary(wire: Sequence[Exchange]) -> dict[str, set[tuple[int, int]]]:
    """Return the kinds of exchange whose requests or answers are not all of one length."""
    lengths: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for one in wire:
        lengths[_kind(one)].add((len(one.request), len(one.answer)))
    return {kind: found for kind, found in lengths.items() if len(found) > 1}


def headers_that_vary(wire: Sequence[Exchange]) -> set[bytes]:
    """Return the headers of answers that differ within one kind of exchange, times excepted."""
    values: dict[tuple[str, bytes], set[bytes]] = defaultdict(set)
    for one in wire:
        for line in _without_times(one.answer).partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
            name, _colon, value = line.partition(b":")
            values[_kind(one), name].add(value)
    return {name for (_kind_of, name), found in values.items() if len(found) > 1}
