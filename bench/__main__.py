"""`python -m bench`: measures every row, prints a table, and writes var/bench/latest.json."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import FrameType

from bench import (
    beside,
    details,
    exports,
    growth,
    ingest,
    kept,
    pages,
    picture,
    rescoring,
    scoring,
)
from bench.programs import FOLDER, say
from bench.report import table, write
from bench.row import Promise, Row
from bench.stage import Stage

ROWS = 1_000_000
LONGEST = 60 * 60
"""Seconds after which what has not been measured is given up."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Some rows that are measured together, and what they are called."""

    promises: Sequence[Promise]
    run: Callable[[Stage], Iterator[Row]]


MEASURES: Mapping[str, Measure] = {
    "scoring": Measure(scoring.PROMISES, scoring.measure),
    "small": Measure((), growth.measure),
    "csv": Measure(exports.PROMISES, exports.measure),
    "pages": Measure(pages.PROMISES, pages.measure),
    "kept": Measure(kept.PROMISES, kept.measure),
    "details": Measure(details.PROMISES, details.measure),
    "growth": Measure(growth.PROMISES, growth.rows),
    "rescore": Measure(rescoring.PROMISES, rescoring.measure),
    "ingest": Measure(ingest.PROMISES, ingest.measure),
    "beside": Measure(beside.PROMISES, beside.measure),
}
"""In the order in which they run; `small` measures the smaller sites for `growth`."""


class TimeIsUp(Exception):
    """The whole run has taken too long."""


def measured(measure: Measure, stage: Stage) -> list[Row]:
    """Its rows in the order of its promises; what it could not measure says why."""
    rows: dict[str, Row] = {}
    why = "it was not measured"
    try:
        for row in measure.run(stage):
            rows[row.name] = row
    except Exception as reason:
        why = f"{type(reason).__name__}: {reason}"
        say(why)
    return [rows.get(one.name) or one.broken(why) for one in measure.promises]


def run(stage: Stage, names: Sequence[str], measures: Mapping[str, Measure]) -> list[Row]:
    """All rows of these measures, one after the other; once time is up none is begun."""
    end = time.monotonic() + LONGEST
    rows = []
    for name in names:
        measure = measures[name]
        if time.monotonic() > end:
            rows += [one.broken("time was up before") for one in measure.promises]
            continue
        signal.alarm(max(1, round(end - time.monotonic())))
        rows += measured(measure, stage)
        signal.alarm(0)
    return rows


def _up(_signal: int, _frame: FrameType | None) -> None:
    raise TimeIsUp(f"after {LONGEST} s")


def arguments(given: Sequence[str]) -> argparse.Namespace:
    """How many rows, and which measures."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="projects (%(default)s)")
    parser.add_argument("--only", default=",".join(MEASURES), help="of: %(default)s")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each (%(default)s)")
    parser.add_argument("--seconds", type=float, default=3, help="of a run of pages (%(default)s)")
    found = parser.parse_args(given)
    found.names = [name for name in MEASURES if name in found.only.split(",")]
    if unknown := set(found.only.split(",")) - MEASURES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if found.rows < 1000:
        parser.error("at least 1000 rows")
    return found


def main(given: Sequence[str]) -> int:
    """Measure, print, write; 1 if a goal is missed."""
    asked = arguments(given)
    signal.signal(signal.SIGALRM, _up)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began, load = time.monotonic(), os.getloadavg()[0]
    with ExitStack() as held:
        stage = Stage(asked.rows, held, asked.repeats, asked.seconds)
        rows = run(stage, asked.names, MEASURES)
    file = write(
        rows,
        FOLDER,
        projects=asked.rows,
        load_before=round(load, 2),
        seconds=round(time.monotonic() - began),
        growth=stage.growth,
    )
    (FOLDER / "growth.svg").write_text(picture.growth(stage.growth), encoding="utf-8")
    sys.stdout.write(f"{table(rows)}\n{file}\n")
    return int(not all(row.met for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
