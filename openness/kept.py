"""Whole pages kept in memory: for as long as nothing is committed, and for a day at most.

Only what is the same for everybody is kept: answers to readers without any cookie, of views that
say so with `@kept`. `Answering` stands before Django, so a page that is kept costs one question to
the database and the sending of its bytes: neither a request nor a response is made of it.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags, quote_etag

from openness.consistent import state

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
Key = tuple[object, ...]

BYTES = 12_000_000
"""Bodies that one process of the web server keeps, in bytes: some hundred compressed pages."""


def kept(view: View[P]) -> View[P]:
    """A view whose answer follows from its address, its language and the revision alone.

    Its answer gets a tag, so that whoever has it already is told so in a few bytes.
    """

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        revisions = state()  # those that are committed while we work are not in it for sure
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            digest = hashlib.sha256(response.content, usedforsecurity=False).hexdigest()[:32]
            response["ETag"] = quote_etag(digest)
            response.headers.setdefault("Cache-Control", "no-cache")
            response._kept_at = revisions  # type: ignore[attr-defined]  # for the middleware below
        return response

    return marked


REPEATED = frozenset(
    ("cache-control", "content-location", "date", "etag", "expires", "last-modified", "vary")
)
"""Headers of the page that "not modified" has as well (RFC 9110, 15.4.5)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a page, and the newest revisions (`state`) before it was rendered."""

    revisions: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str

    @classmethod
    def of(cls, response: HttpResponse, revisions: str) -> Answer:
        """The answer as the outermost middleware sees it."""
        return cls(revisions, list(response.items()), response.content, response["ETag"])

    def sent(self, environ: Mapping[str, Any], start_response: Any) -> list[bytes]:
        """The WSGI answer to a request of the same key: the page, or 304 if the reader has it."""
        if (asked := environ.get("HTTP_IF_NONE_MATCH")) and _names(asked, self.etag):
            headers = [pair for pair in self.headers if pair[0].lower() in REPEATED]
            start_response("304 Not Modified", headers)
            return []
        start_response("200 OK", self.headers)
        return [self.body]


def _names(asked: str, etag: str) -> bool:
    """Whether an If-None-Match names this tag, be either of them weak (RFC 9110, 13.1.2)."""
    tags = parse_etags(asked)
    return tags == ["*"] or etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in tags)


class Shelf:
    """Answers by key, at most `BYTES` of them; what was not asked for longest goes first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __contains__(self, key: Key) -> bool:
        return key in self._answers

    def get(self, key: Key, revisions: str) -> Answer | None:
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


class Answering:
    """A WSGI application before another one: what is kept is answered, the rest is the other's."""

    def __init__(self, application: Application) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        key = _key(environ)
        if key is not None and key in SHELF:
            try:
                found = SHELF.get(key, state())
            except Error:  # the connection is broken: Django makes a new one, or says so
                found = None
            if found is not None:
                return found.sent(environ, start_response)
        return self.application(environ, start_response)


def keep_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, the outermost: keep what may be, with all its headers."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        revisions: str | None = getattr(response, "_kept_at", None)
        if revisions is None or not isinstance(response, HttpResponse) or response.cookies:
            return response
        if (key := _key(request.META)) is not None:
            SHELF.put(key, Answer.of(response, revisions))
        return response

    return middleware


OTHERWISE = (
    *("HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_HX_REQUEST"),
    *("HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"),
)
"""Headers of requests whose answer may be another one."""

ANSWERED = (
    *("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST"),
    *("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"),
)
"""What of a request decides its answer, besides the coding and the day."""


def _key(environ: Mapping[str, Any]) -> Key | None:
    """What an answer depends on besides the revision; None for a reader of one's own.

    A reader who asks for a page anew, as browsers do on a hard reload, gets it rendered anew
    (RFC 9111, 5.2.1.4).
    """
    get = environ.get
    if get("REQUEST_METHOD") != "GET" or any(map(get, OTHERWISE)):
        return None
    if "no-cache" in get("HTTP_CACHE_CONTROL", ""):
        return None
    gzip = "gzip" in get("HTTP_ACCEPT_ENCODING", "")
    day = time.time() // 86400  # in UTC; some pages count from today
    return (*map(get, ANSWERED), gzip, day)
