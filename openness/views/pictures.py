"""The picture beside each row: our grid, a publisher's judgements as bars, or what is on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from openness import charts, words
from openness.charts import Bar
from openness.filters import Query
from openness.models import Judgement
from openness.rankings import Row
from openness.views.columns import judged, profiles_of, pure
from scoring.components import COMPONENTS
from scoring.facts import Kind
from scoring.lenses import LENSES
from scoring.lenses.open_to_whom import LENS as OPEN_TO_WHOM
from scoring.lenses.open_to_whom import parts
from scoring.profile import Profile

SIZE = (120.0, 40.0)  # px, the grid of a row
Band = tuple[float, float]


def pictures(query: Query, rows: Sequence[Row]) -> tuple[dict[str, Markup], dict[str, Band]]:
    """{slug: picture} and, where a publisher's judgements are drawn, {slug: evidence band}."""
    slugs = [row.slug for row in rows if row.slug]
    if query.lens == "open-to-whom":
        return _mosaics(query, rows), {}
    if query.basis == "published" and areas(query):
        return _judged(query, slugs)
    return {row.slug: _component_bars(row) for row in rows if row.kind != "organization"}, {}


def _mosaics(query: Query, rows: Sequence[Row]) -> dict[str, Markup]:
    profiles = profiles_of(query, rows)
    drawn = {text: mosaic_of(text) for text in set(profiles.values())}
    return {slug: drawn[text] for slug, text in profiles.items()}


def mosaic_of(canonical: str) -> Markup:
    """The small grid of a profile in its canonical form; blank where the lens does not cover it."""
    profile = Profile.parse(canonical)
    if profile.kind is Kind.DATASET:
        return Markup()
    grid = OPEN_TO_WHOM.grid(profile)
    width, height = SIZE
    label = words.split_sentence(parts(grid))
    return charts.mosaic(grid.cells, width=width, height=height, label=label)


def areas(query: Query) -> list[list[str]]:
    """What the publisher judges, in its groups and order; empty where a lens has no parts."""
    texts = LENSES[query.lens].texts
    if dimensions := texts.get("dimensions", {}).get(query.edition):
        return list(dimensions.values())
    classes: dict[int, list[str]] = defaultdict(list)
    for component in texts.get("components", []):
        classes[component["class"]].append(component["name"])
    return [classes[key] for key in sorted(classes, reverse=True)]


def _judged(query: Query, slugs: Sequence[str]) -> tuple[dict[str, Markup], dict[str, Band]]:
    """What a publisher said of these projects, as bars; bands where it says open or closed."""
    named = areas(query)
    pictures, bands = {}, {}
    for slug, cells in judged(query, slugs, "project").items():
        if in_states(cells):
            bands[slug] = _band(query.lens, [cell for cell in cells if cell.dimension])
        bars = bars_of(query, cells)
        groups = [[bars.get(name, Bar("unknown")) for name in names] for names in named]
        pictures[slug] = charts.bars(
            groups, label=bars_label([b for group in groups for b in group])
        )
    return pictures, bands


def in_states(cells: Iterable[Judgement]) -> bool:
    """Whether the publisher says open, partial or closed; else only its rule gives states."""
    return any(cell.value in words.STATES for cell in cells if cell.dimension)


def bars_of(query: Query, cells: Sequence[Judgement]) -> dict[str, Bar]:
    """{dimension: its state and whether it is sourced} of one subject."""
    if not in_states(cells):
        return _checked(query, cells)
    return {cell.dimension: Bar(cell.value, _sourced(cell)) for cell in cells if cell.dimension}


OUTCOME_BARS = {"yes": "open", "partly": "partial", "no": "closed", "not_applicable": "unknown"}


def _checked(query: Query, cells: Sequence[Judgement]) -> dict[str, Bar]:
    """The publisher's rule, criterion by criterion, where its cells are no open or closed."""
    checks = LENSES[query.lens].explain_published(pure(cells), query.edition).checks
    return {
        str(check.criterion): Bar(OUTCOME_BARS.get(check.outcome, "unknown")) for check in checks
    }


def _sourced(cell: Judgement) -> bool:
    """Open and partial need a link; closed is sourced by a note as well."""
    return bool(cell.links) or (cell.value == "closed" and bool(cell.note))


def _band(lens: str, cells: Sequence[Judgement]) -> Band:
    """Where the score would fall if open and partial cells without a source counted nothing, and
    if closed ones without a source or note counted in full (design.md section 4, Interval)."""
    points = {"open": 1.0, "partial": 0.5}
    low = sum(points.get(cell.value, 0) for cell in cells if _sourced(cell))
    high = sum(
        1.0 if cell.value == "closed" and not _sourced(cell) else points.get(cell.value, 0)
        for cell in cells
    )
    whole = len(cells) / (LENSES[lens].maximum or 1)
    return low / whole, high / whole


DRAWN = ("data", "code", "document")
"""Content types whose components make the fingerprint of a project."""


def _component_bars(row: Row) -> Markup:
    """What is on record of the components, by type; each has its place in every row."""
    groups: dict[str, list[Bar]] = {content_type: [] for content_type in DRAWN}
    for key, info in COMPONENTS.items():
        if info.content_type in groups and info.scope != "software":
            groups[info.content_type].append(Bar(row.states.get(key, "unknown")))
    drawn = [bar for group in groups.values() for bar in group]
    return charts.bars(groups.values(), label=bars_label(drawn))


def bars_label(bars: Sequence[Bar]) -> str:
    """`12 open, 1 partial, 1 closed; 13 of 14 with a source`."""
    told = [
        f"{n} {words.STATES[state]}"
        for state in words.STATES
        if (n := sum(bar.state == state for bar in bars))
    ]
    return _("%(states)s; %(sourced)s of %(total)s with a source") % {
        "states": _(", ").join(told),
        "sourced": sum(bar.sourced for bar in bars),
        "total": len(bars),
    }


def picture_head(query: Query) -> Markup:
    """What stands over the pictures: the marks of the machines over the grid, else a word."""
    if query.lens == "open-to-whom":
        icons = "".join(
            f'<svg class="icon of-{actor}" width="15" height="12" viewBox="0 0 20 16">'
            f'<use href="#i-{actor}"/></svg>'
            for actor in words.ACTORS
        )
        text = escape(_("Who can do what, by machine"))
        return Markup(  # noqa: S704  # built here, its text escaped
            f'<span class="vh">{text}</span>'
            f'<span class="machines" aria-hidden="true">{icons}</span>'
        )
    if query.lens == "mof":
        numbers = {3: "III", 2: "II", 1: "I"}
        sizes = [(numbers[3 - at], len(names)) for at, names in enumerate(areas(query))]
        text = escape(_("Judgements, by the class that asks for them"))
        return Markup(f'<span class="vh">{text}</span>{charts.bars_head(sizes)}')  # noqa: S704  # built here, its text escaped
    return escape(_("Judgements") if query.basis == "published" else _("On record"))
