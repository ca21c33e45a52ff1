"""Scores and ranks: profiles by the derived lenses, publishers' subjects by their own rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Exists, OuterRef

from openness.models import Edition, Judgement, Profile, Revision, Score, Subject
from openness.services.copying import copy_in
from openness.services.periods import keep_method, keep_published
from scoring.lenses import LENSES, Judged, Lens, Unanswered
from scoring.profile import Profile as PureProfile
from scoring.result import Value

BATCH = 2000


def score_derived(
    revision: Revision, lenses: Iterable[str] = tuple(LENSES), *, moved: bool = True
) -> tuple[int, int]:
    """Bring the derived scores of these lenses up to date, and the ranks of all.

    Where no project has `moved` to another profile and no score is new, ranks are as they were.
    A version that was not read before is kept under the revision, which is then saved. Returns the
    number of scores written, and of the profiles that they are of.
    """
    scored = []
    for lens in (LENSES[key] for key in lenses):
        if "derived" in lens.bases:
            keep_method(revision, lens)
            scored.append(score_profiles(lens))
    if moved or any(scored):
        rank(basis="derived")
    return sum(scored), max(scored, default=0)


def score_profiles(lens: Lens) -> int:
    """Give every profile on record the value of a derived lens in its present version; how many."""
    scored = Score.objects.filter(lens=lens.key, basis="derived", version=lens.version)
    waiting = Profile.objects.filter(~Exists(scored.filter(profile=OuterRef("pk"))))
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
    return len(rows)


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
    if written:
        rank(basis="published")
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


def rank(*, basis: str) -> None:
    """Rank every lens and version of a basis from its stored values; equal values share a rank.

    A derived rank counts projects through their profiles: one more than the number of projects
    with a better value. Nothing known (the whole range, or no value) has no rank.
    """
    weight = (
        "(SELECT profile_id, count(*) AS n FROM openness_listing GROUP BY profile_id)"
        if basis == "derived"
        else "(SELECT NULL::bigint AS profile_id, 1 AS n)"
    )
    join = "counts.profile_id = score.profile_id" if basis == "derived" else "true"
    for lens in LENSES.values():
        if basis not in lens.bases:
            continue
        grades = list(lens.ranked_grades)
        order = (
            "array_position(%(grades)s, score.grade::text)" if grades else "-score.low, -score.high"
        )
        known = (
            "score.grade = ANY(%(grades)s)"
            if grades
            else "score.low IS NOT NULL AND NOT (score.low < score.high"
            " AND score.low <= %(minimum)s AND score.high >= %(maximum)s)"
        )
        with connection.cursor() as cursor:
            # Only our own constants are put into the text; values go in as parameters.
            cursor.execute(
                f"""
                WITH counts AS MATERIALIZED {weight},
                ranked AS MATERIALIZED (
                    SELECT score.id,
                           CASE WHEN {known} THEN
                             1 + sum(counts.n) OVER (
                                   PARTITION BY score.version, ({known}) ORDER BY {order}
                                   RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
                               - sum(counts.n) OVER (PARTITION BY score.version, ({known}), {order})
                           END AS place
                    FROM openness_score AS score LEFT JOIN counts ON {join}
                    WHERE score.lens = %(lens)s AND score.basis = %(basis)s
                )
                UPDATE openness_score AS score SET rank = ranked.place
                FROM ranked
                WHERE ranked.id = score.id AND score.rank IS DISTINCT FROM ranked.place
                """,  # noqa: S608 our own constants; values are parameters
                {
                    "lens": lens.key,
                    "basis": basis,
                    "minimum": lens.minimum,
                    "maximum": lens.maximum,
                    "grades": grades,
                },
            )
