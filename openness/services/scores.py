"""Scores: profiles by the derived lenses, publishers' subjects by their own rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import connection
from django.db.models import Exists, OuterRef

from openness.models import Edition, Judgement, Profile, Revision, Score, Subject
from openness.services import tallies
from openness.services.copying import copy_in
from openness.services.periods import keep_methods, keep_published
from scoring.lenses import LENSES, Judged, Lens, Unanswered
from scoring.profile import Profile as PureProfile
from scoring.result import Value

BATCH = 2000


def score_derived(
    revision: Revision,
    lenses: Iterable[str] = tuple(LENSES),
    *,
    moved: Mapping[int, int] | None = None,
) -> tuple[int, int]:
    """Bring the derived scores of these lenses up to date, and the tallies of all.

    `moved` says by how many list rows each profile has more or fewer, and only these are looked at;
    None: all profiles are, and all list rows are counted.
    A version that was not read before is kept under the revision, which is then saved. Returns the
    number of scores written, and of the profiles that they are of.
    """
    rules = [LENSES[key] for key in lenses if "derived" in LENSES[key].bases]
    if keep_methods(revision, rules):
        moved = None
    scored = {lens.key: score_profiles(lens, moved) for lens in rules if moved is None or moved}
    if moved is None:
        tallies.recount()
    else:
        tallies.count(moved, scored)
    numbers = [len(profiles) for profiles in scored.values()]
    return sum(numbers), max(numbers, default=0)


def score_profiles(lens: Lens, only: Collection[int] | None = None) -> list[int]:
    """Give these profiles (None: all) the value of a derived lens in its present version; which."""
    scored = Score.objects.filter(lens=lens.key, basis="derived", version=lens.version)
    waiting = Profile.objects.filter(~Exists(scored.filter(profile=OuterRef("pk"))))
    if only is not None:
        waiting = waiting.filter(pk__in=only)
    rows = []
    for key, canonical in waiting.values_list("pk", "canonical").iterator(chunk_size=BATCH):
        try:
            value = lens.derive(PureProfile.parse(canonical))
        except Unanswered:
            value = Value(None, None)  # the lens does not cover this kind of project
        rows.append((key, lens.key, "derived", lens.version, value.low, value.high, value.grade))
    columns = ("profile_id", "lens", "basis", "version", "low", "high", "grade")
    if rows:
        with connection.cursor() as cursor:
            copy_in(cursor, "openness_score", columns, rows)
    return [row[0] for row in rows]


def publish(
    *,
    revision: Revision,
    subjects: Collection[Subject] | None = None,
    lens: str | None = None,
) -> int:
    """Score these subjects (None: all) in every edition by the publishers' own rules.

    Returns the number of scores written; an equal one is left alone. What they come to is kept
    under the revision, which is saved if anything differs.
    """
    written = 0
    for edition in Edition.objects.filter(index__in=[lens] if lens else LENSES):
        rule = LENSES[edition.index]
        if "published" in rule.bases and edition.key in rule.editions:
            written += _publish(rule, edition, subjects)
    keep_published(revision, None if subjects is None else [row.pk for row in subjects])
    return written


def _publish(lens: Lens, edition: Edition, subjects: Collection[Subject] | None) -> int:
    said: dict[int, list[Judged]] = {}
    judgements = Judgement.objects.filter(edition=edition)
    if subjects is not None:
        judgements = judgements.filter(subject__in=subjects)
    for row in judgements:
        said.setdefault(row.subject_id, []).append(
            Judged(row.position, row.dimension, row.value, row.attributes)
        )
    held = {
        score.subject_id: score
        for score in Score.objects.filter(
            subject_id__in=said, lens=lens.key, basis="published", version=edition.key
        )
    }
    new, other = [], []
    for subject_id, cells in said.items():
        value = lens.publish(cells, edition.key)
        score = held.get(subject_id)
        if score is None:
            new.append(
                Score(
                    subject_id=subject_id,
                    lens=lens.key,
                    basis="published",
                    version=edition.key,
                    low=value.low,
                    high=value.high,
                    grade=value.grade,
                )
            )
        elif (score.low, score.high, score.grade) != (value.low, value.high, value.grade):
            score.low, score.high, score.grade = value.low, value.high, value.grade
            other.append(score)
    Score.objects.bulk_create(new, batch_size=BATCH)
    Score.objects.bulk_update(other, ["low", "high", "grade"], batch_size=BATCH)
    return len(new) + len(other)
