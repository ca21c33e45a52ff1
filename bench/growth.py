"""How the time of every page grows from a hundredth of the rows to all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from statistics import median

from bench import details, pages
from bench.load import ANEW, fetch
from bench.programs import Missing, say
from bench.row import Goal, Promise, Row
from bench.site import site
from bench.stage import Stage

GROWTH = {
    name: Promise(f"{name}, growth", "ms", Goal(1.5, times=True), "a hundredth of the rows")
    for name in (*pages.KINDS, *details.GOALS)
}
PROMISES = tuple(GROWTH.values())


def measure(stage: Stage) -> Iterator[Row]:
    """Sites with fewer rows, one after the other; all rows are measured with the pages."""
    for rows in (stage.rows // 100, stage.rows // 10):
        say(f"pages among {rows:,} projects")
        with site(rows) as small:
            for _ in range(20):
                fetch(f"{small.url}/rankings/", ANEW)
            addresses = {kind: pages.path(kind, rows) for kind in pages.KINDS}
            for name, address in (addresses | details.paths(small)).items():
                with suppress(Missing):  # its row will say that it is missing
                    loads = pages.ours(small, address, 1, stage.repeats, stage.seconds)
                    stage.growth.setdefault(name, {})[rows] = median(load.p50 for load in loads)
    yield from ()


def rows(stage: Stage) -> Iterator[Row]:
    """The rows, once all rows have been measured too."""
    for name, promise in GROWTH.items():
        times = stage.growth.get(name, {})
        if {stage.rows, stage.rows // 100} <= times.keys():
            yield promise.kept([times[stage.rows]], [times[stage.rows // 100]])
        else:
            yield promise.broken("one of its sizes has not been measured")
