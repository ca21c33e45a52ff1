"""Tables as text: CSV that is safe to open in a spreadsheet, JSON, and CSVW that describes both."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

# What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CHUNK_ROWS = 500
LINE_END = "\r\n"  # RFC 4180, 2.1
LICENSE = "CC-BY-4.0"
LICENSE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Column:
    """A named column and its data type in the words of CSVW."""

    name: str
    datatype: str = "string"


Rows = Iterable[Sequence[object]]
"""Rows of values in the order of the columns; a value is text, a number, a date or None."""


class _Line:
    """A file-like that hands the line back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def number(value: float | None) -> str:
    """The shortest form of at most 6 decimals; blank for None."""
    if value is None:
        return ""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def instant(value: datetime) -> str:
    """ISO 8601 to the second, in UTC with Z."""
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"


def cell(value: object) -> str:
    """A value as CSV text; text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str):
        # A lone sign starts nothing; the grade "-" stays as it is.
        risky = len(value) > 1 and value.startswith(FORMULA_STARTS)
        return f"'{value}" if risky else value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return number(value)
    if isinstance(value, datetime):
        return instant(value)
    return str(value)


def plain(value: object) -> object:
    """A value as JSON has it: numbers as numbers, dates as ISO text, blank as null."""
    if value == "":
        return None
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        short = float(number(value))
        return int(short) if short.is_integer() else short
    return value


_WRITER = csv.writer(_Line(), lineterminator=LINE_END)


def line(row: Sequence[object]) -> str:
    """The line of a CSV with these values, its end included."""
    return str(_WRITER.writerow([cell(value) for value in row]))


def csv_text(columns: Sequence[Column], rows: Rows) -> Iterator[str]:
    """RFC 4180 text of the rows, CRLF, in chunks of some hundred lines; the header at once, before
    a row is read."""
    yield line([column.name for column in columns])
    lines: list[str] = []
    for row in rows:
        lines.append(line(row))
        if len(lines) >= CHUNK_ROWS:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def objects(columns: Sequence[Column], rows: Rows) -> Iterator[dict[str, Any]]:
    """Each row as a JSON object by the names of the columns."""
    names = [column.name for column in columns]
    return (dict(zip(names, map(plain, row), strict=True)) for row in rows)


def json_text(head: Mapping[str, object], columns: Sequence[Column], rows: Rows) -> Iterator[str]:
    """An object with these entries and the rows under `rows`, one line a row."""
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    separator = "\n"
    lines: list[str] = []
    for row in objects(columns, rows):
        lines.append(separator + json.dumps(row, ensure_ascii=False))
        separator = ",\n"
        if len(lines) >= CHUNK_ROWS:
            yield "".join(lines)
            lines = []
    yield "".join(lines) + "\n]}\n"


def csvw(address: str, columns: Sequence[Column], revision: int) -> dict[str, Any]:
    """Metadata of a CSV at this path (W3C, "Metadata Vocabulary for Tabular Data")."""
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{settings.SITE_URL}{address}",
        "dc:license": LICENSE_URL,
        "dc:publisher": "Openness",
        "schema:version": str(revision),
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [
                {"name": column.name, "titles": column.name, "datatype": column.datatype}
                for column in columns
            ]
        },
    }
