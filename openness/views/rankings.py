"""The ranking: one query string, restated in words, as rows with their pictures."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openness import asof, words
from openness.board import board
from openness.citations import of_ranking
from openness.facets import choices, without
from openness.filters import Query, editions_of
from openness.kept import kept
from openness.rankings import on_board, page_of
from openness.views.conditions import conditions, presets
from openness.views.filterbar import filter_bar
from openness.views.findings import finding, spread
from openness.views.lines import lines, result
from openness.views.matrix import matrix, matrix_finding
from openness.views.page import Link, page
from openness.views.paging import numbers
from scoring.lenses import LENSES


@require_safe
@kept
def rankings(request: HttpRequest) -> HttpResponse:
    """`/rankings/`: the whole page, or for htmx only the parts that a filter changes."""
    query = Query.parse(request.GET)
    context = view_of(query)
    htmx = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    fragment = bool(htmx) and not htmx.history_restore_request
    template = "rankings/changed.html" if fragment else "rankings/page.html"
    # A link of the page may lead to other controls; the form itself has no need of new ones.
    context["renew_filters"] = bool(fragment and htmx.boosted)
    response = page(request, template, context, canonical=query.string())
    if fragment:
        response["HX-Push-Url"] = _address(request, query)
    patch_vary_headers(response, ["HX-Request"])
    return response


def view_of(query: Query) -> dict[str, Any]:
    """All that the templates of a ranking read; as many queries for any number of rows."""
    with board() if on_board(query) else nullcontext():
        return _view_of(query)


def _view_of(query: Query) -> dict[str, Any]:
    found = page_of(query)
    facets = choices(query)
    spread_ = spread(query)
    squares = matrix(query, found.rows, found.total) if _is_grid(query) and found.rows else None
    return {
        "query": query,
        "moment": asof.moment(query.past) if query.past else None,
        "lens": LENSES[query.lens],
        "lenses": LENSES,
        "found": found,
        "spread": spread_,
        "lines": lines(query, [] if squares else found.rows, spread_.median, found.kept),
        "conditions": conditions(query, facets),
        "presets": partial(presets, query) if query.lens != "fmti" else None,
        "editions": editions(query),
        "filter_bar": partial(filter_bar, query, facets),
        "finding": matrix_finding(query, squares, found.total)
        if squares
        else finding(query, found.total, spread_),
        "matrix": squares,
        "result": result,
        "views": [] if query.lens == "fmti" else views(query),
        "without": without(query) if not found.total else [],
        "feed": feed_of(query),
        "cited": partial(of_ranking, query.lens, query.cited()),
        "plain_query": query.plain().string(),
        "numbers": numbers(found.page, found.pages),
        "first": (found.page - 1) * query.per_page + 1,
    }


def feed_of(query: Query) -> str:
    """The query string of a feed of what changes in the projects of a ranking."""
    return query.string(view=None, sort=None, page=None, per_page=None, as_of=None, rev=None)


def _is_grid(query: Query) -> bool:
    """Organizations are judged as a whole: there is no matrix of them."""
    return query.view == "grid" and query.lens != "fmti"


def views(query: Query) -> list[Link]:
    """The two ways of looking at the same rows, this one marked."""
    return [
        Link(name, query.string(view=view, page=query.page), "true" if view == query.view else "")
        for view, name in (("ranking", _("Ranking")), ("grid", _("Grid")))
    ]


def _address(request: HttpRequest, query: Query) -> str:
    """The canonical address of the view, for the browser's history."""
    text = query.string()
    return request.path + (f"?{text}" if text else "")


def editions(query: Query) -> list[Link]:
    """The other bases and editions of the lens, this one marked; empty where there is only one."""
    found = [
        Link(
            words.clauses([words.of(words.BASES, basis), edition]),
            query.string(basis=basis, edition=edition, sort=None),
            "true" if (basis, edition) == (query.basis, query.edition) else "",
        )
        for basis in LENSES[query.lens].bases
        for edition in editions_of(query.lens, basis)
    ]
    return found if len(found) > 1 else []
