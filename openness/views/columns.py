"""Columns that only one lens has: what it asks for, part by part, beside its result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from openness import asof, charts, figures, words
from openness.filters import Query
from openness.models import Judgement, Listing
from openness.rankings import Row
from scoring.lenses import LENSES, Judged, mof, osaid
from scoring.lenses.osaid import Standing
from scoring.profile import Profile
from scoring.result import Outcome, Result


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column; `css` sets its width."""

    css: str
    head: str


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in one column of one row: a mark and words, or a picture and words."""

    text: str = ""
    small: str = ""
    glyph: str = ""
    picture: Markup = field(default_factory=Markup)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a lens, and what stands in them: {slug: one part a column}."""

    heads: list[Column]
    parts: Mapping[str, list[Part]]
    shows: frozenset[str]  # which of the common columns stay: plot, pic, run


ALL = frozenset({"plot", "pic", "run"})


def columns(query: Query, rows: Sequence[Row]) -> Columns:
    """The columns that fit the query's lens; one query more where there are any."""
    made = MAKERS.get((query.lens, query.basis))
    return made(query, rows) if made else Columns([], {}, ALL)


def judged(query: Query, slugs: Sequence[str], owner: str) -> dict[str, list[Judgement]]:
    """{slug: what the publisher said of it in this edition}, in the publisher's order.

    `owner` is what its subjects are: project or organization.
    """
    said: dict[str, list[Judgement]] = defaultdict(list)
    names: dict[object, str]
    rows = Judgement.objects.filter(edition__index=query.lens, edition__key=query.edition)
    if query.past and owner == "project":
        then = asof.projects(query, slugs)
        rows = rows.filter(subject__project__in=then).annotate(owner=F("subject__project"))
        names = {key: period.slug for key, period in then.items()}
    else:
        rows = rows.filter(**{f"subject__{owner}__slug__in": slugs})
        rows = rows.annotate(owner=F(f"subject__{owner}__slug"))
        names = {slug: slug for slug in slugs}
    for judgement in rows.order_by("position"):
        said[names[judgement.owner]].append(judgement)
    return said


def pure(cells: Sequence[Judgement]) -> list[Judged]:
    """The cells as the lenses read them."""
    return [Judged(c.position, c.dimension, c.value, c.attributes) for c in cells]


NAMED = 2  # components that are spelled out before "and n more"


def _mof(query: Query, rows: Sequence[Row]) -> Columns:
    """The next class, and what is missing for it."""
    heads = [Column("next", _("Next class")), Column("lack", _("What is missing for it"))]
    parts = {}
    for slug, cells in judged(query, [row.slug for row in rows], "project").items():
        result = mof.LENS.explain_published(pure(cells), query.edition)
        reached = int(str(result.detail["class"]))
        if reached == 1:
            parts[slug] = [Part(_("Complete")), Part(_other_types(result))]
            continue
        counted = frozenset(c.criterion for c in result.checks if c.outcome is Outcome.YES)
        class_ = reached - 1 if reached else 3
        share = mof.LENS.rule.shares(counted)[class_] / 100
        short = [words.say(name) for name in mof.LENS.rule.short(counted, class_)]
        parts[slug] = [
            Part(words.grade("mof", f"class_{class_}"), figures.percent(share)),
            Part(_lacking(short)),
        ]
    return Columns(heads, parts, frozenset({"pic"}))


def _other_types(result: Result) -> str:
    """How many licenses count although they were made for another type of component."""
    warned = result.detail["warnings"]
    n = len(warned) if isinstance(warned, list) else 0
    if not n:
        return ""
    return ngettext(
        "%(n)s license open, but made for another type",
        "%(n)s licenses open, but made for another type",
        n,
    ) % {"n": n}


def _lacking(names: Sequence[str]) -> str:
    """The first few by name, the others as a number."""
    if len(names) <= NAMED + 1:
        return words.listed(names)
    return _("%(names)s and %(count)s more") % {
        "names": words.listed(names[:NAMED]),
        "count": len(names) - NAMED,
    }


STANDING_GLYPHS = {
    Standing.MISSING: "closed",
    Standing.UNKNOWN: "unknown",
    Standing.UNKNOWN_TERMS: "open-u",
    Standing.OTHER_TERMS: "partial",
    Standing.THERE: "open",
}
DEFINED = ("data_information", "code", "parameters")
"""The three parts of the definition (OSAID 1.0, "Preferred form to make modifications")."""


def _osaid(query: Query, rows: Sequence[Row]) -> Columns:
    """Data information, code and parameters: how each stands."""
    heads = [
        Column("third", _("Data information")),
        Column("third", _("Code")),
        Column("third", _("Parameters")),
    ]
    parts = {}
    order = list(Standing)
    for slug, canonical in profiles_of(query, rows).items():
        profile = Profile.parse(canonical)
        if not osaid.LENS.derive(profile).grade:
            continue
        found = osaid.standings(profile)
        code = [how for part, how in found.items() if part not in DEFINED]
        standing = {**found, "code": min(code, key=order.index)}
        parts[slug] = [
            Part(words.of(words.STANDINGS, standing[part]), glyph=STANDING_GLYPHS[standing[part]])
            for part in DEFINED
        ]
    return Columns(heads, parts, frozenset())


def profiles_of(query: Query, rows: Sequence[Row]) -> dict[str, str]:
    """{slug: the profile of its project in canonical form}, now or on the day that is asked for."""
    slugs = [row.slug for row in rows]
    if query.past:
        then = asof.projects(query, slugs).values()
        return {period.slug: period.profile.canonical for period in then}
    listings = Listing.objects.filter(project__slug__in=slugs)
    return dict(listings.values_list("project__slug", "profile__canonical"))


def _gradient(query: Query, rows: Sequence[Row]) -> Columns:
    """The six steps, and how far it surely and perhaps has come."""
    parts = {}
    for row in rows:
        if row.low is None or row.high is None:
            continue
        said = {"step": figures.score(row.low, row.high, "gradient"), "last": "6"}
        label = _("step %(step)s of %(last)s") % said
        drawn = charts.track(row.low, row.high, int(LENSES["gradient"].maximum), label=label)
        parts[row.slug] = [Part(picture=drawn)]
    return Columns([Column("track", _("Step"))], parts, frozenset({"run"}))


def _fmti(query: Query, rows: Sequence[Row]) -> Columns:
    """What the company discloses in each domain of the edition."""
    rule = LENSES["fmti"]
    domains: dict[str, dict[str, tuple[int, int]]] = {}
    for slug, cells in judged(query, [row.slug for row in rows], "organization").items():
        detail = rule.explain_published(pure(cells), query.edition).detail
        domains[slug] = dict(detail["domains"])  # type: ignore[call-overload]  # a mapping by the lens's own words
    names = list(dict.fromkeys(name for found in domains.values() for name in found))
    parts = {
        slug: [
            Part(
                _("%(n)s of %(total)s") % {"n": found[name][0], "total": found[name][1]},
                picture=charts.share(*found[name]),
            )
            for name in names
        ]
        for slug, found in domains.items()
    }
    return Columns(
        [Column("domain", words.of(words.DOMAINS, name)) for name in names],
        parts,
        frozenset({"plot"}),
    )


MAKERS: Mapping[tuple[str, str], Callable[[Query, Sequence[Row]], Columns]] = {
    ("mof", "published"): _mof,
    ("osaid", "derived"): _osaid,
    ("gradient", "derived"): _gradient,
    ("fmti", "published"): _fmti,
}
