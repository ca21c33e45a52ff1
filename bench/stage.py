"""What the measures share: the site, its export, the peer's copy of it, and the memory watched."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event, Thread

from bench.datasette import database
from bench.load import family, fetch, pss
from bench.programs import FOLDER, say
from bench.site import Site, site


@dataclass(slots=True)
class Watch:
    """The memory of the site's processes, looked at every few seconds.

    That of web, workers and beat, and of the supervisor, with whom they share what is loaded.
    """

    place: Site
    samples: list[float] = field(default_factory=list)
    ended: Event = field(default_factory=Event)

    def run(self) -> None:
        """Look until told to stop."""
        while not self.ended.wait(3):
            self.samples.append(pss(family(self.place.pid)))


@dataclass
class Stage:
    """One run of the benchmark over so many rows; what it needs is started when first asked for."""

    rows: int
    held: ExitStack
    repeats: int = 3
    seconds: float = 3  # of each run of wrk
    growth: dict[str, dict[int, float]] = field(default_factory=dict)  # {page: {rows: ms}}
    watch: Watch | None = None

    @property
    def large(self) -> bool:
        """Whether peers need long for an answer, so that they are asked once."""
        return self.rows > 200_000

    @cached_property
    def site(self) -> Site:
        """The site with all rows, its processes warm."""
        say(f"starting the site with {self.rows:,} projects")
        found = self.held.enter_context(site(self.rows))
        self.watch = Watch(found)
        watching = Thread(target=self.watch.run, daemon=True)
        watching.start()
        self.held.callback(self.watch.ended.set)
        for _ in range(20):  # both processes read their board
            fetch(f"{found.url}/rankings/", {"Cache-Control": "no-cache"})
        time.sleep(1)
        return found

    @cached_property
    def export(self) -> Path:
        """The whole ranking as CSV, as the site gives it."""
        file = FOLDER / "files" / "rankings.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(fetch(f"{self.site.url}/rankings.csv", keep=True).body)
        return file

    @cached_property
    def peer(self) -> Path:
        """The same rows in SQLite for Datasette."""
        say("loading the same rows into SQLite")
        return database(self.export)
