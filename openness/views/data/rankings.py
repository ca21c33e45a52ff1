"""`/rankings.csv` and its twins: the query of the page, answered as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from openness.exports.rankings import ranking_csv, ranking_csvw, ranking_json
from openness.filters import Query
from openness.rankings import current_revision
from openness.views.data.answers import CSV, CSVM, JSON, one_state, refused, streamed


def _answer(
    request: HttpRequest,
    suffix: str,
    content_type: str,
    text: Callable[[Query], Iterator[str]],
) -> HttpResponseBase:
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    written = query.string()
    response = streamed(
        request,
        text(query),
        content_type=content_type,
        name=f"{query.lens}.{suffix}",
        described="/rankings.csv-metadata.json" + (f"?{written}" if written else ""),
    )
    response["Openness-Query"] = written
    return response


@require_safe
@one_state()
def rankings_csv(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.csv`: all rows of the query, or its page; 400 with a reason for nonsense."""
    return _answer(request, "csv", CSV, ranking_csv)


@require_safe
@one_state()
def rankings_json(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.json`: the same rows as `/rankings.csv`."""
    return _answer(request, "json", JSON, lambda query: ranking_json(query, current_revision()))


@require_safe
@one_state()
def rankings_metadata(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.csv-metadata.json`: what the columns are, in CSVW."""
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    return JsonResponse(ranking_csvw(query, current_revision()), content_type=CSVM)
