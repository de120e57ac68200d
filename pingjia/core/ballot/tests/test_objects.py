"""The objects of a poll: exactly the shapes of the specification, and names that follow from bytes alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pingjia.core.ballot import objects
from pingjia.core.ballot.objects import BadObject, BoxManifest, KeySet, PollManifest, Slate, box_number, check_poll
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.canonical import NotCanonical

VECTORS = load("objects")
KINDS: dict[str, Any] = {"slate": Slate, "keyset": KeySet, "box": BoxManifest, "poll": PollManifest}


@pytest.mark.parametrize("kind", KINDS)
def test_good_objects_come_back_with_their_hash(kind: str) -> None:
    for case in VECTORS[kind]["good"]:
        read = KINDS[kind].from_bytes(case["text"].encode())
        assert read.to_bytes().decode() == case["text"]
        assert read.hash.hex() == case["hash"]


@pytest.mark.parametrize("kind", KINDS)
def test_bad_objects_are_refused_by_name(kind: str) -> None:
    assert len(VECTORS[kind]["bad"]) > 10
    for case in VECTORS[kind]["bad"]:
        try:
            KINDS[kind].from_bytes(case["text"].encode())
        except (BadObject, NotCanonical):
            continue
        raise AssertionError(case["name"])


def test_box_numbers_are_eighty_bits_in_four_groups() -> None:
    for case in VECTORS["number"]:
        assert box_number(bytes.fromhex(case["hash"])) == case["number"]
    assert box_number(bytes(32)) == "0000-0000-0000-0000"
    assert box_number(bytes([255]) * 32) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"


def _boxes() -> list[BoxManifest]:
    return [cast().box(name) for name in ("first", "second", "opinion")]


def _poll(boxes: list[BoxManifest]) -> PollManifest:
    return PollManifest(tuple(box.hash for box in boxes), cast().POLL_ID)


def test_a_poll_and_its_boxes_fit() -> None:
    check_poll(_poll(_boxes()), _boxes())


@pytest.mark.parametrize(
    "change",
    [
        lambda box: replace(box, poll_id=bytes(16)),
        lambda box: replace(box, practice=True),
        lambda box: replace(box, box_key=_boxes()[0].box_key),
        lambda box: replace(box, issuers=_boxes()[0].issuers),
        lambda box: replace(box, issuers=(replace(box.issuers[0], url="https://else.example"),)),
        lambda box: replace(box, issuers=box.issuers * 2),
    ],
)
def test_a_box_that_shares_a_key_or_differs_in_its_issuers_does_not_fit(change: Any) -> None:
    boxes = _boxes()
    boxes[1] = change(boxes[1])
    with pytest.raises(BadObject):
        check_poll(_poll(boxes), boxes)


def test_boxes_in_another_order_are_not_the_poll() -> None:
    with pytest.raises(BadObject):
        check_poll(_poll(_boxes()), _boxes()[::-1])


def test_favourable_and_unfavourable_grades_fill_the_mask() -> None:
    for subject in cast().MIXED.subjects:
        assert subject.favourable_mask & subject.unfavourable_mask == 0
        assert subject.favourable_mask | subject.unfavourable_mask == (1 << len(subject.grades)) - 1


def test_the_objects_module_offers_what_it_names() -> None:
    assert all(hasattr(objects, name) for name in objects.__all__)
