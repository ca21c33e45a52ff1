"""What the two indexes of the same school share: a class for each dimension, open, partial, closed.

Open counts 1, partial 0.5, and anything else 0, also a blank, which the publishers show as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scoring.lenses.lens import Judged, Lens
from scoring.result import Check, Outcome, Sentence

WORTH = {"open": 1.0, "partial": 0.5}

_OUTCOMES = {"open": Outcome.YES, "partial": Outcome.PARTLY, "closed": Outcome.NO}
_REASONS = {
    Outcome.YES: "The publisher judged this open.",
    Outcome.PARTLY: "The publisher judged this partly open.",
    Outcome.NO: "The publisher judged this closed.",
    Outcome.UNKNOWN: "The publisher gave no class, which counts as nothing.",
}


class ClassLens(Lens):
    """A lens whose dimensions, by category and edition, stand in its .toml."""

    def dimensions(self, edition: str) -> tuple[str, ...]:
        """The dimensions of an edition, in the publisher's order of categories."""
        categories: Mapping[str, list[str]] = self.texts["dimensions"][edition]
        return tuple(key for keys in categories.values() for key in keys)

    def categories(self, edition: str, classes: Mapping[str, str]) -> dict[str, float]:
        """Category -> the mean of its dimensions, for display only."""
        table: Mapping[str, list[str]] = self.texts["dimensions"][edition]
        return {
            name: sum(worth(classes[key]) for key in keys) / len(keys)
            for name, keys in table.items()
        }

    def check(self, dimension: str, word: str, weight: float) -> Check:
        """One dimension as a criterion; `weight` is what open adds to the score."""
        criterion: Mapping[str, Any] = self.texts["criteria"][dimension]
        outcome = _OUTCOMES.get(word, Outcome.UNKNOWN)
        points = worth(word) * weight
        return Check(
            criterion=criterion["name"],
            outcome=outcome,
            reason=Sentence(_REASONS[outcome]),
            points=(points, points),
            component=criterion["component"],
        )


def worth(word: str) -> float:
    """What a class counts."""
    return WORTH.get(word, 0.0)


def classes_of(said: Sequence[Judged], dimensions: Sequence[str]) -> dict[str, str]:
    """Dimension -> class as written, blank where the publisher says nothing."""
    written = {cell.dimension: cell.value for cell in said if cell.dimension}
    return {dimension: written.get(dimension, "") for dimension in dimensions}
