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
    waiting = _waiting(rules, moved)
    scored = {lens.key: score_profiles(lens, waiting[lens.key]) for lens in rules}
    if moved is None:
        tallies.recount()
    else:
        tallies.count(moved, scored)
    numbers = [len(profiles) for profiles in scored.values()]
    return sum(numbers), max(numbers, default=0)


def score_profiles(lens: Lens, waiting: Iterable[tuple[int, str]]) -> list[int]:
    """Give profiles (key, canonical form) their value by a derived lens of now; their keys."""
    rows = []
    for key, canonical in waiting:
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


def _waiting(
    lenses: Collection[Lens], only: Collection[int] | None
) -> dict[str, Iterable[tuple[int, str]]]:
    """{lens: which of these profiles (None: all) have no score in its version}."""
    if only is not None:
        scores = Score.objects.filter(profile__in=only).values_list("lens", "version", "profile")
        held = set(scores)
        profiles = list(Profile.objects.filter(pk__in=only).values_list("pk", "canonical"))
        return {
            lens.key: [one for one in profiles if (lens.key, lens.version, one[0]) not in held]
            for lens in lenses
        }
    found: dict[str, Iterable[tuple[int, str]]] = {}
    for lens in lenses:
        of_lens = {"lens": lens.key, "basis": "derived", "version": lens.version}
        scores_of = Score.objects.filter(profile=OuterRef("pk"), **of_lens)
        rows = Profile.objects.filter(~Exists(scores_of)).values_list("pk", "canonical")
        found[lens.key] = rows.iterator(chunk_size=BATCH)
    return found


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
