"""Opening up ChatGPT: equal to the published table, cell by cell."""

from collections.abc import Callable
from pathlib import Path

import pytest

from openness.sources import opening_up as source
from scoring.lenses import Judged, Unanswered
from scoring.lenses.opening_up import LENS
from scoring.result import Outcome, Value
from tests.scoring.published import cells, readings, table

DIMENSIONS = LENS.dimensions("2025-03")


def test_every_published_score_class_and_order_is_reproduced(
    shared: Path, equal: Callable[..., None]
) -> None:
    rows = {row["slug"]: row for row in table(shared / "oracles/osai_legacy.csv")}
    scored = []
    for reading in readings(source.SOURCE, shared / "data/opening-up"):
        result = LENS.explain_published(cells(reading))
        row = rows[reading.key]
        assert result.value == Value(float(row["score"]), float(row["score"]))
        assert result.detail["classes"] == {key: row[key] for key in DIMENSIONS}
        scored.append((-float(row["score"]), reading.name, int(row["position"])))
    assert len(scored) == len(rows)
    positions = [position for _, _, position in sorted(scored)]
    assert positions == sorted(positions)
    equal("opening-up", scores=len(scored), classes=len(scored) * len(DIMENSIONS))


def test_there_are_fourteen_dimensions_in_three_areas() -> None:
    assert len(DIMENSIONS) == LENS.maximum == 14


@pytest.mark.parametrize(
    ("word", "points", "outcome"),
    [
        ("open", 1, Outcome.YES),
        ("partial", 0.5, Outcome.PARTLY),
        ("closed", 0, Outcome.NO),
        ("", 0, Outcome.UNKNOWN),
        ("Open", 0, Outcome.UNKNOWN),
        ("tbd", 0, Outcome.UNKNOWN),
    ],
)
def test_what_a_class_counts(word: str, points: float, outcome: Outcome) -> None:
    result = LENS.explain_published([Judged(0, "", "Name"), Judged(1, "paper", word)])
    check = next(check for check in result.checks if check.component == "peer_reviewed_paper")
    assert (check.points, check.outcome) == ((points, points), outcome)
    assert result.value.low == points
    assert check.reason


def test_dimensions_that_are_not_mentioned_or_not_asked_count_nothing() -> None:
    assert LENS.publish([Judged(1, "beauty", "open")]) == Value(0, 0)


def test_category_means_are_for_display() -> None:
    said = [Judged(at, key, "open") for at, key in enumerate(("package", "opencode"))]
    detail = LENS.explain_published(said).detail
    assert detail["categories"] == {"availability": 1 / 6, "documentation": 0, "access": 0.5}


def test_an_edition_that_there_is_not_is_an_error() -> None:
    with pytest.raises(Unanswered, match="no edition 1999"):
        LENS.publish([], "1999")
