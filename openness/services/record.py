"""Record what sources said, verbatim: editions, judgements, observations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from django.utils import timezone

from openness.models import Edition, Identifier, Judgement, Observation, Snapshot
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
    held: dict[tuple[int, int], dict[int, Judgement]] = {at: {} for at in by_subject}
    for row in Judgement.objects.filter(subject_id__in={subject for subject, _ in by_subject}):
        if (row.subject_id, row.edition_id) in held:
            held[row.subject_id, row.edition_id][row.position] = row
    create: list[Judgement] = []
    update: list[Judgement] = []
    drop: list[int] = []
    touched: set[Key] = set()
    for at, reading in by_subject.items():
        before = held[at]
        for said in reading.said:
            if said.position in before:
                row = before.pop(said.position)
            else:
                row = Judgement(subject_id=at[0], edition_id=at[1], position=said.position)
            values = {
                "dimension": said.dimension,
                "value": said.value,
                "links": list(said.links),
                "note": said.note,
                "attributes": dict(said.attributes),
            }
            if not row._state.adding and all(getattr(row, k) == v for k, v in values.items()):
                continue
            for name, value in values.items():
                setattr(row, name, value)
            row.snapshot = snapshots.get(reading.key)
            (create if row._state.adding else update).append(row)
            touched.add(reading.at)
        if before:
            drop += [row.pk for row in before.values()]
            touched.add(reading.at)
    Judgement.objects.bulk_create(create, batch_size=BATCH)
    Judgement.objects.bulk_update(
        update,
        ["dimension", "value", "links", "note", "attributes", "snapshot"],
        batch_size=BATCH,
    )
    Judgement.objects.filter(pk__in=drop).delete()
    return touched


def record_observations(
    readings: Iterable[Reading],
    subjects: Subjects,
    snapshots: dict[str, Snapshot],
) -> set[Key]:
    """Keep what a machine source showed at each identifier; a new value closes the old one."""
    readings = [r for r in readings if r.observed and r.at in subjects]
    at = {
        (row.source, row.kind, row.reference.lower()): row
        for row in Identifier.objects.filter(
            project_id__in={subjects[r.at].project_id for r in readings}
        )
    }
    by_identifier = {
        at[folded(r.refs[0])].pk: r for r in readings if r.refs and folded(r.refs[0]) in at
    }
    held = {
        (row.identifier_id, row.field): row
        for row in Observation.objects.filter(
            identifier_id__in=by_identifier, ended_at__isnull=True
        )
    }
    now = timezone.now()
    create, ended, touched = [], [], set()
    for identifier, reading in by_identifier.items():
        for field, value in reading.observed.items():
            row = held.get((identifier, field))
            if row is not None and row.value == value:
                continue
            if row is not None:
                row.ended_at = now
                ended.append(row)
            create.append(
                Observation(
                    identifier_id=identifier,
                    field=field,
                    value=value,
                    source=reading.edition.index,
                    snapshot=snapshots.get(reading.key),
                    first_seen_at=now,
                    last_seen_at=now,
                )
            )
            touched.add(reading.at)
    Observation.objects.bulk_update(ended, ["ended_at"], batch_size=BATCH)
    Observation.objects.bulk_create(create, batch_size=BATCH)
    return touched
