"""`/rankings.csv` and its twins: the query of the page, answered as data."""

from __future__ import annotations

from typing import TypedDict

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from openness.exports.rankings import ranking_csv, ranking_csvw, ranking_json
from openness.filters import Query
from openness.rankings import current_revision
from openness.views.data.answers import CSV, CSVM, JSON, one_state, refused, streamed, whole

WHOLE = {"lens", "basis", "edition"}
"""Parameters that leave no row out."""


class _Asked(TypedDict):
    content_type: str
    name: str
    described: str


def _asked(query: Query, suffix: str, content_type: str) -> _Asked:
    """What an answer says of itself."""
    written = query.string()
    return {
        "content_type": content_type,
        "name": f"{query.lens}.{suffix}",
        "described": "/rankings.csv-metadata.json" + (f"?{written}" if written else ""),
    }


@require_safe
@one_state()
def rankings_csv(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.csv`: all rows of the query, or its page; 400 with a reason for nonsense."""
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    asked = _asked(query, "csv", CSV)
    if query.parameters().keys() <= WHOLE:
        kept = f"{query.lens}-{query.basis}-{query.edition}.csv"
        response = whole(request, lambda _: ranking_csv(query), kept=kept, **asked)
    else:
        response = streamed(request, ranking_csv(query), **asked)
    response["Openness-Query"] = query.string()
    return response


@require_safe
@one_state()
def rankings_json(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.json`: the same rows as `/rankings.csv`."""
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    asked = _asked(query, "json", JSON)
    response = streamed(request, ranking_json(query, current_revision()), **asked)
    response["Openness-Query"] = query.string()
    return response


@require_safe
@one_state()
def rankings_metadata(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.csv-metadata.json`: what the columns are, in CSVW."""
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    return JsonResponse(ranking_csvw(query, current_revision()), content_type=CSVM)
