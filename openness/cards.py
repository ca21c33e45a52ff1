"""The picture of a project that other sites show beside a link to it (Open Graph), as PNG."""

from __future__ import annotations

import textwrap
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
import resvg_py
from markupsafe import Markup, escape

from openness.standalone import DEFS, fills

WIDTH, HEIGHT = 1200, 630  # px, the size that the Open Graph readers of today ask for
LINE = 24  # letters of a name in one line

# The renderer sees these files alone, so that a card looks the same on a machine without fonts.
_FONTS = [
    str(Path(package.__file__).parent / "files" / name)
    for package, name in (
        (font_source_sans_pro, "SourceSansPro-Regular.ttf"),
        (font_source_serif_pro, "SourceSerifPro-Semibold.ttf"),
    )
]
_TEXTS = """
text { font-family: "Source Sans Pro"; font-size: 30px; fill: #434d5c }
.name { font-family: "Source Serif Pro"; font-weight: 600; font-size: 66px; fill: #10151d }
.score { font-family: "Source Serif Pro"; font-weight: 600; font-size: 92px; fill: #10151d }
.brand { font-family: "Source Serif Pro"; font-weight: 600; font-size: 34px; fill: #10151d }
.soft { fill: #5c6778 }
.strong { font-size: 14px; fill: #10151d }
"""


def card(
    *, name: str, maker: str, score: str, unit: str, lines: tuple[str, ...], picture: Markup
) -> str:
    """An SVG of 1200 by 630: name, maker, what our lens gives, two or three facts, the grid.

    `picture` is a grid of `charts.named_mosaic`, or blank.
    """
    names = textwrap.wrap(name, LINE, max_lines=2, placeholder=" …")
    y = 178.0
    inner = '<text class="brand" x="60" y="76">Openness</text>'
    for line in names:
        inner += f'<text class="name" x="60" y="{y:g}">{escape(line)}</text>'
        y += 72
    inner += f'<text class="soft" x="60" y="{y - 18:g}">{escape(maker)}</text>'
    inner += f'<text class="score" x="60" y="430">{escape(score)}</text>'
    inner += f'<text class="soft" x="60" y="470">{escape(unit)}</text>'
    for at, line in enumerate(lines):
        inner += f'<text x="60" y="{526 + 38 * at}">{escape(textwrap.shorten(line, 42))}</text>'
    if picture:
        inner += f'<g transform="translate(640 60) scale(1.56)">{picture}</g>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}"'
        f' viewBox="0 0 {WIDTH} {HEIGHT}"><style>{fills()}{_TEXTS}</style><defs>{DEFS}</defs>'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
        f'<rect class="m-proven" width="{WIDTH}" height="10"/>{inner}</svg>'
    )


def as_png(svg: str) -> bytes:
    """The SVG as PNG. Letters beyond Latin are looked for among the system's fonts."""
    latin = all(ord(letter) < 0x250 or 0x2000 <= ord(letter) < 0x2070 for letter in svg)
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=latin, font_files=_FONTS))
