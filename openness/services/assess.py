"""Assess: facts to profiles and list rows, then scores and tallies, all in sets.

A derived value lives on a profile and is computed once for the many projects that share it; no
project row is written when a lens changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection, transaction
from django.db.models import QuerySet

from openness.models import (
    Evidence,
    Listing,
    Profile,
    Project,
    ProjectPeriod,
    ProjectProfile,
    Revision,
    Score,
    Tally,
)
from openness.prepared import Given, Prepared, among
from openness.services.listings import Alike, write_listings
from openness.services.periods import keep_projects
from openness.services.scores import publish, score_derived
from scoring.lenses import LENSES

BATCH = 20_000
# One writer of scores and tallies at a time; the number is ours, any constant does.
SCORE_LOCK = 4_201_101


@dataclass(slots=True)
class Assessed:
    """Counts of what an assessment did."""

    projects: int = 0
    moved: int = 0  # projects that got another profile
    listed: int = 0  # list rows written
    profiles: int = 0  # profiles scored
    scores: int = 0
    lenses: list[str] = field(default_factory=list)


def assess(
    *,
    projects: Collection[int] | None = None,
    lens: str | None = None,
    revision: Revision | None = None,
) -> Assessed:
    """Settle, profile and score these projects (None: all), and what derives from them.

    For all projects, publishers' own results are computed again as well. What comes of it is kept
    under `revision`, one of its own unless the caller has one.

    Idempotent: where nothing changed nothing is written, and no revision is made.
    """
    done = Assessed(lenses=[lens] if lens else list(LENSES))
    with transaction.atomic():
        one_at_a_time()
        touched = None if projects is None else sorted(_with_derivatives(projects))
        keys = Project.objects.order_by("pk").values_list("pk", flat=True)
        every = keys.iterator(chunk_size=BATCH) if touched is None else iter(touched)
        revision = revision or Revision(kind="rescore", summary="profiles")
        moves: Counter[int] = Counter()  # {profile: by how many rows it has more or fewer}
        alike = Alike()
        for batch in _batches(every):
            written = write_listings(alike, batch, revision)
            moved = [row for row in written if row.moved]
            moves.update(row.profile for row in moved)
            moves.subtract(row.before for row in moved if row.before)
            done.projects += len(batch)
            done.listed += len(written)
            done.moved += len(moved)
        done.scores, done.profiles = score_derived(
            revision, done.lenses, moved=None if projects is None else moves
        )
        if projects is None:
            done.scores += publish(lens=lens, revision=revision)
        keep_projects(revision, touched)
        if projects is None and (done.listed or done.scores):
            analyze()
    return done


def analyze() -> None:
    """Tell the planner what is there; autovacuum would come a minute later, after slow pages."""
    written = (Project, Profile, Listing, Score, Tally, ProjectProfile, ProjectPeriod, Evidence)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in written)}")


def one_at_a_time() -> None:
    """Wait until nobody else writes list rows, scores or tallies; until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SCORE_LOCK])


def _with_derivatives(projects: Collection[int]) -> set[int]:
    """These projects and all whose rights follow from theirs."""
    found = set(projects)
    wave = found
    while wave:
        wave = set(_derived(bases=list(wave))) - found
        found |= wave
    return found


@Prepared
def _derived(bases: Given) -> QuerySet[Project, int]:
    derived = Project.objects.filter(among("derived_from", bases))
    return derived.order_by().values_list("pk", flat=True)


def _batches(projects: Iterator[int]) -> Iterator[list[int]]:
    while batch := list(islice(projects, BATCH)):
        yield batch
