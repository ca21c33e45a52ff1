"""From rows to facts: what `scoring` reads of a project."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from openness.asof import Moment
from openness.models import (
    Evidence,
    Project,
    ProjectPeriod,
    Quantity,
)
from openness.models.evidence import EvidenceQuerySet
from openness.prepared import Given, Prepared, among
from scoring.facts import Claim, Facts, Kind, State, Trust
from scoring.facts import Quantity as PureQuantity
from scoring.reconcile import BaseUnknown, settle

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
