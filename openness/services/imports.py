"""Take in a publisher's files: document by document, each whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from openness.models import Revision, Snapshot
from openness.services.hold import Statements, hold, hold_quantities
from openness.services.record import editions_for, record_judgements, record_observations
from openness.services.scores import publish
from openness.services.subjects import (
    NEW_RELEASE,
    Names,
    Subjects,
    record_identifiers,
    record_subjects,
    resolve_bases,
)
from openness.sources.prose import without_prose
from openness.sources.reading import Document, FileSource, Reading, Refused
from scoring.facts import Quantity

PART = 20_000
"""Subjects that are written at once, about; a document is never divided."""


@dataclass(slots=True)
class Summary:
    """What an import did, in subjects.

    `projects` are those whose facts changed, `made` those of them that are new.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)
    projects: set[int] = field(default_factory=set)
    made: set[int] = field(default_factory=set)

    def as_json(self) -> dict[str, object]:
        """The output of `import_index` (contract)."""
        return {
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
        }


def import_index(
    *,
    source: FileSource,
    path: Path,
    known_only: bool = False,
    facts_only: bool = False,
    progress: Callable[[str], None] = lambda name: None,
) -> Summary:
    """Import a file or folder in the publisher's own form; a bad file is named, the others go in.

    `known_only`: leave out subjects without a row in the subject table. `facts_only`: leave out
    the publisher's sentences. Raises Refused if the path holds no file of this form.
    """
    summary, names = Summary(), Names()
    for part in _parts(source, path, summary, progress):
        with transaction.atomic():
            take_in(
                part, names=names, summary=summary, known_only=known_only, facts_only=facts_only
            )
    with transaction.atomic():
        resolve_bases(summary.made)
    return summary


Documents = Sequence[tuple[Document, list[Reading]]]


def _parts(
    source: FileSource, path: Path, summary: Summary, progress: Callable[[str], None]
) -> Iterator[Documents]:
    """The documents in parts of which each is written at once, so that memory has a bound.

    Evidence follows the newest edition, so the documents of several editions are one part.
    """
    part: list[tuple[Document, list[Reading]]] = []
    for document in source.load(path):
        try:
            part.append((document, source.read(document)))
        except Refused as refusal:
            summary.rejected.append({"file": document.name, "reason": str(refusal)})
        progress(document.name)
        if len(source.editions) == 1 and sum(len(readings) for _, readings in part) >= PART:
            yield part
            part = []
    if part:
        yield part


def take_in(
    documents: Documents,
    *,
    names: Names,
    summary: Summary,
    known_only: bool = False,
    facts_only: bool = False,
) -> None:
    """Write what these documents say, in sets, under one revision; nothing new, no revision."""
    readings = [reading for _, found in documents for reading in found]
    if facts_only:
        readings = [without_prose(reading) for reading in readings]
    subjects, new, touched = record_subjects(readings, names, known_only=known_only)
    readings = [reading for reading in readings if reading.at in subjects]
    snapshots = {} if facts_only else _snapshots(documents)
    record_identifiers(readings, subjects)
    touched |= record_judgements(readings, subjects, editions_for(readings), snapshots)
    touched |= record_observations(readings, subjects, snapshots)
    revision, changed = _hold(readings, subjects, anything_else=bool(touched | new))
    touched |= {at for at, subject in subjects.items() if subject.project_id in changed}
    made = {
        pk
        for at in new
        if subjects[at].matched_by == NEW_RELEASE and (pk := subjects[at].project_id) is not None
    }
    publish(subjects=[subjects[at] for at in touched | new], revision=revision)
    summary.made |= made
    summary.projects |= changed | made
    read = len({reading.at for reading in readings})
    summary.read += read
    summary.created += len(new)
    summary.updated += len(touched - new)
    summary.unchanged += read - len(touched | new)


def _hold(
    readings: Sequence[Reading], subjects: Subjects, *, anything_else: bool
) -> tuple[Revision, set[int]]:
    """Hold what the newest edition says of each release that it may feed.

    (the revision, the projects changed). The revision is kept only if something came of it, or of
    `anything_else` in the same import.
    """
    feeding = [
        (reading, subject, subject.project_id)
        for reading in _newest(readings)
        if (subject := subjects[reading.at]).feeds and subject.project_id is not None
    ]
    indexes = ", ".join(sorted({reading.edition.index for reading in readings}))
    revision = Revision.objects.create(kind="import", summary=f"import of {indexes}")
    held = hold(
        (
            Statements(
                project_id=project_id,
                claims=reading.claims,
                source=reading.edition.index,
                subject=subject,
            )
            for reading, subject, project_id in feeding
        ),
        revision=revision,
    )
    sizes: dict[str, dict[int, list[Quantity]]] = defaultdict(lambda: defaultdict(list))
    for reading, _, project_id in feeding:
        sizes[reading.edition.index][project_id] += reading.quantities
    changed = set(held.projects)
    for source, wanted in sizes.items():
        changed |= hold_quantities(wanted, source=source)
    if not changed and not anything_else:
        revision.delete()
        revision = Revision(kind="import", summary=revision.summary)
    return revision, changed


def _newest(readings: Sequence[Reading]) -> list[Reading]:
    """One reading a subject: evidence follows the publisher's newest edition."""
    newest: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        at = reading.at
        if at not in newest or reading.edition.key > newest[at].edition.key:
            newest[at] = reading
    return list(newest.values())


def _snapshots(documents: Documents) -> dict[str, Snapshot]:
    """{key of a subject: the snapshot of the document that speaks of it}, kept once per content.

    The files that a document was read together with are kept as well.
    """
    rows: dict[str, Snapshot] = {}
    main: dict[str, str] = {}
    for document, readings in documents:
        for part in (document, *document.companions):
            row = Snapshot.of(
                part.body,
                content_type=part.content_type,
                source=readings[0].edition.index if readings else "",
                name=part.name[:500],
            )
            rows.setdefault(row.sha256, row)
            if part is document:
                main |= dict.fromkeys((reading.key for reading in readings), row.sha256)
    Snapshot.objects.bulk_create(rows.values(), ignore_conflicts=True)
    kept = {row.sha256: row for row in Snapshot.objects.filter(sha256__in=rows).defer("body")}
    return {key: kept[sha256] for key, sha256 in main.items()}
