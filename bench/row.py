"""One row of the benchmark: a median of ours beside one of a baseline, and a goal."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import process_time
from typing import Any

REPEATS = 15
"""How often each thing is measured; the median counts, the rest is its spread."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Measured CPU times of one thing, in seconds each."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        """The time in the middle."""
        return median(self.times)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, all costs in `unit`; `goal` is the most that ours may cost."""

    name: str
    ours: float
    unit: str
    baseline: float
    baseline_name: str
    goal: float
    low: float
    high: float

    @property
    def ratio(self) -> float:
        """How many times the baseline ours costs."""
        return self.ours / self.baseline

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.ours <= self.goal

    def as_json(self) -> dict[str, Any]:
        """The row as latest.json holds it."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


def cpu(work: Callable[[], object], *, units: int, repeats: int = REPEATS) -> Spread:
    """CPU seconds a unit of `work`, which does `units` of them; once before, unmeasured."""
    work()
    times = []
    for _ in range(repeats):
        gc.collect()
        started = process_time()
        work()
        times.append((process_time() - started) / units)
    return Spread(tuple(times))
