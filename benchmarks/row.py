"""One measured figure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """``value`` in ``unit``, or None where it could not be measured (``note`` says why).

    ``at_most`` or ``at_least`` is the promise, if there is one. Ratios are taken within one run on one machine, so that
    they can be trusted; times cannot. A row with a Chinese name (``zh``) stands in the table of the README.
    """

    name: str
    value: float | None
    unit: str = ""
    at_most: float | None = None
    note: str = ""
    at_least: float | None = None
    zh: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the promise was kept; None if there is none, or nothing was measured."""
        if self.value is None or (self.at_most is None and self.at_least is None):
            return None
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    @property
    def shown(self) -> str:
        """The value with its unit, to three figures that mean something."""
        if self.value is None:
            return "not measured"
        number = f"{self.value:,.0f}" if abs(self.value) >= 1000 else f"{self.value:.3g}"
        return f"{number} {self.unit}".rstrip()

    @property
    def promise(self) -> str:
        """``≤ …`` or ``≥ …``, or nothing."""
        most = "" if self.at_most is None else f"≤ {self.at_most:.3g}"
        least = "" if self.at_least is None else f"≥ {self.at_least:.3g}"
        return " ".join(part for part in (least, most) if part)

    def as_value(self) -> dict[str, Any]:
        """Return plain data."""
        return {**asdict(self), "kept": self.kept}

    @classmethod
    def of(cls, value: dict[str, Any]) -> Row:
        """Return the row that ``as_value`` wrote."""
        return cls(**{key: content for key, content in value.items() if key != "kept"})

    def line(self) -> str:
        """Return the row of the table."""
        mark = {True: "✓", False: "✗", None: ""}[self.kept]
        return f"{self.name:<66} {self.shown:>16}  {self.promise:<9} {mark:<1} {self.note}".rstrip()
