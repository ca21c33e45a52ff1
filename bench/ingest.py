"""Writing many projects, beside a bare COPY of the same rows into tables without indexes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from tempfile import TemporaryFile

import psycopg2

from bench.programs import FOLDER, Missing, say
from bench.row import Goal, Promise, Row
from bench.stage import Stage

INGEST = Promise(
    "ingest of all rows", "s", Goal(5, times=True), "a bare COPY of all that it writes"
)
PROMISES = (INGEST,)
_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname LIKE 'openness_%%' AND EXISTS (
        SELECT FROM pg_stat_user_tables s WHERE s.relid = c.oid AND s.n_live_tup >= %s)
    ORDER BY c.relname
"""


def measure(stage: Stage) -> Iterator[Row]:
    """Ours is what making the projects of this site took; the tables are those that it filled."""
    say("a bare COPY of all rows")
    if "seconds" not in stage.site.made:
        raise Missing("nobody has written down how long making the projects took")
    tables = [name for (name,) in stage.site.ask(_TABLES, [stage.rows // 100])]
    bare = [sum(_bare(stage.site.database, table) for table in tables) for _ in range(2)]
    made = ", ".join(f"{stage.site.made[n]:,} {n}" for n in ("projects", "statements", "scores"))
    note = f"{made}; tables: {', '.join(name.removeprefix('openness_') for name in tables)}"
    yield INGEST.kept([stage.site.made["seconds"]], bare, note)


def _bare(database: str, table: str) -> float:
    """Seconds to COPY all rows of a table into one like it without indexes and checks.

    It writes its log as ours does: that a table is made in the same transaction spares it only
    where `wal_level` is `minimal`, and here it is `replica`.
    """
    with (
        TemporaryFile(dir=FOLDER) as file,
        closing(psycopg2.connect(database)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.copy_expert(f"COPY {table} TO STDOUT", file)
        file.seek(0)
        cursor.execute(f"CREATE TABLE bench_copy (LIKE {table})")
        began = time.perf_counter()
        cursor.copy_expert("COPY bench_copy FROM STDIN", file, size=1 << 18)
        seconds = time.perf_counter() - began
        connection.rollback()
    return seconds
