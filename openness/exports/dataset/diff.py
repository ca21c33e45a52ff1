"""What differs between two packages: rows added, removed and changed in each table."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from openness.exports.dataset.columns import Column, column, needed
from openness.exports.dataset.tables import TABLES

KINDS = ("added", "removed", "changed")
COLUMNS: tuple[Column, ...] = (
    needed("table", "of which table", words=TABLES),
    needed(
        "change", "what became of the row; of one that changed, a line for each cell", words=KINDS
    ),
    needed("key", "the row, by the columns that name it (JSON)"),
    column("column", "the cell that changed"),
    column("old", "what it was; of a removed row, the whole of it (JSON)"),
    column("new", "what it is; of an added row, the whole of it (JSON)"),
)
EXAMPLES = 20
"""Rows of a table that are named to people; the file for machines has all."""


@dataclass(slots=True)
class Differences:
    """How many rows of a table differ, and the first of them in words."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    examples: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """{kind: rows}."""
        return {kind: getattr(self, kind) for kind in KINDS}

    def note(self, words: str) -> None:
        """Keep an example, while there is room for one."""
        if len(self.examples) < EXAMPLES:
            self.examples.append(words)


def write_diff(before: Path, after: Path, same: set[str]) -> dict[str, Differences]:
    """Write `diff.csv` into `after`: every difference from the package `before`.

    `same` are tables whose files are equal, which need no reading. Constant memory: the former rows
    wait in a file of SQLite that is gone afterwards.
    """
    found = {name: Differences() for name in TABLES}
    store = after / "diff.sqlite"
    try:
        with (
            closing(sqlite3.connect(store)) as held,
            (after / "diff.csv").open("w", encoding="utf-8", newline="") as file,
        ):
            held.execute("PRAGMA journal_mode = OFF")
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([one.name for one in COLUMNS])
            for name, differences in found.items():
                if name not in same:
                    for line in _lines(held, name, before, after, differences):
                        writer.writerow([name, *line])
    finally:
        store.unlink(missing_ok=True)
    return found


def _lines(
    held: sqlite3.Connection, name: str, before: Path, after: Path, found: Differences
) -> Iterator[Sequence[str]]:
    """The lines of one table, counted on the way."""
    held.execute("DROP TABLE IF EXISTS former")
    held.execute("CREATE TABLE former (key TEXT PRIMARY KEY, cells TEXT)")
    held.executemany(
        "INSERT INTO former VALUES (?, ?)",
        ((key, _json(cells)) for key, cells in _rows(before, name)),
    )
    for key, cells in _rows(after, name):
        row = held.execute("DELETE FROM former WHERE key = ? RETURNING cells", [key]).fetchone()
        if row is None:
            found.added += 1
            found.note(f"added {_words(key)}")
            yield "added", key, "", "", _json(cells)
            continue
        old = json.loads(row[0])
        if old == cells:
            continue
        found.changed += 1
        for one in sorted(old.keys() | cells.keys(), key=[*cells, *old].index):
            was, now = old.get(one, ""), cells.get(one, "")
            if was != now:
                found.note(f"changed {_words(key)}: {one} {was or '(blank)'} → {now or '(blank)'}")
                yield "changed", key, one, was, now
    for key, cells in held.execute("SELECT key, cells FROM former ORDER BY rowid"):
        found.removed += 1
        found.note(f"removed {_words(key)}")
        yield "removed", key, "", cells, ""


def _rows(folder: Path, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(key, cells that are not blank) of a table; nothing of one that the package lacks."""
    path = folder / f"{name}.csv"
    if not path.exists():
        return
    identity = TABLES[name].identity
    with path.open(encoding="utf-8", newline="") as file:
        # Rows without a key of their own follow each other where they are named alike.
        for named, alike in groupby(
            csv.DictReader(file), lambda row: {one: row.get(one, "") for one in identity}
        ):
            for number, row in enumerate(alike, 1):
                key = named | ({"number": str(number)} if number > 1 else {})
                yield _json(key), {one: cell for one, cell in row.items() if cell}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _words(key: str) -> str:
    return " ".join(cell for cell in json.loads(key).values() if cell)
