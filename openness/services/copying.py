"""Many rows into a table at the speed of COPY."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db.backends.utils import CursorWrapper

CHUNK = 1 << 16
"""Characters that are sent at once, about."""

# The text format of COPY (PostgreSQL, "COPY", File Formats).
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_in(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Append rows to a table; both names are ours. Rows are read as they are sent.

    A value is text, a number, a boolean, a date, a list of texts or None.
    """
    cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", _Reader(map(_line, rows)))


def _line(row: Sequence[object]) -> str:
    return "\t".join(map(_cell, row)) + "\n"


def _cell(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        quoted = (str(one).replace("\\", "\\\\").replace('"', '\\"') for one in value)
        return ("{" + ",".join(f'"{one}"' for one in quoted) + "}").translate(_ESCAPES)
    return str(value)


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
