"""A page that is kept whole, and its 304: the CPU of each beside that of an empty view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bench.empty import served
from bench.load import asked, cpu_seconds, family, fetch
from bench.nginx import nginx
from bench.programs import Missing, say
from bench.row import Goal, Promise, Row
from bench.stage import Stage

_GOAL = Goal(2.5, times=True)
PAGE = Promise("page kept whole, CPU", "ms", _GOAL, "an empty view")
SAME = Promise("its 304, CPU", "ms", _GOAL, "an empty view")
PROMISES = (PAGE, SAME)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, and which processes work for it: servers begin and end some meanwhile."""

    address: str
    processes: Callable[[], set[int]]
    headers: Mapping[str, str] | None = None


def measure(stage: Stage) -> Iterator[Row]:
    """CPU of server and database a request, over one connection."""
    say("pages kept whole")
    site, address = stage.site, f"{stage.site.url}/rankings/"
    fetch(address)
    tag = fetch(address).headers.get("ETag", "")

    def working() -> set[int]:
        return site.processes("web") | site.database_processes()

    with served() as (url, pid):
        empty, page, same = _costs(
            stage,
            Asked(url, lambda: family(pid)),
            Asked(address, working),
            Asked(address, working, {"If-None-Match": tag}),
        )
    yield PAGE.kept(page, empty, _limit(stage))
    yield SAME.kept(same, empty)


def _costs(stage: Stage, *all_asked: Asked) -> list[list[float]]:
    """Of each: milliseconds of CPU a request, of several runs in turns, so that all of them have
    the same share of a machine whose load changes."""
    found: list[list[float]] = [[] for _ in all_asked]
    for one in all_asked:
        asked(one.address, 4, 1, one.headers)  # each process has its copy
    for _ in range(stage.repeats):
        for costs, one in zip(found, all_asked, strict=True):
            before = cpu_seconds(one.processes())
            load = asked(one.address, 1, stage.seconds, one.headers)
            costs.append(1000 * (cpu_seconds(one.processes()) - before) / load.requests)
    return found


def _limit(stage: Stage) -> str:
    try:
        with nginx(stage.export.parent) as (url, pid):
            [[cost, *_]] = _costs(stage, Asked(f"{url}/ready.txt", lambda: family(pid)))
    except Missing as missing:
        return f"nginx: {missing}"
    return f"nginx's file costs {cost:.2g} ms"
