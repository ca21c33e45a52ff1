"""Record what sources said, verbatim: editions, judgements, observations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

from django.utils import timezone

from openness.models import Edition, Identifier, Judgement, Observation, Snapshot
from openness.services.copying import append
from openness.services.subjects import Key, Subjects, folded
from openness.sources.reading import EditionOf, Reading

BATCH = 2000


def editions_for(readings: Iterable[Reading]) -> dict[tuple[str, str], Edition]:
    """The edition rows of these readings by (index, key), made where missing."""
    found = {}
    for of in {reading.edition for reading in readings}:
        found[of.index, of.key] = _edition(of)
    return found


def _edition(of: EditionOf) -> Edition:
    values = asdict(of) | {"dimensions": list(of.dimensions)}
    index, key = values.pop("index"), values.pop("key")
    edition, _ = Edition.objects.get_or_create(index=index, key=key, defaults=values)
    return edition


def record_judgements(
    readings: Iterable[Reading],
    subjects: Subjects,
    editions: dict[tuple[str, str], Edition],
    snapshots: dict[str, Snapshot],
) -> set[Key]:
    """Keep every cell verbatim; the keys of subjects whose cells are new or differ.

    A publisher's file read again under the same edition replaces its cells; what it said before
    stays in the snapshot of that reading.
    """
    readings = [r for r in readings if r.at in subjects and r.said]
    by_subject = {
        (subjects[r.at].pk, editions[r.edition.index, r.edition.key].pk): r for r in readings
    }
    held: dict[tuple[int, int], dict[int, Judgement]] = defaultdict(dict)
    for row in Judgement.objects.filter(subject_id__in={subject for subject, _ in by_subject}):
        if (row.subject_id, row.edition_id) in by_subject:
            held[row.subject_id, row.edition_id][row.position] = row
    create: list[tuple[object, ...]] = []
    update: list[Judgement] = []
    drop: list[int] = []
    touched: set[Key] = set()
    for at, reading in by_subject.items():
        before = held.pop(at, {})
        snapshot = snapshots.get(reading.key)
        for said in reading.said:
            values: dict[str, object] = {
                "dimension": said.dimension,
                "value": said.value,
                "links": list(said.links),
                "note": said.note,
                "attributes": dict(said.attributes),
            }
            old = before.pop(said.position, None)
            if old is None:
                known = *at, said.position, snapshot.pk if snapshot else None
                create.append((*known, *values.values()))
            elif any(getattr(old, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(old, name, value)
                old.snapshot = snapshot
                update.append(old)
            else:
                continue
            touched.add(reading.at)
        if before:
            drop += [row.pk for row in before.values()]
            touched.add(reading.at)
    append(Judgement, (*_JUDGED, *_SAID), create, number=len(create))
    Judgement.objects.bulk_update(update, [*_SAID, "snapshot"], batch_size=BATCH)
    Judgement.objects.filter(pk__in=drop).delete()
    return touched


_JUDGED = ("subject_id", "edition_id", "position", "snapshot_id")
_SAID = ("dimension", "value", "links", "note", "attributes")  # as `record_judgements` lists them


def record_observations(
    readings: Iterable[Reading],
    subjects: Subjects,
    snapshots: dict[str, Snapshot],
) -> set[Key]:
    """Keep what a machine source showed at each identifier; a new value closes the old one."""
    readings = [r for r in readings if r.observed and r.refs and r.at in subjects]
    projects = {pk for r in readings if (pk := subjects[r.at].project_id)}
    at = {
        (source, kind, reference.lower()): key
        for key, source, kind, reference in Identifier.objects.filter(
            project_id__in=projects
        ).values_list("pk", "source", "kind", "reference")
    }
    by_identifier = {at[ref]: r for r in readings if (ref := folded(r.refs[0])) in at}
    held: dict[int, dict[str, tuple[int, str]]] = defaultdict(dict)
    for key, identifier, field, value in Observation.objects.filter(
        identifier_id__in=by_identifier, ended_at__isnull=True
    ).values_list("pk", "identifier_id", "field", "value"):
        held[identifier][field] = key, value
    new: list[tuple[int, Reading, list[str]]] = []
    ended: list[int] = []
    for identifier, reading in by_identifier.items():
        before = held.pop(identifier, {})
        fields = [
            field
            for field, value in reading.observed.items()
            if field not in before or before[field][1] != value
        ]
        if fields:
            new.append((identifier, reading, fields))
            ended += [before[field][0] for field in fields if field in before]
    now = timezone.now()
    Observation.objects.filter(pk__in=ended).update(ended_at=now)
    rows = _observed(new, snapshots, now)
    append(Observation, _OBSERVED, rows, number=sum(len(fields) for *_, fields in new))
    return {reading.at for _, reading, _ in new}


_OBSERVED = (
    *("identifier_id", "field", "value", "source", "snapshot_id"),
    *("parser_version", "first_seen_at", "last_seen_at"),
)


def _observed(
    new: Iterable[tuple[int, Reading, list[str]]], snapshots: dict[str, Snapshot], now: datetime
) -> Iterator[tuple[object, ...]]:
    seen = now.isoformat()
    for identifier, reading, fields in new:
        snapshot = snapshots.get(reading.key)
        same = reading.edition.index, snapshot.pk if snapshot else None, 1, seen, seen
        for field in fields:
            yield identifier, field, reading.observed[field], *same
