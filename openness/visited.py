"""The log of one address, as a maintainer reads it: what was asked, answered and changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.timesince import timeuntil

from openness.models import Change, Fetch, Identifier, Observation

# A visit's rows are written in one transaction, its log last; so soon after they were made.
WRITTEN_WITHIN = timedelta(seconds=5)
SHOWN = 30  # characters of a value


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a visit. `changed` says what moved: what we hold, then the fields as read."""

    visit: Fetch
    asked: str
    changed: list[str]


def log_of(row: Identifier, *, most: int) -> list[Line]:
    """The newest questions first; it takes three queries however many they are."""
    visits = list(row.fetches.all()[:most])
    if not visits:
        return []
    since = visits[-1].at - WRITTEN_WITHIN
    touched = list(
        row.observations.filter(Q(first_seen_at__gte=since) | Q(ended_at__gte=since)).order_by(
            "field", "pk"
        )
    )
    held = list(
        Change.objects.filter(
            project=row.project_id, source=row.source, revision__at__gte=since
        ).select_related("revision")
    )
    starts = [*(one.at for one in visits[1:]), since]
    return [
        Line(
            visit,
            visit.url.partition("?")[0],
            [*_held(visit, start, held), *_fields(visit, start, touched)] if visit.changed else [],
        )
        for visit, start in zip(visits, starts, strict=True)
    ]


def next_visit(row: Identifier) -> str:
    """When an address is visited next, or who has it in hand."""
    now = timezone.now()
    if row.leased_until and row.leased_until > now:
        return f"a worker has it in hand, until {row.leased_until:%H:%M:%S} at the latest"
    if row.next_due_at is None:
        return "not scheduled yet: the next round at its source gives it a date"
    if row.next_due_at <= now:
        return f"due since {row.next_due_at:%Y-%m-%d %H:%M:%S}"
    return f"{row.next_due_at:%Y-%m-%d %H:%M:%S}, in {timeuntil(row.next_due_at, now)}"


def _by(visit: Fetch, start: datetime, at: datetime | None) -> bool:
    """Whether a row of this time is the visit's: later than the question before it."""
    return at is not None and start < at <= visit.at


def _fields(visit: Fetch, start: datetime, touched: Iterable[Observation]) -> Iterator[str]:
    before = {one.field: one.value for one in touched if _by(visit, start, one.ended_at)}
    for one in touched:
        if not _by(visit, start, one.first_seen_at):
            continue
        if old := before.get(one.field):
            yield f"{one.field}: {_short(old)} -> {_short(one.value) or '-'}"
        elif one.value:
            yield f"{one.field}: {_short(one.value)} (new)"


def _held(visit: Fetch, start: datetime, held: Iterable[Change]) -> Iterator[str]:
    for one in held:
        if _by(visit, start, one.revision.at):
            what = one.change_class.replace("_", " ")
            yield f"{one.field} is {what} (revision {one.revision_id}): {one.old} -> {one.new}"


def _short(value: str) -> str:
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}..."
