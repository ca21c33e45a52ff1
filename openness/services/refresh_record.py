"""Record a visit whole or not at all: log, snapshot, observations, evidence, the next date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from openness.models import Fetch, Identifier, Revision, Snapshot
from openness.services.periods import keep_projects
from openness.services.refresh_evidence import (
    differing,
    hold_observed,
    keep,
    observe,
    observed_at,
)
from openness.services.refresh_schedule import News, next_visit
from openness.services.refresh_state import Asked, is_another, move, rename
from openness.sources.budget import allowance
from openness.sources.http import Answer
from openness.sources.live import LiveSource, Meaning, Verdict


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit did, for logs and for people."""

    project: str
    source: str
    target: str
    meaning: str
    words: str
    status: int
    state: str
    observed: int = 0
    changed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    project_id: int = 0
    next_visit: datetime | None = None
    quota_left: int | None = None  # what the source said that it still grants


@dataclass(frozen=True, slots=True)
class Leased:
    """An address that is ours until a date, and what decides when it is visited next."""

    row: Identifier
    news: News


def put_back(row: Identifier, *, seconds: float) -> None:
    """End a lease without a result; the address is due again after so many seconds."""
    Identifier.objects.filter(pk=row.pk, lease_token=row.lease_token).update(
        lease_token=None,
        leased_until=None,
        next_due_at=timezone.now() + timedelta(seconds=seconds),
    )


def give_back(rows: Sequence[Identifier]) -> None:
    """End the leases of addresses that were not visited; they are due as they were."""
    if rows:
        Identifier.objects.filter(
            pk__in=[row.pk for row in rows], lease_token=rows[0].lease_token
        ).update(lease_token=None, leased_until=None)


def log_of(source: LiveSource, row: Identifier | None, answer: Answer, verdict: Verdict) -> Fetch:
    """The unsaved log entry of one answer."""
    now = timezone.now()
    return Fetch(
        source=source.key,
        identifier=row,
        at=now,
        url=answer.url[:2000],
        status=answer.status,
        meaning=verdict.meaning,
        words=verdict.words[:200],
        seconds=round(answer.seconds, 4),
        size=len(answer.body),
        quota_left=allowance(answer.headers, status=answer.status, now=now.timestamp()).left,
        etag=answer.headers.get("etag", "")[:200],
    )


def validators(row: Identifier, urls: Sequence[str]) -> dict[str, str]:
    """{address: the validator of the newest answer that was read there}, of these addresses."""
    if not urls:
        return {}
    read = row.fetches.filter(url__in=urls, snapshot__isnull=False).order_by("pk")
    return dict(read.values_list("url", "etag"))


@transaction.atomic
def record(source: LiveSource, leased: Leased, asked: Asked) -> Visit | None:
    """Write what a visit brought; None if the lease is no longer ours, and then nothing at all."""
    row, before, confirmed = leased.row, leased.row.reference, leased.row.last_ok_at
    now = timezone.now()
    verdict = asked.verdict
    if verdict.meaning is Meaning.OK and is_another(row, verdict):
        words = f"the path belongs to another repository now ({verdict.reference})"
        verdict = replace(verdict, meaning=Meaning.REPLACED, words=words)
    seen = move(row, verdict, asked, now)
    if seen and asked.held is None:
        asked.held = observed_at([row])[row.pk]
    changed = differing(asked.held or {}, seen)
    news = replace(leased.news, newest=now) if changed else leased.news
    row.next_due_at = next_visit(row, verdict.meaning, now, news)
    if not _end_lease(row):
        return None
    if verdict.meaning is Meaning.OK:
        rename(row, verdict.reference)
    snapshots = keep(source, asked.answers) if verdict.meaning is Meaning.OK else []
    observe(
        source,
        {row.pk: changed},
        confirmed={row.pk: confirmed},
        snapshot=snapshots[0] if snapshots else None,
        now=now,
        read_in={name: snapshots[n] for name, n in asked.read_in.items() if snapshots},
    )
    evidence = hold_observed(source, [row], now).get(row.project_id, ()) if changed else ()
    if row.reference != before:
        renamed = Revision(kind="refresh", summary=f"{before} is {row.reference}"[:300])
        keep_projects(renamed, [row.project_id])
    left = _log(source, row, asked, verdict, snapshots, len(changed))
    return Visit(
        project=row.project.slug,
        source=source.key,
        target=row.reference,
        meaning=verdict.meaning,
        words=verdict.words,
        status=asked.answers[-1].status,
        state=row.state,
        observed=len(seen),
        changed=changed,
        evidence=evidence,
        project_id=row.project_id,
        next_visit=row.next_due_at,
        quota_left=left,
    )


_MOVED = (
    *("state", "fails", "first_failed_at", "last_ok_at", "next_due_at"),
    *("immutable_id", "etag", "last_modified"),
)


def _end_lease(row: Identifier) -> bool:
    """Write the row as it stands after the visit, if it is still ours; others wait for us then."""
    ours = Identifier.objects.filter(pk=row.pk, lease_token=row.lease_token)
    moved = {name: getattr(row, name) for name in _MOVED}
    return bool(ours.update(**moved, lease_token=None, leased_until=None, run=None))


def _log(
    source: LiveSource,
    row: Identifier,
    asked: Asked,
    verdict: Verdict,
    snapshots: list[Snapshot | None],
    changed: int,
) -> int | None:
    """Log each answer; what the source said last that it still grants."""
    entries = [log_of(source, row, answer, verdict) for answer in asked.answers]
    for entry, snapshot in zip(entries, snapshots or [None] * len(entries), strict=True):
        entry.snapshot = snapshot
    entries[0].changed = changed
    Fetch.objects.bulk_create(entries)
    return entries[-1].quota_left
