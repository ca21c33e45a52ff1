"""All that is held of one project, explained: what its page, its exports and the API show."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from openness import asof, called, ranks
from openness.asof import Moment
from openness.facts import Settler
from openness.models import (
    Change,
    Edition,
    Evidence,
    Identifier,
    Judgement,
    Listing,
    Project,
    PublishedPeriod,
    Quantity,
    Score,
    Subject,
)
from openness.models.score import scores_of
from openness.prepared import Given, Prepared
from openness.worked_out import from_facts, of_facts
from scoring.facts import Facts
from scoring.lenses import LENSES, Judged
from scoring.result import Result

CHANGES = 20
"""How many of the last changes of a project its dossier has."""


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
        for score in scores_of([listing.profile_id])
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
