"""The rows of a `Query`: one read for page, CSV, JSON and command line."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language
from markupsafe import Markup

from openness import asof, ranks
from openness.board import Board, board
from openness.board.columns import Small
from openness.filters import Query
from openness.models import Listing, Revision, Score
from openness.spoken import path_to

Kept = dict[Hashable, Markup]
"""What a template has made of something, for as long as that stays as it is."""

ROW_BYTES, PAGE_BYTES = 5_000, 120_000
"""About how large a row and the controls of a query are with what templates keep of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ranking; up to `url` the columns of the contract, in its order."""

    rank: int | None
    slug: str
    name: str
    organization: str
    kind: str
    license: str
    license_class: str
    weights: str
    api: str
    parameters: int | None
    lens: str
    edition: str
    basis: str
    low: float | None
    high: float | None
    grade: str
    sourced: int | None
    statements: int | None
    updated_at: datetime | None
    url: str
    organization_slug: str
    runs_on: str
    states: dict[str, str]
    tied: bool = False
    kept: Kept = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows, and how many there are in all."""

    rows: list[Row]
    total: int
    page: int
    pages: int
    kept: Kept = field(default_factory=dict, compare=False, repr=False)


def current_revision() -> int:
    """The revision in force; 0 before the first."""
    return Revision.objects.aggregate(last=Max("id"))["last"] or 0


def on_board(query: Query) -> bool:
    """Whether its rows are found and counted in memory: those of derived lenses as they are now."""
    return query.basis == "derived" and not query.past


def paths(query: Query) -> dict[str, str]:
    """Where the tables are from the root of the query: listings (derived) or scores (published).

    `key` leads to the project's own key, `maker` to the name of its organization, `judged` to that
    of an organization that a publisher judges.
    """
    if query.past:
        return asof.paths(query.basis)
    if query.basis == "derived":
        return {
            "key": "project__pk",
            "score": "profile__scores__",
            "project": "project__",
            "maker": "project__organization__name",
            "listing": "",
            "profile": "profile__",
        }
    project = "subject__project__"
    return {
        "key": f"{project}pk",
        "score": "",
        "project": project,
        "maker": f"{project}organization__name",
        "judged": "subject__organization__name",
        "listing": f"{project}listing__",
        "profile": f"{project}listing__profile__",
    }


def roots(query: Query) -> QuerySet[Any]:
    """All rows of the lens, basis and edition, before filters."""
    if query.past:
        return asof.roots(query)
    of_lens = {"lens": query.lens, "basis": query.basis, "version": query.edition}
    if query.basis == "derived":
        return Listing.objects.filter(**{f"profile__scores__{k}": v for k, v in of_lens.items()})
    return Score.objects.filter(**of_lens)


def conditions(query: Query) -> dict[str, Q]:
    """{name of the parameter: its condition}, only those that are set."""
    at = paths(query)
    listing, project, profile = at["listing"], at["project"], at["profile"]
    found: dict[str, Q] = {}
    if query.q:
        words = Q()
        names = [f"{project}name", at["maker"], f"{project}slug"]
        if query.basis == "published":
            names += ["subject__name", at["judged"]]
        for word in query.q.split():
            any_name = Q()
            for name in names:
                any_name |= Q(**{f"{name}__icontains": word})
            words &= any_name
        found["q"] = words
    several = {
        "kind": f"{project}kind",
        "organization": f"{project}organization__slug",
        "license_class": f"{listing}license_class",
        "weights": f"{listing}weights_least",
        "api": f"{listing}api_least",
        "runs_on": f"{profile}runs_on",
    }
    for name, path in several.items():
        if values := getattr(query, name):
            found[name] = Q(**{f"{path}__in": values.split(",")})
    if query.license:
        found["license"] = Q(**{f"{listing}license_ids__overlap": query.license.split(",")})
    if query.parameters_min is not None:
        found["parameters_min"] = Q(**{f"{listing}parameters__gte": query.parameters_min})
    if query.parameters_max is not None:
        found["parameters_max"] = Q(**{f"{listing}parameters__lte": query.parameters_max})
    if query.sourced == "all":
        found["sourced"] = Q(
            **{f"{listing}sourced": F(f"{listing}statements"), f"{listing}statements__gt": 0}
        )
    elif query.sourced:
        found["sourced"] = Q(**{f"{listing}sourced__gte": int(query.sourced)})
    for component, floor in query.floors:
        least = ["open"] if floor == "open" else ["partial", "open"]
        found[component] = Q(**{f"{profile}states__{component}__in": least})
    return found


