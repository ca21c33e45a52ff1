"""The rows of a ranking as one statement that makes the lines of its CSV, for COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, groupby
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.expressions import OrderBy

from openness import ranks
from openness.exports.tables import FORMULA_STARTS, LINE_END, line
from openness.filters import Query
from openness.rankings import order, selected
from openness.spoken import around

MEMORY = "64MB"
"""For each sort and join of one export; with PostgreSQL's own 4 MB they go by way of the disk."""

_STARTS = ", ".join(str(ord(start)) for start in FORMULA_STARTS)


def copy_statement(query: Query, columns: Sequence[str]) -> str:
    """`COPY ... TO STDOUT`, binary: one text a row of the query, or of its page, in its order.

    A text is the whole line of the CSV with these columns, its end included; what PostgreSQL makes
    of twenty columns takes twice as long. Conditions and order are those of the page; cells are as
    `tables.cell` makes them, quoted as `csv.writer` does.
    """
    first, _by_value, by_name = order(query)
    keys = [_key(one) for one in (*first, *by_name)]
    ordered = [f"r.by{n} {_direction(key)}" for n, key in enumerate(keys)]
    ordered.insert(len(first), f"s.rank {'DESC' if query.sort == '-rank' else 'ASC'} NULLS LAST")
    rows = selected(query).order_by()
    rows = rows.annotate(**{f"by{n}": key.expression for n, key in enumerate(keys)})
    found, parameters = rows.query.sql_with_params()
    plain, given = _line(query, columns, _shown)
    careful, _given = _line(query, columns, _text)
    runs = [tuple(names) for of_value, names in _runs(columns) if of_value]
    values, results = _results(query, runs)
    text = (
        f"COPY (SELECT CASE WHEN {_SPECIAL} THEN {careful} ELSE {plain} END"  # noqa: S608 our own text
        f" FROM ({found}) r LEFT JOIN {values}"
        f" ORDER BY {', '.join(ordered)}{_page(query)}) TO STDOUT (FORMAT binary)"
    )
    everything = [*given, *given, *parameters, *results]
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


OF_VALUE = frozenset(("rank", "lens", "edition", "basis", "low", "high", "grade"))
"""Columns whose cells are the same for all rows with the same value of the lens."""


def _runs(columns: Sequence[str]) -> Iterator[tuple[bool, Iterator[str]]]:
    """(whether they are of the value, columns that follow one another)."""
    return groupby(columns, key=OF_VALUE.__contains__)


def _line(
    query: Query, columns: Sequence[str], text: Callable[[str], str]
) -> tuple[str, list[Any]]:
    """(the line of a row in SQL, what is put in); `text` makes the cell of a text."""
    cells = _cells(query, text)
    parts: list[str] = []
    given: list[Any] = []
    runs = count()
    for of_value, names in _runs(columns):
        if of_value:
            parts.append(f"s.text{next(runs)}")
            continue
        for part, put in map(cells.__getitem__, names):
            parts.append(part)
            given += put
    return f"concat_ws(',', {', '.join(parts)}) || E'\\r\\n'", given


def _results(query: Query, runs: Sequence[Sequence[str]]) -> tuple[str, list[Any]]:
    """A table `s` of every value of the lens with its rank, to be joined to rows `r`.

    `text0`, `text1`, ... are the cells of these runs of columns. Values are few, so each is written
    once and not for each row. Each row finds its value; a LEFT JOIN lets the planner know.
    """
    held = {value: place.rank for value, place in ranks.by_value(query).items()}
    lows, highs, grades = (
        (list(column) for column in zip(*held, strict=True)) if held else ([],) * 3
    )
    texts = [[_written(query, value, held[value], run) for value in held] for run in runs]
    names = [f"text{n}" for n in range(len(texts))]
    text = (
        f"unnest(%s::float8[], %s::float8[], %s::text[], %s::int[]{', %s::text[]' * len(texts)})"
        f" AS s({', '.join(['low', 'high', 'grade', 'rank', *names])})"
        " ON s.grade = r.grade_ AND coalesce(s.low, 'NaN') = coalesce(r.low_, 'NaN')"
        " AND coalesce(s.high, 'NaN') = coalesce(r.high_, 'NaN')"
    )
    return text, [lows, highs, grades, list(held.values()), *texts]


def _written(query: Query, value: ranks.Stored, rank: int | None, columns: Sequence[str]) -> str:
    """The cells of these columns as they stand in a line, for all rows with this value."""
    low, high, grade = value
    lasting = {"lens": query.lens, "edition": query.edition, "basis": query.basis}
    cells = {"rank": rank, **lasting, "low": low, "high": high, "grade": grade}
    # A blank cell more, for one that stands alone would be quoted.
    return line([*(cells[name] for name in columns), ""]).removesuffix(f",{LINE_END}")


def _cells(query: Query, text: Callable[[str], str]) -> dict[str, tuple[str, list[Any]]]:
    """{column: (its cell in SQL, what is put in)}, those that are not of the value; never NULL."""
    project, maker = (f"{settings.SITE_URL}{around(p)[0]}" for p in _PLACES)
    url, kind = "CASE WHEN r.slug_ <> '' THEN %s || r.slug_ || '/' ELSE '' END", "r.kind_"
    places: list[Any] = [project]
    if query.basis == "published":
        about = "r.of_organization_ IS NOT NULL"
        kind = f"CASE WHEN {about} THEN 'organization' ELSE {kind} END"
        url = url.replace("%s", f"CASE WHEN {about} THEN %s ELSE %s END")
        places = [maker, project]
    return {
        **{name: (text(f"r.{name}_"), []) for name in _TEXTS},
        "kind": (_shown(kind), []),
        "license_class": (_shown("r.license_class_"), []),
        "weights": (_span("weights"), []),
        "api": (_span("api"), []),
        **{name: (_shown(f"r.{name}_::text"), []) for name in _NUMBERS},
        "updated_at": (_shown(_INSTANT), []),
        "url": (_shown(url), places),
    }


_PLACES = ("project", "organization")
_TEXTS = ("slug", "name", "organization", "license")
_NUMBERS = ("parameters", "sourced", "statements")
_INSTANT = "to_char(r.updated_at_ AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"


def _shown(cell: str) -> str:
    """Blank where there is nothing."""
    return f"coalesce({cell}, '')"


def _text(column: str) -> str:
    """Text that a spreadsheet takes for text, as `tables.cell`, quoted (RFC 4180, 2.6 and 2.7)."""
    risky = f"ascii({column}) IN ({_STARTS}) AND char_length({column}) > 1"
    cell = f"CASE WHEN {risky} THEN '''' ELSE '' END || {column}"
    quoted = f"'\"' || replace({cell}, '\"', '\"\"') || '\"'"
    return _shown(f"CASE WHEN {column} ~ '[\",\\r\\n]' THEN {quoted} ELSE {cell} END")


# Most rows have no text that needs any of this, and one look at all of them tells.
_SPECIAL = (
    f"concat_ws(E'\\x1f', '', {', '.join(f'r.{name}_' for name in _TEXTS)})"
    " ~ '[\",\\r\\n]|\\u001f[-=+@\\t]'"
)


def _span(name: str) -> str:
    """A range, as `rankings.span`."""
    least, most = f"r.{name}_least_", f"r.{name}_most_"
    return _shown(
        f"CASE WHEN {least} <> {most} AND {least} <> '' AND {most} <> ''"
        f" THEN {least} || '..' || {most} ELSE {least} END"
    )
