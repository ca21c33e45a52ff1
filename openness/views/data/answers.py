"""What answers with data share: one snapshot, a tag, who may read them, under which license."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from openness.exports.files import Files, Held
from openness.exports.snapshot import Frozen, tag
from openness.exports.tables import LICENSE_URL
from openness.rankings import current_revision

CSV = "text/csv; charset=utf-8; header=present"
JSON = "application/json"
Text = Callable[[int], Iterator[str] | Iterator[bytes]]
"""From a revision to text, read as it goes."""


def unchanged(request: HttpRequest, *parts: object) -> HttpResponseBase | None:
    """The answer 304 if the reader has it already; asks for the revision and nothing else."""
    if "If-None-Match" not in request.headers:
        return None
    found = get_conditional_response(request, etag=tag(current_revision(), *parts))
    if found is not None:
        found["Access-Control-Allow-Origin"] = "*"
    return found


def streamed(
    request: HttpRequest,
    text: Text,
    *,
    content_type: str,
    name: str,
    parts: tuple[object, ...],
    described: str = "",
) -> HttpResponseBase:
    """A download of one snapshot under a dated name such as `openness-mof-2026-11-24.csv`.

    `parts` say, with the revision, what decides its bytes; `described` is the path of its CSVW.
    """
    if found := unchanged(request, *parts):
        return found
    body = Frozen(text)
    response = _attached(request, body, content_type=content_type, name=name, described=described)
    return marked(response, body.revision, *parts)


def whole(
    request: HttpRequest,
    text: Callable[[int], Iterator[bytes]],
    *,
    kept: str,
    content_type: str,
    name: str,
    parts: tuple[object, ...],
    described: str = "",
) -> HttpResponseBase:
    """The same of a whole table: its file is kept under the name `kept` until anything changes."""
    if found := unchanged(request, *parts):
        return found
    anew = "no-cache" in request.headers.get("Cache-Control", "")  # as `kept` for pages
    gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    body = Files(f"{get_language()}-{kept}", gzip=gzip).whole(text, anew=anew)
    response = _attached(request, body, content_type=content_type, name=name, described=described)
    if isinstance(body, Held):
        response["Content-Length"] = str(body.size)
    marked(response, body.revision, *parts)
    patch_vary_headers(response, ("Accept-Encoding",))
    if gzip:
        response["Content-Encoding"] = "gzip"
        response["ETag"] = f"W/{response['ETag']}"  # other bytes of the same table
    return response


def _attached(
    request: HttpRequest, body: Frozen | Held, *, content_type: str, name: str, described: str
) -> HttpResponseBase:
    response: HttpResponseBase
    if request.method == "HEAD":
        body.close()
        response = HttpResponse(content_type=content_type)
    else:
        response = StreamingHttpResponse(body, content_type=content_type)
    stem, _dot, suffix = name.rpartition(".")
    dated = f"openness-{stem}-{timezone.now():%Y-%m-%d}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{dated}"'
    response["Link"] = ", ".join(
        [f'<{LICENSE_URL}>; rel="license"']
        + ([f'<{described}>; rel="describedby"; type="application/csvm+json"'] if described else [])
    )
    return response


def marked(response: HttpResponseBase, revision: int, *parts: object) -> HttpResponseBase:
    """The answer with its revision and tag, readable from any site, checked again at each use."""
    response["ETag"] = tag(revision, *parts)
    response["Openness-Revision"] = str(revision)
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def as_json(value: dict[str, Any]) -> Iterator[str]:
    """A small document as JSON text."""
    yield json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def refused(reason: str, status: int = 400) -> HttpResponse:
    """Why nothing is answered, in one line."""
    response = HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
