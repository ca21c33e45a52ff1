"""What every plot is made of: a picture, a sentence, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

Table = list[tuple[str, list[int | None]]]
"""Rows: a name, and a number for each column but the first; None where there is none."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture, what it says, and the same as a table."""

    key: str
    title: str
    sentence: str
    picture: Markup
    head: list[str]
    rows: Table
