"""Record a visit whole or not at all: log, snapshot, observations, evidence, the next date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from openness.models import Fetch, Identifier, Revision, Snapshot, SourceState
from openness.services.periods import keep_projects
from openness.services.refresh_evidence import hold_observed, keep, observe
from openness.services.refresh_schedule import next_visit
from openness.services.refresh_state import Asked, is_another, move
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


def put_back(leased: Identifier, *, seconds: float) -> None:
    """End a lease without a result; the address is due again after so many seconds."""
    Identifier.objects.filter(pk=leased.pk, lease_token=leased.lease_token).update(
        lease_token=None,
        leased_until=None,
        next_due_at=timezone.now() + timedelta(seconds=seconds),
    )


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
    )


@transaction.atomic
def record(source: LiveSource, leased: Identifier, asked: Asked) -> Visit | None:
    """Write what a visit brought; None if the lease is no longer ours, and then nothing at all."""
    row = (
        Identifier.objects.select_for_update(of=("self",))
        .select_related("project")
        .filter(pk=leased.pk, lease_token=leased.lease_token)
        .first()
    )
    if row is None:
        return None
    now = timezone.now()
    verdict = asked.verdict
    if verdict.meaning is Meaning.OK and is_another(row, verdict):
        words = f"the path belongs to another repository now ({verdict.reference})"
        verdict = replace(verdict, meaning=Meaning.REPLACED, words=words)
    snapshots = keep(source, asked.answers) if verdict.meaning is Meaning.OK else []
    seen = move(row, verdict, asked, now)
    changed = observe(source, row, seen, snapshots, now)
    evidence = hold_observed(source, [row], now).get(row.project_id, ()) if changed else ()
    if row.reference != leased.reference:
        renamed = Revision(kind="refresh", summary=f"{leased.reference} is {row.reference}"[:300])
        keep_projects(renamed, [row.project_id])
    row.lease_token = row.leased_until = None
    row.run = None
    row.next_due_at = next_visit(row, verdict.meaning, now)
    row.save()
    _log(source, row, asked, verdict, snapshots, len(changed))
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
    )


def _log(
    source: LiveSource,
    row: Identifier,
    asked: Asked,
    verdict: Verdict,
    snapshots: list[Snapshot | None],
    changed: int,
) -> None:
    entries = [log_of(source, row, answer, verdict) for answer in asked.answers]
    for entry, snapshot in zip(entries, snapshots or [None] * len(entries), strict=True):
        entry.snapshot = snapshot
    entries[0].changed = changed
    Fetch.objects.bulk_create(entries)
    left = entries[-1].quota_left
    if row.last_ok_at and row.last_ok_at > timezone.now() - timedelta(seconds=60):
        SourceState.objects.filter(key=source.key).update(
            last_ok_at=row.last_ok_at, quota_left=left
        )
