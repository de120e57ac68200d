"""The end of every sabotage: close, open, declare, download, verify as an outsider, and compare with what was cast."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pingjia.core.ballot.head import Head, head_length
from pingjia.core.verify.report import Report
from pingjia.core.verify.trust import Trust
from pingjia.core.verify.verifier import verify
from pingjia.polls.rehearsal import play_opening
from tests.assurance.premises import Premises

Stage = Mapping[str, Any]
GRADES = 3


def close(house: Premises, stage: Stage) -> None:
    """Press the button until the poll is closed."""
    answer = house.press(stage["officer"], f"/polls/{stage['poll_id']}/close")
    assert answer.status in (302, 409), answer


def published_leaves(house: Premises, stage: Stage) -> list[bytes]:
    """Return the leaves of the closed ballot box, as everybody may read them."""
    papers = house.papers(dict(stage))
    box, raw = papers.boxes[0], house.get(f"/box/{stage['boxes'][0]}/heads.bin")
    size = head_length(box)
    return [Head.parse(raw[at : at + size], box).leaf for at in range(0, len(raw), size)]


def open_boxes(house: Premises, stage: Stage) -> None:
    """Let two of the three scrutineers open what is not yet opened."""
    play_opening(stage["invitations"][:2], [bytes.fromhex(card) for card in stage["cards"][:2]], house)


def bundle(house: Premises, stage: Stage) -> bytes:
    """Declare the result and download what anybody counts again."""
    answer = house.press(stage["officer"], f"/polls/{stage['poll_id']}/declare")
    assert answer.status in (302, 409), answer
    (set_id,) = house.call("look", stage["poll_id"])["sets"]
    return house.get(f"/set/{set_id}/bundle.zip")


def tally(choices: Sequence[Sequence[int]]) -> list[list[int]]:
    """Count choices as a person would: for each subject how many of each grade, the blanks left out."""
    by_subject = [Counter(column) for column in zip(*choices, strict=True)]
    return [[found[grade] for grade in range(1, GRADES + 1)] for found in by_subject]


def judge(
    house: Premises, stage: Stage, choices: Sequence[Sequence[int]], receipts: Sequence[bytes], invalid: int = 0
) -> Report:
    """Check the end: every receipted leaf once, the bundle verifies, the counts are those of ``choices``.

    ``choices`` are the ballots that count, ``receipts`` every leaf that was receipted (also of ballots changed later),
    ``invalid`` how many of those that count prove nothing. Needs 20 choices, so that every grade is published.
    """
    leaves = published_leaves(house, stage)
    assert sorted(receipts) == leaves, "a receipted ballot was lost, or one is there that nobody sent"
    raw = bundle(house, stage)
    report = verify(raw, trust=Trust.parse(house.get("/trust.json")))
    assert report.failures == ()
    stated = json.loads(_entry(raw, "result.json"))
    assert [subject["counts"] for subject in stated["subjects"]] == tally(choices)
    assert (stated["returned"], stated["invalid"]) == (len(choices) + invalid, invalid)
    seen = house.call("look", stage["poll_id"])
    assert seen["journal_whole"]
    assert seen["drops"] == 0
    return report


def _entry(raw: bytes, name: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(raw)) as found:
        return found.read(name)
