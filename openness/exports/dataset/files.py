"""The rows of a table as CSV, in constant memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openness.exports.dataset.columns import Column
from openness.exports.dataset.rows import Rows


def write_csv(path: Path, columns: Sequence[Column], rows: Rows) -> int:
    """Write one table, header first, UTF-8, LF line ends; the number of rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        return sum(1 for _ in into_csv(csv.writer(file, lineterminator="\n"), columns, rows))


def into_csv(writer: Any, columns: Sequence[Column], rows: Rows) -> Iterator[Sequence[Any]]:
    """Write the header and each row as it passes."""
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([one.write(value) for one, value in zip(columns, row, strict=True)])
        yield row
