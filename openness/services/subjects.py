"""Match what sources speak of to our rows: subjects, organizations, addresses, bases.

A subject is matched to a project only by an exact address or by an explicit row; where neither
exists, what the source speaks of becomes a project of its own. Names are never compared, but for
organizations, whose aliases are listed by hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.text import slugify

from openness.models import Identifier, Organization, Project, Subject
from openness.services.copying import copy_rows
from openness.sources.reading import Reading, Ref
from scoring.facts import Kind

BATCH = 2000
NEW_RELEASE = "import: new release"
MATCHED = (
    "name",
    "maker",
    "url",
    "project",
    "organization",
    "matched_by",
    "matched_on",
    "match_note",
)
Key = tuple[str, str]
"""(index, key) of a subject."""
Subjects = dict[Key, Subject]


class Organizations:
    """Finds the organization that a source names, by slug, name or alias; makes it if it is new."""

    def __init__(self) -> None:
        self._by_name: dict[str, Organization] = {}
        self._slugs: set[str] = set()
        self._made: list[Organization] = []
        for organization in Organization.objects.all():
            self._slugs.add(organization.slug)
            for name in (organization.name, *organization.aliases, organization.hub_name):
                self._by_name.setdefault(name.casefold(), organization)
        self._by_name.pop("", None)

    def named(self, name: str) -> Organization | None:
        """The organization of this name or alias; None if there is none."""
        return self._by_name.get(name.strip().casefold())

    def make(self, name: str, source: str) -> Organization:
        """The organization of this name, made (see `write`) if it is new."""
        name = name.strip()[:200]
        organization = self.named(name)
        if organization is None:
            organization = Organization(
                name=name, slug=unused_slug(name, self._slugs, 80), source=source
            )
            self._by_name[name.casefold()] = organization
            self._made.append(organization)
        return organization

    def write(self) -> None:
        """Add those that were made; before, they have no key."""
        copy_rows(self._made)
        self._made = []


class Names:
    """The organizations and the slugs of projects on record, read once for many new releases."""

    @cached_property
    def organizations(self) -> Organizations:
        """Those on record, and what was made since."""
        return Organizations()

    @cached_property
    def slugs(self) -> set[str]:
        """Those on record, and what was given since."""
        return set(Project.objects.values_list("slug", flat=True).iterator())


def unused_slug(name: str, taken: set[str], length: int) -> str:
    """A slug of the name that is not in `taken`, and from now on is."""
    stem = slugify(name.replace(".", "-").replace("+", "-plus").replace("/", "-"))[: length - 5]
    stem = stem or "unnamed"
    slug, n = stem, 2
    while slug in taken:
        slug, n = f"{stem}-{n}", n + 1
    taken.add(slug)
    return slug


def folded(ref: Ref) -> tuple[str, str, str]:
    """(source, kind, lower-case reference): addresses of one page are equal."""
    return ref.source, ref.kind, ref.reference.lower()


def projects_at(refs: Iterable[Ref]) -> dict[tuple[str, str, str], int]:
    """{(source, kind, lower-case reference): project id} of those addresses that are known."""
    by_place: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ref in refs:
        by_place[ref.source, ref.kind].add(ref.reference.lower())
    return {
        (source, kind, reference.lower()): project
        for (source, kind), references in by_place.items()
        for reference, project in Identifier.objects.annotate(folded=Lower("reference"))
        .filter(source=source, kind=kind, folded__in=references)
        .values_list("reference", "project_id")
    }


def record_subjects(
    readings: Sequence[Reading], names: Names, *, known_only: bool = False
) -> tuple[Subjects, set[Key], set[Key]]:
    """The subject rows of these readings, and which of them are new, and which changed.

    With `known_only`, a subject without a row is left out: nothing is matched in the dark.
    """
    keys = {reading.at: reading for reading in readings}
    subjects: Subjects = {
        (subject.index, subject.key): subject
        for subject in Subject.objects.filter(
            index__in={index for index, _ in keys}, key__in={key for _, key in keys}
        )
        if (subject.index, subject.key) in keys
    }
    new: set[Key] = set()
    changed: set[Key] = set()
    for at, reading in keys.items():
        values = {
            "name": reading.name[:300],
            "maker": reading.maker[:300],
            "url": reading.url[:1000],
        }
        if at not in subjects:
            if not known_only:
                subjects[at] = Subject(index=at[0], key=at[1], **values)
                new.add(at)
        elif any(getattr(subjects[at], name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(subjects[at], name, value)
            changed.add(at)
    unmatched = {at: subject for at, subject in subjects.items() if not subject.matched_by}
    match(unmatched, keys, names)
    changed |= unmatched.keys() - new
    copy_rows([subjects[at] for at in keys if at in new])
    Subject.objects.bulk_update(
        [subjects[at] for at in changed],
        MATCHED,
        batch_size=BATCH,
    )
    return subjects, new, changed


def match(subjects: Subjects, readings: dict[Key, Reading], names: Names) -> None:
    """Point subjects to organizations, to the project at the same address, or to a new one."""
    refs = [ref for at in subjects for ref in readings[at].refs]
    known = projects_at(refs)
    new: list[tuple[Subject, Reading, Project]] = []
    made: dict[tuple[str, str, str], Project] = {}
    for at, subject in subjects.items():
        reading = readings[at]
        subject.matched_on = timezone.localdate()
        if reading.kind is None:
            subject.organization = names.organizations.make(reading.name, reading.edition.index)
            subject.matched_by = "import: listed name"
            continue
        at_source = [folded(ref) for ref in reading.refs]
        if ids := {known[ref] for ref in at_source if ref in known}:
            subject.matched_by = "import: exact address"
            if len(ids) == 1:
                subject.project_id = ids.pop()
            else:
                subject.match_note = "Its addresses are those of several projects."
            continue
        project = next((made[ref] for ref in at_source if ref in made), None)
        if project is None:
            project = _new_project(reading, reading.kind, names)
            made |= dict.fromkeys(at_source, project)
        subject.matched_by = NEW_RELEASE
        new.append((subject, reading, project))
    names.organizations.write()
    projects = list({id(project): project for _, _, project in new}.values())
    # Organizations that are new have their keys only now.
    for project in projects:
        project.organization = project.organization
    for subject in subjects.values():
        subject.organization = subject.organization
    copy_rows(projects)
    for subject, _, project in new:
        subject.project = project


def _new_project(reading: Reading, kind: Kind, names: Names) -> Project:
    return Project(
        slug=unused_slug(reading.name, names.slugs, 120),
        name=reading.name[:200],
        organization=names.organizations.make(reading.maker, reading.edition.index)
        if reading.maker.strip()
        else None,
        kind=kind,
        modality=reading.modality[:80],
        released=reading.released,
        homepage=reading.url if len(reading.url) <= 500 else "",
        derived_from_name=reading.base_name[:200],
    )


def record_identifiers(readings: Iterable[Reading], subjects: Subjects) -> None:
    """Keep the addresses of matched releases; one that is another row's stays there."""
    wanted: dict[tuple[str, str, str], Identifier] = {}
    for reading in readings:
        subject = subjects.get(reading.at)
        if subject is None or subject.project_id is None or not subject.feeds:
            continue
        for ref in reading.refs:
            wanted.setdefault(
                folded(ref),
                Identifier(
                    project_id=subject.project_id,
                    source=ref.source,
                    kind=ref.kind,
                    reference=ref.reference,
                ),
            )
    known = projects_at(Ref(*at) for at in wanted)
    copy_rows([row for at, row in wanted.items() if at not in known])


def resolve_bases(projects: Iterable[int]) -> None:
    """Point releases that name their base by a Hub address which is a row here to that row."""
    rows = list(
        Project.objects.filter(pk__in=projects, derived_from__isnull=True).exclude(
            derived_from_name=""
        )
    )
    known = projects_at(Ref("hub", "model", row.derived_from_name) for row in rows)
    found = []
    for row in rows:
        base = known.get(("hub", "model", row.derived_from_name.lower()))
        if base is not None and base != row.pk:
            row.derived_from_id = base
            found.append(row)
    Project.objects.bulk_update(found, ["derived_from"], batch_size=BATCH)
