"""Tallies say at every moment how many list rows have which value, whoever moved the rows."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from openness import ranks
from openness.filters import Query
from openness.models import Listing, Project, Score, Tally
from openness.rankings import stream
from openness.services import tallies
from openness.services.assess import assess
from openness.services.simulate.write import remove, simulate
from scoring.lenses import LENSES
from tests.factories import component, evidence_of, project_with, weights

Counted = dict[tuple[Any, ...], int]


def counted() -> Counted:
    """{lens, version and value: rows}, each list row looked at."""
    found: Counter[tuple[Any, ...]] = Counter()
    scores: dict[int, list[tuple[Any, ...]]] = {}
    for profile, *value in Score.objects.filter(basis="derived").values_list(
        "profile", "lens", "version", "low", "high", "grade"
    ):
        scores.setdefault(profile, []).append(tuple(value))
    for profile in Listing.objects.values_list("profile", flat=True):
        found.update(scores[profile])
    return dict(found)


def kept() -> Counted:
    """The same by the tallies."""
    rows = Tally.objects.exclude(projects=0)
    found = rows.values_list("lens", "version", "low", "high", "grade", "projects")
    return {tuple(value): n for *value, n in found}


def close(project: Project) -> None:
    """Let all that is open of a project be closed, so that its values are others."""
    for row in evidence_of(project).values():
        row.state = "closed"
        row.save()


@pytest.mark.django_db
def test_they_are_those_of_all_rows_after_every_kind_of_change() -> None:
    heron = project_with(weights(), component("model_card"), name="Heron")
    project_with(weights(), component("model_card"), name="Ibis")
    assert kept() == counted()
    close(heron)
    assess(projects=[heron.pk])
    assert kept() == counted()
    simulate(60)
    assert kept() == counted()
    assess()
    assert kept() == counted()
    remove()
    assert (
        sum(kept().values())
        == sum(counted().values())
        == 2 * len([lens for lens in LENSES.values() if "derived" in lens.bases])
    )
    assert kept() == counted()


@pytest.mark.django_db
def test_a_change_of_one_project_touches_a_handful_of_rows() -> None:
    simulate(60)
    heron = project_with(weights(), component("model_card"))
    before = {row.pk: row.projects for row in Tally.objects.all()}
    close(heron)
    assess(projects=[heron.pk])
    after = {row.pk: row.projects for row in Tally.objects.all()}
    changed = {pk for pk in after if after[pk] != before.get(pk)}
    assert 0 < len(changed) <= 2 * len(LENSES)


@pytest.mark.django_db
def test_profiles_that_are_scored_late_bring_all_of_their_rows() -> None:
    heron = project_with(weights(), component("model_card"))
    project_with(weights(), component("model_card"))
    Score.objects.filter(lens="mof").delete()
    tallies.recount()
    assess(projects=[heron.pk])
    assert kept() == counted()


@pytest.mark.django_db
def test_a_rank_is_one_more_than_the_rows_with_a_better_value() -> None:
    simulate(80)
    for lens in ("open-to-whom", "osaid", "mof"):
        query = Query.of(f"lens={lens}&basis=derived")
        key = LENSES[lens].rank_key
        scores = list(Score.objects.filter(lens=lens, basis="derived", version=query.edition))
        ranks.rank(scores)
        of_value = {score.stored: score.rank for score in scores}
        rows = [ranks.Value(row.low, row.high, row.grade) for row in stream(query)]
        for row in stream(query):
            own = key(ranks.Value(row.low, row.high, row.grade))
            better = sum(1 for one in rows if own and (other := key(one)) and other > own)
            assert row.rank == (better + 1 if own else None)
            assert of_value[row.low, row.high, row.grade] == row.rank


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_lose_no_count_and_do_not_wait_for_each_other_for_good() -> None:
    profiles = [
        project_with(weights(), component(name)).listing.profile_id
        for name in ("model_card", "data_card")
    ]
    before = kept()

    def move(a: int, b: int) -> None:
        try:
            for _ in range(20):
                with transaction.atomic():
                    tallies.count({a: 1, b: -1}, {})
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(move, *profiles), pool.submit(move, *reversed(profiles))]:
            done.result(timeout=60)
    assert kept() == before
