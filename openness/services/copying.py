"""Many rows into a table at the speed of COPY."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from openness.services.references import checked_at_once

CHUNK = 1 << 16
"""Characters that are sent at once, about."""

# The text format of COPY (PostgreSQL, "COPY", File Formats).
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_in(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Append rows to a table; both names are ours. Rows are read as they are sent.

    A value is text, a number, a boolean, a date, a list of texts, an object of JSON or None.
    """
    cursor.copy_expert(_statement(table, columns), _Reader(map(_line, rows)))


def text_of(rows: Iterable[Sequence[object]]) -> str:
    """Rows as `copy_text` takes them, made while the database does something else."""
    return "".join(map(_line, rows))


def copy_text(cursor: CursorWrapper, table: str, columns: Sequence[str], text: str) -> None:
    """The same as `copy_in` of rows that are text already; they are sent at once."""
    cursor.copy_expert(_statement(table, columns), io.StringIO(text), max(1, len(text)))


def append(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    number: int,
) -> None:
    """Add rows, `number` of them, to the table of a model.

    Of many the references are checked at once. Raises IntegrityError.
    """
    if number:
        with checked_at_once(model, rows=number), connection.cursor() as cursor:
            copy_in(cursor, model._meta.db_table, columns, rows)


def copy_rows(rows: Sequence[models.Model]) -> None:
    """Add rows of one model, none of which is there yet, and give each its key."""
    if not rows:
        return
    model, fields = type(rows[0]), rows[0]._meta.concrete_fields
    for row, key in zip(rows, _new_keys(model, len(rows)), strict=True):
        row.pk = key
    values = ([field.pre_save(row, add=True) for field in fields] for row in rows)
    append(model, [str(field.column) for field in fields], values, number=len(rows))
    for row in rows:
        row._state.adding = False


def _new_keys(model: type[models.Model], number: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, number],
        )
        return [key for (key,) in cursor.fetchall()]


def _statement(table: str, columns: Sequence[str]) -> str:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN"


def _line(row: Sequence[object]) -> str:
    cells = [value if type(value) is str else _CELLS[type(value)](value) for value in row]
    line = "\t".join(cells)
    plain = (
        line.count("\\") == row.count(None)
        and line.count("\t") == len(cells) - 1
        and "\n" not in line
        and "\r" not in line
    )
    if not plain:  # seldom, and looking is cheaper than escaping cell by cell
        line = "\t".join([_CELLS[type(value)](value) for value in row])
    return f"{line}\n"


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _array(value: Iterable[object]) -> str:
    quoted = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in value)
    return _text("{" + ",".join(f'"{one}"' for one in quoted) + "}")


def _json(value: dict[str, object]) -> str:
    return _text(json.dumps(value, ensure_ascii=False))


def _other(value: object) -> str:
    """A word of a vocabulary, or what else says itself as text."""
    return _text(str(value))


class _Cells(dict[type, Callable[[Any], str]]):
    """How values of a type are written."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        return _other


_CELLS = _Cells(
    {
        str: _text,
        int: str,
        float: str,
        bool: {True: "t", False: "f"}.__getitem__,
        type(None): lambda _: "\\N",
        date: date.isoformat,
        datetime: datetime.isoformat,
        list: _array,
        dict: _json,
    }
)


class _Reader(io.TextIOBase):
    """Lines as a file that is read in chunks."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def read(self, size: int | None = -1) -> str:
        """Some whole lines; blank at the end. The size asked for is a hint."""
        found: list[str] = []
        length = 0
        for line in self._lines:
            found.append(line)
            length += len(line)
            if length >= CHUNK:
                break
        return "".join(found)
