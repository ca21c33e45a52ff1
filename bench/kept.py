"""A page that is kept whole, and its 304: the CPU of each beside that of an empty view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def measure(stage: Stage) -> Iterator[Row]:
    """CPU of server and database a request, over one connection."""
    say("pages kept whole")
    address = f"{stage.site.url}/rankings/"
    pids = stage.site.processes("granian") | stage.site.database_processes()
    fetch(address)
    tag = fetch(address).headers.get("ETag", "")
    with served() as (url, pid):
        empty = _costs(stage, url, family(pid))
    page = _costs(stage, address, pids)
    same = _costs(stage, address, pids, {"If-None-Match": tag})
    note = _limit(stage)
    yield PAGE.kept(page, empty, note)
    yield SAME.kept(same, empty)


def _costs(
    stage: Stage, address: str, pids: set[int], headers: Mapping[str, str] | None = None
) -> list[float]:
    """Milliseconds of CPU a request, of several runs."""
    asked(address, 4, 1, headers)  # each process has its copy
    found = []
    for _ in range(stage.repeats):
        before = cpu_seconds(pids)
        load = asked(address, 1, stage.seconds, headers)
        found.append(1000 * (cpu_seconds(pids) - before) / load.requests)
    return found


def _limit(stage: Stage) -> str:
    try:
        with nginx(stage.export.parent) as (url, pid):
            [cost, *_] = _costs(stage, f"{url}/ready.txt", family(pid))
    except Missing as missing:
        return f"nginx: {missing}"
    return f"nginx's file costs {cost:.2g} ms"
