"""Lists as CSV and JSON: the same rows as the page, streamed, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings

from openness.filters import Query
from openness.rankings import Row, stream

# Columns of the contract, in its order: the leading fields of `Row`.
COLUMNS = (
    "rank",
    "slug",
    "name",
    "organization",
    "kind",
    "license",
    "license_class",
    "weights",
    "api",
    "parameters",
    "lens",
    "edition",
    "basis",
    "low",
    "high",
    "grade",
    "sourced",
    "statements",
    "updated_at",
    "url",
)
# What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
CHUNK_ROWS = 500


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


def cell(value: object) -> str:
    """A value as CSV text; text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, datetime):
        return instant(value)
    text = str(value)
    # A lone sign starts nothing; the grade "-" stays as it is.
    risky = isinstance(value, str) and len(text) > 1 and text.startswith(FORMULA_STARTS)
    return f"'{text}" if risky else text


def instant(value: datetime) -> str:
    """ISO 8601 to the second, in UTC with Z."""
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"


def csv_lines(rows: Iterator[Row]) -> Iterator[str]:
    """RFC 4180 text of the rows, header first, CRLF, in chunks of some hundred lines."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    lines = [writer.writerow(COLUMNS)]
    for row in rows:
        lines.append(writer.writerow([cell(getattr(row, name)) for name in COLUMNS]))
        if len(lines) >= CHUNK_ROWS:
            yield "".join(lines)
            lines = []
    yield "".join(lines)


def ranking_csv(query: Query) -> Iterator[str]:
    """The CSV of a query: the bytes of `/rankings.csv` and of `export_csv`."""
    return csv_lines(stream(query))


def as_json(row: Row) -> dict[str, Any]:
    """A row as JSON: the columns of the CSV, numbers as numbers, blanks as null."""
    found: dict[str, Any] = {}
    for name in COLUMNS:
        value = getattr(row, name)
        if isinstance(value, datetime):
            value = instant(value)
        elif isinstance(value, float):
            value = float(number(value))
            value = int(value) if value.is_integer() else value
        found[name] = None if value == "" else value
    return found


def ranking_json(query: Query, revision: int) -> Iterator[str]:
    """The JSON of a query: revision, license, the query itself and its rows, streamed."""
    head = {
        "revision": revision,
        "license": "CC-BY-4.0",
        "query": query.string(),
        "url": f"{settings.SITE_URL}/rankings/",
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": ['
    separator = "\n"
    for row in stream(query):
        yield separator + json.dumps(as_json(row), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


# Data type of each column in the words of CSVW (W3C, "Metadata Vocabulary for Tabular Data").
_DATATYPES = {
    "rank": "integer",
    "parameters": "integer",
    "low": "double",
    "high": "double",
    "sourced": "integer",
    "statements": "integer",
    "updated_at": "dateTime",
    "url": "anyURI",
}


def csvw(query: Query, revision: int) -> dict[str, Any]:
    """CSVW metadata of `/rankings.csv` for this query."""
    text = query.string()
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": f"{settings.SITE_URL}/rankings.csv" + (f"?{text}" if text else ""),
        "dc:license": "https://creativecommons.org/licenses/by/4.0/",
        "dc:publisher": "Openness",
        "schema:version": str(revision),
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [
                {"name": name, "titles": name, "datatype": _DATATYPES.get(name, "string")}
                for name in COLUMNS
            ]
        },
    }
