"""The ranking as a matrix: projects down, what can be open across, and how many are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, F
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from markupsafe import Markup

from openness import asof, charts, figures, words
from openness.board import board
from openness.charts import Bar
from openness.facts import in_force
from openness.filters import Query
from openness.models import Judgement
from openness.rankings import Row, current_revision, filtered, on_board, paths
from openness.spoken import path_to
from openness.views.columns import judged
from openness.views.findings import Finding
from openness.views.pictures import areas, bars_of, in_states
from scoring.components import COMPONENTS
from scoring.facts import Kind

DRAWN = ("data", "code", "document", "access")
"""Content types whose components are columns, where no publisher says what is judged."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: what it is of, how many of all rows have it open, and the list of those."""

    key: str
    name: str
    count: int
    share: Markup
    query: str  # blank where no filter asks for it
    first: bool  # of its group


@dataclass(frozen=True, slots=True)
class Square:
    """One state: the mark, its word, and where it is said (blank where nothing is)."""

    glyph: str
    word: str
    address: str
    foreign: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """The columns by group, and what has the squares of each row: one a column.

    They are made when the first is asked for: a page that has kept how its rows look asks for none.
    """

    groups: list[tuple[str, int]]  # name, how many columns
    headings: list[Heading]
    names: tuple[str, ...]  # of the columns
    held: Callable[[], Mapping[str, list[Square]]]

    def squares(self, row: Row) -> list[Square]:
        """Those of a row; none where it is not matched to a project."""
        return self.held().get(row.slug, [])


def matrix(query: Query, rows: Sequence[Row], total: int) -> Matrix:
    """The matrix of one page of rows; two queries more, for any number of rows."""
    published = query.basis == "published" and areas(query)
    columns = _dimensions(query) if published else _components(_kind(query, rows))
    names = [name for group in columns.values() for name in group]
    opened = _opened(query)
    firsts = {group[0] for group in columns.values()}
    headings = [
        Heading(
            key=name,
            name=_name(query, name),
            count=opened.get(name, 0),
            share=charts.share(opened.get(name, 0), total),
            query="" if published else query.string(**{name: "open"}),
            first=name in firsts,
        )
        for name in names
    ]
    slugs = [row.slug for row in rows if row.slug]
    return Matrix(
        groups=[(group, len(part)) for group, part in columns.items()],
        headings=headings,
        names=tuple(names),
        held=lru_cache(
            partial(_said, query, slugs, names) if published else partial(_held, query, rows, names)
        ),
    )


def _name(query: Query, name: str) -> str:
    if name in COMPONENTS:
        return words.component(name)
    said = words.dimension(query.lens, name)
    return capfirst(said if said != name else words.say(name).replace("_", " "))


def _kind(query: Query, rows: Sequence[Row]) -> Kind:
    """The kind whose components are the columns: the one asked for or the only one in sight."""
    kinds = {query.kind} if query.kind else {row.kind for row in rows}
    only = kinds.pop() if len(kinds) == 1 else ""
    return Kind(only) if only in set(Kind) else Kind.MODEL


def _components(kind: Kind) -> dict[str, list[str]]:
    """{content type: components that are asked of this kind}."""
    groups: dict[str, list[str]] = {}
    for key, info in COMPONENTS.items():
        if info.content_type in DRAWN and info.applies_to(kind):
            groups.setdefault(words.of(words.CONTENT_TYPES, info.content_type), []).append(key)
    return groups


def _dimensions(query: Query) -> dict[str, list[str]]:
    """The publisher's dimensions in its own groups."""
    named = areas(query)
    if query.lens == "mof":
        titles = [words.grade("mof", f"class_{class_}") for class_ in (3, 2, 1)]
    else:
        titles = [_("Availability"), _("Documentation"), _("Access")]
    return dict(zip(titles, named, strict=False))


def _opened(query: Query) -> dict[str, int]:
    """{column: how many of the query's rows have it open}, kept until anything changes."""
    if on_board(query):
        with board() as held:
            conditions = replace(query, page=None, per_page=1, view="ranking", sort="rank")
            return held.kept.get(("opened", conditions), lambda: held.opened(query))
    text = query.string(page=None, sort=None, per_page=None, view=None)
    key = f"opened:{current_revision()}:{text}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        published = query.basis == "published" and areas(query)
        found = _opened_as_said(query) if published else _opened_as_held(query)
        cache.set(key, found)
    return found


