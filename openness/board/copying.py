"""Columns of integers as PostgreSQL copies them, in not much more memory than they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

_AT_ONCE = 1 << 20  # bytes that are put together before they are looked at
SIGNATURE = 19
"""Bytes before the first row of a binary COPY: "PGCOPY\\n\\377\\r\\n\\0", flags, and the length of
an extension (PostgreSQL, COPY)."""


def copied(
    query: str, parameters: Mapping[str, object], types: Mapping[str, type[np.generic]]
) -> dict[str, NDArray[Any]]:
    """{name of a column: its values} of a query all of whose columns are `int8`, none of them null.

    `types` names the columns in their order, with what their values are narrowed to.
    """
    received = _Received(types)
    with connection.cursor() as cursor:
        text = cursor.mogrify(query, parameters).decode()
        cursor.copy_expert(f"COPY ({text}) TO STDOUT (FORMAT binary)", received)
    return received.columns()


class _Received:
    """Collects the rows of a binary COPY, whatever the sizes in which they are sent."""

    def __init__(self, types: Mapping[str, type[np.generic]]) -> None:
        self._columns = {name: np.empty(0, type_) for name, type_ in types.items()}
        # An 8-byte integer a column, so that each row is as long.
        sent = [part for name in types for part in ((f"{name}_size", ">i4"), (name, ">i8"))]
        self._row = np.dtype([("fields", ">i2"), *sent])
        self._waiting: list[bytes] = []
        self._size = 0
        self._began = False

    def write(self, data: bytes) -> int:
        """Take some bytes, a row at a time as psycopg2 hands them on."""
        self._waiting.append(data)
        self._size += len(data)
        if self._size > _AT_ONCE:
            self._settle()
        return len(data)

    def _settle(self) -> None:
        held = b"".join(self._waiting)
        if not self._began and len(held) >= SIGNATURE:
            held, self._began = held[SIGNATURE:], True
        cut = len(held) // self._row.itemsize * self._row.itemsize if self._began else 0
        rows = np.frombuffer(held[:cut], self._row)
        for name, column in self._columns.items():
            before = len(column)
            # Longer where it stands (mremap): parts that are joined at the end take twice as much.
            column.resize(before + len(rows), refcheck=False)
            column[before:] = rows[name]
        self._waiting = [held[cut:]]
        self._size = len(held) - cut

    def columns(self) -> dict[str, NDArray[Any]]:
        """All values of each column."""
        self._settle()
        return self._columns
