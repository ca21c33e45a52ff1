"""How the times of pages grow with the number of projects, as an SVG document."""

from __future__ import annotations

from collections.abc import Mapping
from math import log10

from openness.charts import short, svg
from openness.standalone import as_document

WIDTH, HEIGHT, LEFT, RIGHT = 420, 220, 44, 150


def growth(times: Mapping[str, Mapping[int, float]]) -> str:
    """A line a page, milliseconds over projects ; what has one size only is left out."""
    lines = {name: dict(sorted(by.items())) for name, by in times.items() if len(by) > 1}
    sizes = sorted({rows for by in lines.values() for rows in by}) or [1, 10]
    most = max((ms for by in lines.values() for ms in by.values()), default=1) * 1.05
    low, high = log10(sizes[0]), log10(sizes[-1])

    def x(rows: int) -> str:
        return short(LEFT + (log10(rows) - low) / (high - low) * WIDTH)

    def y(ms: float) -> float:
        return 10 + (1 - ms / most) * HEIGHT

    parts = [
        f'<text class="soft mid" x="{x(rows)}" y="{HEIGHT + 30}">{rows:,}</text>' for rows in sizes
    ]
    for ms in (0, most / 2, most):
        parts.append(f'<path class="ax" d="M{LEFT} {short(y(ms))}h{WIDTH}"/>')
        parts.append(
            f'<text class="soft end" x="{LEFT - 6}" y="{short(y(ms) + 4)}">{ms:.1f}</text>'
        )
    below = float("inf")
    for name, by in sorted(lines.items(), key=lambda one: one[1][max(one[1])]):
        points = " ".join(f"{x(rows)},{short(y(ms))}" for rows, ms in by.items())
        parts.append(f'<polyline class="line" points="{points}"/>')
        below = min(y(by[max(by)]) + 4, below - 14)  # names do not cover each other
        parts.append(f'<text x="{LEFT + WIDTH + 8}" y="{short(below)}">{name}</text>')
    sentence = "Milliseconds of each page, rendered anew, over the number of projects."
    box = (LEFT + WIDTH + RIGHT, HEIGHT + 40)
    return as_document(
        str(svg("".join(parts), css="growth", label="", box=box)),
        title="Time of a page, in ms, by the number of projects",
        sentence=sentence,
    )
