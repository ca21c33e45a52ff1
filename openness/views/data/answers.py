"""What answers with data share: one state of the data, a tag, who may read them, their license."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.cache import cache
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from openness.consistent import newest, snapshot
from openness.exports.files import Files, Held
from openness.exports.snapshot import Within, known, tag
from openness.exports.tables import LICENSE_URL

CSV = "text/csv; charset=utf-8; header=present"
CSVM = "application/csvm+json"
JSON = "application/json"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def one_state(*, daily: bool = False, cached: bool = False) -> Callable[[View[P]], View[P]]:
    """A view whose answer follows from its address and one state of the database, which is all
    that it reads, to the last row.

    Whoever has the answer already is told so (304) for one query: which revisions there are.
    `daily`: the day decides as well. `cached`: the answer is small, and kept for other readers.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            parts = (request.get_full_path(), timezone.localdate().isoformat() if daily else "")
            if cached or "If-None-Match" in request.headers:
                state = newest()
                etag = tag(state, *parts)
                if known(request, etag):
                    return _marked(HttpResponseNotModified(), state, etag)
                if cached and (kept := cache.get(f"answer:{etag}")):
                    body, headers = kept
                    return _marked(HttpResponse(body, headers=headers), state, etag)
            with ExitStack() as held:
                held.enter_context(snapshot())
                state = newest()
                etag = tag(state, *parts)
                response = view(request, *args, **kwargs)
                if response.status_code != 200:
                    return response
                if isinstance(response, StreamingHttpResponse):
                    if not isinstance(response, Stored):
                        response.streaming_content = Within(iter(response), held.pop_all())
                elif cached and request.method == "GET" and isinstance(response, HttpResponse):
                    cache.set(f"answer:{etag}", (response.content, dict(response.items())))
                return _marked(response, state, etag)

        return answer

    return decorate


def _marked(response: HttpResponseBase, state: tuple[int, ...], etag: str) -> HttpResponseBase:
    """The answer with its revision and tag, readable from any site, checked again at each use."""
    packed = response.has_header("Content-Encoding")  # other bytes of the same
    response["ETag"] = f"W/{etag}" if packed else etag
    response["Openness-Revision"] = str(max(state, default=0))
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = EXPOSED
    return response


EXPOSED = "ETag, Link, Openness-Query, Openness-Revision"
"""Headers that scripts of other sites may read."""


def streamed(
    request: HttpRequest,
    text: Iterator[str] | Iterator[bytes],
    *,
    content_type: str,
    name: str,
    described: str = "",
) -> HttpResponseBase:
    """A download, read as it is sent, under a dated name such as `openness-mof-2026-11-24.csv`.

    `described` is the path of its CSVW.
    """
    if request.method == "HEAD":
        return _attached(HttpResponse(content_type=content_type), name, described)
    return _attached(StreamingHttpResponse(text, content_type=content_type), name, described)


class Stored(StreamingHttpResponse):
    """A file that is kept: it is whole, and needs no snapshot."""


def whole(
    request: HttpRequest,
    text: Callable[[int], Iterator[bytes]],
    *,
    kept: str,
    content_type: str,
    name: str,
    described: str = "",
) -> HttpResponseBase:
    """The same of a whole table: its file is kept under the name `kept` until anything changes."""
    anew = "no-cache" in request.headers.get("Cache-Control", "")  # as `kept` for pages
    gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    body = Files(f"{get_language()}-{kept}", gzip=gzip).whole(text, anew=anew)
    response: HttpResponseBase
    if request.method == "HEAD":
        body.close()
        response = HttpResponse(content_type=content_type)
    else:
        form = Stored if isinstance(body, Held) else StreamingHttpResponse
        response = form(body, content_type=content_type)
    if isinstance(body, Held):
        response["Content-Length"] = str(body.size)
    patch_vary_headers(response, ("Accept-Encoding",))
    if gzip:
        response["Content-Encoding"] = "gzip"
    return _attached(response, name, described)


def _attached(response: HttpResponseBase, name: str, described: str) -> HttpResponseBase:
    stem, _dot, suffix = name.rpartition(".")
    dated = f"openness-{stem}-{timezone.now():%Y-%m-%d}.{suffix}"
    response["Content-Disposition"] = f'attachment; filename="{dated}"'
    response["Link"] = ", ".join(
        [f'<{LICENSE_URL}>; rel="license"']
        + ([f'<{described}>; rel="describedby"; type="application/csvm+json"'] if described else [])
    )
    return response


def as_json(value: dict[str, Any]) -> Iterator[str]:
    """A small document as JSON text."""
    yield json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def refused(reason: str, status: int = 400) -> HttpResponse:
    """Why nothing is answered, in one line."""
    response = HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
