"""What a visit makes of its answers: snapshots, observations, and the evidence that follows.

What an answer does not say is left as it was: silence ends no observation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import connection
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
from openness.services.disputes import note_disputes
from openness.services.hold import Statements, hold, hold_quantities, summary_of
from openness.sources.http import Answer
from openness.sources.live import LiveSource, Target
from scoring.facts import Claim, Kind, Quantity

# An offer that is seen again and again is dated anew from time to time, or it would look stale.
OFFER_DATED_ANEW = timedelta(days=30)

Changed = Mapping[str, tuple[str, str]]
"""{field: (old, new)}; the old value is empty where there was none."""


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


def observed_at(rows: Sequence[Identifier]) -> dict[int, dict[str, str]]:
    """What is read at these addresses now: {pk of an address: {field: value}}."""
    read: dict[int, dict[str, str]] = {row.pk: {} for row in rows}
    for at, name, value in Observation.objects.filter(
        identifier__in=read, ended_at__isnull=True
    ).values_list("identifier", "field", "value"):
        read[at][name] = value
    return read


def differing(held: Mapping[str, str], seen: Mapping[str, str]) -> Changed:
    """What reads otherwise than before."""
    return {
        name: (held.get(name, ""), value) for name, value in seen.items() if held.get(name) != value
    }


# Those that read otherwise now; they were last seen at the last good visit before this one.
_END = """
    UPDATE openness_observation AS held
    SET ended_at = %s, last_seen_at = GREATEST(held.first_seen_at, other.confirmed_at)
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS other (at, field, confirmed_at)
    WHERE held.identifier_id = other.at AND held.field = other.field AND held.ended_at IS NULL
