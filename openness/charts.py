"""Pictures as SVG from numbers: geometry in attributes, looks in classes, a sentence for readers.

Rule of the ink: how much ink is how much is open. Solid is proven, dotted is not on record,
hatched is out of reach of this machine, pale is withheld.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from scoring.lenses.open_to_whom import ACTOR_WEIGHTS, VERB_WEIGHTS

Cells = Mapping[str, Mapping[str, tuple[float, float]]]
"""{verb: {actor: (low, high)}}, each from 0 to 1."""

PARTS = ("proven", "unknown", "out_of_reach", "withheld")
FILLS = {"unknown": ' fill="url(#dots)"', "out_of_reach": ' fill="url(#hatch)"'}

EDGE = 2.0  # per cent left free at both ends of an axis, so that a dot there is whole


@dataclass(frozen=True, slots=True)
class Bar:
    """One component in the fingerprint of a project: its state, and whether a source is named."""

    state: str
    sourced: bool = True


def short(value: float) -> str:
    """A coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rect(x: float, y: float, width: float, height: float) -> str:
    return f"M{short(x)} {short(y)}h{short(width)}v{short(height)}h-{short(width)}z"


def svg(inner: str, *, css: str, label: str, box: tuple[float, float] | None = None) -> Markup:
    """An SVG element: a picture with a label for readers, hidden from them without; box in px."""
    size = ""
    if box:
        width, height = map(short, box)
        size = f' width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    reader = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="{css}"{size} {reader}>{inner}</svg>')  # noqa: S704  # built here, label escaped


def _quarters(low: float, high: float, reachable: float) -> dict[str, float]:
    """A cell in its four parts, which add up to 1 (open-to-whom section 5).

    `reachable` is the cluster's high: what exists for anybody at all.
    """
    return {
        "proven": low,
        "unknown": high - low,
        "out_of_reach": reachable - high,
        "withheld": 1 - reachable,
    }


def mosaic(cells: Cells, *, width: float, height: float, gap: float = 1, label: str = "") -> Markup:
    """The grid as a picture whose ink is the score.

    Rows are as tall and columns as wide as the lens weighs verbs and machines, and each cell is
    filled in proportion, so the solid area is the proven score and the other three areas are the
    other three parts of the hundred points. Width and height in px.
    """
    across = {a: w * (width - gap * (len(ACTOR_WEIGHTS) - 1)) for a, w in ACTOR_WEIGHTS.items()}
    down = {v: w * (height - gap * (len(VERB_WEIGHTS) - 1)) for v, w in VERB_WEIGHTS.items()}
    paths: dict[str, list[str]] = {part: [] for part in PARTS}
    y = 0.0
    for verb, tall in down.items():
        x = 0.0
        reachable = cells[verb]["cluster"][1]
        for actor, wide in across.items():
            low, high = cells[verb][actor]
            at = x
            for part, share in _quarters(low, high, reachable).items():
                if share > 0.001:
                    paths[part].append(_rect(at, y, share * wide, tall))
                    at += share * wide
            x += wide + gap
        y += tall + gap
    inner = "".join(
        f'<path class="m-{part}"{FILLS.get(part, "")} d="{"".join(d)}"/>'
        for part, d in paths.items()
        if d
    )
    return svg(inner, css="mosaic", label=label, box=(width, height))


def split(
    parts: Mapping[str, float], *, label: str, box: tuple[float, float] | None = None
) -> Markup:
    """The hundred points as one bar, in the order of PARTS; without a box (px) it stretches."""
    inner, x = "", 0.0
    for part in PARTS:
        if (share := parts[part]) > 0:
            inner += (
                f'<rect class="m-{part}"{FILLS.get(part, "")} x="{short(x)}%" y="0"'
                f' width="{short(share)}%" height="100%"/>'
            )
        x += share
    return svg(inner, css="split", label=label, box=box)


def meter(low: float, high: float) -> Markup:
    """The foot of a cell: a line as long as what is proven, dotted as far as it might go.

    Decoration: the words of the cell say the same.
    """
    inner = f'<rect class="m-proven" width="{short(100 * low)}%" height="100%"/>'
    if high > low:
        inner += (
            f'<rect class="m-unknown" fill="url(#dots)" x="{short(100 * low)}%"'
            f' width="{short(100 * (high - low))}%" height="100%"/>'
        )
    return svg(inner, css="meter", label="")


def interval(
    low: float | None,
    high: float | None,
    maximum: float,
    *,
    label: str,
    median: float | None = None,
    band: tuple[float, float] | None = None,
) -> Markup:
    """A value on its axis from 0 to `maximum`: a dot at low, a line on to high.

    `band` is where a published score would fall if its unsourced statements turned out otherwise.
    """
    inner = "".join(f'<line class="ax" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>' for x in (2, 50, 98))
    if median is not None:
        x = along(median, maximum)
        inner += f'<line class="median" x1="{x}%" x2="{x}%" y1="0" y2="100%"/>'
    if band and band[0] < band[1]:
        inner += _span("band", band[0], band[1], maximum)
    if low is not None and high is not None:
        if low < high:
            inner += _span("possible", low, high, maximum)
        inner += f'<circle class="dot" cx="{along(low, maximum)}%" cy="50%" r="5.5"/>'
    return svg(inner, css="interval", label=label)


def along(value: float, maximum: float) -> str:
    """Where a value lies on an axis that stretches; per cent without the sign."""
    return short(EDGE + (100 - 2 * EDGE) * min(max(value / maximum, 0), 1))


def _span(css: str, first: float, last: float, maximum: float) -> str:
    return (
        f'<line class="{css}" x1="{along(first, maximum)}%" x2="{along(last, maximum)}%"'
        ' y1="50%" y2="50%"/>'
    )


