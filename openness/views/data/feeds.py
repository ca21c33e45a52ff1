"""`/changes.atom` and `/changes.json`: the record as a feed, in pages (RFC 5005)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openness.feeds import Feed, atom, json_feed
from openness.filters import Ignored
from openness.history import asked
from openness.models import Revision
from openness.views.data.answers import one_state, refused
from openness.views.data.entries import entries_of, page_of, without_history

BEFORE = "before"
"""The parameter of the older pages: a day; what changed before it."""

EMPTY = datetime(2026, 1, 1, tzinfo=UTC)  # before the record began


def _answer(
    request: HttpRequest, form: str, write: Callable[[Feed], HttpResponse]
) -> HttpResponseBase:
    params = request.GET.copy()
    day = "".join(map(str, params.pop(BEFORE, [])[-1:])).strip()
    changes, ignored = asked(params)
    before = _day(day)
    if day and before is None:
        ignored = (*ignored, Ignored(BEFORE, day, _("a day as YYYY-MM-DD")))
    if ignored:
        return refused("; ".join(f"{i.name}={i.value}: {i.reason}" for i in ignored))
    newest = Revision.objects.first()
    changes = changes if params.get("change_class") else without_history(changes)
    rows, older = page_of(changes, before)
    entries = entries_of(rows)
    own = params.urlencode()
    feed = Feed(
        title=_("Openness: changes") + (f" ({own})" if own else ""),
        first=_address(f"changes.{form}", params),
        url=_address(f"changes.{form}", params, before),
        next=_address(f"changes.{form}", params, older) if older else "",
        page=_address("changes/", params),
        entries=entries,
        updated=max((entry.at for entry in entries), default=newest.at if newest else EMPTY),
    )
    return write(feed)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-24") else None
    except ValueError:
        return None


def _address(path: str, params: QueryDict, before: date | None = None) -> str:
    wanted = params.copy()
    if before is not None:
        wanted[BEFORE] = before.isoformat()
    query = wanted.urlencode()
    return f"{settings.SITE_URL}/{path}" + (f"?{query}" if query else "")


@require_safe
@one_state()
def changes_atom(request: HttpRequest) -> HttpResponseBase:
    """`/changes.atom`, of all projects or of those that the query names."""
    return _answer(
        request,
        "atom",
        lambda feed: HttpResponse(atom(feed), content_type="application/atom+xml; charset=utf-8"),
    )


@require_safe
@one_state()
def changes_json(request: HttpRequest) -> HttpResponseBase:
    """`/changes.json`: the same entries as JSON Feed."""
    return _answer(
        request,
        "json",
        lambda feed: JsonResponse(
            json_feed(feed), content_type="application/feed+json", json_dumps_params={"indent": 1}
        ),
    )
