"""`/rankings.csv` and its twins: the query of the page, answered as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from openness.exports.rankings import ranking_csv, ranking_csvw, ranking_json
from openness.filters import Query
from openness.rankings import current_revision
from openness.views.data.answers import CSV, JSON, refused, streamed


def _answer(
    request: HttpRequest,
    suffix: str,
    content_type: str,
    text: Callable[[Query, int], Iterator[str]],
) -> HttpResponseBase:
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    written = query.string()
    response = streamed(
        request,
        lambda revision: text(query, revision),
        content_type=content_type,
        name=f"{query.lens}.{suffix}",
        parts=(suffix, query.lens, query.basis, query.edition, query.page, written),
        described="/rankings.csv-metadata.json" + (f"?{written}" if written else ""),
    )
    response["Openness-Query"] = written
    return response


@require_safe
def rankings_csv(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.csv`: all rows of the query, or its page; 400 with a reason for nonsense."""
    return _answer(request, "csv", CSV, lambda query, _: ranking_csv(query))


@require_safe
def rankings_json(request: HttpRequest) -> HttpResponseBase:
    """`/rankings.json`: the same rows as `/rankings.csv`."""
    return _answer(request, "json", JSON, ranking_json)


@require_safe
def rankings_metadata(request: HttpRequest) -> JsonResponse:
    """`/rankings.csv-metadata.json`: what the columns are, in CSVW."""
    metadata = ranking_csvw(Query.parse(request.GET), current_revision())
    response = JsonResponse(metadata, content_type="application/csvm+json")
    response["Access-Control-Allow-Origin"] = "*"
    return response
