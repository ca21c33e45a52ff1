"""The releases of one family: which is the most reachable, and from where to where they range."""

from __future__ import annotations

from dataclasses import dataclass

from openness import figures
from openness.models import Listing, Project, Score
from scoring.lenses import LENSES
from scoring.lenses.open_to_whom import most_reachable
from scoring.result import Value

LENS = "open-to-whom"


@dataclass(frozen=True, slots=True)
class Sibling:
    """One release of a family with its value."""

    project: Project
    score: str
    here: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A family has no score of its own: sizes are never mixed."""

    best: Sibling
    low: str
    high: str
    siblings: list[Sibling]


def family_of(project: Project) -> Family | None:
    """The family of a release by our lens, the most reachable first; None if it has no other."""
    if not project.family:
        return None
    listings = list(
        Listing.objects.filter(
            project__family=project.family, project__organization=project.organization_id
        ).select_related("project")
    )
    if len(listings) < 2:
        return None
    values = _values({listing.profile_id for listing in listings})
    by_project = {listing.project: values.get(listing.profile_id) for listing in listings}
    known = {str(row.pk): value for row, value in by_project.items() if value is not None}
    found = most_reachable(known)
    if found is None:
        return None
    best, low, high = found
    ordered = sorted(by_project.items(), key=lambda item: _place(item[1]), reverse=True)
    siblings = [_sibling(row, value, project) for row, value in ordered]
    return Family(
        best=next(one for one in siblings if str(one.project.pk) == best),
        low=figures.score(low, low, LENS),
        high=figures.score(high, high, LENS),
        siblings=siblings,
    )


def _values(profiles: set[int]) -> dict[int, Value]:
    scores = Score.objects.filter(
        profile__in=profiles, lens=LENS, basis="derived", version=LENSES[LENS].version
    )
    return {score.profile_id or 0: Value(score.low, score.high, score.grade) for score in scores}


def _place(value: Value | None) -> tuple[float, float]:
    return (-1.0, -1.0) if value is None else (value.low or 0.0, value.high or 0.0)


def _sibling(row: Project, value: Value | None, shown: Project) -> Sibling:
    low, high = (value.low, value.high) if value else (None, None)
    return Sibling(row, figures.score(low, high, LENS), row.pk == shown.pk)
