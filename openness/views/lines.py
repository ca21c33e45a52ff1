"""Rows of a ranking as they are shown: rank with its tie, score, pictures, smallest machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from openness import charts, figures, words
from openness.charts import Bar
from openness.filters import Query
from openness.models import Judgement, Listing
from openness.rankings import Row
from scoring import hardware
from scoring.components import COMPONENTS
from scoring.facts import Kind
from scoring.lenses import LENSES
from scoring.lenses.open_to_whom import LENS as OPEN_TO_WHOM
from scoring.lenses.open_to_whom import parts
from scoring.licenses import LICENSES
from scoring.profile import Profile

PICTURE = (120.0, 40.0)  # px, the mosaic of a row


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


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows, and what stands over their pictures."""

    lines: list[Line]
    numeric: bool
    axis: Markup
    axis_label: str
    picture_head: Markup

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)


def lines(query: Query, rows: Sequence[Row], median: float | None = None) -> Lines:
    """The rows of one list with their pictures; two queries more, for any number of rows."""
    lens = LENSES[query.lens]
    numeric = bool(lens.maximum) and query.lens not in WORDED
    pictures, bands = _pictures(query, rows)
    maximum = lens.maximum or 1
    return Lines(
        lines=[
            _line(query, row, maximum, median, pictures.get(row.slug, Markup()), bands.get(row.slug))
            for row in rows
        ],
        numeric=numeric,
        axis=charts.axis(maximum, median=median, median_label=_("median")),
        axis_label=_("Score on a line from 0 to %(maximum)s") % {"maximum": f"{maximum:g}"},
        picture_head=_picture_head(query),
    )


WORDED = {"mof", "osaid", "gradient"}
"""Lenses whose result is a word."""


def _line(
    query: Query,
    row: Row,
    maximum: float,
    median: float | None,
    picture: Markup,
    band: tuple[float, float] | None,
) -> Line:
    machine, need = _machine(row)
    about = "organization" if row.kind == "organization" else "project"
    return Line(
        row=row,
        rank=f"{row.rank}=" if row.tied else str(row.rank or figures.DASH),
        score=result(row),
        address=reverse(about, args=[row.slug]) if row.slug else "",
        maker_address=reverse("organization", args=[row.organization_slug])
        if row.organization_slug and about == "project"
        else "",
        license_address=reverse("license", args=[row.license]) if row.license in LICENSES else "",
        size=figures.size(row.parameters),
        interval=charts.interval(
            row.low, row.high, maximum, median=median, band=band, label=_interval_label(row, maximum, band)
        ),
        picture=picture,
        machine=machine,
        need=need,
    )


def result(row: Row) -> str:
    """The lens's answer on one row: a word where it gives words, else its number."""
    if row.lens in WORDED and row.grade:
        return words.of(words.GRADES, row.grade)
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
            _("%(low)s of %(maximum)s; %(first)s to %(last)s if unsourced judgements fell otherwise")
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


def _pictures(
    query: Query, rows: Sequence[Row]
) -> tuple[dict[str, Markup], dict[str, tuple[float, float]]]:
    """{slug: picture} and, where a publisher's judgements are drawn, {slug: evidence band}."""
    slugs = [row.slug for row in rows if row.slug]
    if query.lens == "open-to-whom":
        return _mosaics(slugs), {}
    if query.basis == "published" and query.lens in GROUPS:
        return _judged(query, slugs)
    return {row.slug: _component_bars(row) for row in rows if row.states}, {}


def _mosaics(slugs: Sequence[str]) -> dict[str, Markup]:
    profiles = dict(
        Listing.objects.filter(project__slug__in=slugs).values_list(
            "project__slug", "profile__canonical"
        )
    )
    drawn = {text: mosaic_of(text) for text in set(profiles.values())}
    return {slug: drawn[text] for slug, text in profiles.items()}


def mosaic_of(canonical: str) -> Markup:
    """The small grid of a profile in its canonical form; blank where the lens does not cover it."""
    profile = Profile.parse(canonical)
    if profile.kind is Kind.DATASET:
        return Markup()
    grid = OPEN_TO_WHOM.grid(profile)
    width, height = PICTURE
    label = words.split_sentence(parts(grid))
    return charts.mosaic(grid.cells, width=width, height=height, label=label)


GROUPS: Mapping[str, tuple[int, ...]] = {"opening-up": (6, 6, 2), "osai": (5, 6, 1)}
"""How many dimensions of an edition stand together, in its own order (availability,
documentation, access); an edition of other length is drawn as one group."""


def _judged(
    query: Query, slugs: Sequence[str]
) -> tuple[dict[str, Markup], dict[str, tuple[float, float]]]:
    said: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in (
        Judgement.objects.filter(
            edition__index=query.lens,
            edition__key=query.edition,
            subject__project__slug__in=slugs,
        )
        .exclude(dimension="")
        .select_related("subject__project")
        .order_by("position")
    ):
        assert judgement.subject.project
        said[judgement.subject.project.slug].append(judgement)
    pictures = {slug: _judged_bars(query.lens, cells) for slug, cells in said.items()}
    return pictures, {slug: _band(query.lens, cells) for slug, cells in said.items()}


def _judged_bars(lens: str, cells: Sequence[Judgement]) -> Markup:
    bars = [Bar(cell.value, _sourced(cell)) for cell in cells]
    sizes = GROUPS[lens] if sum(GROUPS[lens]) == len(bars) else (len(bars),)
    groups, start = [], 0
    for size in sizes:
        groups.append(bars[start : start + size])
        start += size
    return charts.bars(groups, label=bars_label(bars))


def _sourced(cell: Judgement) -> bool:
    """Open and partial need a link; closed is sourced by a note as well."""
    return bool(cell.links) or (cell.value == "closed" and bool(cell.note))


def _band(lens: str, cells: Sequence[Judgement]) -> tuple[float, float]:
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


def _component_bars(row: Row) -> Markup:
    """What is on record of the components, by kind of thing."""
    groups: dict[str, list[Bar]] = defaultdict(list)
    for key, info in COMPONENTS.items():
        if key in row.states and info.content_type in ("data", "code", "document"):
            groups[info.content_type].append(Bar(row.states[key]))
    drawn = [bar for group in groups.values() for bar in group]
    return charts.bars(groups.values(), label=bars_label(drawn)) if drawn else Markup()


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


def _picture_head(query: Query) -> Markup:
    """What stands over the pictures: the marks of the machines over the grid, else a word."""
    if query.lens == "open-to-whom":
        icons = "".join(
            f'<svg class="icon of-{actor}" width="15" height="12" viewBox="0 0 20 16">'
            f'<use href="#i-{actor}"/></svg>'
            for actor in words.ACTORS
        )
        text = escape(_("Who can do what, by machine"))
        return Markup(  # noqa: S704  # built here, its text escaped
            f'<span class="vh">{text}</span><span class="machines" aria-hidden="true">{icons}</span>'
        )
    return escape(_("Judgements") if query.basis == "published" else _("On record"))
