"""One measured figure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """``value`` in ``unit``, or None where it could not be measured (``note`` says why).

    ``at_most`` is the promise, if there is one. Ratios are taken within one run on one machine, so that they can be
    trusted; times cannot.
    """

    name: str
    value: float | None
    unit: str
    at_most: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the promise was kept; None if there is none, or nothing was measured."""
        return None if self.value is None or self.at_most is None else self.value <= self.at_most

    def as_value(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "kept": self.kept}

    def line(self) -> str:
        """Return the row of the table."""
        shown = "not measured" if self.value is None else f"{self.value:.4g} {self.unit}"
        promise = "" if self.at_most is None else f"≤ {self.at_most:g} {'✓' if self.kept else '✗'}"
        return f"{self.name:<58} {shown:>18}  {promise:<9} {self.note}".rstrip()
