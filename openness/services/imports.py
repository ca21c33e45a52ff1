"""Take in a publisher's files: document by document, each whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction

from openness.models import Revision, Snapshot
from openness.services.hold import Statements, hold, hold_quantities
from openness.services.record import editions_for, record_judgements, record_observations
from openness.services.scores import publish
from openness.services.subjects import record_identifiers, record_subjects, resolve_bases
from openness.sources.reading import Document, FileSource, Reading, Refused, Said
from scoring.facts import Quantity

# Keys under which publishers write sentences; facts are under the others.
PROSE = {
    "description",
    "notes",
    "note",
    "explanation",
    "disclosure",
    "justification",
    "analysis",
    "intended_uses",
    "prohibited_uses",
    "monitoring",
    "feedback",
    "quality_control",
    "Accessibility notes",
}
# A text of more words than this is a sentence, whatever its key; names and licenses are shorter.
FACT_WORDS = 12


@dataclass(slots=True)
class Summary:
    """What an import did, in subjects; `projects` are those whose facts changed."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)
    projects: set[int] = field(default_factory=set)

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
    summary = Summary()
    readings: list[tuple[Document, list[Reading]]] = []
    for document in source.load(path):
        try:
            readings.append((document, source.read(document)))
        except Refused as refusal:
            summary.rejected.append({"file": document.name, "reason": str(refusal)})
        progress(document.name)
    with transaction.atomic():
        take_in(readings, summary=summary, known_only=known_only, facts_only=facts_only)
    return summary


def take_in(
    documents: Sequence[tuple[Document, list[Reading]]],
    *,
    summary: Summary,
    known_only: bool = False,
    facts_only: bool = False,
) -> None:
    """Write what these documents say, in sets, under one revision; nothing new, no revision."""
    readings = [reading for _, found in documents for reading in found]
    if facts_only:
        readings = [without_prose(reading) for reading in readings]
    editions = editions_for(readings)
    subjects, touched = record_subjects(readings, known_only=known_only)
    fresh = {at for at in touched if not subjects[at].judgements.exists()} if touched else set()
    readings = [r for r in readings if (r.edition.index, r.key) in subjects]
    summary.read = len({(r.edition.index, r.key) for r in readings})
    snapshots = {} if facts_only else _snapshots(documents)
    record_identifiers(readings, subjects)
    touched |= record_judgements(readings, subjects, editions, snapshots)
    touched |= record_observations(readings, subjects, snapshots)
    feeding = [
        (reading, subjects[reading.edition.index, reading.key])
        for reading in _newest(readings)
        if subjects[reading.edition.index, reading.key].feeds
        and subjects[reading.edition.index, reading.key].project_id is not None
    ]
    with transaction.atomic():
        revision = Revision.objects.create(
            kind="import",
            summary=f"import of {', '.join(sorted({r.edition.index for r in readings}))}",
        )
        held = hold(
            (
                Statements(
                    project_id=subject.project_id or 0,
                    claims=reading.claims,
                    source=reading.edition.index,
                    subject=subject,
                )
                for reading, subject in feeding
            ),
            revision=revision,
        )
        by_source: dict[str, dict[int, list[Quantity]]] = defaultdict(lambda: defaultdict(list))
        for reading, subject in feeding:
            by_source[reading.edition.index][subject.project_id or 0] += reading.quantities
        resized: set[int] = set()
        for source, wanted in by_source.items():
            resized |= hold_quantities(wanted, source=source)
        if not touched and not held.projects and not resized:
            revision.delete()
    touched |= {at for at, subject in subjects.items() if subject.pk in held.subjects}
    touched |= {at for at, subject in subjects.items() if subject.project_id in resized}
    new_projects = {
        pk
        for at in touched
        if subjects[at].matched_by == "import: new release"
        and (pk := subjects[at].project_id) is not None
    }
    resolve_bases(new_projects)
    publish(subjects=[subjects[at] for at in touched])
    summary.projects = held.projects | resized | new_projects
    summary.created = len(fresh)
    summary.updated = len(touched - fresh)
    summary.unchanged = summary.read - len(touched)


def _newest(readings: Sequence[Reading]) -> list[Reading]:
    """One reading a subject: evidence follows the publisher's newest edition."""
    newest: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        at = (reading.edition.index, reading.key)
        if at not in newest or reading.edition.key > newest[at].edition.key:
            newest[at] = reading
    return list(newest.values())


def _snapshots(documents: Sequence[tuple[Document, list[Reading]]]) -> dict[str, Snapshot]:
    """{key of a subject: the snapshot of the document that speaks of it}, kept once per content."""
    rows = {}
    for document, readings in documents:
        if readings:
            row = Snapshot.of(
                document.body,
                content_type=document.content_type,
                source=readings[0].edition.index,
                name=document.name[:500],
            )
            rows[row.sha256] = (row, readings)
    Snapshot.objects.bulk_create((row for row, _ in rows.values()), ignore_conflicts=True)
    kept = {row.sha256: row for row in Snapshot.objects.filter(sha256__in=rows).defer("body")}
    return {reading.key: kept[sha] for sha, (_, readings) in rows.items() for reading in readings}


def without_prose(reading: Reading) -> Reading:
    """The reading without the publisher's sentences: what our own catalogue may hold of it."""
    return replace(reading, said=tuple(_plain(said) for said in reading.said))


def _plain(said: Said) -> Said:
    return replace(
        said,
        value=str(_facts(said.value)),
        note="",
        attributes={k: _facts(v) for k, v in said.attributes.items() if k not in PROSE},
    )


def _facts(value: object) -> object:
    if isinstance(value, dict):
        return {k: _facts(v) for k, v in value.items() if k not in PROSE}
    if isinstance(value, str) and len(value.split()) > FACT_WORDS:
        return ""
    return value
