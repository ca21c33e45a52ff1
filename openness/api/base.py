"""What all addresses of the API share: one snapshot, a tag, limits, sparse fields, cursors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from openness.api.problems import Malformed, Unchanged
from openness.api.throttles import ReadThrottle, Throttle
from openness.asof import Moment
from openness.consistent import newest, snapshot
from openness.exports.snapshot import known, tag

PAGE, PAGE_MOST = 50, 500
OF_PAGES = ("cursor", "limit", "fields")
"""Parameters of every list, whatever it lists."""
SAFE = ("GET", "HEAD", "OPTIONS")


class Pages(CursorPagination):
    """Pages by a cursor: they stay right while rows come and go."""

    page_size = PAGE
    max_page_size = PAGE_MOST
    page_size_query_param = "limit"

    def __init__(self, by: str) -> None:
        """`by` is one unique column, with "-" for the last first."""
        self.by = by

    def get_ordering(self, request: Request, queryset: object, view: object) -> tuple[str, ...]:
        """By that column alone."""
        return (self.by,)


class View(APIView):
    """An address of the API."""

    throttle_classes: Sequence[type[BaseThrottle]] = (ReadThrottle,)
    revision = 0
    etag = ""
    kept = True  # whether its address and the state of the data decide it; else nobody keeps it
    daily = False  # whether the day decides as well
    row: type[Any] | None = None  # the shape of its objects, where there may be none of them

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Read one state of the database from the first row to the last."""
        with ExitStack() as self.held:
            return super().dispatch(request, *args, **kwargs)

    def get_throttles(self) -> list[BaseThrottle]:
        """The limits, kept so that the answer can tell them."""
        self.limits = super().get_throttles()
        return self.limits

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks and whether they may; whether they have the answer already; then a snapshot."""
        super().initial(request, *args, **kwargs)
        given = request.query_params.lists()
        if blank := sorted(name for name, texts in given if not all(map(str.strip, texts))):
            raise Malformed(*((name, "blank; leave it out") for name in blank))
        if (asked := request.query_params.get("fields")) and self.row:
            _all_of(asked.split(","), self.row().get_fields())
        if request.method not in ("GET", "HEAD"):
            return
        if self.kept and "If-None-Match" in request.headers:
            self.etag = self.tag(request)
            if known(request._request, self.etag):
                raise Unchanged
        self.held.enter_context(snapshot())
        self.etag = self.tag(request)

    def tag(self, request: Request) -> str:
        """The tag of this address in the state that the data are in, which is noted."""
        state = newest()
        self.revision = max(state, default=0)
        day = timezone.localdate().isoformat() if self.daily else ""
        return tag(state, "api", request.get_full_path(), day)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Add what every answer tells."""
        for limit in getattr(self, "limits", ()):
            if isinstance(limit, Throttle):
                for name, value in limit.headers().items():
                    response[name] = value
        if not self.kept:
            response["Cache-Control"] = "private, no-store"
        if request.method in SAFE:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "ETag, Link, Openness-Revision, RateLimit"
        whole = request.method in ("GET", "HEAD") and response.status_code in (200, 304)
        if self.kept and whole:
            response["ETag"] = self.etag
            response["Cache-Control"] = "public, no-cache"
            if self.revision:
                response["Openness-Revision"] = str(self.revision)
            response["Link"] = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
        return super().finalize_response(request, response, *args, **kwargs)

    def at(self, then: Moment | None) -> Moment | None:
        """Note that the answer is of a past moment, if it is of one."""
        if then:
            self.revision = then.number
        return then

    def one(
        self, request: Request, found: Mapping[str, Any], names: Sequence[str] = ()
    ) -> Response:
        """One thing, as far as `fields` asks for it; `names` are its other parameters."""
        known_only(request, ("fields", *names))
        return Response(sparse(request, [found])[0])

    def many(
        self,
        request: Request,
        found: QuerySet[Any],
        write: Callable[[list[Any]], Iterable[Mapping[str, Any]]],
        *,
        by: str = "pk",
    ) -> Response:
        """A page of what was found; `write` turns its rows into objects, in their order."""
        limit = request.query_params.get("limit", "")
        if limit and not (limit.isdecimal() and len(limit) < 9 and 1 <= int(limit) <= PAGE_MOST):
            raise Malformed(("limit", f"a whole number from 1 to {PAGE_MOST}"))
        pages = Pages(by)
        rows = pages.paginate_queryset(found, request, self) or []
        return Response(
            {
                "revision": self.revision,
                "next": pages.get_next_link(),
                "previous": pages.get_previous_link(),
                "results": sparse(request, list(write(rows))),
            }
        )

    def all(
        self, request: Request, found: Iterable[Mapping[str, Any]], names: Sequence[str] = ()
    ) -> Response:
        """A short list as a whole, in the form of a page; `names` are its other parameters."""
        known_only(request, ("fields", *names))
        return Response(
            {
                "revision": self.revision,
                "next": None,
                "previous": None,
                "results": sparse(request, list(found)),
            }
        )


def known_only(request: Request, names: Iterable[str]) -> None:
    """Raise Malformed for a parameter that this address does not have."""
    allowed = {*names}
    if unknown := sorted(set(request.query_params) - allowed):
        raise Malformed(*((name, "unknown parameter") for name in unknown))


def sparse(request: Request, found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of each object only what `fields` names, a comma between names; everything without it."""
    asked = request.query_params.get("fields")
    if not asked or not found:
        return found
    names = asked.split(",")
    _all_of(names, found[0])
    return [{name: row[name] for name in names} for row in found]


def _all_of(names: Iterable[str], known: Iterable[str]) -> None:
    if unknown := [name for name in names if name not in known]:
        raise Malformed(("fields", f"“{unknown[0]}” is none of {', '.join(known)}"))
