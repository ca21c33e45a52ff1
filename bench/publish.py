"""`python -m bench.publish`: the last run into docs/performance.md and its picture."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench import picture
from bench.programs import FOLDER
from bench.report import markdown
from openness.environment import PROJECT

DOCUMENT = PROJECT / "docs" / "performance.md"
PICTURE = PROJECT / "docs" / "pictures" / "growth.svg"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"


def results(found: dict[str, Any]) -> str:
    """What stands between the marks: where and when, the rows, what to know of them, growth."""
    met = sum(row["met"] for row in found["rows"])
    lines = [
        f"{found['projects']:,} projects; {met} of {len(found['rows'])} goals are met. "
        f"Python {found['python']}, {found['machine']}, {found['at'][:10]}; "
        f"load {found['load_before']} before the run, {found['load'][0]} at its end; "
        f"the run took {found['seconds']:,} s.",
        "",
        markdown(found["rows"]),
        "",
        *(f"- {row['name']}: {row['note']}" for row in found["rows"] if row["note"]),
        "",
        *_growth(found["growth"]),
    ]
    return "\n".join(lines)


def _growth(times: dict[str, dict[str, float]]) -> list[str]:
    sizes = sorted({int(rows) for by in times.values() for rows in by})
    head = ["| median, ms | " + " | ".join(f"{rows:,}" for rows in sizes) + " |"]
    lines = [
        f"| {name} | "
        + " | ".join(f"{by[str(rows)]:.3g}" if str(rows) in by else "" for rows in sizes)
        + " |"
        for name, by in times.items()
    ]
    return [
        "![Time of a page by the number of projects](pictures/growth.svg)",
        "",
        *head,
        "|" + "---|" * (len(sizes) + 1),
        *lines,
    ]


def written(document: str, found: dict[str, Any]) -> str:
    """The document with these results in place of the last ones. Raises ValueError."""
    before, begin, rest = document.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT.name} has no {BEGIN} or no {END}")
    return f"{before}{BEGIN}\n{results(found)}\n{END}{after}"


def main(file: Path = FOLDER / "latest.json") -> None:
    """Write both."""
    found = json.loads(file.read_text(encoding="utf-8"))
    text = written(DOCUMENT.read_text(encoding="utf-8"), found)
    DOCUMENT.write_text(text, encoding="utf-8")
    times = {
        name: {int(rows): ms for rows, ms in by.items()} for name, by in found["growth"].items()
    }
    PICTURE.write_text(picture.growth(times), encoding="utf-8")
    sys.stdout.write(f"{DOCUMENT}\n{PICTURE}\n")


if __name__ == "__main__":
    main()
