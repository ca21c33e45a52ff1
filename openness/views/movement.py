"""How far a result has moved: since the project was first on record, or since the edition before.

Two editions are set against each other only where they ask the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import F
from django.utils.translation import gettext as _

from openness import figures
from openness.filters import Query
from openness.models import ProjectProfile, Score
from openness.plotted.makers import BROKEN_BEFORE, EDITIONS
from openness.rankings import Row
from openness.views.columns import Column, Columns, Part

Before = Mapping[str, tuple[float, str]]
"""{slug: (low, since when)}."""


def with_movement(query: Query, rows: Sequence[Row], own: Columns) -> Columns:
    """These columns and one more, if anything in these rows has moved; at most one query."""
    moved = _moved(query, [row for row in rows if row.slug and row.low is not None])
    if not moved:
        return own
    blank = [Part() for _head in own.heads]
    parts = {
        row.slug: [*own.parts.get(row.slug, blank), moved.get(row.slug, Part())] for row in rows
    }
    return Columns([*own.heads, Column("moved", _("Change"))], parts, own.shows)


def _moved(query: Query, rows: Sequence[Row]) -> Mapping[str, Part]:
    """{slug: by how much it has moved}, those that have."""
    before = _before(query, [row.slug for row in rows])
    parts = {row.slug: _part(row, *before[row.slug]) for row in rows if row.slug in before}
    return {slug: part for slug, part in parts.items() if part}


def _part(row: Row, low: float, since: str) -> Part | None:
    """By how much the row is higher or lower; None where the figures that are shown are equal."""
    by = (row.low or 0.0) - low
    text = figures.score(abs(by), abs(by), row.lens)
    if text == "0":
        return None
    return Part(f"{'+' if by > 0 else '−'}{text}", _("since %(day)s") % {"day": since})  # a minus


def _before(query: Query, slugs: Sequence[str]) -> Before:
    if query.lens == "fmti":
        return _edition_before(query, slugs)
    return _first(query, slugs) if query.basis == "derived" else {}


def _first(query: Query, slugs: Sequence[str]) -> Before:
    """What the lens gives each project's first profile, in the version of the query."""
    of_lens = {"lens": query.lens, "basis": query.basis, "version": query.edition}
    rows = (
        ProjectProfile.objects.filter(
            project__slug__in=slugs,
            profile__scores__low__isnull=False,
            **{f"profile__scores__{name}": value for name, value in of_lens.items()},
        )
        .order_by("project_id", "since_id")
        .distinct("project_id")
        .values_list("project__slug", F("profile__scores__low"), "since__at")
    )
    return {slug: (low, figures.day(at)) for slug, low, at in rows}


def _edition_before(query: Query, slugs: Sequence[str]) -> Before:
    """The totals of the edition before, if its indicators are the same."""
    at = EDITIONS.index(query.edition)
    if at == 0 or query.edition == BROKEN_BEFORE:
        return {}
    before = EDITIONS[at - 1]
    rows = Score.objects.filter(
        lens="fmti", version=before, subject__organization__slug__in=slugs, low__isnull=False
    )
    lows = rows.values_list("subject__organization__slug", "low")
    return {slug: (low, before) for slug, low in lows if low is not None}
