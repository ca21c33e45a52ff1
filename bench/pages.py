"""Pages of the list, rendered anew, beside Datasette's with the same filter and facets."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from statistics import median
from urllib.parse import quote

from bench.datasette import datasette
from bench.load import ANEW, Load, asked
from bench.programs import Missing, say
from bench.row import Goal, Promise, Row
from bench.site import Site
from bench.stage import Stage

CONNECTIONS = (1, 8, 64)
LICENSE, WORD = "Apache-2.0", "falcon"
KINDS = ("first page", "filtered page", "search", "page at half depth")
FACETS = "_size=50&_facet=license&_facet=organization&_sort=rank"

RATE = {
    (kind, n): Promise(
        f"{kind}, requests per second over {n}", "/s", Goal(20, times=True, least=True), "Datasette"
    )
    for kind in KINDS
    for n in CONNECTIONS
}
MEDIAN = {kind: Promise(f"{kind}, median over 1", "ms", Goal(8), "Datasette") for kind in KINDS}
WORST = {kind: Promise(f"{kind}, p99 over 8", "ms", Goal(60), "Datasette") for kind in KINDS}
EVEN = {
    kind: Promise(f"{kind} beside the first", "ms", Goal(3, times=True), "the first page")
    for kind in KINDS[1:]
}
PROMISES = (*RATE.values(), *MEDIAN.values(), *WORST.values(), *EVEN.values())


def path(kind: str, rows: int) -> str:
    """The address of a kind of page on a site with so many rows."""
    return {
        "first page": "/rankings/",
        "filtered page": f"/rankings/?license={LICENSE}",
        "search": f"/rankings/?q={WORD}",
        "page at half depth": f"/rankings/?page={max(2, rows // 2 // 50)}",
    }[kind]


def ours(site: Site, address: str, connections: int, repeats: int, seconds: float) -> list[Load]:
    """Runs over one of our addresses, rendered anew; the first one, which warms, does not count."""
    with suppress(Missing):
        asked(site.url + address, connections, 1, ANEW)
    return [asked(site.url + address, connections, seconds, ANEW) for _ in range(repeats)]


def measure(stage: Stage) -> Iterator[Row]:
    """Ours first, all of them; then Datasette's, begun anew for each kind of page."""
    mine: dict[str, dict[int, list[Load]]] = {}
    for kind in KINDS:
        say(f"{kind}, ours")
        address, again = path(kind, stage.rows), (stage.repeats, stage.seconds)
        try:
            mine[kind] = {n: ours(stage.site, address, n, *again) for n in CONNECTIONS}
        except Missing as missing:
            yield from (one.broken(str(missing)) for one in _of(kind))
        else:
            stage.growth.setdefault(kind, {})[stage.rows] = _middle(mine[kind][1], "p50")
    first = [load.p50 for load in mine.get(KINDS[0], {}).get(1, ())]
    for kind, promise in EVEN.items():
        if kind in mine:
            yield promise.kept([load.p50 for load in mine[kind][1]], first)
    for kind, loads in mine.items():
        say(f"{kind}, Datasette's")
        yield from _beside(stage, kind, loads)


def _of(kind: str) -> list[Promise]:
    """All that is promised of a kind of page."""
    return [one for one in PROMISES if one.name.startswith(kind)]


def _middle(loads: list[Load], name: str) -> float:
    return float(median(getattr(load, name) for load in loads))


def _beside(stage: Stage, kind: str, mine: dict[int, list[Load]]) -> Iterator[Row]:
    try:
        theirs = _datasette(stage, kind)
        why = ""
    except Missing as missing:
        theirs, why = {}, f"Datasette: {missing}"
    for n in CONNECTIONS:
        loads, other = mine[n], theirs.get(n)
        said = (
            f"median {median(x.p50 for x in loads):.3g} ms, p99 {median(x.p99 for x in loads):.3g}"
        )
        if other:
            said += f"; Datasette's {other.p50:.3g} and {other.p99:.3g}, one run"
        rates = [other.rate] if other else []
        yield RATE[kind, n].kept(
            [x.rate for x in loads], rates, "; ".join(filter(None, (said, why)))
        )
    for promise, n, name in ((MEDIAN[kind], 1, "p50"), (WORST[kind], 8, "p99")):
        baseline = [getattr(theirs[n], name)] if n in theirs else []
        yield promise.kept([getattr(load, name) for load in mine[n]], baseline)


def _datasette(stage: Stage, kind: str) -> dict[int, Load]:
    """One run for each number of connections; one without any answer counts as one answer."""
    found = {}
    with datasette(stage.peer) as table:
        address = f"{table}?{FACETS}{_asked(stage, kind)}"
        for n in CONNECTIONS:
            seconds = (25 if n == CONNECTIONS[-1] else 10) if stage.large else stage.seconds + 2
            try:
                found[n] = asked(address, n, seconds)
            except Missing as missing:
                if "no answer" not in str(missing):
                    raise
                found[n] = Load(1, seconds, 1000 * seconds, 1000 * seconds, 0, 0)
    return found


def _asked(stage: Stage, kind: str) -> str:
    """What Datasette is asked for the same rows."""
    if kind == "page at half depth":
        with closing(sqlite3.connect(stage.peer)) as held:
            half = "SELECT rank, id FROM projects ORDER BY rank, id LIMIT 1 OFFSET ?"
            rank, key = held.execute(half, [stage.rows // 2 - 1]).fetchone()
        return f"&_next={quote(f'{rank},{key}')}"
    return {
        "first page": "",
        "filtered page": f"&license={LICENSE}",
        "search": f"&_search={WORD}",
    }[kind]
