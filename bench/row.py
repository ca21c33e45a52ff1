"""One row of the benchmark: a median of ours beside one of a baseline, and a goal."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

REPEATS = 15
"""How often each thing is measured; the median counts, the rest is its spread."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What ours has to keep: `number` alone, or `number` times the baseline.

    At most that much, or at least where `least` is set.
    """

    number: float
    times: bool = False
    least: bool = False

    def limit(self, baseline: float | None) -> float | None:
        """The limit in the unit of the row; None where it hangs on a baseline that is missing."""
        if not self.times:
            return self.number
        return None if baseline is None else self.number * baseline

    def met(self, ours: float | None, baseline: float | None) -> bool:
        """Whether ours keeps it; what was not measured does not."""
        limit = self.limit(baseline)
        if ours is None or limit is None:
            return False
        return ours >= limit if self.least else ours <= limit

    def words(self, unit: str) -> str:
        """Such as `at most 1.25 times`."""
        what = f"{self.number:g} {'times' if self.times else unit}"
        return f"at {'least' if self.least else 'most'} {what}"


@dataclass(frozen=True, slots=True)
class Promise:
    """A row before it is measured: a measure that fails owes it, and it counts as not met."""

    name: str
    unit: str
    goal: Goal
    baseline_name: str = "nothing"

    def kept(self, ours: Sequence[float], baseline: Sequence[float] = (), note: str = "") -> Row:
        """The row of these measurements."""
        return Row(self, tuple(ours), tuple(baseline), note)

    def broken(self, why: str) -> Row:
        """The row where it could not be measured."""
        return Row(self, (), (), why)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: all measurements of ours and of the baseline, in the unit of the promise."""

    promise: Promise
    samples: tuple[float, ...]
    baselines: tuple[float, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """What is measured."""
        return self.promise.name

    @property
    def ours(self) -> float | None:
        """The median; None where it could not be measured."""
        return median(self.samples) if self.samples else None

    @property
    def baseline(self) -> float | None:
        """The median of the baseline; None where there is none."""
        return median(self.baselines) if self.baselines else None

    @property
    def ratio(self) -> float | None:
        """How many times the baseline ours is."""
        return self.ours / self.baseline if self.ours is not None and self.baseline else None

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.promise.goal.met(self.ours, self.baseline)

    def as_json(self) -> dict[str, Any]:
        """The row as latest.json holds it; what was not measured is null."""
        return {
            "name": self.name,
            "ours": self.ours,
            "unit": self.promise.unit,
            "baseline": self.baseline,
            "baseline_name": self.promise.baseline_name,
            "ratio": self.ratio,
            "goal": self.promise.goal.limit(self.baseline),
            "met": self.met,
            "goal_words": self.promise.goal.words(self.promise.unit),
            "low": min(self.samples, default=None),
            "high": max(self.samples, default=None),
            "runs": len(self.samples),
            "note": self.note,
        }


def cpu(work: Callable[[], object], *, units: int, repeats: int = REPEATS) -> list[float]:
    """CPU seconds a unit of `work`, which does `units` of them; once before, unmeasured."""
    work()
    times = []
    for _ in range(repeats):
        gc.collect()
        started = process_time()
        work()
        times.append((process_time() - started) / units)
    return times
