"""Pictures of many projects at once: counts in a grid, dots on a line, bars, steps over time.

The same rules as `charts`: geometry in attributes, looks in classes, a sentence for readers. Each
plot keeps room for its own labels, so that it can stand alone in another page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from markupsafe import Markup, escape

from openness.charts import along, short, svg

LEFT, BOTTOM, TOP, RIGHT = 34, 40, 10, 6  # px kept for labels
WIDE = 480.0  # px of every drawing, so that letters are as large in all of them


@dataclass(frozen=True, slots=True)
class Box:
    """Where the drawing lies inside a plot; px."""

    width: float
    height: float

    @property
    def whole(self) -> tuple[float, float]:
        """Width and height with the labels."""
        return LEFT + self.width + RIGHT, TOP + self.height + BOTTOM


def squares(
    counts: Mapping[tuple[int, int], int],
    columns: Sequence[str],
    lines: Sequence[str],
    *,
    across: str,
    label: str,
) -> Markup:
    """How many fall where: {(column, row): count}, each a square whose area is the count.

    `lines` are the names of the lines between rows from the bottom up, one more than there are
    rows; `across` says what the columns are.
    """
    rows = len(lines) - 1
    box = Box(WIDE, 24.0 * rows)
    wide, tall = box.width / len(columns), box.height / rows
    most = max(counts.values(), default=1)
    side = min(wide, tall) - 2
    inner = _frame(box, columns, lines, across)
    drawn = ""
    for (column, row), n in sorted(counts.items()):
        if n:
            # The smallest stays visible; above that the area is true.
            size = max(side * sqrt(n / most), 1.5)
            x = LEFT + (column + 0.5) * wide - size / 2
            y = TOP + box.height - (row + 0.5) * tall - size / 2
            drawn += f"M{short(x)} {short(y)}h{short(size)}v{short(size)}"
            drawn += f"h-{short(size)}z"
    inner += f'<path class="m-proven" d="{drawn}"/>' if drawn else ""
    return svg(inner, css="figure plot-squares", label=label, box=box.whole)


def _frame(box: Box, columns: Sequence[str], lines: Sequence[str], across: str) -> str:
    """The lines between rows, and the names of lines and columns."""
    wide, tall = box.width / len(columns), box.height / (len(lines) - 1)
    inner = ""
    for at, name in enumerate(lines):
        y = TOP + box.height - at * tall
        inner += f'<line class="ax" x1="{LEFT}" x2="{LEFT + box.width:g}" y1="{y:g}" y2="{y:g}"/>'
        if name:
            inner += f'<text class="end" x="{LEFT - 6}" y="{y + 4:g}">{escape(name)}</text>'
    for at, name in enumerate(columns):
        x = LEFT + (at + 0.5) * wide
        y = TOP + box.height + 16
        inner += f'<text class="mid" x="{x:g}" y="{y:g}">{escape(name)}</text>'
    x, y = LEFT + box.width / 2, TOP + box.height + 34
    return inner + f'<text class="mid soft" x="{x:g}" y="{y:g}">{escape(across)}</text>'


def bars(rows: Sequence[tuple[str, int]], whole: int, *, label: str) -> Markup:
    """Named counts as bars under each other, each in a slot of `whole`."""
    names, width, step = 150, 330, 50
    inner = ""
    for at, (name, n) in enumerate(rows):
        y = at * step
        share = n / whole * width if whole else 0
        inner += (
            f'<text class="strong" x="0" y="{y + 18}">{escape(name)}</text>'
            f'<rect class="slot" x="{names}" y="{y + 2}" width="{width}" height="22" rx="2"/>'
            f'<rect class="m-proven" x="{names}" y="{y + 2}" width="{short(share)}"'
            f' height="22" rx="2"/>'
            f'<text class="strong" x="{names + width + 10}" y="{y + 18}">{n:,}</text>'
        )
    size = (names + width + 60.0, step * len(rows) - 20.0)
    return svg(inner, css="figure", label=label, box=size)


def steps(
    values: Sequence[tuple[float, float, float]], maximum: float, ends: tuple[str, str], label: str
) -> Markup:
    """A value over time: (when from 0 to 1, low, high), each holding until the next.

    The line is low, the dotted area reaches to high; `ends` name the first and the last day,
    the last blank where it is the first.
    """
    box = Box(WIDE, 120.0)
    inner = ""
    for value in (0.0, maximum / 2, maximum):
        y = TOP + box.height * (1 - value / maximum)
        inner += f'<line class="ax" x1="{LEFT}" x2="{LEFT + box.width:g}" y1="{y:g}" y2="{y:g}"/>'
        inner += f'<text class="end" x="{LEFT - 6}" y="{y + 4:g}">{value:g}</text>'
    line, areas = "", ""
    for at, (when, low, high) in enumerate(values):
        x = LEFT + when * box.width
        until = LEFT + (values[at + 1][0] if at + 1 < len(values) else 1.0) * box.width
        y, top = (TOP + box.height * (1 - value / maximum) for value in (low, high))
        line += f"{'L' if line else 'M'}{short(x)} {short(y)}H{short(until)}"
        areas += f"M{short(x)} {short(top)}H{short(until)}V{short(y)}"
        areas += f"H{short(x)}z"
    inner += f'<path class="m-unknown" fill="url(#dots)" d="{areas}"/>'
    inner += f'<path class="line" d="{line}"/>'
    y = TOP + box.height + 16
    inner += f'<text x="{LEFT}" y="{y:g}">{escape(ends[0])}</text>'
    if ends[1]:
        inner += f'<text class="end" x="{LEFT + box.width:g}" y="{y:g}">{escape(ends[1])}</text>'
    return svg(inner, css="figure plot-steps", label=label, box=box.whole)


@dataclass(frozen=True, slots=True)
class Row:
    """A named line of marks: rounds, joined by a line or not, and squares for another measure."""

    name: str
    rounds: Sequence[float]
    squares: Sequence[float] = ()
    joined: bool = False


def named_rows(rows: Sequence[Row], maximum: float, *, label: str) -> Markup:
    """Values of several, each on a line of its own from 0 to `maximum`."""
    names, width, step = 176.0, 338.0, 26.0
    bottom = step * len(rows)
    inner = ""
    for value in (0.0, maximum / 2, maximum):
        x = short(names + width * value / maximum)
        inner += f'<line class="ax" x1="{x}" x2="{x}" y1="0" y2="{short(bottom)}"/>'
        inner += f'<text class="mid" x="{x}" y="{short(bottom + 18)}">{value:g}</text>'
    for at, row in enumerate(rows):
        y = step * (at + 0.5)
        inner += f'<text class="strong" x="0" y="{short(y + 4.5)}">{escape(row.name)}</text>'
        across = [names + width * value / maximum for value in row.rounds]
        if row.joined and len(across) > 1:
            ends = f'x1="{short(across[0])}" x2="{short(across[-1])}"'
            inner += f'<line class="line" {ends} y1="{short(y)}" y2="{short(y)}"/>'
        css = "m-proven" if row.joined else "one"
        inner += "".join(
            f'<circle class="{css}" cx="{short(x)}" cy="{short(y)}" r="4"/>' for x in across
        )
        for value in row.squares:
            left = names + width * value / maximum - 4.5
            inner += (
                f'<rect class="m-proven" x="{short(left)}" y="{short(y - 4.5)}"'
                ' width="9" height="9"/>'
            )
    size = (names + width + 12.0, bottom + 24.0)
    return svg(inner, css="figure plot-rows", label=label, box=size)


def strip(values: Sequence[float], maximum: float, *, label: str) -> Markup:
    """Many values on one line from 0 to `maximum`; where they crowd, the ink is darker."""
    inner = "".join(f'<line class="ax" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>' for x in (2, 50, 98))
    inner += "".join(
        f'<circle class="one" cx="{along(value, maximum)}%" cy="50%" r="4"/>' for value in values
    )
    return svg(inner, css="interval strip", label=label)


def editions(values: Sequence[float | None], maximum: float, *, broken: int, label: str) -> Markup:
    """A value by edition; no line leads to the edition `broken`, whose measure is another."""
    width, height, margin = 92.0, 28.0, 5.0
    step = (width - 2 * margin) / max(len(values) - 1, 1)
    points = [
        (margin + at * step, height - margin - (height - 2 * margin) * value / maximum)
        if value is not None
        else None
        for at, value in enumerate(values)
    ]
    inner = ""
    x = margin + (broken - 0.5) * step
    inner += f'<line class="ax" x1="{x:g}" x2="{x:g}" y1="0" y2="{height:g}"/>'
    for at, (one, other) in enumerate(pairwise(points)):
        if one and other and at + 1 != broken:
            drawn = " ".join(short(value) for value in (*one, *other))
            inner += f'<polyline class="line" points="{drawn}"/>'
    for point in points:
        if point:
            across, down = map(short, point)
            inner += f'<circle class="m-proven" cx="{across}" cy="{down}" r="3.5"/>'
    return svg(inner, css="spark", label=label, box=(width, height))
