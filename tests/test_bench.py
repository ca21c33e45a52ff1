"""The benchmark: what its table and its file say."""

import json
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import scoring
from bench.row import Row, cpu


def row(ours: float) -> Row:
    return Row("a thing", ours, "ms", 0.5, "another", goal=2.0, low=ours, high=2 * ours)


@pytest.mark.parametrize(("ours", "met"), [(1.0, True), (2.0, True), (2.1, False)])
def test_a_goal_is_met_up_to_the_goal_itself(ours: float, met: bool) -> None:
    assert row(ours).met is met


def test_the_file_has_what_others_read_of_it(tmp_path: Path) -> None:
    kept = json.loads(bench.write([row(1.0)], tmp_path).read_text())
    assert kept["rows"] == [
        {
            **{"name": "a thing", "ours": 1.0, "unit": "ms", "baseline": 0.5},
            **{"baseline_name": "another", "ratio": 2.0, "goal": 2.0, "met": True},
            **{"low": 1.0, "high": 2.0},
        }
    ]


def test_the_table_has_a_line_a_row_and_columns_that_stand_under_each_other() -> None:
    head, *lines = bench.table([row(1.0), row(3.0)]).splitlines()
    assert [line.rsplit(None, 1)[1] for line in lines] == ["yes", "no"]
    assert {line.index("a thing") for line in lines} == {head.index("row")}
    assert {line.index("2 ms") for line in lines} == {head.index("goal")}


def test_a_missed_goal_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENNESS_HOME", str(tmp_path))
    for ours, code in ((1.0, 0), (3.0, 1)):
        monkeypatch.setattr(bench, "ROWS", (lambda ours=ours: row(ours),))
        assert bench.main() == code
    assert str(tmp_path / "bench" / "latest.json") in capsys.readouterr().out


def test_work_is_measured_by_the_unit_after_a_first_run() -> None:
    runs: list[int] = []
    spread = cpu(lambda: runs.append(1), units=1, repeats=3)
    assert (len(runs), len(spread.times)) == (4, 3)
    assert min(spread.times) <= spread.median <= max(spread.times)


def test_the_row_of_scoring_asks_every_derived_lens() -> None:
    measured = scoring.row()
    assert measured.name == "one profile through 5 derived lenses"
    assert (measured.goal, measured.unit) == (0.2, "ms")
    assert 0 < measured.low <= measured.ours <= measured.high
