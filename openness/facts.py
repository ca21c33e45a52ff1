"""From rows to facts: what `scoring` reads of a project, and all that its page shows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from openness import asof, called, ranks
from openness.asof import Moment
from openness.models import (
    Change,
    Edition,
    Evidence,
    Identifier,
    Judgement,
    Listing,
    Project,
    ProjectPeriod,
    PublishedPeriod,
    Quantity,
    Score,
    Subject,
)
from openness.models.evidence import EvidenceQuerySet
from openness.prepared import Given, Prepared, among
from openness.worked_out import from_facts, of_facts
from scoring.facts import Claim, Facts, Kind, State, Trust
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


CHANGES = 20
"""How many of the last changes of a project its dossier has."""

# The order of the table but for the project's name, which it would have to join.
_IN_ORDER = ("component", "-trust", "source")


def in_force(moment: Moment | None) -> EvidenceQuerySet:
    """The statements in force now, or at a moment; those of a project are in order."""
    found = Evidence.objects.order_by(*_IN_ORDER)
    return found.at(moment.number) if moment else found.in_force()


@Prepared
def _statements(projects: Given) -> QuerySet[Evidence]:
    return in_force(None).filter(among("project", projects))


@Prepared
def _sizes(projects: Given) -> QuerySet[Quantity]:
    return Quantity.objects.filter(among("project", projects))


@Prepared
def by_key(keys: Given) -> QuerySet[Project]:
    """The projects of these keys, in their order."""
    return Project.objects.filter(among("pk", keys)).order_by("pk")


class Settler:
    """Settles many projects at once, each base once, with three queries a batch of lineage.

    With a moment, from what was on record then; `load` takes the projects as they were then.
    """

    def __init__(self, moment: Moment | None = None) -> None:
        self.moment = moment
        self.on = moment.day if moment else timezone.localdate()
        self._projects: dict[int, Project] = {}
        self._claims: dict[int, list[Claim]] = defaultdict(list)
        self._quantities: dict[int, list[PureQuantity]] = defaultdict(list)
        self._facts: dict[int, Facts] = {}

    def load(self, projects: Iterable[Project]) -> None:
        """Fetch evidence and quantities of these projects and of all that they derive from."""
        wave = {project.pk: project for project in projects if project.pk not in self._projects}
        while wave:
            wave = self.take(wave, self.statements(wave), self.sizes(wave))

    def take(
        self,
        projects: Mapping[int, Project],
        statements: Iterable[Evidence],
        sizes: Iterable[Quantity],
    ) -> dict[int, Project]:
        """Take in these projects with all their rows; the projects that are to be loaded next."""
        self._projects |= projects
        for row in statements:
            self._claims[row.project_id].append(row.claim())
        for size in sizes:
            self._quantities[size.project_id].append(pure(size))
        bases = {pk for project in projects.values() if (pk := project.derived_from_id)}
        return self._bases(bases - self._projects.keys())

    def with_base(self, project: Project) -> dict[int, Project]:
        """By key a project and what it derives from directly, if that is on record."""
        if Project.derived_from.is_cached(project):
            bases = [project.derived_from] if project.derived_from else []
        else:
            bases = [*self._bases({pk for pk in [project.derived_from_id] if pk}).values()]
        return {one.pk: one for one in [project, *bases]}

    def statements(self, projects: Collection[int]) -> Iterable[Evidence]:
        """The statements on these projects."""
        if self.moment is None:
            return _statements(projects=list(projects))
        return in_force(self.moment).filter(project__in=projects)

    def sizes(self, projects: Collection[int]) -> Iterable[Quantity]:
        """The quantities of these projects."""
        if self.moment is None:
            return _sizes(projects=list(projects))
        periods = ProjectPeriod.objects.at(self.moment.number).filter(project__in=projects)
        return (size for period in periods for size in period.quantities())

    def _bases(self, projects: Collection[int]) -> dict[int, Project]:
        if self.moment is None:
            bases = by_key(keys=list(projects)) if projects else []
            return {base.pk: base for base in bases}
        periods = ProjectPeriod.objects.at(self.moment.number).filter(project__in=projects)
        return {
            period.project_id: period.as_project()
            for period in periods.select_related("organization")
        }

    def project(self, project_id: int | None) -> Project | None:
        """A project that was loaded."""
        return self._projects.get(project_id or 0)

    def _current(self, project_id: int) -> list[Claim]:
        """The claims without those of an older collection whose source speaks for itself now.

        An answer that leaves the state open (a license alone, no weights seen) replaces nothing.
        """
        claims = self._claims[project_id]
        answered = {
            claim.component
            for claim in claims
            if claim.source == "hub" and claim.state is not State.UNKNOWN
        }
        return [
            one for one in claims if one.source != "hub-models" or one.component not in answered
        ]

    def suppose(
        self, project_id: int, claims: Iterable[Claim], *, instead_of: Callable[[Claim], bool]
    ) -> None:
        """Take these claims of a loaded project for those on record that `instead_of` picks."""
        kept = [claim for claim in self._claims[project_id] if not instead_of(claim)]
        self._claims[project_id] = [*kept, *claims]
        self._facts.clear()

    def facts(self, project_id: int, lineage: Collection[int] = ()) -> Facts:
        """What is held of a loaded project; a base in its own lineage counts as unresolved."""
        if project_id not in self._facts:
            project = self._projects[project_id]
            self._facts[project_id] = settle(
                self._current(project_id),
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


@dataclass(frozen=True, slots=True)
class Disputed:
    """A component whose reviewed statement a newer observation at the vendor contradicts."""

    project: Project
    component: str
    state: str  # what holds until a person has looked: the less open of the two


def disputed() -> list[Disputed]:
    """Every disputed component, for the queue of review (spec/refresh.md section 7)."""
    newer = Evidence.objects.in_force().filter(
        project=OuterRef("project"),
        component=OuterRef("component"),
        trust__in=[Trust.VENDOR_PAGE, Trust.VENDOR_API, Trust.LICENSE_TEXT],
        stated_on__gt=OuterRef("stated_on"),
    )
    suspected = Project.objects.filter(
        pk__in=Evidence.objects.in_force()
        .filter(Exists(newer), trust=Trust.REVIEWED)
        .values("project")
    ).select_related("organization")
    return [
        Disputed(project, key, str(component.state))
        for batch in facts_in_batches(suspected)
        for project, facts in batch
        for key, component in facts.components.items()
        if component.disputed
    ]


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

    @property
    def worked(self) -> dict[Hashable, Any]:
        """What is kept of these facts."""
        return of_facts(self.project.pk, self.facts)


class NotYet(LookupError):
    """The project was not on record at the moment that is asked for."""


def dossier(project: Project, moment: Moment | None = None) -> Dossier:
    """Everything held of one project, explained now; a fixed number of queries.

    With a moment, what was held then, and the results of the versions of then. Raises NotYet.
    """
    period = asof.period(project, moment) if moment else None
    if moment and period is None:
        raise NotYet(project.slug)
    shown = period.as_project() if period else project
    settler = Settler(moment)
    near = settler.with_base(shown)
    rows = list(settler.statements(near))
    sizes = list(settler.sizes(near))
    settler.load(settler.take(near, rows, sizes).values())
    if period and (base := settler.project(shown.derived_from_id)):
        shown.derived_from = base
    facts = settler.facts(project.pk)
    listing = period.as_listing() if period else next(iter(_listed(project=project.pk)), None)
    scores = _derived(listing, moment) if listing else {}
    published = _published(project, moment)
    ranks.rank([*scores.values(), *(one.score for one in published if one.score)], moment)
    return Dossier(
        project=shown,
        listing=listing,
        facts=facts,
        results=from_facts(project.pk, facts, "results", lambda: explained(facts)),
        scores=scores,
        evidence=[row for row in rows if row.project_id == project.pk],
        quantities=[size for size in sizes if size.project_id == project.pk],
        published=published,
        changes=_last_changes(project, moment),
        identifiers=period.identifiers() if period else _identifiers(project=project.pk),
    )


@Prepared
def _listed(project: Given) -> QuerySet[Listing]:
    listed = Listing.objects.select_related("profile")
    return listed.filter(project=project).order_by()


@Prepared
def _changes(project: Given) -> QuerySet[Change]:
    return Change.objects.filter(project=project).select_related("revision")[:CHANGES]


@Prepared
def _identifiers(project: Given) -> QuerySet[Identifier]:
    return Identifier.objects.filter(project=project)


@Prepared
def _scores(profile: Given) -> QuerySet[Score]:
    return Score.objects.filter(profile=profile)


@Prepared
def _subjects(project: Given) -> QuerySet[Subject]:
    return Subject.objects.filter(project=project).order_by()


def _last_changes(project: Project, moment: Moment | None) -> list[Change]:
    if moment is None:
        found = _changes(project=project.pk)
    else:
        changes = project.changes.select_related("revision").filter(revision__lte=moment.number)
        found = list(changes.annotate(slug_then=called.slug_then(moment))[:CHANGES])
    for change in found:
        change.project = project
    return found


def explained(facts: Facts) -> dict[str, Result]:
    """{lens: our reading with its reasons}."""
    return {key: lens.explain(facts) for key, lens in LENSES.items() if "derived" in lens.bases}


def versions(moment: Moment | None) -> dict[str, str]:
    """{lens: the version of our reading} that is in force now, or was at a moment."""
    now = {key: lens.version for key, lens in LENSES.items()}
    return now | asof.versions(moment.number) if moment else now


def _derived(listing: Listing, moment: Moment | None) -> dict[str, Score]:
    """{lens: the stored value of the version in force}."""
    in_version = versions(moment)
    return {
        score.lens: score
        for score in _scores(profile=listing.profile_id)
        if score.version == in_version[score.lens]
    }


def _published(project: Project, moment: Moment | None) -> list[Published]:
    judgements = Judgement.objects.select_related("subject", "edition")
    if moment:
        found = [score for _period, score in asof.published(moment.number, project=project)]
        judgements = judgements.filter(
            Exists(
                PublishedPeriod.objects.at(moment.number).filter(
                    project=project, edition=OuterRef("edition"), subject=OuterRef("subject")
                )
            )
        )
    else:
        subjects = _subjects(project=project.pk)
        if not subjects:  # as of most projects: the longest of the queries can tell nothing
            return []
        found = list(Score.objects.filter(subject__in=subjects))
        judgements = judgements.filter(subject__in=subjects)
    scores = {(score.subject_id, score.version): score for score in found}
    groups: dict[tuple[int, int], list[Judgement]] = defaultdict(list)
    for said in judgements:
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
