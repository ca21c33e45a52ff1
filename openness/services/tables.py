"""The tables of the open data set as CSV: what a row is, in columns, with natural keys.

`export_dataset` writes them and `load_catalogue` reads them. A reference is the slug or key of the
other row, a boolean is true or false, a list or an object is JSON, blank is nothing.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scoring.facts import Trust


class TableError(ValueError):
    """A table that cannot be read; the message names file, line, column and what is wrong."""


@dataclass(frozen=True, slots=True)
class Column:
    """A named column with its way from text to value and back."""

    name: str
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    required: bool = False


def _write_optional(value: Any) -> str:
    return "" if value is None else str(value)


def _read_bool(text: str) -> bool | None:
    if text not in ("", "true", "false"):
        raise ValueError("true, false or blank")
    return None if not text else text == "true"


def _write_bool(value: bool | None) -> str:
    return "" if value is None else str(value).lower()


def _read_json(empty: Callable[[], Any]) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        return json.loads(text) if text else empty()

    return read


def _write_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""


def _write_float(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)


def text(name: str, *, required: bool = False) -> Column:
    """Plain text."""
    return Column(name, required=required)


def flag(name: str) -> Column:
    """true, false or blank for None."""
    return Column(name, _read_bool, _write_bool)


def day(name: str) -> Column:
    """An ISO date or blank for None."""
    return Column(name, lambda t: date.fromisoformat(t) if t else None, _write_optional)


def decimal(name: str) -> Column:
    """A number."""
    return Column(name, float, _write_float, required=True)


def whole(name: str) -> Column:
    """A whole number."""
    return Column(name, int, str, required=True)


def items(name: str) -> Column:
    """A JSON list; blank is the empty one."""
    return Column(name, _read_json(list), _write_json)


def attributes(name: str) -> Column:
    """A JSON object; blank is the empty one."""
    return Column(name, _read_json(dict), _write_json)


def words(name: str) -> Column:
    """A list of names joined by `|`, which none of them contains."""
    return Column(name, lambda t: t.split("|") if t else [], "|".join)


CLAIM = (
    text("component", required=True),
    text("state", required=True),
    text("state_most"),
    text("partial_reason"),
    text("gate"),
    text("listed"),
    text("access_least"),
    text("access_most"),
    text("hosting_least"),
    text("hosting_most"),
    text("license_raw"),
    text("license_id"),
    text("license_source"),
    text("right_use"),
    text("right_modify"),
    text("right_share"),
    text("stage"),
    flag("merged"),
    text("publication"),
    text("covers"),
    text("completeness"),
    text("origin"),
    text("price"),
    text("audience"),
    text("source", required=True),
    whole("trust"),
    text("link"),
    text("record"),
    text("note"),
    day("stated_on"),
    day("expires_at"),
    text("method", required=True),
    whole("confidence"),
)

TABLES: Mapping[str, Sequence[Column]] = {
    "organizations": (
        text("slug", required=True),
        text("name", required=True),
        text("kind", required=True),
        text("country"),
        text("homepage"),
        text("hub_name"),
        words("aliases"),
        text("source"),
    ),
    "projects": (
        text("slug", required=True),
        text("name", required=True),
        text("organization"),
        text("kind", required=True),
        text("family"),
        flag("is_largest"),
        text("derived_from"),
        text("derived_from_name"),
        text("modality"),
        text("released"),
        text("homepage"),
        text("summary"),
    ),
    "identifiers": (
        text("project", required=True),
        text("source", required=True),
        text("kind", required=True),
        text("reference", required=True),
        text("immutable_id"),
    ),
    "quantities": (
        text("project", required=True),
        text("name", required=True),
        decimal("low"),
        decimal("high"),
        text("detail"),
        text("source", required=True),
        Column("trust", lambda t: int(t) if t else int(Trust.THIRD_PARTY)),
        text("link"),
        text("record"),
        day("stated_on"),
        text("note"),
    ),
    "editions": (
        text("index", required=True),
        text("key", required=True),
        text("title", required=True),
        text("commit"),
        day("stated_on"),
        text("url"),
        text("terms"),
        text("citation"),
        items("dimensions"),
    ),
    "subjects": (
        text("index", required=True),
        text("key", required=True),
        text("name", required=True),
        text("maker"),
        text("url"),
        text("project"),
        text("organization"),
        flag("feeds"),
        text("matched_by"),
        day("matched_on"),
        text("match_note"),
    ),
    "judgements": (
        text("index", required=True),
        text("edition", required=True),
        text("subject", required=True),
        whole("position"),
        text("dimension"),
        text("value"),
        items("links"),
        text("note"),
        attributes("attributes"),
    ),
    "evidence": (
        text("project", required=True),
        text("subject"),
        *CLAIM,
        text("author"),
    ),
}

Row = dict[str, Any]


def read_table(folder: Path, name: str) -> Iterator[tuple[int, Row]]:
    """(line, values by column) of one table; columns that the file lacks are blank.

    Raises TableError for a missing file, an unknown or missing column, or an unreadable cell.
    """
    path = folder / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            yield from _read(csv.reader(file, strict=True), path.name, TABLES[name])
    except FileNotFoundError:
        raise TableError(f"{path.name} is missing in {folder}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path.name}: {error}") from error


def _read(lines: Any, file: str, columns: Sequence[Column]) -> Iterator[tuple[int, Row]]:
    by_name = {column.name: column for column in columns}
    header: list[str] = next(lines, [])
    if unknown := [name for name in header if name not in by_name]:
        raise TableError(f"{file}, line 1: unknown column {', '.join(unknown)}")
    if missing := [c.name for c in columns if c.required and c.name not in header]:
        raise TableError(f"{file}, line 1: column {', '.join(missing)} is missing")
    blanks = {column.name: column.read("") for column in columns if not column.required}
    for cells in lines:
        line = lines.line_num
        if len(cells) != len(header):
            raise TableError(f"{file}, line {line}: {len(cells)} cells, {len(header)} expected")
        row: Row = {name: list(v) if isinstance(v, list) else v for name, v in blanks.items()}
        for name, cell in zip(header, cells, strict=True):
            if not cell and by_name[name].required:
                raise TableError(f"{file}, line {line}: {name} is blank")
            try:
                row[name] = by_name[name].read(cell)
            except ValueError as error:
                raise TableError(f"{file}, line {line}: {name} {cell!r}: {error}") from error
        yield line, row


def write_table(folder: Path, name: str, rows: Iterator[Row]) -> int:
    """Write one table, header first, LF line ends; the number of rows."""
    columns = TABLES[name]
    count = 0
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        for row in rows:
            writer.writerow([column.write(row[column.name]) for column in columns])
            count += 1
    return count
