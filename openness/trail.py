"""The whole record of one cell: who has stated what of a component, when, and what followed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openness.models import Evidence, Observation, Project, Review, Revision


@dataclass(frozen=True, slots=True)
class Entry:
    """One statement that holds or once held, with its reviews and what it gave way to."""

    row: Evidence
    reviews: list[Review]
    ended: Revision | None  # the revision that superseded it; None while it is in force
    commit: str = ""  # of the repository, where its source was read in this state first


def trail(project: Project, component: str) -> list[Entry]:
    """Every statement of a component, newest first; nothing is ever deleted from it."""
    return list(_entries(project, component))


def _entries(project: Project, component: str) -> Iterator[Entry]:
    rows = (
        Evidence.objects.filter(project=project, component=component)
        .select_related("since", "superseded", "reviewer", "submission", "subject")
        .order_by("-since_id", "-pk")
    )
    found = list(rows)
    reviews = list(
        Review.objects.filter(
            submission__in={row.submission_id for row in found if row.submission_id},
            part=component,
        ).select_related("reviewer")
    )
    commits = list(
        Observation.objects.filter(identifier__project=project, field="revision")
        .exclude(value="")
        .select_related("identifier")
        .order_by("-first_seen_at", "-pk")
    )
    for row in found:
        mine = [one for one in reviews if one.submission_id == row.submission_id]
        yield Entry(row, mine, row.superseded, _commit(row, commits))


def _commit(row: Evidence, commits: Iterable[Observation]) -> str:
    """What stood at the head of the repository when its source was first read so.

    Terms bind from there on: what was published before stays under those of its time.
    """
    return next(
        (
            one.value
            for one in commits
            if one.source == row.source
            and one.first_seen_at <= row.since.at
            and row.link.endswith(f"/{one.identifier.reference}")
        ),
        "",
    )
