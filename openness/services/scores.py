"""Scores: profiles by the derived lenses, publishers' subjects by their own rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Q, TextField
from django.db.models import Value as Word
from django.db.models.functions import Concat

from openness.models import Edition, Judgement, Profile, Revision, Score, Subject
from openness.models.score import scores_of
from openness.prepared import FEW
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
    scored = _score(rules, moved)
    if moved is None:
        tallies.recount()
    else:
        tallies.count(moved, scored)
    numbers = [len(profiles) for profiles in scored.values()]
    return sum(numbers), max(numbers, default=0)


def _score(lenses: Sequence[Lens], only: Collection[int] | None) -> dict[str, list[int]]:
    """Give these profiles (None: all) the values that they lack; {lens: the profiles scored}."""
    columns = ("profile_id", "lens", "basis", "version", "low", "high", "grade")
    scored: dict[str, list[int]] = {lens.key: [] for lens in lenses}
    if not lenses:
        return scored
    keys = list(Profile.objects.values_list("pk", flat=True) if only is None else only)
    waiting = _waiting_of if len(keys) <= FEW else _waiting
    for first in range(0, len(keys), BATCH):
        rows = []
        for key, canonical, lacking in waiting(lenses, keys[first : first + BATCH]):
            profile = PureProfile.parse(canonical)
            for lens in lacking:
                value = _derived(lens, profile)
                shown = value.low, value.high, value.grade
                rows.append((key, lens.key, "derived", lens.version, *shown))
                scored[lens.key].append(key)
        if rows:
            with connection.cursor() as cursor:
                copy_in(cursor, "openness_score", columns, rows)
    return scored


def _derived(lens: Lens, profile: PureProfile) -> Value:
    try:
        return lens.derive(profile)
    except Unanswered:
        return Value(None, None)  # the lens does not cover this kind of project


def _waiting(lenses: Sequence[Lens], only: Sequence[int]) -> Iterator[tuple[int, str, list[Lens]]]:
    """Key and canonical form of each of these profiles that lacks a score by one of the lenses in
    its version of now, and which ones it lacks.

    Planned anew for a few at a time: for an empty table, reading it from end to end is best.
    """
    wanted = {f"{lens.key} {lens.version}": lens for lens in lenses}
    of_profile = Score.objects.filter(profile=OuterRef("pk")).values_list(
        Concat("lens", Word(" "), "version", output_field=TextField())
    )
    rows = Profile.objects.filter(pk__in=only).annotate(held=ArraySubquery(of_profile)).order_by()
    lacking = rows.exclude(Q(held__contains=list(wanted)))
    found = lacking.values_list("pk", "canonical", "held")
    for key, canonical, held in found:
        yield key, canonical, [lens for word, lens in wanted.items() if word not in held]


def _waiting_of(
    lenses: Sequence[Lens], profiles: Sequence[int]
) -> Iterator[tuple[int, str, list[Lens]]]:
    """The same of few profiles, by questions that are planned already."""
    held = {(score.profile_id, score.lens, score.version) for score in scores_of(profiles)}
    lacking = {
        key: [lens for lens in lenses if (key, lens.key, lens.version) not in held]
        for key in profiles
    }
    waiting = [key for key, some in lacking.items() if some]
    rows = Profile.objects.filter(pk__in=waiting).order_by() if waiting else ()
    for row in rows:
        yield row.pk, row.canonical, lacking[row.pk]


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
