"""The whole ranking as CSV: made anew, from its file, and what that costs the web process."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from threading import Event, Thread

from bench.datasette import datasette
from bench.load import ANEW, fetch, pss
from bench.nginx import nginx
from bench.programs import FOLDER, Missing, run, say
from bench.row import Goal, Promise, Row
from bench.site import Site
from bench.stage import Stage
from openness.embedded import SERVERS

ANEW_ROW = Promise("CSV, made anew", "s", Goal(1.25, times=True), r"psql \copy of the same query")
STREAM = Promise("CSV, rows per second", "/s", Goal(12, times=True, least=True), "Datasette")
KEPT = Promise("CSV, from its file", "s", Goal(3, times=True), "nginx")
GROWN = Promise("CSV, growth of the web process", "MB", Goal(50))
PROMISES = (ANEW_ROW, STREAM, KEPT, GROWN)


def measure(stage: Stage) -> Iterator[Row]:
    """Ours and psql in turns; then Datasette, then the file."""
    say("CSV, made anew")
    address = f"{stage.site.url}/rankings.csv"
    copy, times, theirs, grown = _psql(stage.site), [], [], []
    fetch(address, ANEW)
    for _ in range(stage.repeats):
        theirs.append(_timed_copy(copy))
        with _Highest(stage.site.processes("web")) as highest:
            times.append(fetch(address, ANEW).seconds)
        grown.append(highest.most - highest.before)
    yield ANEW_ROW.kept(times, theirs)
    yield GROWN.kept(grown)
    say("CSV, from its file")
    yield _kept(stage, address)
    say("CSV, Datasette's")
    rows = fetch(address, keep=True).body.count(b"\r\n") - 1
    with datasette(stage.peer) as table:
        again = 1 if stage.large else stage.repeats
        stream = f"{table}.csv?_stream=1&_size=max"
        seconds = [fetch(stream, within=600).seconds for _ in range(again)]
    yield STREAM.kept([rows / s for s in times], [rows / s for s in seconds])


def _kept(stage: Stage, address: str) -> Row:
    fetch(address)
    ours = [fetch(address).seconds for _ in range(2 * stage.repeats + 1)]
    shutil.copyfile(stage.export, stage.export.with_name("copy.csv"))
    with nginx(stage.export.parent) as (url, _pid):
        theirs = [fetch(f"{url}/copy.csv").seconds for _ in range(2 * stage.repeats + 1)]
    return KEPT.kept(ours[1:], theirs[1:], f"{stage.export.stat().st_size / 1e6:.0f} MB")


def _psql(site: Site) -> list[str | os.PathLike[str]]:
    """The command that copies the statement of the site's own export to nowhere."""
    form = "(FORMAT binary)"
    copy = str(site.inside("export_sql", within=120)).removesuffix(f" TO STDOUT {form}")
    if "\n" in copy:
        raise Missing(r"psql: a \copy has to stand on one line")
    file = FOLDER / "copy.sql"
    file.write_text(
        f"SET work_mem = '64MB';\n\\{copy.replace('COPY', 'copy', 1)} TO '/dev/null' {form}\n"
    )
    postgres = SERVERS["postgres"](site.home).folder() / "pginstall/bin/psql"
    return [postgres, "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", file, site.database]


def _timed_copy(command: list[str | os.PathLike[str]]) -> float:
    began = time.perf_counter()
    run(command, within=300)  # type: ignore[arg-type]  # paths are paths
    return time.perf_counter() - began


class _Highest:
    """The most memory of these processes while it is entered, in MB."""

    def __init__(self, pids: set[int]) -> None:
        self.pids, self.ended = pids, Event()
        self.before = self.most = pss(pids)
        self.looking = Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self.ended.wait(0.1):
            self.most = max(self.most, pss(self.pids))

    def __enter__(self) -> _Highest:
        self.looking.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        self.looking.join()
