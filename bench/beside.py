"""Reads while others write, and what all of the site's processes hold in memory meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.load import ANEW, asked
from bench.programs import Missing, say
from bench.row import Goal, Promise, Row
from bench.stage import Stage

_GOAL = Goal(2, times=True)
RESCORE = Promise("first page beside a rescore", "ms", _GOAL, "alone")
INGEST = Promise("first page beside an ingest", "ms", _GOAL, "alone")
MEMORY = Promise("memory of web, worker and beat", "MB", Goal(600))
PROMISES = (RESCORE, INGEST, MEMORY)


def measure(stage: Stage) -> Iterator[Row]:
    """Medians over one connection, rendered anew; the most memory of the whole run so far."""
    say("reads beside writes")
    place, number = stage.site, str(stage.rows // 10)
    address = f"{place.url}/rankings/"
    alone = [asked(address, 1, stage.seconds, ANEW).p50 for _ in range(stage.repeats)]
    yield RESCORE.kept(_while(address, lambda: place.inside("rescore", within=900)), alone)
    busy = _while(address, lambda: place.inside("ingest", number, within=900))
    yield INGEST.kept(busy, alone, f"while {int(number):,} projects are written")
    if not stage.watch or not stage.watch.samples:
        raise Missing("nobody has looked at the memory")
    yield MEMORY.kept([max(stage.watch.samples)], (), "the most of the whole run, PSS")


def _while(address: str, work: Callable[[], object]) -> list[float]:
    """Medians of runs of a second for as long as the work lasts."""
    found: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(work)
        while not busy.done() or not found:
            found.append(asked(address, 1, 1, ANEW).p50)
        busy.result()
    return found
