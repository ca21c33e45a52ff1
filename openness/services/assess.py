"""Assess: facts to profiles and list rows, then scores and tallies, all in sets.

A derived value lives on a profile and is computed once for the many projects that share it; no
project row is written when a lens changes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from openness.facts import facts_in_batches
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
from openness.services.periods import keep_projects
from openness.services.scores import publish, score_derived
from scoring.facts import Facts
from scoring.hardware import known
from scoring.lenses import LENSES
from scoring.licenses import Rights, license_class
from scoring.profile import Profile as PureProfile
from scoring.profile import profile_of
from scoring.reconcile import sourced, statements

BATCH = 2000
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
        rows = Project.objects.order_by("pk")
        touched = _with_derivatives(projects or ())
        if projects is not None:
            rows = rows.filter(pk__in=touched)
        revision = revision or Revision(kind="rescore", summary="profiles")
        moves: Counter[int] = Counter()  # {profile: by how many rows it has more or fewer}
        for batch in facts_in_batches(rows.iterator(chunk_size=BATCH)):
            done.projects += len(batch)
            _assess_batch(batch, revision, done, moves)
        done.scores, done.profiles = score_derived(
            revision, done.lenses, moved=None if projects is None else moves
        )
        if projects is None:
            done.scores += publish(lens=lens, revision=revision)
        keep_projects(revision, None if projects is None else touched)
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
        wave = (
            set(Project.objects.filter(derived_from__in=wave).values_list("pk", flat=True)) - found
        )
        found |= wave
    return found


def _assess_batch(
    batch: Sequence[tuple[Project, Facts]],
    revision: Revision,
    done: Assessed,
    moves: Counter[int],
) -> None:
    pure = {project.pk: profile_of(facts) for project, facts in batch}
    profiles = profile_rows(pure.values())
    held = Listing.objects.in_bulk(pure)
    moved, listings = [], []
    for project, facts in batch:
        listing = listing_of(facts, profiles[pure[project.pk].digest()])
        listing.project = project
        before = held.get(project.pk)
        if before is not None and _same(before, listing):
            continue
        if before is None or before.profile_id != listing.profile_id:
            moved.append(listing)
            moves[listing.profile_id] += 1
            if before is not None:
                moves[before.profile_id] -= 1
        listings.append(listing)
    if not listings:
        return
    if revision._state.adding:
        revision.save()
    for listing in listings:
        listing.revision = revision
    ProjectProfile.objects.filter(
        project__in=[row.project_id for row in moved], until__isnull=True
    ).update(until=revision)
    ProjectProfile.objects.bulk_create(
        (
            ProjectProfile(project_id=row.project_id, profile_id=row.profile_id, since=revision)
            for row in moved
        ),
        batch_size=BATCH,
    )
    Listing.objects.bulk_create(
        listings,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["project"],
        update_fields=[*LISTED, "revision", "updated_at"],
    )
    done.moved += len(moved)
    done.listed += len(listings)


LISTED = (
    "profile",
    "license",
    "license_ids",
    "license_class",
    "weights_least",
    "weights_most",
    "api_least",
    "api_most",
    "parameters",
    "statements",
    "sourced",
)


def _same(before: Listing, after: Listing) -> bool:
    return all(
        getattr(before, f"{name}_id" if name == "profile" else name)
        == getattr(after, f"{name}_id" if name == "profile" else name)
        for name in LISTED
    )


def listing_of(facts: Facts, profile_id: int) -> Listing:
    """The list row of these facts, still without its project."""
    rights = Rights(facts.use, facts.modify, facts.share)
    size = known(facts.quantities, "parameters")
    return Listing(
        profile_id=profile_id,
        license=facts.license_id[:300],
        license_ids=license_ids(facts.license_id[:300]),
        license_class=license_class(rights),
        weights_least=facts.access.least,
        weights_most=facts.access.most,
        api_least=facts.hosted.least,
        api_most=facts.hosted.most,
        parameters=round(size[0]) if size and size[0] == size[1] else None,
        statements=statements(facts),
        sourced=sourced(facts),
        updated_at=timezone.now(),
    )


def license_ids(expression: str) -> list[str]:
    """Each license of an expression, once, in its order; WITH stays beside its license."""
    parts = re.split(r"\s+(?:AND|OR)\s+", expression.replace("(", " ").replace(")", " "))
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def profile_rows(pure: Iterable[PureProfile]) -> dict[str, int]:
    """{digest: key of the profile row}, rows made where missing."""
    by_digest = {profile.digest(): profile for profile in pure}
    found = dict(Profile.objects.filter(digest__in=by_digest).values_list("digest", "pk"))
    Profile.objects.bulk_create(
        (
            Profile(
                digest=digest,
                canonical=profile.canonical(),
                states=profile.states(),
                runs_on=profile.runs_on(),
            )
            for digest, profile in by_digest.items()
            if digest not in found
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    return dict(Profile.objects.filter(digest__in=by_digest).values_list("digest", "pk"))
