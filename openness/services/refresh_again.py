"""Read again what was received before, by a better parser and without the network.

Every body that was recorded is kept, so the history of an address can be told anew: which value
each field had, from when to when. A field that is read as before keeps its rows; one that is read
otherwise gets new ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from openness.models import Identifier, Observation, Snapshot
from openness.services.refresh_evidence import hold_observed
from openness.sources.http import Answer
from openness.sources.live import LiveSource, Target
from scoring.facts import Kind

AT_ONCE = 100
# What a visit concludes and no body says (refresh_state); it is not the parser's to read.
_CONCLUDED = frozenset({"gone"})


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What came of one address: the fields that read otherwise now, and what we hold otherwise."""

    project_id: int
    project: str
    target: str
    fields: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """One field with one value over some time."""

    value: str
    snapshot: int | None
    since: datetime
    seen: datetime


def behind(source: LiveSource) -> QuerySet[Identifier]:
    """Addresses where an older version of the source's parser has read something in force."""
    older = Observation.objects.filter(
        identifier=OuterRef("pk"),
        source=source.key,
        ended_at__isnull=True,
        parser_version__lt=source.parser_version,
    )
    return Identifier.objects.filter(Exists(older), source=source.key).order_by("pk")


def read_again(source: LiveSource) -> Iterator[ReadAgain]:
    """Bring all addresses up to the source's newest parser, some at a time, each set whole.

    An address that a worker has in hand is left for the next call.
    """
    after = 0
    while True:
        done, after = _read_some(source, after)
        yield from done
        if not after:
            return


@transaction.atomic
def _read_some(source: LiveSource, after: int) -> tuple[list[ReadAgain], int]:
    """The next addresses after this id, and the id to go on from; 0 at the end."""
    now = timezone.now()
    rows = list(
        behind(source)
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now), pk__gt=after)
        .select_related("project")
        .select_for_update(skip_locked=True, of=("self",))[:AT_ONCE]
    )
    if not rows:
        return [], 0
    fields = {row.pk: _read_row(source, row, now) for row in rows}
    evidence = hold_observed(source, rows, now, read_again=True)
    done = [
        ReadAgain(
            row.project_id,
            row.project.slug,
            row.reference,
            fields[row.pk],
            evidence.get(row.project_id, ()),
        )
        for row in rows
    ]
    return done, rows[-1].pk


def _read_row(source: LiveSource, row: Identifier, now: datetime) -> tuple[str, ...]:
    """Tell the history of one address anew; the names of fields that have another one now."""
    rows = Observation.objects.filter(identifier=row, source=source.key)
    held: dict[str, list[Observation]] = {}
    for one in rows.exclude(field__in=_CONCLUDED).order_by("first_seen_at", "pk"):
        held.setdefault(one.field, []).append(one)
    runs = _history(source, row, held)
    otherwise = [
        name
        for name in sorted(runs.keys() | held.keys())
        if [one.value for one in held.get(name, ())] != [run.value for run in runs.get(name, ())]
    ]
    # What the parser does not read any more has come to its end, and stays on record.
    gone = [name for name in otherwise if name not in runs]
    replaced = [name for name in otherwise if name in runs]
    rows.filter(field__in=gone, ended_at__isnull=True).update(ended_at=now)
    rows.filter(field__in=replaced).delete()
    rows.exclude(field__in=otherwise).update(parser_version=source.parser_version)
    Observation.objects.bulk_create(
        row_of for name in replaced for row_of in _rows(source, row, name, runs[name])
    )
    return tuple(otherwise)


def _rows(
    source: LiveSource,
    row: Identifier,
    name: str,
    runs: Sequence[_Run],
) -> Iterator[Observation]:
    """The unsaved rows of one field, the last of them open."""
    ends = [*(run.since for run in runs[1:]), None]
    for run, ended in zip(runs, ends, strict=True):
        yield Observation(
            identifier=row,
            field=name,
            value=run.value,
            source=source.key,
            snapshot_id=run.snapshot,
            parser_version=source.parser_version,
            first_seen_at=run.since,
            # Of what still holds, the address says when it was seen again (`last_ok_at`).
            last_seen_at=run.seen if ended else run.since,
            ended_at=ended,
        )


def _history(
    source: LiveSource, row: Identifier, held: Mapping[str, Sequence[Observation]]
) -> dict[str, list[_Run]]:
    """{field: its values one after the other}, as the parser reads what was received."""
    runs: dict[str, list[_Run]] = {}
    for at, snapshot, observed in sorted(_told(source, row, held), key=lambda told: told[0]):
        for name, value in observed.items():
            field = runs.setdefault(name, [])
            if field and field[-1].value == value:
                field[-1].seen = at
            else:
                field.append(_Run(value, snapshot, at, at))
    return runs


def _told(
    source: LiveSource, row: Identifier, held: Mapping[str, Sequence[Observation]]
) -> Iterator[tuple[datetime, int | None, Mapping[str, str]]]:
    """(when, snapshot, {field: value}) of all that was received or concluded of an address."""
    target = Target(row.kind, row.reference, Kind(row.project.kind))
    received = [
        (at, snapshot, url)
        for at, snapshot, url in row.fetches.filter(snapshot__isnull=False).values_list(
            "at", "snapshot", "url"
        )
    ]
    known = {snapshot for _, snapshot, _ in received}
    for one in (one for rows in held.values() for one in rows):
        if one.snapshot_id is None:  # concluded without a body, such as that it is gone
            yield one.first_seen_at, None, {one.field: one.value}
        elif one.snapshot_id not in known:  # a page of a listing, which is in no address's log
            received.append((one.first_seen_at, one.snapshot_id, ""))
            known.add(one.snapshot_id)
    kept = Snapshot.objects.in_bulk(known)
    for at, snapshot, url in received:
        body = kept[snapshot]
        answer = Answer(url or body.name, 200, {"content-type": body.content_type}, body.plain)
        verdict = source.read(target, answer)
        another = (
            verdict and row.immutable_id and verdict.immutable_id not in ("", row.immutable_id)
        )
        if verdict and not another:
            yield at, snapshot, verdict.observed
