"""The benchmark: what its table and its file say, and that no row is silently dropped."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import __main__ as bench
from bench import (
    exports,
    growth,
    ingest,
    pages,
    picture,
    programs,
    publish,
    report,
    scoring,
    site,
)
from bench.__main__ import Measure
from bench.load import Load, family, fetch
from bench.programs import Missing, free_port, running
from bench.row import Goal, Promise, Row, cpu
from bench.stage import Stage

THING = Promise("a thing", "ms", Goal(2), "another")


def stage(rows: int = 1000) -> Stage:
    return Stage(rows, ExitStack(), repeats=2, seconds=1)


@pytest.mark.parametrize(
    ("goal", "ours", "baseline", "met"),
    [
        (Goal(2), 2.0, None, True),
        (Goal(2), 2.1, None, False),
        (Goal(2, least=True), 1.9, None, False),
        (Goal(1.25, times=True), 5.0, 4.0, True),
        (Goal(1.25, times=True), 5.1, 4.0, False),
        (Goal(20, times=True, least=True), 100.0, 5.0, True),
        (Goal(20, times=True, least=True), 99.0, 5.0, False),
        (Goal(20, times=True, least=True), 99.0, None, False),
        (Goal(2), None, 1.0, False),
    ],
)
def test_a_goal_is_met_up_to_the_goal_itself(
    goal: Goal, ours: float | None, baseline: float | None, met: bool
) -> None:
    assert goal.met(ours, baseline) is met


def test_the_file_has_what_others_read_of_it(tmp_path: Path) -> None:
    row = Promise("a thing", "s", Goal(1.25, times=True), "another").kept([3, 1, 2], [1, 2, 3])
    kept = json.loads(report.write([row], tmp_path, projects=7).read_text())
    assert kept["projects"] == 7
    assert kept["rows"] == [
        {
            **{"name": "a thing", "ours": 2, "unit": "s", "baseline": 2, "ratio": 1.0},
            **{"baseline_name": "another", "goal": 2.5, "met": True, "runs": 3},
            **{"goal_words": "at most 1.25 times", "low": 1, "high": 3, "note": ""},
        }
    ]


def test_the_table_has_a_line_a_row_and_columns_that_stand_under_each_other() -> None:
    rows = [THING.kept([1.0], [0.5]), THING.kept([3.0]), THING.broken("no such program")]
    head, *lines = report.table(rows).splitlines()
    assert [line.split()[-1] for line in lines[:3]] == ["yes", "no", "no"]
    assert {line.index("a thing") for line in lines[:3]} == {head.index("row")}
    assert {line.index("at most 2 ms") for line in lines[:3]} == {head.index("goal")}
    assert lines[-1] == "a thing: no such program"
    assert "not measured" in lines[2]
    written = report.markdown([row.as_json() for row in rows]).splitlines()
    assert len(written) == 5
    assert {line.count("|") for line in written} == {8}


def test_what_cannot_be_measured_says_why_and_counts_as_not_met() -> None:
    other = Promise("a second", "s", Goal(1))

    def half(_stage: Stage) -> Iterator[Row]:
        yield THING.kept([1.0])
        raise Missing("nginx: No such file")

    rows = bench.measured(Measure((THING, other), half), stage())
    assert [(row.name, row.met) for row in rows] == [("a thing", True), ("a second", False)]
    assert rows[1].note == "Missing: nginx: No such file"


def test_once_time_is_up_no_measure_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "LONGEST", -1)
    measures = {"one": Measure((THING,), pytest.fail)}
    [row] = bench.run(stage(), ["one"], measures)
    assert (row.met, row.note) == (False, "time was up before")


def test_a_missed_goal_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "FOLDER", tmp_path)
    for ours, code in ((1.0, 0), (3.0, 1)):
        measure = Measure((THING,), lambda _stage, ours=ours: iter([THING.kept([ours])]))
        monkeypatch.setattr(bench, "MEASURES", {"one": measure})
        assert bench.main(["--rows", "1000", "--only", "one"]) == code
    assert str(tmp_path / "latest.json") in capsys.readouterr().out


def test_the_last_run_takes_the_place_of_the_one_before_in_its_document() -> None:
    row = Promise("a thing", "s", Goal(1)).kept([0.5], (), "measured once")
    found = {
        **{"rows": [row.as_json()], "projects": 50_000, "python": "3.11", "machine": "two cores"},
        **{"at": "2026-11-30T07:00:00", "load_before": 0.1, "load": [1.0], "seconds": 60},
        "growth": {"badge": {"10": 1.0, "1000": 1.25}},
    }
    document = f"before\n{publish.BEGIN}\nold\n{publish.END}\nafter\n"
    text = publish.written(document, found)
    assert text.startswith(f"before\n{publish.BEGIN}\n50,000 projects; 1 of 1 goals")
    assert text.endswith(f"{publish.END}\nafter\n")
    assert "old" not in text
    assert "| badge | 1 | 1.25 |" in text
    assert "- a thing: measured once" in text
    assert publish.written(text, found) == text
    assert publish.written(publish.DOCUMENT.read_text(), found)
    with pytest.raises(ValueError, match="has no"):
        publish.written("no marks", found)


@pytest.mark.parametrize("given", [["--only", "no-such"], ["--rows", "7"]])
def test_nonsense_is_refused(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.arguments(given)
    assert "error" in capsys.readouterr().err


def test_every_row_has_a_name_of_its_own_and_those_of_the_goals_are_all_there() -> None:
    names = [one.name for measure in bench.MEASURES.values() for one in measure.promises]
    assert len(names) == len(set(names))
    for word in ("CSV, made anew", "CSV, from its file", "its 304", "rescore, one lens", "badge"):
        assert any(word in name for name in names), word
    for kind in pages.KINDS:
        assert len([name for name in names if name.startswith(kind)]) >= 5


def test_pages_are_compared_with_what_the_peer_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(rate: float) -> Load:
        return Load(round(rate * 10), 10, 1000 / rate, 2000 / rate, 0, 0)

    monkeypatch.setattr(pages, "ours", lambda *_args: [load(500)] * 2)
    monkeypatch.setattr(
        pages, "_datasette", lambda *_args: dict.fromkeys(pages.CONNECTIONS, load(5))
    )
    here = stage()
    vars(here)["site"] = None
    rows = {row.name: row for row in pages.measure(here)}
    assert rows.keys() == {promise.name for promise in pages.PROMISES}
    assert rows["search, requests per second over 8"].ratio == pytest.approx(100)
    assert all(row.met for row in rows.values())
    assert here.growth["search"] == {1000: 2.0}

    def missing(*_args: object) -> dict[int, Load]:
        raise Missing("no network")

    monkeypatch.setattr(pages, "_datasette", missing)
    rows = {row.name: row for row in pages.measure(here)}
    assert not rows["search, requests per second over 8"].met
    assert "no network" in rows["search, requests per second over 8"].note
    assert rows["search, median over 1"].met


def test_growth_needs_the_smallest_and_the_largest_site() -> None:
    here = stage()
    here.growth = {"badge": {10: 1.0, 100: 1.2, 1000: 1.4}, "search": {10: 1.0}}
    rows = {row.name: row for row in growth.rows(here)}
    assert rows["badge, growth"].met
    assert not rows["search, growth"].met
    assert not rows["search, growth"].samples


def test_the_picture_of_growth_is_a_document_with_a_line_a_page() -> None:
    text = picture.growth({"first page": {10: 1.0, 100: 2.0}, "badge": {10: 1.0}})
    root = ElementTree.fromstring(text)  # noqa: S314  # it is ours
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 1
    assert "first page" in text
    assert ElementTree.fromstring(picture.growth({})) is not None  # noqa: S314


def test_a_server_that_ends_or_hangs_is_missing_and_none_is_left(tmp_path: Path) -> None:
    ends = [sys.executable, "-c", "print('no port')"]
    with (
        pytest.raises(Missing, match="did not start: no port"),
        running(ends, tmp_path / "log", answers=lambda: False, within=20),
    ):
        pytest.fail("it does not run")
    hangs = [sys.executable, "-c", "import time; time.sleep(60)"]
    with (
        pytest.raises(Missing, match="did not start"),
        running(hangs, tmp_path / "log", answers=lambda: False, within=0.1),
    ):
        pytest.fail("it never answers")
    with running(hangs, tmp_path / "log", answers=lambda: True, within=1) as server:
        assert server.pid in family(server.pid)
    assert server.returncode is not None


def test_a_command_is_given_up_in_time() -> None:
    with pytest.raises(Missing, match=r"took over"):
        programs.run([sys.executable, "-c", "import time; time.sleep(60)"], within=0.2)
    with pytest.raises(Missing, match="boom"):
        programs.run([sys.executable, "-c", "raise SystemExit('boom')"], within=20)


def test_who_does_not_answer_is_missing() -> None:
    with pytest.raises(Missing):
        fetch(f"http://127.0.0.1:{free_port()}/", within=1)


def test_projects_are_made_again_for_another_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {"of": site._release(), "made": {"seconds": 3}}
    (tmp_path / "made.json").write_text(json.dumps(kept))
    assert site._made(tmp_path) == {"seconds": 3}
    monkeypatch.setattr(site, "_release", lambda: "another")
    assert site._made(tmp_path) is None


def test_work_is_measured_by_the_unit_after_a_first_run() -> None:
    runs: list[int] = []
    times = cpu(lambda: runs.append(1), units=1, repeats=3)
    assert (len(runs), len(times)) == (4, 3)


def test_the_row_of_scoring_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "cpu", partial(cpu, repeats=2))
    [measured] = scoring.measure()
    assert (measured.promise.goal.number, measured.promise.unit) == (0.2, "ms")
    assert measured.ours is not None
    assert measured.ours > 0


@pytest.mark.long
def test_a_small_site_is_made_measured_and_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without peers: the rows that need none, on a site with a few hundred projects."""
    monkeypatch.setattr(site, "FOLDER", tmp_path)
    monkeypatch.setattr(ingest, "FOLDER", tmp_path)
    monkeypatch.setattr(exports, "FOLDER", tmp_path)
    with ExitStack() as held:
        here = Stage(300, held, repeats=2, seconds=1)
        names = ("rescore", "ingest")
        rows = bench.run(here, names, bench.MEASURES)
        command = exports._psql(here.site)
        assert exports._timed_copy(command) > 0
        pid = here.site.pid
    assert [row.note for row in rows if not row.samples] == []
    assert family(pid) == {pid}
    assert all(a.name != b.name for a, b in pairwise(rows))
