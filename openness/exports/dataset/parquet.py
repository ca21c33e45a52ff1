"""The rows of a table as CSV and as Parquet, written in one pass and in constant memory.

Apart from what needs no Parquet: pyarrow takes 45 MB of memory and most of a second to load.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from openness.exports.dataset.columns import Column, is_blank
from openness.exports.dataset.files import into_csv
from openness.exports.dataset.rows import Rows

GROUP = 10_000
"""Rows of a row group: what is held in memory of one table."""

_TYPES = {
    "text": pa.string(),
    "flag": pa.bool_(),
    "day": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
    "number": pa.float64(),
    "whole": pa.int64(),
    "texts": pa.list_(pa.string()),
    # An object has other entries in each row; it stays text.
    "json": pa.string(),
}


def write_both(folder: Path, name: str, columns: Sequence[Column], rows: Rows) -> int:
    """Write `<name>.csv` and `<name>.parquet` of the same rows; the number of rows.

    Blank is null in Parquet. Row groups of GROUP rows, compressed with zstd.
    """
    schema = pa.schema(
        [pa.field(one.name, _TYPES[one.kind.held], not one.required) for one in columns]
    )
    count = 0
    with ExitStack() as opened:
        file = opened.enter_context(
            (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
        )
        parquet = opened.enter_context(
            pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd")
        )
        group: list[Sequence[Any]] = []
        for row in into_csv(csv.writer(file, lineterminator="\n"), columns, rows):
            group.append(row)
            count += 1
            if len(group) == GROUP:
                parquet.write_batch(_batch(group, columns, schema))
                group = []
        if group:
            parquet.write_batch(_batch(group, columns, schema))
    return count


def _batch(
    rows: Sequence[Sequence[Any]], columns: Sequence[Column], schema: pa.Schema
) -> pa.RecordBatch:
    arrays = [
        pa.array([_held(one, row[place]) for row in rows], type=schema.field(place).type)
        for place, one in enumerate(columns)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _held(column: Column, value: Any) -> Any:
    if is_blank(value):
        return None
    return column.write(value) if column.kind.held == "json" else value
