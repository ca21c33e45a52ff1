"""Rows of a ranking as they are shown: rank with its tie, score, pictures, smallest machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from openness import charts, figures, words
from openness.board import board
from openness.filters import Query
from openness.rankings import Kept, Row, on_board
from openness.spoken import path_to
from openness.views.columns import Column, Columns, Part, columns
from openness.views.movement import with_movement
from openness.views.pictures import Band, picture_head, pictures
from scoring import hardware
from scoring.lenses import LENSES
from scoring.licenses import LICENSES


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table."""

    row: Row
    rank: str
    score: str
    address: str
    maker_address: str
    license_address: str
    size: str
    interval: Markup
    picture: Markup
    machine: str
    need: str
    parts: list[Part]


@dataclass(frozen=True)
class Lines:
    """The rows, and what stands over their pictures.

    Each row is made into a line when it is first asked for: a page that has kept how its rows look
    asks for none.
    """

    query: Query
    rows: Sequence[Row]
    groups: list[str]  # the grade, on the first row that has it; blank on the others
    median: float | None
    worded: bool  # the result is a word
    axis: Markup
    axis_label: str
    picture_head: Markup
    columns: list[Column]
    parts: Mapping[str, list[Part]]  # by slug, one a column
    shows: frozenset[str]  # which of plot, pic and run are shown
    kept: Kept = field(default_factory=dict)  # for what stands over the rows

    def __iter__(self) -> Iterator[Line]:
        return map(self.line, self.rows)

    def line(self, row: Row) -> Line:
        """One of the rows as it is shown."""
        maximum = LENSES[self.query.lens].maximum or 1
        drawn, bands = self._pictures
        made = _line(
            self.query, row, maximum, self.median, drawn.get(row.slug), bands.get(row.slug)
        )
        blank = [Part() for _column in self.columns]
        return replace(made, parts=self.parts.get(row.slug, blank))

    @cached_property
    def _pictures(self) -> tuple[dict[str, Markup], dict[str, Band]]:
        return pictures(self.query, self.rows) if "pic" in self.shows else ({}, {})


def lines(
    query: Query, rows: Sequence[Row], median: float | None = None, kept: Kept | None = None
) -> Lines:
    """The rows of one list with their pictures; four queries more, for any number of rows.

    `kept` is what templates have made for the same query, if it is kept.
    """
    lens = LENSES[query.lens]
    own = _own(query, rows)
    maximum = lens.maximum or 1
    return Lines(
        query=query,
        rows=rows,
        groups=_groups(query, rows),
        median=median,
        worded=query.lens in WORDED,
        axis=charts.axis(maximum, median=median, median_label=_("median")),
        axis_label=_("Score on a line from 0 to %(maximum)s") % {"maximum": f"{maximum:g}"},
        picture_head=picture_head(query),
        columns=own.heads,
        parts=own.parts,
        shows=own.shows if lens.maximum else own.shows - {"plot"},
        kept={} if kept is None else kept,
    )


COLUMNS_BYTES = 30_000
"""About how large the columns of a page are in memory."""


def _own(query: Query, rows: Sequence[Row]) -> Columns:
    """The columns that the lens alone shows, and movement; a board keeps them for the same rows."""

    def made() -> Columns:
        return with_movement(query, rows, columns(query, rows))

    if not on_board(query):
        return made()
    slugs = tuple(row.slug for row in rows)
    with board() as held:
        name = "columns", query.lens, query.edition, get_language(), slugs
        return held.kept.get(name, made, COLUMNS_BYTES)


def _groups(query: Query, rows: Sequence[Row]) -> list[str]:
    """Where the result is a word and orders the list: that word where it changes, else blank."""
    if query.lens not in WORDED or query.sort != "rank":
        return [""] * len(rows)
    grades = [row.grade for row in rows]
    return [
        capfirst(words.grade(query.lens, grade)) if grade and grade != before else ""
        for before, grade in zip(["", *grades], grades, strict=False)
    ]


WORDED = {"mof", "osaid", "gradient"}
"""Lenses whose result is a word."""


def _line(
    query: Query,
    row: Row,
    maximum: float,
    median: float | None,
    picture: Markup | None,
    band: tuple[float, float] | None,
) -> Line:
    machine, need = _machine(row)
    about = "organization" if row.kind == "organization" else "project"
    past = f"?{query.past}" if query.past and about == "project" else ""
    return Line(
        row=row,
        rank=f"{row.rank}=" if row.tied else str(row.rank or figures.DASH),
        score=result(row),
        address=path_to(about, row.slug) + past if row.slug else "",
        maker_address=path_to("organization", row.organization_slug)
        if row.organization_slug and about == "project"
        else "",
        license_address=path_to("license", row.license) if row.license in LICENSES else "",
        size=figures.size(row.parameters),
        interval=charts.interval(
            row.low,
            row.high,
            maximum,
            median=median,
            band=band,
            label=_interval_label(row, maximum, band),
        ),
        picture=picture or Markup(),
        machine=machine,
        need=need,
        parts=[],
    )


def result(row: Row) -> str:
    """The lens's answer on one row: a word where it gives words, else its number."""
    if row.lens in WORDED and row.grade:
        return capfirst(words.grade(row.lens, row.grade))
    if row.lens == "open-to-whom" and row.rank is None:
        return figures.DASH
    return figures.score(row.low, row.high, row.lens)


def _interval_label(row: Row, maximum: float, band: tuple[float, float] | None) -> str:
    if row.low is None or row.high is None:
        return _("no score")
    said = {
        "low": figures.score(row.low, row.low, row.lens),
        "high": figures.score(row.high, row.high, row.lens),
        "maximum": f"{maximum:g}",
    }
    if row.low < row.high:
        return _("%(low)s of %(maximum)s proven, %(high)s possible") % said
    if band and band[0] < band[1]:
        said |= {"first": f"{band[0]:g}", "last": f"{band[1]:g}"}
        return (
            _("%(low)s of %(maximum)s; %(first)s to %(last)s if unsourced cells fell otherwise")
            % said
        )
    return _("%(low)s of %(maximum)s") % said


def _machine(row: Row) -> tuple[str, str]:
    """The smallest machine that runs it, and the memory it takes there."""
    if not row.kind or row.kind == "organization":
        return "", ""
    if not row.runs_on:
        return (_("Not released") if row.weights == "none" else _("Not on record")), ""
    need = ""
    if row.parameters and row.kind != "software":
        billions = row.parameters / 1e9
        memory = hardware.ACTORS[row.runs_on].memory
        bits = 8 if hardware.fit_run(billions, memory) == 1 else 4
        need = _("%(size)s at %(bits)s bits") % {
            "size": figures.gigabytes(need_to_run(row.parameters, bits)),
            "bits": bits,
        }
    return words.of(words.ACTORS, row.runs_on), need


def need_to_run(parameters: int, bits: int) -> float:
    """GB that so many parameters take at 8 or 4 bits."""
    eight, four = hardware.needs("run", (float(parameters), float(parameters)))
    return (eight if bits == 8 else four)[0]
