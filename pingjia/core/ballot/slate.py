"""The slate: what stands on the ballot paper (``docs/spec/ballot.md`` §4.1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot import fields

GREATEST_SUBJECTS = 64
GREATEST_GRADES = 7


@dataclass(frozen=True)
class Subject:
    """One line of the slate. ``favourable`` is a part of ``grades``, in the order of ``grades``."""

    code: str
    favourable: tuple[str, ...]
    grades: tuple[str, ...]
    title: str

    def as_value(self) -> dict[str, Any]:
        """Return the canonical value."""
        return {
            "code": self.code,
            "favourable": list(self.favourable),
            "grades": list(self.grades),
            "title": self.title,
        }

    @classmethod
    def from_value(cls, value: Any) -> Subject:
        """Read and check the canonical value (BadObject)."""
        f = fields.record(value, "code", "favourable", "grades", "title")
        grades = tuple(fields.code(g, "grade") for g in fields.array(f["grades"], 1, GREATEST_GRADES, "grades"))
        fields.distinct(grades, "grades")
        chosen = fields.array(f["favourable"], 1, len(grades), "favourable")
        favourable = tuple(g for g in grades if g in chosen)
        fields.require(list(favourable) == chosen, "favourable: grades of the subject, each once, in their order")
        return cls(fields.code(f["code"], "code"), favourable, grades, fields.text(f["title"], "title"))

    @property
    def favourable_mask(self) -> int:
        """Bits of the favourable grades: bit k−1 stands for grade k."""
        return sum(1 << k for k, grade in enumerate(self.grades) if grade in self.favourable)

    @property
    def unfavourable_mask(self) -> int:
        """Bits of the other grades; 0 where every grade is favourable."""
        return (1 << len(self.grades)) - 1 - self.favourable_mask


@dataclass(frozen=True)
class Slate:
    """The subjects put to a roll, in the order of the ballot body."""

    kind: str
    subjects: tuple[Subject, ...]
    title: str

    @classmethod
    def from_bytes(cls, raw: bytes) -> Slate:
        """Read and check canonical bytes (NotCanonical, BadObject)."""
        f = fields.parse(raw, "kind", "subjects", "title", "v")
        fields.integer(f["v"], 1, 1, "v")
        rows = fields.array(f["subjects"], 1, GREATEST_SUBJECTS, "subjects")
        subjects = tuple(Subject.from_value(row) for row in rows)
        fields.distinct([subject.code for subject in subjects], "subject codes")
        kind = fields.choice(f["kind"], "kind", "ballot", "questionnaire")
        return cls(kind, subjects, fields.text(f["title"], "title"))

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        subjects = [subject.as_value() for subject in self.subjects]
        return canonical.dumps({"kind": self.kind, "subjects": subjects, "title": self.title, "v": 1})

    @cached_property
    def hash(self) -> bytes:
        """SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.to_bytes()).digest()

    @property
    def grade_counts(self) -> tuple[int, ...]:
        """K_s per subject."""
        return tuple(len(subject.grades) for subject in self.subjects)