def filtered(query: Query) -> QuerySet[Any]:
    """The rows of the lens that meet every condition, in no order."""
    rows = roots(query)
    for condition in conditions(query).values():
        rows = rows.filter(condition)
    return rows


def _values(query: Query, rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    at = paths(query)
    score, listing, project, profile = at["score"], at["listing"], at["project"], at["profile"]
    name: Any = F(f"{project}name")
    slug: Any = F(f"{project}slug")
    organization: Any = NullIf(F(at["maker"]), Value(""))
    organization_slug: Any = F(f"{project}organization__slug")
    if query.basis == "published":
        of_subject = "subject__organization__"
        judged = NullIf(F(at["judged"]), Value(""))
        name = Coalesce(name, judged, F("subject__name"))
        slug = Coalesce(slug, F(f"{of_subject}slug"))
        organization = Coalesce(organization, judged, NullIf(F("subject__maker"), Value("")))
        organization_slug = Coalesce(organization_slug, F(f"{of_subject}slug"))
    columns: dict[str, Any] = {
        "key": F(at["key"]),
        "slug": slug,
        "name": name,
        "organization": organization,
        "organization_slug": organization_slug,
        "kind": F(f"{project}kind"),
        **{key: F(f"{score}{key}") for key in ("low", "high", "grade")},
        **{key: F(f"{listing}{key}") for key in _LISTED},
        **{key: F(f"{profile}{key}") for key in ("runs_on", "states")},
    }
    if query.basis == "published":
        columns["of_organization"] = F("subject__organization__id")
    # The underscore keeps these names apart from the fields of the root table.
    return rows.values(**{f"{key}_": column for key, column in columns.items()})


_LISTED = (
    "license",
    "license_class",
    "weights_least",
    "weights_most",
    "api_least",
    "api_most",
    "parameters",
    "sourced",
    "statements",
    "updated_at",
)


def order(query: Query) -> tuple[list[Any], list[Any], list[Any]]:
    """What the rows follow: the column that is asked for (none: their rank), rank, name."""
    at = paths(query)
    by_name = [f"{at['project']}name", f"{at['project']}slug"]
    if query.basis == "published":
        # The European index orders equal scores by file path, last first; the others by name.
        by_name = ["-subject__key"] if query.lens == "osai" else ["subject__name", "subject__key"]
    down = query.sort.startswith("-")
    columns = {
        "score": f"{at['score']}low",
        "name": by_name[0].removeprefix("-"),
        "organization": at["maker"],
        "parameters": f"{at['listing']}parameters",
        "sourced": f"{at['listing']}sourced",
        "updated": f"{at['listing']}updated_at",
    }
    first = []
    if (name := query.sort.removeprefix("-")) != "rank":
        column: Any = F(columns[name])
        if query.past and name == "organization":
            column = NullIf(column, Value(""))  # its blank is last, as nothing is
        first = [column.desc(nulls_last=True) if down else column.asc(nulls_last=True)]
    ranked = ranks.order(query.lens, at["score"], down=query.sort == "-rank")
    return first, ranked, [*by_name, "pk"]


def _ordered(query: Query, rows: QuerySet[Any]) -> QuerySet[Any]:
    first, ranked, by_name = order(query)
    return rows.order_by(*first, *ranked, *by_name)


def _row(query: Query, found: dict[str, Any]) -> Row:
    """A row, still without its rank."""
    value = {key.removesuffix("_"): one for key, one in found.items()}
    slug = value["slug"] or ""
    about_organization = bool(value.get("of_organization"))
    place = "organization" if about_organization else "project"
    path = path_to(place, slug) if slug else ""
    return Row(
        rank=None,
        slug=slug,
        name=value["name"],
        organization=value["organization"] or "",
        kind="organization" if about_organization else value["kind"] or "",
        license=value["license"] or "",
        license_class=value["license_class"] or "",
        weights=span(value["weights_least"], value["weights_most"]),
        api=span(value["api_least"], value["api_most"]),
        parameters=value["parameters"],
        lens=query.lens,
        edition=query.edition,
        basis=query.basis,
        low=value["low"],
        high=value["high"],
        grade=value["grade"],
        sourced=value["sourced"],
        statements=value["statements"],
        updated_at=value["updated_at"],
        url=f"{settings.SITE_URL}{path}" if path else "",
        organization_slug=value["organization_slug"] or "",
        runs_on=value["runs_on"] or "",
        states=value["states"] or {},
    )


def _made(query: Query, found: Iterable[dict[str, Any]]) -> Iterator[Row]:
    """The rows of these values with their ranks, ties marked."""
    places = ranks.by_value(query)
    for value in found:
        row = _row(query, value)
        place = places[row.low, row.high, row.grade]
        yield replace(row, rank=place.rank, tied=place.shared)


def span(least: str | None, most: str | None) -> str:
    """`least..most`, one word where both are equal, blank where there is nothing."""
    return f"{least}..{most}" if least and most and least != most else least or ""


def selected(query: Query) -> QuerySet[Any, dict[str, Any]]:
    """The values of all rows of the query in its order, by name, with an underscore behind."""
    return _values(query, _ordered(query, filtered(query)))


def stream(query: Query) -> Iterator[Row]:
    """The rows of the query in its order; all of them, or its page where one is named.

    Bounded memory. One state of the database where the caller reads in a `snapshot`.
    """
    rows = selected(query)
    if query.page is not None:
        start = (query.page - 1) * query.per_page
        rows = rows[start : start + query.per_page]
    return _made(query, rows.iterator(chunk_size=2000))


def count(query: Query) -> int:
    """How many rows the query has."""
    if on_board(query):
        with board() as held:
            return held.total(query)
    return filtered(query).count()


def rows_of(query: Query, slugs: Collection[str]) -> list[Row]:
    """Those rows of the query that are these projects, in its order, ties marked."""
    chosen = filtered(query).filter(**{f"{paths(query)['project']}slug__in": slugs})
    return list(_made(query, _values(query, _ordered(query, chosen))))


def rows_at(query: Query, keys: Collection[int]) -> list[Row]:
    """Those rows of the query that have these keys, by key."""
    chosen = filtered(query).filter(pk__in=keys).order_by("pk")
    return list(_made(query, _values(query, chosen)))


def page_of(query: Query) -> Page:
    """One page of rows. A page after the last is the last."""
    if on_board(query):
        return _page_of_board(query)
    total = count(query)
    number, pages = _number(query, total)
    rows = list(stream(replace(query, page=number)))
    return Page(rows, total=total, page=number, pages=pages)


def _number(query: Query, total: int) -> tuple[int, int]:
    """(the page that is shown, how many there are)."""
    pages = max(1, -(-total // query.per_page))
    return min(query.page or 1, pages), pages


def _page_of_board(query: Query) -> Page:
    """The board says which rows and on which rank, the database what stands in them.

    A row is read once, and kept until anything changes.
    """
    with board() as held:
        found = held.found(query)
        number, pages = _number(query, len(found))
        chosen = found[(number - 1) * query.per_page : number * query.per_page]
        rows = _rows_of_board(held, query, chosen)
        conditions = replace(query, page=None)
        kept: Kept = held.kept.get(("page", conditions, get_language()), dict, PAGE_BYTES)
    return Page(rows, total=len(found), page=number, pages=pages, kept=kept)


def _rows_of_board(held: Board, query: Query, chosen: Small) -> list[Row]:
    """The rows at these places of the board."""
    keys = held.rows.project[chosen].tolist()
    of_lens = "row", query.lens, query.edition, get_language()
    missing = [key for key in keys if (*of_lens, key) not in held.kept]
    made: dict[int, Row] = {}
    if missing:
        standing = held.standing(query)
        places = standing.place[held.rows.profile[chosen]].tolist()
        place_of = dict(zip(keys, places, strict=True))
        values = _values(query, roots(query).filter(pk__in=missing))
        for value in values:
            key = value["key_"]
            rank, tied = standing.rank(place_of[key]), standing.shared(place_of[key])
            made[key] = replace(_row(query, value), rank=rank, tied=tied)
    found = []
    for key in keys:
        name = (*of_lens, key)
        if key in made or name in held.kept:  # else it has gone while we looked
            found.append(held.kept.get(name, partial(made.__getitem__, key), ROW_BYTES))
    return found
