"""The rows of a ranking as one statement whose cells are those of the CSV, for COPY."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.expressions import OrderBy

from openness import ranks
from openness.exports.tables import FORMULA_STARTS, cell
from openness.filters import Query
from openness.rankings import selected
from openness.spoken import around

MEMORY = "64MB"
"""For each sort and join of one export; with PostgreSQL's own 4 MB they go by way of the disk."""

_STARTS = ", ".join(str(ord(start)) for start in FORMULA_STARTS)


def copy_statement(query: Query, columns: Sequence[str]) -> str:
    """`COPY ... TO STDOUT` of these columns of the query's rows, or of its page, in its order.

    The conditions and the order are those of the page; cells are as `tables.cell` makes them.
    """
    rows = selected(query)
    keys = [_key(one) for one in rows.query.order_by]
    rows = rows.order_by().annotate(**{f"by{n}": key.expression for n, key in enumerate(keys)})
    found, parameters = rows.query.sql_with_params()
    values, results = _results(query)
    cells = _cells(query)
    order = ", ".join(f"r.by{n} {_direction(key)}" for n, key in enumerate(keys))
    chosen, given = zip(*(cells[name] for name in columns), strict=True)
    text = (
        f"COPY (SELECT {', '.join(chosen)} FROM ({found}) r LEFT JOIN {values}"  # noqa: S608 our own text
        f" ORDER BY {order}{_page(query)}) TO STDOUT (FORMAT csv)"
    )
    everything = [*(one for some in given for one in some), *parameters, *results]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])
        return str(cursor.mogrify(text, everything).decode())


def _key(one: Any) -> OrderBy:
    if isinstance(one, OrderBy):
        return one
    column = F(str(one).removeprefix("-"))
    return column.desc() if str(one).startswith("-") else column.asc()


def _direction(key: OrderBy) -> str:
    nulls = " NULLS LAST" if key.nulls_last else ""
    return ("DESC" if key.descending else "ASC") + nulls


def _page(query: Query) -> str:
    if query.page is None:
        return ""
    return f" LIMIT {query.per_page} OFFSET {(query.page - 1) * query.per_page}"


def _results(query: Query) -> tuple[str, list[Any]]:
    """A table `s` of every value of the lens with its rank and cells, beside rows `r`.

    They are few: so each is written once and not for each row.
    """
    held = {value: place.rank for value, place in ranks.by_value(query).items()}
    lows, highs, grades = (
        (list(column) for column in zip(*held, strict=True)) if held else ([],) * 3
    )
    cells = [[cell(one) or None for one in column] for column in (lows, highs, grades)]
    text = (
        "unnest(%s::float8[], %s::float8[], %s::text[], %s::int[], %s::text[], %s::text[],"
        " %s::text[]) AS s(low, high, grade, rank, low_cell, high_cell, grade_cell)"
        " ON s.grade = r.grade_ AND coalesce(s.low, 'NaN') = coalesce(r.low_, 'NaN')"
        " AND coalesce(s.high, 'NaN') = coalesce(r.high_, 'NaN')"
    )
    return text, [lows, highs, grades, list(held.values()), *cells]


def _cells(query: Query) -> dict[str, tuple[str, list[Any]]]:
    """{column: (its cell in SQL, what is put in)}; blank is NULL, which COPY leaves empty."""
    lasting = {name: cell(getattr(query, name)) for name in ("lens", "edition", "basis")}
    project, maker = (f"{settings.SITE_URL}{around(p)[0]}" for p in _PLACES)
    url, kind = "CASE WHEN r.slug_ <> '' THEN %s || r.slug_ || '/' END", "nullif(r.kind_, '')"
    places: list[Any] = [project]
    if query.basis == "published":
        about = "r.of_organization_ IS NOT NULL"
        kind = f"CASE WHEN {about} THEN 'organization' ELSE {kind} END"
        url = url.replace("%s", f"CASE WHEN {about} THEN %s ELSE %s END")
        places = [maker, project]
    return {
        "rank": ("s.rank", []),
        **{name: (_text(f"r.{name}_"), []) for name in ("slug", "name", "organization")},
        "kind": (kind, []),
        "license": (_text("r.license_"), []),
        "license_class": ("nullif(r.license_class_, '')", []),
        "weights": (_span("weights"), []),
        "api": (_span("api"), []),
        **{name: (f"r.{name}_", []) for name in ("parameters", "sourced", "statements")},
        **{name: ("%s::text", [value]) for name, value in lasting.items()},
        **{name: (f"s.{name}_cell", []) for name in ("low", "high", "grade")},
        "updated_at": (_INSTANT, []),
        "url": (url, places),
    }


_PLACES = ("project", "organization")
_INSTANT = "to_char(r.updated_at_ AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


def _text(column: str) -> str:
    """Text that a spreadsheet takes for text, as `tables.cell`."""
    return (
        f"CASE WHEN ascii({column}) IN ({_STARTS}) AND char_length({column}) > 1"
        f" THEN '''' || {column} ELSE nullif({column}, '') END"
    )


def _span(name: str) -> str:
    """A range, as `rankings.span`."""
    least, most = f"r.{name}_least_", f"r.{name}_most_"
    return (
        f"CASE WHEN {least} <> {most} AND {least} <> '' AND {most} <> ''"
        f" THEN {least} || '..' || {most} ELSE nullif({least}, '') END"
    )
