"""From rows to facts: what `scoring` reads of a project, and all that its page shows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from openness.models import (
    Change,
    Edition,
    Evidence,
    Identifier,
    Judgement,
    Listing,
    Project,
    Quantity,
    Score,
    Subject,
)
from scoring.facts import Claim, Facts, Kind, Trust
from scoring.facts import Quantity as PureQuantity
from scoring.lenses import LENSES, Judged
from scoring.reconcile import BaseUnknown, settle
from scoring.result import Result

# 6 x parameters x tokens holds for token models only (spec open-to-whom section 4).
TOKEN_MODALITIES = {"", "text", "code", "language"}


def pure(row: Quantity) -> PureQuantity:
    """The row as `scoring` reads it."""
    return PureQuantity(
        name=row.name,
        low=row.low,
        high=row.high,
        detail=row.detail,
        source=row.source,
        trust=Trust(row.trust),
        link=row.link,
        record=row.record,
        stated_on=row.stated_on,
        note=row.note,
    )


class Settler:
    """Settles many projects at once, each base once, with three queries a batch of lineage."""

    def __init__(self, on: date | None = None) -> None:
        self.on = on or timezone.localdate()
        self._projects: dict[int, Project] = {}
        self._claims: dict[int, list[Claim]] = defaultdict(list)
        self._quantities: dict[int, list[PureQuantity]] = defaultdict(list)
        self._facts: dict[int, Facts] = {}

    def load(self, projects: Iterable[Project]) -> None:
        """Fetch evidence and quantities of these projects and of all that they derive from."""
        wave = {project.pk: project for project in projects if project.pk not in self._projects}
        while wave:
            self._projects |= wave
            for row in Evidence.objects.in_force().filter(project__in=wave):
                self._claims[row.project_id].append(row.claim())
            for quantity in Quantity.objects.filter(project__in=wave):
                self._quantities[quantity.project_id].append(pure(quantity))
            bases = {project.derived_from_id for project in wave.values()} - {None}
            wave = Project.objects.in_bulk(bases - self._projects.keys())

    def facts(self, project_id: int, lineage: Collection[int] = ()) -> Facts:
        """What is held of a loaded project; a base in its own lineage counts as unresolved."""
        if project_id not in self._facts:
            project = self._projects[project_id]
            self._facts[project_id] = settle(
                self._claims[project_id],
                kind=Kind(project.kind),
                quantities=self._quantities[project_id],
                base=self._base(project, {*lineage, project_id}),
                on=self.on,
                token_model=bool(TOKEN_MODALITIES & set(project.modality.split() or [""])),
            )
        return self._facts[project_id]

    def _base(self, project: Project, lineage: Collection[int]) -> Facts | BaseUnknown | None:
        """What binds a project besides its own terms.

        A maker may release a derivative of its own work under other terms; another's base binds
        (docs/decisions/0007).
        """
        base = self._projects.get(project.derived_from_id or 0)
        if base is None:
            return BaseUnknown(project.derived_from_name) if project.derived_from_name else None
        if project.organization_id and base.organization_id == project.organization_id:
            return None
        return BaseUnknown(base.name) if base.pk in lineage else self.facts(base.pk, lineage)


def facts_of(project: Project) -> Facts:
    """What is held of one project, settled now."""
    settler = Settler()
    settler.load([project])
    return settler.facts(project.pk)


def facts_in_batches(
    projects: Iterable[Project], *, size: int = 2000
) -> Iterator[list[tuple[Project, Facts]]]:
    """(project, facts) of many, in batches that bound the memory."""
    batch: list[Project] = []
    for project in projects:
        batch.append(project)
        if len(batch) == size:
            yield _settled(batch)
            batch = []
    if batch:
        yield _settled(batch)


def _settled(batch: list[Project]) -> list[tuple[Project, Facts]]:
    settler = Settler()
    settler.load(batch)
    return [(project, settler.facts(project.pk)) for project in batch]


@dataclass(frozen=True, slots=True)
class Published:
    """What one publisher said of a project in one edition, and its result if a lens reads it."""

    subject: Subject
    edition: Edition
    judgements: list[Judgement]
    score: Score | None

    @property
    def header(self) -> Judgement | None:
        """What the publisher's file says of the subject as a whole."""
        return next((said for said in self.judgements if not said.dimension), None)

    @property
    def cells(self) -> list[Judgement]:
        """The judgements proper, in the publisher's order."""
        return [said for said in self.judgements if said.dimension]

    @property
    def said(self) -> tuple[Judged, ...]:
        """All of it as a lens reads it."""
        return tuple(
            Judged(said.position, said.dimension, said.value, said.attributes)
            for said in self.judgements
        )

    @property
    def scored(self) -> bool:
        """Whether a lens of ours reads this edition."""
        lens = LENSES.get(self.edition.index)
        return lens is not None and self.edition.key in lens.editions

    def explained(self) -> Result | None:
        """The publisher's result with its reasons and its oddities; None if no lens reads it."""
        if not self.scored:
            return None
        return LENSES[self.edition.index].explain_published(self.said, self.edition.key)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that the page of a project shows."""

    project: Project
    listing: Listing | None
    facts: Facts
    results: Mapping[str, Result]  # derived, by lens key
    scores: Mapping[str, Score]  # derived, stored, by lens key
    evidence: list[Evidence]
    quantities: list[Quantity]
    published: list[Published]
    changes: list[Change]
    identifiers: list[Identifier]


def dossier(project: Project) -> Dossier:
    """Everything held of one project, explained now; a fixed number of queries."""
    facts = facts_of(project)
    listing = Listing.objects.select_related("profile", "revision").filter(project=project).first()
    scores = (
        {score.lens: score for score in Score.objects.filter(profile=listing.profile_id)}
        if listing
        else {}
    )
    return Dossier(
        project=project,
        listing=listing,
        facts=facts,
        results={
            key: lens.explain(facts) for key, lens in LENSES.items() if "derived" in lens.bases
        },
        scores=scores,
        evidence=list(
            project.evidence.in_force().select_related("subject", "reviewer", "since").all()
        ),
        quantities=list(project.quantities.all()),
        published=_published(project),
        changes=list(project.changes.select_related("revision")[:20]),
        identifiers=list(project.identifiers.all()),
    )


def _published(project: Project) -> list[Published]:
    scores = {
        (score.subject_id, score.version): score
        for score in Score.objects.filter(subject__project=project)
    }
    groups: dict[tuple[int, int], list[Judgement]] = defaultdict(list)
    for said in Judgement.objects.filter(subject__project=project).select_related(
        "subject", "edition"
    ):
        groups[said.subject_id, said.edition_id].append(said)
    return [
        Published(
            subject=said[0].subject,
            edition=said[0].edition,
            judgements=said,
            score=scores.get((said[0].subject_id, said[0].edition.key)),
        )
        for said in groups.values()
    ]
