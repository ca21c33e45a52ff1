"""Read the tables of the open data set from CSV files, with a reason for whatever is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openness.exports.dataset.tables import TABLES

Row = dict[str, Any]

# The longest cell is a list of a publisher's links; the default of 131,072 would refuse a long one.
csv.field_size_limit(2**24)


class TableError(ValueError):
    """A table that cannot be read; the message names file, line, column and what is wrong."""


def read_table(folder: Path, name: str) -> Iterator[tuple[int, Row]]:
    """(line, values by column) of one table; columns that the file lacks are blank.

    Raises TableError for a missing file, an unknown or missing column, or an unreadable cell.
    """
    path = folder / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from _read(csv.reader(file, strict=True), path.name, name)
    except FileNotFoundError:
        raise TableError(f"{path.name} is missing in {folder}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path.name}: {error}") from error


def _read(lines: Any, file: str, table: str) -> Iterator[tuple[int, Row]]:
    by_name = {column.name: column for column in TABLES[table].columns}
    header: list[str] = next(lines, [])
    if unknown := [name for name in header if name not in by_name]:
        raise TableError(f"{file}, line 1: unknown column {', '.join(unknown)}")
    needed = [c.name for c in TABLES[table].shipped if c.required]
    if missing := [name for name in needed if name not in header]:
        raise TableError(f"{file}, line 1: column {', '.join(missing)} is missing")
    absent = [column for name, column in by_name.items() if name not in header]
    for cells in lines:
        line = lines.line_num
        if len(cells) != len(header):
            raise TableError(f"{file}, line {line}: {len(cells)} cells, {len(header)} expected")
        row: Row = {column.name: column.read("") for column in absent}
        for name, cell in zip(header, cells, strict=True):
            if not cell and by_name[name].required:
                raise TableError(f"{file}, line {line}: {name} is blank")
            try:
                row[name] = by_name[name].read(cell)
            except ValueError as error:
                raise TableError(f"{file}, line {line}: {name} {cell!r}: {error}") from error
        yield line, row
