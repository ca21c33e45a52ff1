"""When an address is visited next: sooner where news is likely, later where none ever came.

All intervals vary by chance, so that a thousand addresses that were met together part again.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from openness import ranks
from openness.models import Identifier, Observation, Score, Watch
from openness.sources.live import LiveSource, Meaning

# spec/refresh.md section 3.
PROMINENT = timedelta(hours=6)
ORDINARY = timedelta(hours=24)
QUIET = timedelta(days=7)
AWAY = timedelta(days=30)
QUIET_AFTER = timedelta(days=90)
PROMINENT_RANK = 100
JITTER = 0.15
# Three visits at this distance are spread over more than the 48 hours that "gone" asks for.
SUSPECTED = timedelta(hours=25)
FIRST_BACKOFF = timedelta(minutes=5)
LONGEST_BACKOFF = timedelta(hours=24)
GONE_AFTER_VISITS = 3
GONE_AFTER = timedelta(hours=48)

# Not for secrets: chance only keeps visits apart.
_chance = random.Random()  # noqa: S311 spreads dates, keeps no secret


def spread(source: LiveSource) -> int:
    """Give addresses that nobody has scheduled yet a date within a day; how many there were."""
    now = timezone.now()
    new = Identifier.objects.filter(
        source=source.key, kind__in=source.kinds, next_due_at__isnull=True
    )
    rows = list(new.only("pk"))
    for row in rows:
        row.next_due_at = now + ORDINARY * _chance.random()
    Identifier.objects.bulk_update(rows, ["next_due_at"], batch_size=2000)
    return len(rows)


def due_rows(
    source: LiveSource, now: datetime, only: Collection[int] | None
) -> QuerySet[Identifier]:
    """Addresses of a source (or of `only` these) that are due and not leased."""
    rows = Identifier.objects.filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=now),
        source=source.key,
        kind__in=source.kinds,
        next_due_at__lte=now,
    )
    return rows if only is None else rows.filter(pk__in=only)


@dataclass(frozen=True, slots=True)
class News:
    """How soon news are likely at an address, and wanted."""

    prominent: bool = False  # the project is watched, or among the first in some derived ranking
    newest: datetime | None = None  # when something new was last read there


def news_of(rows: Collection[Identifier]) -> dict[int, News]:
    """What decides the next visit of these addresses, by their id."""
    projects = {row.project_id for row in rows}
    held = ranks.of_basis("derived")
    scores = Score.objects.filter(profile__listings__project__in=projects).order_by()
    prominent = {
        project
        for project, lens, basis, version, low, high, grade in scores.values_list(
            "profile__listings__project", "lens", "basis", "version", "low", "high", "grade"
        )
        if (rank := held[lens, basis, version].get((low, high, grade))) and rank <= PROMINENT_RANK
    }
    watched = Watch.objects.filter(project__in=projects, confirmed_at__isnull=False)
    prominent.update(watched.order_by().values_list("project", flat=True))
    newest = dict(
        Observation.objects.filter(identifier__in=[row.pk for row in rows])
        .order_by()
        .values_list("identifier")
        .annotate(at=Max("first_seen_at"))
    )
    return {row.pk: News(row.project_id in prominent, newest.get(row.pk)) for row in rows}


def next_visit(row: Identifier, meaning: Meaning, now: datetime, news: News) -> datetime:
    """When to come back, from the state of the row after a visit that meant this."""
    if row.state == "gone_suspected":
        return now + SUSPECTED * _chance.uniform(1.0, 1.0 + JITTER)
    if meaning in (Meaning.OUTAGE, Meaning.OUR_ERROR):
        waits = FIRST_BACKOFF * 2 ** min(row.fails, 12)
        backoff: timedelta = min(LONGEST_BACKOFF, waits) * _chance.uniform(0.5, 1.5)
        return now + backoff
    return now + _interval(row, now, news) * _chance.uniform(1 - JITTER, 1 + JITTER)


def _interval(row: Identifier, now: datetime, news: News) -> timedelta:
    if row.state in ("gone", "disabled", "moved"):
        return AWAY
    if news.prominent:
        return PROMINENT
    return QUIET if news.newest and news.newest < now - QUIET_AFTER else ORDINARY


def confirms_gone(row: Identifier, now: datetime) -> bool:
    """Whether one more visit that finds nothing would be the one that settles it."""
    return (
        row.state == "gone_suspected"
        and row.fails + 1 >= GONE_AFTER_VISITS
        and row.first_failed_at is not None
        and now - row.first_failed_at >= GONE_AFTER
    )
