"""Changes as the entries of a feed: what was changed together stands in one of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openness import words
from openness.feeds import Entry
from openness.history import sentence
from openness.models import Change

REVISIONS = 100
"""A page of a feed holds so many revisions at least, and whole days: their end cuts no group."""
MANY_PROJECTS = 10
"""From more on, a revision is one entry: nobody reads a hundred alike."""
ALIKE = 3
"""From so many projects of one organization on, one change to all of them is one entry."""
NAMED = 20  # projects that such an entry names


HISTORY_ONLY = ("first_declared", "renamed")
"""What a source states for the first time, or spells otherwise, is on record and no news."""


class Alike(NamedTuple):
    """One organization's change of one fact from one value to another, on one day (UTC)."""

    day: date
    organization: int
    field: str
    old: str
    new: str


def without_history(changes: QuerySet[Change]) -> QuerySet[Change]:
    """The changes that a feed tells of, unless it was asked for a class (spec/refresh.md, 7)."""
    return changes.exclude(revision__kind="refresh", change_class__in=HISTORY_ONLY)


def page_of(changes: QuerySet[Change], before: date | None) -> tuple[QuerySet[Change], date | None]:
    """(the changes of one page, the day before which the next one begins; None after the last).

    A page is whole days, so that the day alone decides what stands on it, whatever is added later.
    """
    if before is not None:
        changes = changes.filter(revision__at__lt=_midnight(before))
    newest = changes.order_by("-revision_id").values_list("revision_id", "revision__at")
    reached = list(newest.distinct()[:REVISIONS])
    if not reached:
        return changes, None
    first = min(at for _revision, at in reached).astimezone(UTC).date()
    older = changes.filter(revision__at__lt=_midnight(first)).exists()
    return changes.filter(revision__at__gte=_midnight(first)), first if older else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def entries_of(changes: QuerySet[Change]) -> list[Entry]:
    """An entry for a whole import that touched many projects, for what an organization changed
    alike in several projects on one day, else for a revision of a project; newest first.

    What was found on one page of a source's listing has nothing else in common: it is told as if
    each had been asked alone.
    """
    imports = changes.exclude(revision__kind="refresh").order_by()
    sizes = imports.values("revision_id").annotate(n=Count("project", distinct=True))
    wide = {at: n for at, n in sizes.values_list("revision_id", "n") if n > MANY_PROJECTS}
    found = {
        (at, 0): _of_revision(changes.filter(revision=at), projects)
        for at, projects in wide.items()
    }
    narrow = changes.exclude(revision__in=wide).select_related("revision__author")
    for rows in _together(list(narrow)):
        projects = {row.project_id for row in rows}
        at = max(row.revision_id for row in rows), rows[0].pk
        found[at] = _of_project(rows) if len(projects) == 1 else _of_organization(rows)
    return [found[at] for at in sorted(found, reverse=True)]


def _together(rows: Iterable[Change]) -> Iterator[list[Change]]:
    """What was changed alike by one organization, then the rest by revision and project."""
    alike: dict[Alike, list[Change]] = defaultdict(list)
    alone: dict[tuple[int, int], list[Change]] = defaultdict(list)
    for row in rows:
        alike[_alike(row)].append(row)
    for key, same in alike.items():
        if key.organization and len({row.project_id for row in same}) >= ALIKE:
            yield same
            continue
        for row in same:
            alone[row.revision_id, row.project_id].append(row)
    for of_one in alone.values():
        yield sorted(of_one, key=lambda row: row.pk)


def _alike(row: Change) -> Alike:
    day = row.revision.at.astimezone(UTC).date()
    return Alike(day, row.project.organization_id or 0, row.field, row.old, row.new)


def _of_project(rows: list[Change]) -> Entry:
    first = rows[0]
    project = first.project
    return Entry(
        id=_id(f"revision/{first.revision_id}/{project.pk}"),
        url=f"{settings.SITE_URL}{project.get_absolute_url()}",
        title=f"{project.name}: {_classes(row.change_class for row in rows)}",
        lines=tuple(sentence(row) for row in rows),
        at=first.revision.at,
        classes=tuple(sorted({row.change_class for row in rows})),
        author=first.revision.author.get_username() if first.revision.author else "",
    )


def _of_organization(rows: list[Change]) -> Entry:
    first = rows[0]
    alike = _alike(first)
    what = hashlib.sha256("\n".join(alike[2:]).encode()).hexdigest()[:16]
    names = sorted({row.project.name for row in rows})
    projects = len({row.project_id for row in rows})
    maker = first.project.organization
    said = ngettext("%(count)s project", "%(count)s projects", projects) % {"count": projects}
    more = [_("and %(n)s more") % {"n": len(names) - NAMED}] if len(names) > NAMED else []
    asked = urlencode({"organization": maker.slug if maker else "", "field": first.field})
    return Entry(
        id=_id(f"day/{alike.day}/{alike.organization}/{what}"),
        url=f"{settings.SITE_URL}{reverse('changes')}?{asked}",
        title=f"{maker}, {said}: {_classes(row.change_class for row in rows)}",
        lines=(sentence(first), *names[:NAMED], *more),
        at=max(row.revision.at for row in rows),
        classes=tuple(sorted({row.change_class for row in rows})),
    )


def _of_revision(rows: QuerySet[Change], projects: int) -> Entry:
    first = rows[0]
    counts = dict(rows.order_by().values_list("change_class").annotate(Count("pk")))
    said = ngettext("%(count)s project changed", "%(count)s projects changed", projects)
    return Entry(
        id=_id(f"revision/{first.revision_id}"),
        url=f"{settings.SITE_URL}{reverse('changes')}?since={first.revision_id - 1}",
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