def axis(maximum: float, *, median: float | None, median_label: str) -> Markup:
    """The head of a column of intervals: both ends, and the median where it is clear of them."""
    inner = (
        f'<text x="{EDGE}%" y="12">0</text><text x="{100 - EDGE}%" y="12">{short(maximum)}</text>'
    )
    if median is not None and 0.18 <= median / maximum <= 0.82:
        inner += f'<text x="{along(median, maximum)}%" y="12">{escape(median_label)}</text>'
    return svg(inner, css="axis", label="")


APART, TALL = 6, 22  # px: between groups, height
WIDE, NARROW, MANY = 8, 5, 18  # px from bar to bar, with few bars and with many; how many that is


def bars(groups: Iterable[Sequence[Bar]], *, label: str) -> Markup:
    """One bar a component: full, half or a tick; outlined where nobody has given a source."""
    paths: dict[str, list[str]] = {}
    groups = list(groups)
    step = WIDE if sum(map(len, groups)) <= MANY else NARROW
    x, width = 0, step - 2
    for group in groups:
        for bar in group:
            css, height = {
                "open": ("b-open", TALL),
                "partial": ("b-open", TALL / 2),
                "closed": ("b-closed", 2.5),
            }.get(bar.state, ("b-unknown", 1))
            if not bar.sourced and css == "b-open":
                # Half a pixel inwards, so that the outline is as wide as a full bar.
                path = _rect(x + 0.5, TALL - height + 0.5, width - 1, height - 1)
                css = "b-faded"
            else:
                path = _rect(x, TALL - height, width, height)
            paths.setdefault(css, []).append(path)
            x += step
        x += APART
    inner = "".join(f'<path class="{css}" d="{"".join(d)}"/>' for css, d in paths.items())
    return svg(inner, css="bars", label=label, box=(max(x - APART - 2, 1), TALL))


def bars_head(groups: Sequence[tuple[str, int]]) -> Markup:
    """What stands over bars in groups: the name of each group where it begins; (name, how many)."""
    step = WIDE if sum(n for _name, n in groups) <= MANY else NARROW
    inner, x = "", 0
    for name, n in groups:
        inner += f'<text x="{x}" y="10">{escape(name)}</text>'
        x += n * step + APART
    return svg(inner, css="barshead", label="", box=(max(x - APART - 2, 1), 12))


def track(low: float, high: float, steps: int, *, label: str) -> Markup:
    """Steps in a row: solid as far as it surely has come, dotted as far as it may have."""
    wide, gap, tall = 18, 3, 14
    inner = ""
    for step in range(1, steps + 1):
        part = "proven" if step <= low else "unknown" if step <= high else "withheld"
        inner += (
            f'<rect class="m-{part}"{FILLS.get(part, "")} x="{(step - 1) * (wide + gap)}"'
            f' width="{wide}" height="{tall}" rx="1.5"/>'
        )
    return svg(inner, css="track", label=label, box=(steps * (wide + gap) - gap, tall))


def share(value: float, whole: float) -> Markup:
    """A bar of `value` in a slot of `whole`. Decoration: the number stands beside it."""
    width = short(100 * value / whole) if whole else "0"
    inner = (
        '<rect class="slot" width="100%" height="100%"/>'
        f'<rect class="m-proven" width="{width}%" height="100%"/>'
    )
    return svg(inner, css="share", label="")


def histogram(counts: Sequence[int], *, undecided: Container[int], label: str) -> Markup:
    """How many have which result, from the least open to the most: a bar each, the fullest as tall
    as the picture; it stretches to its box. `undecided` bars are dotted."""
    most, wide = max(counts, default=0) or 1, 100 / (len(counts) or 1)
    inner = ""
    for at, n in enumerate(counts):
        if n:
            # One of a thousand is still to be seen.
            tall = max(100 * n / most, 4)
            part = "unknown" if at in undecided else "proven"
            inner += (
                f'<rect class="m-{part}"{FILLS.get(part, "")} x="{short(at * wide + wide * 0.06)}%"'
                f' y="{short(100 - tall)}%" width="{short(wide * 0.88)}%" height="{short(tall)}%"/>'
            )
    inner += '<line class="ax" x1="0" x2="100%" y1="100%" y2="100%"/>'
    return svg(inner, css="histogram", label=label)


MARGIN_LEFT, MARGIN_TOP = 76, 26  # px, for the names of verbs and machines


def named_mosaic(cells: Cells, *, verbs: Mapping[str, str], label: str) -> Markup:
    """The grid as a large picture, its rows named and its columns under the marks of the machines;
    it stretches to its box."""
    width, height, gap = 250.0, 250.0, 3.0
    inner, x = "", float(MARGIN_LEFT)
    for actor, weight in ACTOR_WEIGHTS.items():
        wide = weight * (width - gap * (len(ACTOR_WEIGHTS) - 1))
        inner += (
            f'<use class="icon" href="#i-{actor}" x="{short(x)}" y="2" width="20" height="16"/>'
        )
        x += wide + gap
    y = float(MARGIN_TOP)
    for verb, weight in VERB_WEIGHTS.items():
        tall = weight * (height - gap * (len(VERB_WEIGHTS) - 1))
        middle = short(y + tall / 2 + 4.5)
        inner += f'<text class="strong" x="0" y="{middle}">{escape(verbs[verb])}</text>'
        y += tall + gap
    drawn = mosaic(cells, width=width, height=height, gap=gap)
    inner += f'<g transform="translate({MARGIN_LEFT} {MARGIN_TOP})">{drawn}</g>'
    return svg(inner, css="figure", label=label, box=(MARGIN_LEFT + width, MARGIN_TOP + height))
