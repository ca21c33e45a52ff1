"""Whole pages kept in memory: for as long as nothing is committed, and for a day at most.

Only what is the same for everybody is kept: answers to readers without any cookie, of views that
say so with `@kept`. The last step before the server, so a page that is kept costs one question to
the database and the sending of its bytes.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from openness.consistent import newest

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Key = tuple[str, ...]
Revisions = tuple[int, ...]

BYTES = 12_000_000
"""Bodies that one process of the web server keeps, in bytes: some hundred compressed pages."""


def kept(view: View[P]) -> View[P]:
    """A view whose answer follows from its address, its language and the revision alone.

    Its answer gets a tag, so that whoever has it already is told so in a few bytes.
    """

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        revisions = newest()  # those that are committed while we work are not in it for sure
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            digest = hashlib.sha256(response.content, usedforsecurity=False).hexdigest()[:32]
            response["ETag"] = quote_etag(digest)
            response.headers.setdefault("Cache-Control", "no-cache")
            response._kept_at = revisions  # type: ignore[attr-defined]  # for the middleware below
        return response

    return marked


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a page, and the revisions that were the newest before it was rendered."""

    revisions: Revisions
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def to(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to a request of the same key: the page, or 304 if the reader has it."""
        response = HttpResponse(self.body)
        # HttpResponse would look at each; they have been looked at when they were first set.
        response.headers._store.clear()
        for name, value in self.headers:
            response.headers._store[name.lower()] = (name, value)
        etag = response["ETag"]
        return get_conditional_response(request, etag=etag, response=response) or response


class Shelf:
    """Answers by key, at most `BYTES` of them; what was not asked for longest goes first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __contains__(self, key: Key) -> bool:
        return key in self._answers

    def get(self, key: Key, revisions: Revisions) -> Answer | None:
        """The answer that was rendered at these revisions."""
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            if found.revisions != revisions:
                self._drop(key)
                return None
            self._answers.move_to_end(key)
            return found

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer; one that would fill the shelf alone is not kept."""
        if len(answer.body) > BYTES // 8:
            return
        with self._lock:
            self._drop(key)
            self._answers[key] = answer
            self._bytes += len(answer.body)
            while self._bytes > BYTES:
                self._drop(next(iter(self._answers)))

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._answers.clear()
            self._bytes = 0

    def _drop(self, key: Key) -> None:
        if (answer := self._answers.pop(key, None)) is not None:
            self._bytes -= len(answer.body)


SHELF = Shelf()
"""Of this process."""


def keep_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost: answer with what is kept, keep what may be."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        key = _key(request)
        if key is None:
            return get_response(request)
        if key in SHELF and (found := SHELF.get(key, newest())) is not None:
            return found.to(request)
        response = get_response(request)
        revisions: Revisions | None = getattr(response, "_kept_at", None)
        if revisions is not None and isinstance(response, HttpResponse) and not response.cookies:
            SHELF.put(key, Answer(revisions, tuple(response.items()), response.content))
        return response

    return middleware


def _key(request: HttpRequest) -> Key | None:
    """What an answer depends on besides the revision; None for a reader of one's own.

    A reader who asks for a page anew, as browsers do on a hard reload, gets it rendered anew
    (RFC 9111, 5.2.1.4).
    """
    meta = request.META
    if request.method != "GET" or meta.get("HTTP_COOKIE") or "HTTP_HX_REQUEST" in meta:
        return None
    if "HTTP_AUTHORIZATION" in meta or "no-cache" in meta.get("HTTP_CACHE_CONTROL", ""):
        return None
    gzip = "gzip" if "gzip" in meta.get("HTTP_ACCEPT_ENCODING", "") else ""
    host, scheme = meta.get("HTTP_HOST", ""), request.scheme or ""
    day = timezone.now().date().isoformat()  # some pages count from today
    return scheme, host, request.path, meta.get("QUERY_STRING", ""), gzip, day
