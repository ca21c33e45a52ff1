"""Opening up ChatGPT: the sum of fourteen classes, frozen in March 2025 (published only)."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.lenses.classes import ClassLens, classes_of, worth
from scoring.lenses.lens import Judged, rounded
from scoring.result import Result


class OpeningUp(ClassLens):
    """Score = sum over the dimensions, 0 to 14; order by score, then name by code point."""

    def explain_published(self, said: Sequence[Judged], edition: str = "") -> Result:
        """The publisher's score with a check for each dimension; `detail` has the classes."""
        edition = self.edition(edition)
        classes = classes_of(said, self.dimensions(edition))
        score = sum(worth(word) for word in classes.values())
        return Result(
            rounded(score, score),
            checks=tuple(self.check(key, word, 1.0) for key, word in classes.items()),
            detail={"classes": classes, "categories": self.categories(edition, classes)},
        )


LENS = OpeningUp(__file__)
