"""`python -m bench`: measures every row, prints a table, and writes var/bench/latest.json."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import scoring
from bench.row import Row

ROWS: tuple[Callable[[], Row], ...] = (scoring.row,)
"""Every row, in the order of the table."""

COLUMNS = ("row", "ours", "spread", "goal", "baseline", "ratio", "met")


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    cells = [COLUMNS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.name,
        f"{row.ours:.4g} {row.unit}",
        f"{row.low:.4g}–{row.high:.4g}",
        f"{row.goal:g} {row.unit}",
        f"{row.baseline:.4g} {row.unit}, {row.baseline_name}",
        f"{row.ratio:.1f}",
        "yes" if row.met else "no",
    )


def write(rows: Sequence[Row], home: Path) -> Path:
    """Write latest.json below the home; its path."""
    file = home / "bench" / "latest.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {
        "rows": [row.as_json() for row in rows],
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return file


def main() -> int:
    """Measure, print, write; 1 if a goal is missed."""
    rows = [measure() for measure in ROWS]
    home = Path(os.environ.get("OPENNESS_HOME") or "var")
    sys.stdout.write(f"{table(rows)}\n{write(rows, home)}\n")
    return int(not all(row.met for row in rows))


if __name__ == "__main__":
    sys.exit(main())
