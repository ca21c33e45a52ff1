"""`/changes.atom` and `/changes.json`: the record as a feed, what changed together in one entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from openness import words
from openness.consistent import snapshot
from openness.feeds import Entry, Feed, atom, json_feed
from openness.history import asked, sentence
from openness.models import Change
from openness.rankings import current_revision
from openness.views.data.answers import marked, refused, unchanged

REVISIONS = 100  # as far back as a feed reaches
MANY_PROJECTS = 10  # from more on, a revision is one entry: nobody reads a hundred alike


def _answer(
    request: HttpRequest, form: str, write: Callable[[Feed], HttpResponse]
) -> HttpResponseBase:
    query = request.GET.urlencode()
    if found := unchanged(request, "changes", form, query):
        return found
    with snapshot():
        changes, ignored = asked(request.GET)
        if ignored:
            return refused("; ".join(f"{i.name}={i.value}: {i.reason}" for i in ignored))
        revision = current_revision()
        entries = entries_of(changes)
    suffix = f"?{query}" if query else ""
    feed = Feed(
        title=_("Openness: changes") + (f" ({query})" if query else ""),
        url=f"{settings.SITE_URL}/changes.{form}{suffix}",
        page=f"{settings.SITE_URL}/changes/{suffix}",
        entries=entries,
        updated=entries[0].at if entries else timezone.now().replace(hour=0, minute=0, second=0),
    )
    return marked(write(feed), revision, "changes", form, query)


@require_safe
def changes_atom(request: HttpRequest) -> HttpResponseBase:
    """`/changes.atom`, of all projects or of those that the query names."""
    return _answer(
        request,
        "atom",
        lambda feed: HttpResponse(atom(feed), content_type="application/atom+xml; charset=utf-8"),
    )


@require_safe
def changes_json(request: HttpRequest) -> HttpResponseBase:
    """`/changes.json`: the same entries as JSON Feed."""
    return _answer(
        request,
        "json",
        lambda feed: JsonResponse(
            json_feed(feed), content_type="application/feed+json", json_dumps_params={"indent": 1}
        ),
    )


def entries_of(changes: QuerySet[Change]) -> list[Entry]:
    """An entry a project and revision, or one for a whole revision that touched many projects."""
    sizes = changes.order_by("-revision_id").values("revision_id", "revision__at")
    sizes = sizes.annotate(projects=Count("project", distinct=True))[:REVISIONS]
    wide = {size["revision_id"]: size["projects"] for size in sizes}
    few = [pk for pk, projects in wide.items() if projects <= MANY_PROJECTS]
    by_project: dict[tuple[int, int], list[Change]] = defaultdict(list)
    for row in changes.filter(revision__in=few).select_related("revision__author"):
        by_project[row.revision_id, row.project_id].append(row)
    found = {at: _of_project(rows) for at, rows in by_project.items()}
    for size in sizes:
        if size["projects"] > MANY_PROJECTS:
            found[size["revision_id"], 0] = _of_revision(
                changes.filter(revision=size["revision_id"]), size["projects"]
            )
    return [found[at] for at in sorted(found, reverse=True)]


def _of_project(rows: list[Change]) -> Entry:
    first = rows[0]
    project = first.project
    return Entry(
        id=_id(f"revision/{first.revision_id}/{project.pk}"),
        url=f"{settings.SITE_URL}{project.get_absolute_url()}",
        title=f"{project.name}: {_classes(row.change_class for row in rows)}",
        lines=tuple(sentence(row) for row in reversed(rows)),
        at=first.revision.at,
        classes=tuple(sorted({row.change_class for row in rows})),
        author=first.revision.author.get_username() if first.revision.author else "",
    )


def _of_revision(rows: QuerySet[Change], projects: int) -> Entry:
    first = rows[0]
    counts = dict(rows.order_by().values_list("change_class").annotate(Count("pk")))
    said = ngettext("%(count)s project changed", "%(count)s projects changed", projects)
    return Entry(
        id=_id(f"revision/{first.revision_id}"),
        url=f"{settings.SITE_URL}/changes/",
        title=f"{said % {'count': projects}}: {first.revision.summary}",
        lines=tuple(f"{words.of(words.CHANGE_CLASSES, name)}: {n}" for name, n in counts.items()),
        at=first.revision.at,
        classes=tuple(sorted(counts)),
    )


def _classes(names: Iterable[str]) -> str:
    return words.clauses(words.of(words.CHANGE_CLASSES, name) for name in dict.fromkeys(names))


def _id(path: str) -> str:
    """A name that stays the same wherever the site moves its pages (RFC 4151)."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{path}"
