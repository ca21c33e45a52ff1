"""Datasette, the peer: the rows of our CSV in SQLite, tuned as one can (bench/README.md)."""

from __future__ import annotations

import csv
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.load import fetch
from bench.programs import FOLDER, Missing, free_port, run, running, say

VERSION = "0.65.5"
NUMBERS = {"rank", "parameters", "low", "high", "sourced", "statements"}
INDEXES = ("rank, id", "license, rank", "organization, rank", "license_class", "slug")
SETTINGS = {
    **{f"{name}_time_limit_ms": 60_000 for name in ("sql", "facet", "facet_suggest")},
    **{"suggest_facets": "off", "max_csv_mb": 0, "max_returned_rows": 1000},
}


def install() -> Path:
    """Datasette in an environment of its own below var/bench; its command. Raises Missing."""
    place = FOLDER / f"datasette-{VERSION}"
    command = place / "bin" / "datasette"
    if not command.exists():
        say(f"installing Datasette {VERSION}")
        run([sys.executable, "-m", "venv", "--clear", place], within=120)
        pip = ["-m", "pip", "install", "--quiet", f"datasette=={VERSION}"]
        run([place / "bin" / "python", *pip], within=300)
    return command


def database(source: Path) -> Path:
    """A SQLite file with the rows of a CSV of ours in its order, indexed and searchable."""
    file = FOLDER / "peer.db"
    file.unlink(missing_ok=True)
    with source.open(encoding="utf-8", newline="") as text, closing(sqlite3.connect(file)) as held:
        lines = csv.reader(text)
        names = next(lines)
        columns = ", ".join(f"{n} {'NUMERIC' if n in NUMBERS else 'TEXT'}" for n in names)
        held.execute("PRAGMA journal_mode = off")
        held.execute("PRAGMA synchronous = off")
        held.execute(f"CREATE TABLE projects (id INTEGER PRIMARY KEY, {columns})")
        marks = ", ".join("?" * len(names))
        held.executemany(
            f"INSERT INTO projects ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 our own names
            _values(names, lines),
        )
        for index in INDEXES:
            held.execute(f"CREATE INDEX [{index}] ON projects ({index})")
        held.execute(
            "CREATE VIRTUAL TABLE projects_fts USING fts5 (name, organization, content=projects,"
            " content_rowid=id)"
        )
        held.execute("INSERT INTO projects_fts (projects_fts) VALUES ('rebuild')")
        held.execute("ANALYZE")
        held.commit()
    return file


def _values(names: list[str], lines: Iterable[list[str]]) -> Iterator[list[str | None]]:
    blank = [name in NUMBERS for name in names]
    for line in lines:
        yield [None if b and not v else v for b, v in zip(blank, line, strict=True)]


@contextmanager
def datasette(file: Path) -> Iterator[str]:
    """The address of the table while Datasette serves it. Raises Missing."""
    command, port = install(), free_port()
    inspected = file.with_suffix(".json")
    inspected.write_text(run([command, "inspect", file], within=300))
    options = [word for n, v in SETTINGS.items() for word in ("--setting", n, str(v))]
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return fetch(f"{url}/-/versions.json", within=5).status == 200
        except Missing:
            return False

    command_line: list[str | Path] = [command, "serve", "--immutable", file]
    command_line += ["--inspect-file", inspected, "--port", str(port), *options]
    with running(
        command_line,
        FOLDER / "datasette.log",
        answers=answers,
        within=60,
    ):
        yield f"{url}/{file.stem}/projects"
