"""What was measured: a table for people, latest.json for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.row import Row

COLUMNS = ("row", "ours", "spread", "goal", "baseline", "times", "met")


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text, and below it why a row is missing or what to know of it."""
    cells = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    notes = [f"{row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """The rows of latest.json as a table for docs/performance.md."""
    lines = ["| row | ours | spread | goal | baseline | times | met |", "|" + "---|" * 7]
    for row in rows:
        baseline = f"{_short(row['baseline'])} {row['unit']}, {row['baseline_name']}"
        cells = (
            row["name"],
            f"{_short(row['ours'])} {row['unit']}" if row["ours"] is not None else "not measured",
            f"{_short(row['low'])} to {_short(row['high'])}",
            row["goal_words"],
            baseline if row["baseline"] is not None else "",
            _short(row["ratio"]),
            "yes" if row["met"] else "no",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    unit = row.promise.unit
    spread = f"{_short(min(row.samples))}–{_short(max(row.samples))}" if row.samples else ""
    return (
        row.name,
        f"{_short(row.ours)} {unit}" if row.ours is not None else "not measured",
        spread,
        row.promise.goal.words(unit),
        f"{_short(row.baseline)} {unit}, {row.promise.baseline_name}" if row.baselines else "",
        _short(row.ratio),
        "yes" if row.met else "no",
    )


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def write(rows: Sequence[Row], folder: Path, **about: object) -> Path:
    """Write latest.json into the folder; its path."""
    file = folder / "latest.json"
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "rows": [row.as_json() for row in rows],
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": [round(one, 2) for one in os.getloadavg()],
        **about,
    }
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return file
