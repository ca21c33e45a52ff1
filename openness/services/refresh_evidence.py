"""What a visit makes of its answers: snapshots, observations, and the evidence that follows.

What an answer does not say is left as it was: silence ends no observation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from openness.models import (
    Evidence,
    Identifier,
    Observation,
    PendingScore,
    Revision,
    Snapshot,
)
from openness.models.evidence import claim_fields
from openness.services.hold import Statements, hold, hold_quantities, summary_of
from openness.sources.http import Answer
from openness.sources.live import LiveSource, Target
from scoring.facts import Claim, Kind, Quantity

# An offer that is seen again and again is dated anew from time to time, or it would look stale.
OFFER_DATED_ANEW = timedelta(days=30)


def keep(source: LiveSource, answers: list[Answer]) -> list[Snapshot | None]:
    """The bodies as received, each kept once; in the order of the answers."""
    rows = [
        Snapshot.of(
            answer.body,
            content_type=answer.content_type[:100],
            source=source.key,
            name=answer.url[:500],
        )
        if answer.body and answer.status == 200
        else None
        for answer in answers
    ]
    Snapshot.objects.bulk_create((row for row in rows if row), ignore_conflicts=True)
    kept = {
        row.sha256: row
        for row in Snapshot.objects.filter(sha256__in=[row.sha256 for row in rows if row]).defer(
            "body"
        )
    }
    return [kept[row.sha256] if row else None for row in rows]


def observe(
    source: LiveSource,
    row: Identifier,
    seen: Mapping[str, str],
    snapshots: list[Snapshot | None],
    now: datetime,
) -> dict[str, tuple[str, str]]:
    """Close observations that read otherwise now and open new ones; {field: (old, new)}."""
    held = {
        one.field: one for one in Observation.objects.filter(identifier=row, ended_at__isnull=True)
    }
    changed = {
        name: (held[name].value if name in held else "", value)
        for name, value in seen.items()
        if name not in held or held[name].value != value
    }
    if row.last_ok_at == now:
        same = [one.pk for name, one in held.items() if name not in changed]
        Observation.objects.filter(pk__in=same).update(last_seen_at=now)
    Observation.objects.filter(pk__in=[held[n].pk for n in changed if n in held]).update(
        ended_at=now
    )
    Observation.objects.bulk_create(
        Observation(
            identifier=row,
            field=name,
            value=seen[name],
            source=source.key,
            snapshot=snapshots[0] if snapshots else None,
            parser_version=source.parser_version,
            first_seen_at=now,
            last_seen_at=now,
        )
        for name in changed
    )
    return changed


def hold_observed(source: LiveSource, row: Identifier, now: datetime) -> tuple[str, ...]:
    """Make the source's word on the project what its observations say now; what changed, in words.

    A project may have several addresses at one source; for each component the first that says
    anything of it speaks.
    """
    claims: dict[str, Claim] = {}
    sizes: dict[str, Quantity] = {}
    for one, observed in _all_observed(source, row):
        target = Target(one.kind, one.reference, Kind(row.project.kind))
        for claim in source.claims(target, observed):
            claims.setdefault(claim.component, claim)
        for size in source.quantities(target, observed):
            sizes.setdefault(size.name, size)
    since_when = _dated(source, row, list(claims.values()), now)
    revision = Revision.objects.create(kind="refresh", summary=f"{source.name}: {row.reference}")
    held = hold(
        [Statements(project_id=row.project_id, claims=since_when, source=source.key)],
        revision=revision,
    )
    resized = hold_quantities({row.project_id: list(sizes.values())}, source=source.key)
    if not held.projects and not resized:
        revision.delete()
        return ()
    PendingScore.objects.update_or_create(project_id=row.project_id, defaults={"since": now})
    words = [
        f"{change.field}: {change.old or '-'} -> {change.new or '-'} ({change.change_class})"
        for change in revision.changes.all()
    ]
    if not words:
        new = Evidence.objects.filter(since=revision)
        words = [f"{one.component}: {summary_of(one)} (new from this source)" for one in new]
    return (*words, *(f"{size.name}: {size.low:g}" for size in sizes.values() if resized))


def _all_observed(source: LiveSource, row: Identifier) -> list[tuple[Identifier, dict[str, str]]]:
    rows = Observation.objects.filter(
        identifier__project=row.project_id,
        identifier__source=source.key,
        identifier__kind__in=source.kinds,
        source=source.key,
        ended_at__isnull=True,
    ).select_related("identifier")
    found: dict[int, tuple[Identifier, dict[str, str]]] = {}
    for one in rows.order_by("identifier_id"):
        found.setdefault(one.identifier_id, (one.identifier, {}))[1][one.field] = one.value
    # The row in hand may have a new path that is not saved yet.
    return [(row if pk == row.pk else one, seen) for pk, (one, seen) in found.items()]


def _dated(source: LiveSource, row: Identifier, claims: list[Claim], now: datetime) -> list[Claim]:
    """Each claim with the day since when the source has said just this.

    The day decides whether a statement is newer than a person's review, so seeing the same again
    must not renew it; offers of hosting are renewed now and then, since their age counts.
    """
    today = timezone.localdate(now)
    held = {
        one.component: one
        for one in Evidence.objects.in_force().filter(
            project=row.project_id, source=source.key, subject__isnull=True
        )
    }
    return [dated(claim, held.get(claim.component), today) for claim in claims]


def dated(claim: Claim, old: Evidence | None, day: date) -> Claim:
    """The claim with the day since when its source has said just this; `old` is held of it."""
    since = old.stated_on if old else None
    again = old is not None and since is not None and _says(old) == _fields(claim)
    if again and claim.hosting and since and day - since >= OFFER_DATED_ANEW:
        again = False
    return replace(claim, stated_on=since if again else day)


def _fields(claim: Claim) -> dict[str, object]:
    return {k: v for k, v in claim_fields(claim).items() if k != "stated_on"}


def _says(row: Evidence) -> dict[str, object]:
    return _fields(row.claim())
