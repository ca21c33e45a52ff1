"""Foundation Model Transparency Index: three editions, never a company that was not scored."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openness.sources import fmti as source
from scoring.lenses import Judged, Unanswered
from scoring.lenses.fmti import LENS
from scoring.result import Outcome
from tests.scoring.published import cells, readings, table


def test_every_total_domain_and_rank_is_reproduced(
    shared: Path, equal: Callable[..., None]
) -> None:
    expected: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in table(shared / "oracles/fmti.csv"):
        expected[row["edition"], row["company"]].append(row)
    totals: dict[str, dict[str, float]] = defaultdict(dict)
    compared = 0
    for reading in readings(source.SOURCE, shared / "data/fmti"):
        rows = expected.pop((reading.edition.key, reading.name))
        result = LENS.explain_published(cells(reading), reading.edition.key)
        domains: Any = result.detail["domains"]
        assert domains == {r["domain"]: (int(r["score"]), int(r["out_of"])) for r in rows}
        assert result.value.low == result.value.high == float(rows[0]["total"])
        totals[reading.edition.key][reading.name] = float(rows[0]["total"])
        better = [float(r["rank"]) for r in rows]
        assert len(set(better)) == 1
        compared += len(rows)
    assert not expected
    for row in table(shared / "oracles/fmti.csv"):
        of_edition = totals[row["edition"]]
        rank = 1 + sum(total > of_edition[row["company"]] for total in of_edition.values())
        assert rank == int(row["rank"])
    equal("fmti", totals=compared // 3, domains=compared)


def test_every_cell_is_the_published_one(shared: Path, equal: Callable[..., None]) -> None:
    given: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in table(shared / "data/fmti/fmti_cells.csv"):
        given[row["edition"], row["company"]].append(row["value"])
    count = 0
    for reading in readings(source.SOURCE, shared / "data/fmti"):
        checks = LENS.explain_published(cells(reading), reading.edition.key).checks
        values = ["1" if check.outcome is Outcome.YES else "0" for check in checks]
        assert values == given.pop((reading.edition.key, reading.name))
        count += len(values)
    assert (given, count) == ({}, 3700)
    equal("fmti", cells=count)


def whole(value: str = "1") -> list[Judged]:
    return [Judged(at, f"i{at}", value, {"domain": "Model "}) for at in range(1, 101)]


def test_indicators_sum_and_names_are_trimmed() -> None:
    result = LENS.explain_published([Judged(0, "", "Company"), *whole()])
    assert result.value.low == 100
    assert result.detail["domains"] == {"Model": (100, 100)}
    assert result.checks[0].points == (1, 1)


@pytest.mark.parametrize(
    "said", [[], whole()[:99], whole("2"), [*whole(), Judged(101, "more", "1")]]
)
def test_anything_but_a_whole_set_of_scores_has_no_result(said: list[Judged]) -> None:
    with pytest.raises(Unanswered):
        LENS.publish(said)