def _opened_as_held(query: Query) -> dict[str, int]:
    """Counted over profiles, of which there are far fewer than projects."""
    profile = f"{paths(query)['profile']}pk"
    counted = filtered(query).order_by().values(held=F(profile)).annotate(n=Count("pk"))
    sql, params = counted.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.key, sum(c.n) FROM ({sql}) c(held, n)"  # noqa: S608  # Django's own SQL
            " JOIN openness_profile p ON p.id = c.held, jsonb_each_text(p.states) s"
            " WHERE s.value = 'open' GROUP BY s.key",
            params,
        )
        return {key: int(n) for key, n in cursor.fetchall()}


def _opened_as_said(query: Query) -> dict[str, int]:
    cells: dict[int, list[Judgement]] = defaultdict(list)
    for cell in Judgement.objects.filter(
        edition__index=query.lens,
        edition__key=query.edition,
        subject__in=filtered(query).order_by().values("subject"),
    ).order_by("position"):
        cells[cell.subject_id].append(cell)
    return Counter(
        name
        for said in cells.values()
        for name, bar in bars_of(query, said).items()
        if bar.state == "open"
    )


def _sourced(query: Query, slugs: Sequence[str]) -> set[tuple[str, str]]:
    """(slug, component) of each statement that names where it can be checked."""
    if query.past:
        then = asof.projects(query, slugs)
        rows = in_force(asof.moment(query.past)).filter(project__in=then)
        named = rows.exclude(link="", record="").values_list("project", "component")
        return {(then[key].slug, component) for key, component in named.distinct()}
    rows = in_force(None).filter(project__slug__in=slugs).exclude(link="", record="")
    return set(rows.values_list("project__slug", "component").distinct())


def _held(query: Query, rows: Sequence[Row], names: Sequence[str]) -> dict[str, list[Square]]:
    """What is on record of each component, linked to its row of evidence."""
    sourced = _sourced(query, [row.slug for row in rows if row.slug])
    past = f"?{query.past}" if query.past else ""
    return {
        row.slug: [
            _square(
                Bar(row.states.get(name, "unknown"), (row.slug, name) in sourced),
                f"{path_to('project', row.slug)}{past}#{name}",
            )
            if COMPONENTS[name].applies_to(Kind(row.kind))
            else Square("na", _("does not apply"), "", foreign=False)
            for name in names
        ]
        for row in rows
        if row.slug and row.kind != "organization"
    }


def _said(query: Query, slugs: Sequence[str], names: Sequence[str]) -> dict[str, list[Square]]:
    """What the publisher says of each dimension, linked to what it names as its source."""
    squares = {}
    for slug, cells in judged(query, slugs, "project").items():
        bars = bars_of(query, cells)
        links = {c.dimension: c.links[0] for c in cells if c.links} if in_states(cells) else {}
        page = path_to("project", slug)
        squares[slug] = [
            _square(bars.get(name, Bar("unknown")), links.get(name, page)) for name in names
        ]
    return squares


def _square(bar: Bar, address: str) -> Square:
    known = bar.state in words.STATES and bar.state != "unknown"
    if not known:
        return Square("unknown", words.of(words.STATES, "unknown"), "", foreign=False)
    glyph = bar.state if bar.sourced else f"{bar.state}-u"
    foreign = address.startswith(("http://", "https://"))
    # A publisher may name a source that is no web address; it is no link then.
    safe = address if foreign or address.startswith("/") else ""
    word = words.of(words.STATES, bar.state)
    if not bar.sourced:
        word = _("%(state)s, no source") % {"state": word}
    return Square(glyph, word, safe, foreign)


def matrix_finding(query: Query, found: Matrix, total: int) -> Finding:
    """What is most often open and what most seldom, from the totals of the columns."""
    ordered = sorted(found.headings, key=lambda heading: -heading.count)
    most, least = ordered[0], ordered[-1]
    said: dict[str, Any] = {
        "most": most.name,
        "least": least.name,
        "n": figures.count(most.count),
        "m": figures.count(least.count),
        "total": figures.count(total),
    }
    return Finding(
        _("Most often open: %(most)s. Most seldom: %(least)s.") % said,
        _(
            "Of %(total)s projects, %(n)s are on record with the first in the open, %(m)s with"
            " the last. Each mark leads to where it is said."
        )
        % said,
    )
