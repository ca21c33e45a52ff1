"""Foundation Model Transparency Index: indicators satisfied by a company (published only).

Only the scores of its own team are valid, so nothing is ever worked out for a company or an
edition that it did not score, and no component feeds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from scoring.lenses.lens import Judged, Lens, Unanswered, rounded
from scoring.result import Check, Outcome, Result, Sentence

INDICATORS = 100


class Transparency(Lens):
    """Total = number of satisfied indicators, 0 to 100; ties share a rank."""

    def explain_published(self, said: Sequence[Judged], edition: str = "") -> Result:
        """The total with a check for each indicator.

        `detail`: domains and subdomains, {name: (satisfied, of how many)}. Raises Unanswered for
        anything but a whole set of indicators of 0 and 1.
        """
        self.edition(edition)
        cells = [cell for cell in said if cell.dimension]
        if len(cells) != INDICATORS or {cell.value for cell in cells} - {"0", "1"}:
            raise Unanswered(f"{self.key} scores {INDICATORS} indicators of 0 and 1")
        total = sum(cell.value == "1" for cell in cells)
        return Result(
            rounded(total, total),
            checks=tuple(self._check(cell) for cell in cells),
            detail={part: _sums(cells, part[:-1]) for part in ("domains", "subdomains")},
        )

    def _check(self, cell: Judged) -> Check:
        satisfied = cell.value == "1"
        reason = Sentence(self.texts["sentences"]["yes" if satisfied else "no"])
        points = float(satisfied)
        outcome = Outcome.YES if satisfied else Outcome.NO
        return Check(cell.dimension, outcome, reason, (points, points))


def _sums(cells: Sequence[Judged], attribute: str) -> dict[str, tuple[int, int]]:
    """Domain or subdomain -> (satisfied, of how many); a space behind a name makes no other one."""
    grouped: dict[str, list[bool]] = defaultdict(list)
    for cell in cells:
        grouped[str(cell.attributes.get(attribute, "")).strip()].append(cell.value == "1")
    return {name: (sum(values), len(values)) for name, values in grouped.items()}


LENS = Transparency(__file__)
