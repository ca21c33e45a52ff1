"""A ranking as CSV and JSON: the bytes of `/rankings.csv` and of `export_csv`."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from django.conf import settings

from openness import asof
from openness.exports.copied import copied_texts
from openness.exports.ranking_rows import copy_statement
from openness.exports.tables import LICENSE, Column, Rows, csvw, json_text, line
from openness.filters import Query
from openness.rankings import stream

COLUMNS = (  # of the contract, in its order: the leading fields of `rankings.Row`
    Column("rank", "integer"),
    Column("slug"),
    Column("name"),
    Column("organization"),
    Column("kind"),
    Column("license"),
    Column("license_class"),
    Column("weights"),
    Column("api"),
    Column("parameters", "integer"),
    Column("lens"),
    Column("edition"),
    Column("basis"),
    Column("low", "double"),
    Column("high", "double"),
    Column("grade"),
    Column("sourced", "integer"),
    Column("statements", "integer"),
    Column("updated_at", "dateTime"),
    Column("url", "anyURI"),
)
VALUES = attrgetter(*(column.name for column in COLUMNS))
"""From a `rankings.Row` to its values in the order of the columns."""


def rows(query: Query) -> Rows:
    """The rows of a query, read as they are asked for."""
    return map(VALUES, stream(query))


def ranking_csv(query: Query) -> Iterator[bytes]:
    """The CSV of a query, at the speed of COPY (decision 0012); RFC 4180, UTF-8."""
    names = [column.name for column in COLUMNS]
    yield line(names).encode()
    yield from copied_texts(copy_statement(query, names))


def ranking_json(query: Query, revision: int) -> Iterator[str]:
    """The JSON of a query: revision, license, the query itself and its rows."""
    head = {
        "revision": asof.moment(query.past).number if query.past else revision,
        "license": LICENSE,
        "query": query.string(),
        "url": f"{settings.SITE_URL}/rankings/",
    }
    return json_text(head, COLUMNS, rows(query))


def ranking_csvw(query: Query, revision: int) -> dict[str, Any]:
    """CSVW metadata of `/rankings.csv` for this query."""
    text = query.string()
    return csvw("/rankings.csv" + (f"?{text}" if text else ""), COLUMNS, revision)