"""


def observe(
    source: LiveSource,
    changed: Mapping[int, Changed],
    *,
    confirmed: Mapping[int, datetime | None],
    snapshot: Snapshot | None,
    now: datetime,
    read_in: Mapping[str, Snapshot | None] = {},
) -> None:
    """Close the observations that read otherwise now, by the pk of their address; open new ones.

    `confirmed` gives each address's last good visit before. What reads as before is not touched:
    that it was seen again says the address, in `last_ok_at`. `read_in`: fields that were read in
    other bytes than `snapshot`.
    """
    moved = [(at, name, new) for at, fields in changed.items() for name, (_, new) in fields.items()]
    if not moved:
        return
    places = [at for at, _, _ in moved]
    with connection.cursor() as cursor:
        cursor.execute(
            _END, [now, places, [name for _, name, _ in moved], [confirmed[at] for at in places]]
        )
    Observation.objects.bulk_create(
        Observation(
            identifier_id=at,
            field=name,
            value=new,
            source=source.key,
            snapshot=read_in.get(name, snapshot),
            parser_version=source.parser_version,
            first_seen_at=now,
            last_seen_at=now,
        )
        for at, name, new in moved
    )


def hold_observed(
    source: LiveSource, rows: Sequence[Identifier], now: datetime, *, read_again: bool = False
) -> dict[int, tuple[str, ...]]:
    """Make the source's word on the projects of these rows what its observations say now.

    Returns {project id: what changed, in words}. A project may have several addresses at one
    source; for each component the first that says anything of it speaks. `read_again`: the source
    has said nothing new, we read it better; so nothing is newer, and what moves is corrected.
    """
    claims: dict[int, dict[str, Claim]] = {row.project_id: {} for row in rows}
    sizes: dict[int, dict[str, Quantity]] = {row.project_id: {} for row in rows}
    for one, observed in _all_observed(source, rows):
        target = Target(one.kind, one.reference, Kind(one.project.kind))
        for claim in source.claims(target, observed):
            claims[one.project_id].setdefault(claim.component, claim)
        for size in source.quantities(target, observed):
            sizes[one.project_id].setdefault(size.name, size)
    named = rows[0].reference if len(rows) == 1 else f"{len(rows)} addresses"
    revision = Revision.objects.create(kind="refresh", summary=f"{source.name}: {named}")
    held = hold(_statements(source, claims, now, read_again=read_again), revision=revision)
    if read_again:
        revision.changes.update(change_class="corrected")
    resized = hold_quantities(
        {project: list(found.values()) for project, found in sizes.items()}, source=source.key
    )
    touched = held.projects | resized
    if not touched:
        revision.delete()
        return {}
    note_disputes(revision, held.projects)
    PendingScore.objects.bulk_create(
        [PendingScore(project_id=project, since=now) for project in touched],
        update_conflicts=True,
        unique_fields=["project"],
        update_fields=["since"],
    )
    words = _in_words(revision)
    for project in resized:
        words.setdefault(project, []).extend(
            f"{size.name}: {size.low:g}" for size in sizes[project].values()
        )
    return {project: tuple(words.get(project, ())) for project in touched}


def _in_words(revision: Revision) -> dict[int, list[str]]:
    """What a revision changed of each project; of one that is new from its source, what it says."""
    words: dict[int, list[str]] = {}
    for change in revision.changes.all():
        words.setdefault(change.project_id, []).append(
            f"{change.field}: {change.old or '-'} -> {change.new or '-'} ({change.change_class})"
        )
    new: dict[int, list[str]] = {}
    for one in Evidence.objects.filter(since=revision):
        new.setdefault(one.project_id, []).append(
            f"{one.component}: {summary_of(one)} (new from this source)"
        )
    return new | words


def _all_observed(
    source: LiveSource, rows: Sequence[Identifier]
) -> list[tuple[Identifier, dict[str, str]]]:
    """Every address of these projects at a source, with what is observed there."""
    # A row in hand may have a new path that is not saved yet.
    in_hand = {row.pk: row for row in rows}
    places = {
        one.pk: in_hand.get(one.pk, one)
        for one in Identifier.objects.filter(
            project__in={row.project_id for row in rows},
            source=source.key,
            kind__in=source.kinds,
        )
        .select_related("project")
        .order_by("pk")
    }
    observed: dict[int, dict[str, str]] = {}
    for at, field, value in Observation.objects.filter(
        identifier__in=places, source=source.key, ended_at__isnull=True
    ).values_list("identifier", "field", "value"):
        observed.setdefault(at, {})[field] = value
    return [(place, observed[pk]) for pk, place in places.items() if pk in observed]


def _statements(
    source: LiveSource,
    claims: Mapping[int, Mapping[str, Claim]],
    now: datetime,
    *,
    read_again: bool,
) -> list[Statements]:
    """What the source says of each project, each claim with the day since when it says just this.

    The day decides whether a statement is newer than a person's review, so seeing the same again
    must not renew it; offers of hosting are renewed now and then, since their age counts.
    """
    today = timezone.localdate(now)
    held = {
        (one.project_id, one.component): one
        for one in Evidence.objects.in_force().filter(
            project__in=claims, source=source.key, subject__isnull=True
        )
    }
    return [
        Statements(
            project_id=project,
            claims=[
                dated(claim, held.get((project, component)), today, said_before=read_again)
                for component, claim in said.items()
            ],
            source=source.key,
        )
        for project, said in claims.items()
    ]


def dated(claim: Claim, old: Evidence | None, day: date, *, said_before: bool = False) -> Claim:
    """The claim with the day since when its source has said just this; `old` is held of it.

    `said_before`: it is no newer than what is held.
    """
    since = old.stated_on if old else None
    if said_before and since:
        return replace(claim, stated_on=since)
    again = old is not None and since is not None and _says(old) == _fields(claim)
    if again and claim.hosting and since and day - since >= OFFER_DATED_ANEW:
        again = False
    return replace(claim, stated_on=since if again else day)


def _fields(claim: Claim) -> dict[str, object]:
    return {k: v for k, v in claim_fields(claim).items() if k != "stated_on"}


def _says(row: Evidence) -> dict[str, object]:
    return _fields(row.claim())
