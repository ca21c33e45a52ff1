"""A site of our own with so many synthetic projects, kept below var/bench and started as any."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from bench.load import family, fetch
from bench.programs import FOLDER, Missing, free_port, run, running, say
from openness import embedded, environment
from openness.environment import PROJECT
from openness.processes import called

NOWHERE = "http://127.0.0.1:9"
"""In place of the sources that are visited: nobody's port, so that nothing leaves this machine."""

MAKING = 45 * 60
"""Seconds that the largest set of projects may take to be made."""


@dataclass(frozen=True, slots=True)
class Site:
    """A running site."""

    rows: int
    home: Path
    port: int
    pid: int
    made: dict[str, Any]  # what making the projects took, of `simulate`

    @property
    def url(self) -> str:
        """Its address, without a slash behind."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        """The address of its database, for libpq."""
        return embedded.database_url(environment.read(_variables(self.home, self.port)))

    def ask(self, statement: str, parameters: list[object] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a statement in a connection of its own, committed."""
        with (
            closing(psycopg2.connect(self.database)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *words: str, within: float = MAKING) -> str:
        """What a management command prints."""
        return run(
            [sys.executable, "manage.py", *words],
            within=within,
            cwd=PROJECT,
            env=_environment(self.home, self.port),
        )

    def inside(self, name: str, *words: str, within: float = MAKING) -> Any:
        """What a function of `bench.inside` answers, in a process with the site's settings."""
        command = [sys.executable, "-m", "bench.inside", name, *words]
        said = run(command, within=within, cwd=PROJECT, env=_environment(self.home, self.port))
        return json.loads(said.strip().rpartition("\n")[2])

    def processes(self, *programs: str) -> set[int]:
        """Those of these programs of `make serve`: web, worker, refresh, beat."""
        return {pid for pid in family(self.pid) if called(pid) in programs}

    def database_processes(self) -> set[int]:
        """Those of its PostgreSQL, which belong to its guardian."""
        [(data,)] = self.ask("SHOW data_directory")
        return family(int((Path(data) / "postmaster.pid").read_text().split()[0]))


@contextmanager
def site(rows: int) -> Iterator[Site]:
    """The site with so many synthetic projects, made where there is none of this release."""
    home = FOLDER / "sites" / str(rows)
    made = _made(home)
    if made is None:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(embedded.home(environment.read(_variables(home, 0))), ignore_errors=True)
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--with-parent"]
    variables = _variables(home, port)
    log = FOLDER / f"site-{rows}.log"
    url = f"http://127.0.0.1:{port}/health/"
    with running(
        command, log, answers=lambda: _healthy(url), within=300, environment=_cleared(variables)
    ) as server:
        found = Site(rows, home, port, server.pid, made or {})
        if made is None:
            if not _scored(log, within=300):
                raise Missing("the worker has not scored the catalogue within 300 s")
            say(f"making {rows:,} projects")
            found.made.update(json.loads(found.manage("simulate", str(rows)).splitlines()[-1]))
            found.ask("ANALYZE")
            home.mkdir(parents=True, exist_ok=True)  # the servers may have theirs elsewhere
            (home / "made.json").write_text(json.dumps({"of": _release(), "made": found.made}))
        elif not _scored(log, within=30):
            found.inside("stop_scoring", within=120)
        found.ask("CHECKPOINT")
        yield found


def _made(home: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads((home / "made.json").read_text())
    except (OSError, ValueError):
        return None
    made: dict[str, Any] = kept["made"]
    return made if kept["of"] == _release() else None


def _release() -> str:
    """Names the code that decides what `simulate` makes."""
    digest = hashlib.sha256()
    for part in ("openness/services/simulate", "openness/migrations", "openness/models", "scoring"):
        for file in sorted((PROJECT / part).rglob("*")):
            if file.suffix in (".py", ".sql", ".csv"):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _variables(home: Path, port: int) -> dict[str, str]:
    return {
        "OPENNESS_HOME": str(home),
        "PORT": str(port or 8000),
        **dict.fromkeys(("HUB_URL", "GITHUB_URL", "ARXIV_URL"), NOWHERE),
    }


def _cleared(variables: dict[str, str]) -> dict[str, str]:
    """With no servers but its own, whatever is set outside."""
    return {"DATABASE_URL": "", "REDIS_URL": "", "SITE_URL": "", "DEBUG": ""} | variables


def _environment(home: Path, port: int) -> dict[str, str]:
    return os.environ | _cleared(_variables(home, port))


def _healthy(url: str) -> bool:
    try:
        return fetch(url, within=10).status == 200
    except Missing:
        return False


def _scored(log: Path, *, within: float) -> bool:
    """Whether the worker has ended in this time what each start of a site begins with."""
    end = time.monotonic() + within
    while "scored the catalogue" not in log.read_text(errors="replace"):
        if time.monotonic() > end:
            return False
        time.sleep(0.5)
    return True
