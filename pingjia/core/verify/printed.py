"""The report as lines of text for a terminal or a printed page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pingjia.core.verify.failures import Check, Code, Failure, Role
from pingjia.core.verify.report import Count, Exit, Report, Status
from pingjia.core.verify.wording import failure as sentence_of
from pingjia.core.verify.wording import party, sentence

LISTED_OF_ONE_CODE = 10
_MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.ATTESTED: "·", Status.UNCHECKED: "–", Status.NOT_ASKED: " "}

_COUNT_LINES = {
    Count.RECOMPUTED: "count: recomputed",
    Count.ATTESTED: "count: attested (box below publication size)",
    Count.UNVERIFIED: "count: attested (could not be recomputed, see below)",
}


def lines(report: Report, language: int) -> Iterator[str]:
    """Yield the lines: verdict, boxes, where the count comes from, checks, failures, results."""

    def word(name: str) -> str:
        return sentence("words", name, language)

    facts = report.facts
    yield f"{sentence('verdicts', str(int(report.exit)), language)} — {facts['title']}"
    yield sentence("explained", str(int(report.exit)), language)
    yield ""
    for box in facts["boxes"]:
        yield from _box(box, facts, language)
    # These words are the same in every language: people search for them.
    yield _COUNT_LINES[Count(facts["count"])]
    yield f"{word('kind')}: {word('practice' if facts['practice'] else 'real')}"
    yield f"{word('witnesses')}: {', '.join(facts['witnesses']) or word('no_witnesses')}"
    yield f"{word('valid')} V = {facts['valid']} · {word('tier')}: {sentence('tiers', facts['tier'], language)}"
    yield ""
    for check in Check:
        status = Status(facts["checks"][check])
        name, how = sentence("checks", check, language), sentence("statuses", status, language)
        if status is not Status.NOT_ASKED:
            yield f"  {_MARKS[status]} {name}" + ("" if status is Status.PASSED else f" — {how}")
    if report.exit is Exit.BAD:
        yield ""
        yield f"{word('failures')}:"
        yield from _failures(report.failures, facts, language)
    if facts["subjects"]:
        yield ""
        yield f"{word('results')} ({word(facts['formula'])}, {facts['threshold']['num']}/{facts['threshold']['den']}):"
        for subject in facts["subjects"]:
            yield f"  {_subject(subject, language)}"


def _box(box: dict[str, Any], facts: dict[str, Any], language: int) -> Iterator[str]:
    def word(name: str) -> str:
        return sentence("words", name, language)

    yield f"{word('box')} {box['number']} · {box['title']}"
    issued = " / ".join(map(str, box["issued"])) or "?"
    invalid = word("invalid_attested" if facts["count"] == Count.ATTESTED else "invalid")
    numbers = [
        f"{word('roll')} {box['roll_size']}",
        f"{word('issued')} {issued}",
        f"{word('returned')} {box['returned']}",
    ]
    if any(box["paper"]):
        numbers.insert(1, f"{word('paper')} {max(box['paper'])}")
    yield "  " + " · ".join([*numbers, f"{invalid} {box['invalid']}"])
    if box["invalid_heads"]:
        yield f"  {word('invalid_ballots')}: {', '.join(map(str, box['invalid_heads']))}"


def _failures(failures: tuple[Failure, ...], facts: dict[str, Any], language: int) -> Iterator[str]:
    by_code: dict[Code, list[Failure]] = defaultdict(list)
    for found in failures:
        by_code[found.code].append(found)
    for code, group in by_code.items():
        yield f"  ✗ [{code.value}] {sentence_of(code, language)}"
        for found in group[:LISTED_OF_ONE_CODE]:
            who = party(found.party, language)
            role, _, number = found.party.partition("/")
            if role == Role.ISSUER and facts["boxes"] and int(number) < len(facts["boxes"][0]["issuers"]):
                who += f"（{facts['boxes'][0]['issuers'][int(number)]}）"
            yield f"      {found.place} — {sentence('words', 'fault', language)}: {who}"
        if len(group) > LISTED_OF_ONE_CODE:
            more = sentence("words", "more", language).format(n=len(group) - LISTED_OF_ONE_CODE)
            yield f"      {more}"


def _subject(subject: dict[str, Any], language: int) -> str:
    verdict = sentence("results", subject["verdict"], language)
    source = sentence("counts", subject["count"], language)
    numbers = subject["numbers"]
    if numbers is None:
        return f"{subject['title']}: {verdict} ({source})"
    parts = [f"{grade} {n}" for grade, n in zip(subject["grades"], numbers["counts"], strict=False)]
    if not parts:
        parts = [f"{sentence('words', side, language)} {numbers[side]}" for side in ("favourable", "unfavourable")]
    parts.append(f"{sentence('words', 'blank', language)} {numbers['blank']}")
    share = f"{numbers['numerator']}/{numbers['denominator']}"
    if numbers["denominator"]:
        tenths = numbers["numerator"] * 1000 // numbers["denominator"]
        share += f" = {tenths // 10}.{tenths % 10} %"
    return f"{subject['title']}: {' · '.join(parts)} → {share} {verdict} ({source})"
