"""A picture as a document of its own: with its looks inside, so that any page can embed it."""

from __future__ import annotations

import re

from markupsafe import escape

# Light and dark as in static/openness.css, section "tokens".
_LIGHT = {
    "paper": "#fff",
    "ink": "#10151d",
    "ink-2": "#434d5c",
    "ink-3": "#5c6778",
    "line": "#d8dee7",
    "slot": "#e6eaf0",
    "edge": "#768294",
    "data": "#1d3fcb",
    "far": "#a84803",
    "far-wash": "#fdf1e4",
}
_DARK = {
    "paper": "#0d1117",
    "ink": "#e9edf4",
    "ink-2": "#b8c2d0",
    "ink-3": "#96a1b2",
    "line": "#29313e",
    "slot": "#222a36",
    "edge": "#7d899f",
    "data": "#93abff",
    "far": "#f0a35a",
    "far-wash": "#2b1e10",
}
_FILLS = """
.paper { fill: %(paper)s }
.m-proven, .b-open { fill: %(data)s }
.m-withheld, .slot { fill: %(slot)s }
.b-faded { fill: %(data)s; fill-opacity: .2; stroke: %(data)s }
.b-closed { fill: %(edge)s }
.b-unknown { fill: %(edge)s; fill-opacity: .6 }
.one { fill: %(data)s; fill-opacity: .45 }
.ax { stroke: %(line)s }
.line { fill: none; stroke: %(data)s; stroke-width: 2.5 }
.p-ground { fill: %(far-wash)s }
.p-line { stroke: %(far)s; stroke-width: 1.6 }
.p-dot { fill: %(edge)s }
.icon { fill: none; stroke: %(ink-2)s; stroke-width: 1.5 }
"""
_TEXTS = """
text { fill: %(ink-2)s; font-size: 13px; font-family: %(sans)s }
text.strong { fill: %(ink)s; font-weight: 650 }
text.soft { fill: %(ink-3)s }
text.mid { text-anchor: middle }
text.end { text-anchor: end }
"""
_SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'
DEFS = (
    '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect class="p-ground" width="5" height="5"/>'
    '<path class="p-line" d="M1 0v5"/></pattern>'
    '<pattern id="dots" width="3" height="3" patternUnits="userSpaceOnUse">'
    '<rect class="p-dot" x="1" y="1" width="1" height="1"/></pattern>'
    '<symbol id="i-laptop" viewBox="0 0 20 16"><path d="M4 2.5h12v8H4zM1.5 13.5h17"/></symbol>'
    '<symbol id="i-workstation" viewBox="0 0 20 16">'
    '<path d="M2 2.5h9v7H2zM4.5 13.5h4M14 2.5h4v11h-4zM15.5 5h1"/></symbol>'
    '<symbol id="i-lab" viewBox="0 0 20 16"><path d="M2 2h7v3.6H2zM2 10.4h7V14H2zM11 2h7v3.6h-7z'
    'M11 10.4h7V14h-7zM2 8h16"/></symbol>'
    '<symbol id="i-cluster" viewBox="0 0 20 16">'
    '<path d="M1.5 13.5V4l5 3V4l5 3V4l7 3.5v6zM5 11h1M9.5 11h1M14 11h1"/></symbol>'
)
PAD, HEAD = 20, 44  # px around the picture, and above it for its title

_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def fills(*, dark: bool = False) -> str:
    """The style sheet of the marks, light or dark."""
    return _FILLS % (_DARK if dark else _LIGHT)


def _looks(*, dark: bool = False) -> str:
    texts = {**(_DARK if dark else _LIGHT), "sans": _SANS}
    return fills(dark=dark) + _TEXTS % texts


def as_document(picture: str, *, title: str, sentence: str) -> str:
    """The picture as an SVG document: its title above, the sentence for readers, light or dark as
    the system of whoever looks at it. Raises ValueError for a picture without a size of its own."""
    box = _BOX.search(picture)
    if box is None:
        raise ValueError("a picture that stretches has no size of its own")
    width, height = float(box[1]) + 2 * PAD, float(box[2]) + HEAD + PAD + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        f' viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(sentence)}</desc>'
        f"<style>{_looks()}@media (prefers-color-scheme: dark) {{{_looks(dark=True)}}}</style>"
        f"<defs>{DEFS}</defs>"
        f'<rect class="paper" width="{width:g}" height="{height:g}"/>'
        f'<text class="strong" x="{PAD}" y="28">{escape(title)}</text>'
        f'<g transform="translate({PAD} {HEAD})">{picture}</g>'
        f'<text class="soft end" x="{width - PAD:g}" y="{height - 8:g}">Openness</text></svg>'
    )
