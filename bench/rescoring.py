"""Computing scores anew: for everybody, beside a plain UPDATE; for one project, up to its page."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.programs import say
from bench.row import Goal, Promise, Row
from bench.site import Site
from bench.stage import Stage

LENS = "open-to-whom"
_UPDATE = "one plain UPDATE of a lens"
ONE = Promise("rescore, one lens", "s", Goal(0.5, times=True), _UPDATE)
ALL = Promise("rescore, all derived lenses", "s", Goal(2, times=True), _UPDATE)
CHANGE = Promise("one project's change, from commit to page", "ms", Goal(50))
PROMISES = (ONE, ALL, CHANGE)

_TABLE = """
    DROP TABLE IF EXISTS bench_update;
    CREATE TABLE bench_update AS
    SELECT l.project_id, s.low, s.high, s.grade, row_number() OVER (ORDER BY s.low)::int AS rank
    FROM openness_listing l JOIN openness_score s USING (profile_id)
    WHERE s.lens = %s AND s.basis = 'derived';
    ALTER TABLE bench_update ADD PRIMARY KEY (project_id);
    CREATE INDEX ON bench_update (rank);
    ANALYZE bench_update
"""
_PLAIN = "UPDATE bench_update SET low = low, high = high, grade = grade, rank = rank + 1"


def measure(stage: Stage) -> Iterator[Row]:
    """The baseline is what a table with a row a project would cost."""
    say("rescoring")
    plain = [_update(stage.site) for _ in range(stage.repeats)]
    stage.site.ask("DROP TABLE bench_update")
    yield ONE.kept(stage.site.inside("rescore", LENS, within=900), plain)
    yield ALL.kept(stage.site.inside("rescore", within=900), plain)
    say("one project's change")
    times = stage.site.inside("change", stage.site.url, within=600)
    yield CHANGE.kept([1000 * seconds for seconds in times])


def _update(site: Site) -> float:
    site.ask(_TABLE, [LENS])
    began = time.perf_counter()
    site.ask(_PLAIN)
    return time.perf_counter() - began
