"""Lists as data: the query of a page, answered as CSV or JSON."""

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import quote_etag
from django.views.decorators.http import condition, require_safe

from openness.exports import csvw, ranking_csv, ranking_json
from openness.filters import Query
from openness.models import Revision
from openness.rankings import current_revision

LICENSE = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


def _etag(request: HttpRequest) -> str | None:
    """Equal queries of one revision are equal bytes; a refused query has no tag."""
    query = Query.parse(request.GET)
    return (
        None if query.ignored else quote_etag(f"{current_revision()}:{query.page}:{query.string()}")
    )


def _streamed(
    request: HttpRequest,
    content_type: str,
    suffix: str,
    rows: Callable[[Query, int], Iterator[str]],
) -> HttpResponse | StreamingHttpResponse:
    query = Query.parse(request.GET)
    if query.ignored:
        return HttpResponse(
            query.malformed + "\n", status=400, content_type="text/plain; charset=utf-8"
        )
    revision = current_revision()
    response = StreamingHttpResponse(rows(query, revision), content_type=content_type)
    name = f"openness-{query.lens}-{timezone.now():%Y-%m-%d}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Openness-Revision"] = str(revision)
    response["Openness-Query"] = query.string()
    response["Link"] = f'{LICENSE}, </rankings.csv-metadata.json>; rel="describedby"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
@condition(etag_func=_etag)
def rankings_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/rankings.csv`: all rows of the query, or its page; 400 with a reason for nonsense."""
    return _streamed(
        request, "text/csv; charset=utf-8; header=present", "csv", lambda q, _: ranking_csv(q)
    )


@require_safe
@condition(etag_func=_etag)
def rankings_json(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/rankings.json`: the same rows as `/rankings.csv`."""
    return _streamed(request, "application/json", "json", ranking_json)


@require_safe
def rankings_metadata(request: HttpRequest) -> JsonResponse:
    """`/rankings.csv-metadata.json`: what the columns are, in CSVW."""
    revision = Revision.objects.first()
    return JsonResponse(
        csvw(Query.parse(request.GET), revision.pk if revision else 0),
        content_type="application/csvm+json",
    )
