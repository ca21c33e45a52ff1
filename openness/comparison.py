"""Several projects with all that a comparison reads of them, now or at a past moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from openness import asof, ranks
from openness.asof import Moment
from openness.cells import Cell, grid
from openness.dossiers import explained, versions
from openness.facts import Settler
from openness.models import Listing, Project, ProjectPeriod, Score
from openness.models.score import scores_of
from openness.prepared import Given, Prepared, among
from openness.worked_out import from_facts
from scoring.facts import Facts
from scoring.profile import Profile, profile_of
from scoring.result import Result

MOST = 6
"""Projects that fit side by side."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One project with all that a comparison reads of it."""

    project: Project
    facts: Facts
    profile: Profile
    listing: Listing | None
    whom: Result  # by our own lens, with its cells
    cells: Mapping[str, Mapping[str, Cell]]  # in words; empty where the lens does not cover it
    scores: Mapping[str, Score]  # by lens, the publisher's own before our reading


def gather(slugs: Sequence[str], moment: Moment | None = None) -> list[Compared]:
    """These projects in this order, those that exist; as many queries for six as for two.

    With a moment, as they were then; one that was not on record yet is left out.
    """
    found, listings = _then(slugs, moment) if moment else _now(slugs)
    projects = [found[slug] for slug in slugs if slug in found]
    settler = Settler(moment)
    settler.load(projects)
    scores = _scores(projects, listings, moment)
    return [
        _compared(project, settler.facts(project.pk), listings.get(project.pk), scores[project.pk])
        for project in projects
    ]


def _now(slugs: Sequence[str]) -> tuple[dict[str, Project], dict[int, Listing]]:
    found = {row.slug: row for row in _named(slugs=list(slugs))}
    listings = _listed(projects=[row.pk for row in found.values()])
    return found, {row.project_id: row for row in listings}


@Prepared
def _named(slugs: Given) -> QuerySet[Project]:
    named = Project.objects.filter(among("slug", slugs))
    return named.select_related("organization").order_by()


@Prepared
def _listed(projects: Given) -> QuerySet[Listing]:
    listed = Listing.objects.filter(among("project", projects))
    return listed.select_related("profile").order_by()


def _then(slugs: Sequence[str], moment: Moment) -> tuple[dict[str, Project], dict[int, Listing]]:
    """By the slugs of then (`asof.resolved`)."""
    found, listings = {}, {}
    periods = ProjectPeriod.objects.at(moment.number).filter(slug__in=slugs)
    for period in periods.select_related("organization", "profile"):
        row = period.as_project()
        found[row.slug], listings[row.pk] = row, period.as_listing()
    return found, listings


def _compared(
    project: Project, facts: Facts, listing: Listing | None, scores: Mapping[str, Score]
) -> Compared:
    pk = project.pk
    whom = from_facts(pk, facts, "results", lambda: explained(facts))["open-to-whom"]
    profile = from_facts(pk, facts, "profile", lambda: profile_of(facts))
    cells = grid(pk, facts, whom.detail)
    return Compared(project, facts, profile, listing, whom, cells, scores)


def _scores(
    projects: Sequence[Project], listings: Mapping[int, Listing], moment: Moment | None
) -> dict[int, dict[str, Score]]:
    """{project: {lens: its score}}: our reading, and the newest published one in its place."""
    held: dict[int, dict[str, Score]] = {project.pk: {} for project in projects}
    profiles = {row.profile_id for row in listings.values()}
    in_version = versions(moment)
    derived: dict[int, dict[str, Score]] = {profile: {} for profile in profiles}
    for score in scores_of(profiles):
        if score.profile_id is not None and score.version == in_version[score.lens]:
            derived[score.profile_id][score.lens] = score
    for key, row in listings.items():
        held[key] |= derived[row.profile_id]
    makers = {project.organization_id for project in projects} - {None}
    for key, score in _published("project", [project.pk for project in projects], moment):
        held[key][score.lens] = score
    of_makers = dict(_published("subject__organization", list(makers), moment))
    for project in projects:
        judged = of_makers.get(project.organization_id) if project.organization_id else None
        if judged:
            held[project.pk][judged.lens] = judged
    ranks.rank([score for scores in held.values() for score in scores.values()], moment)
    return held


def _published(
    whose: str, keys: Sequence[int | None], moment: Moment | None
) -> Iterator[tuple[int, Score]]:
    """(project or organization, the publisher's own result), the oldest edition first."""
    if moment:
        for period, score in asof.published(moment.number, **{f"{whose}__in": keys}):
            yield period.project_id or period.subject.organization_id or 0, score
        return
    for score in _of_projects(keys=keys) if whose == "project" else _of_makers(keys=keys):
        if score.subject:
            yield score.subject.project_id or score.subject.organization_id or 0, score


@Prepared
def _of_projects(keys: Given) -> QuerySet[Score]:
    published = Score.objects.filter(among("subject__project", keys))
    return published.select_related("subject").order_by("version")


@Prepared
def _of_makers(keys: Given) -> QuerySet[Score]:
    published = Score.objects.filter(among("subject__organization", keys))
    return published.select_related("subject").order_by("version")
