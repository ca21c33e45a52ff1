"""What the board finds is what all rows, looked at one by one, give, whatever is asked of it."""

from random import Random

import pytest

from bench.compare import LENSES, Truth, differences, questions
from openness.board import board, forget
from openness.facets import FACETS, choices
from openness.filters import Query
from openness.models import Listing, Organization, Project, Revision
from openness.rankings import filtered, page_of
from openness.services.assess import assess
from openness.services.periods import keep_projects
from openness.services.simulate.write import remove, simulate
from tests.factories import component, project_with, weights

pytestmark = pytest.mark.django_db


def check(rng: Random, number: int) -> None:
    """Every answer is that of a recomputation row by row."""
    truth = Truth()
    for query in questions(truth, rng, number):
        assert list(differences(truth, query)) == [], query.string()


def compare(projects: int, number: int) -> None:
    """Compare on synthetic projects, then once more after some of them have changed."""
    simulate(projects)
    rng = Random(projects)  # noqa: S311 a test that can be repeated, no secret
    check(rng, number)
    some = list(Project.objects.order_by("?")[:5])
    for project in some:
        project.name = f"{rng.choice('AHZ鹭')} {project.name}"[:200]
        project.save()
    some[0].kind = "software"
    some[0].save()
    project_with(weights(), component("model_card"), name="Zzz", slug="zzz", parameters=7e9)
    assess(projects=[project.pk for project in some])
    check(rng, number)


def test_every_question_has_the_answer_of_all_rows() -> None:
    compare(200, 20)


@pytest.mark.long
def test_every_question_has_the_answer_of_all_rows_for_twenty_thousand() -> None:
    compare(20_000, 30)


def test_choices_count_what_the_database_counts() -> None:
    simulate(100)
    for lens in LENSES:
        found = choices(Query.of(f"lens={lens}&basis=derived"))
        assert set(found) == set(FACETS)
        for name in FACETS:
            for choice in found[name][:9]:
                one = Query.of(f"lens={lens}&basis=derived&{name}={choice.value}")
                assert choice.count == filtered(one).count(), (lens, name, choice.value)


def test_what_is_taken_out_or_renamed_is_seen_at_once() -> None:
    simulate(50)
    assert page_of(Query()).total == 50
    remove()
    assert page_of(Query()).total == 0
    heron = project_with(weights(), name="Heron", slug="heron")
    project_with(weights(), name="Ibis", slug="ibis")
    assert [row.name for row in page_of(Query.of("sort=name")).rows] == ["Heron", "Ibis"]
    heron.name = "Stork"
    heron.save()
    assess(projects=[heron.pk])
    assert [row.name for row in page_of(Query.of("sort=name")).rows] == ["Ibis", "Stork"]


def test_a_revision_that_is_committed_after_a_later_one_is_not_missed() -> None:
    heron = project_with(weights(), name="Heron", slug="heron")
    project_with(weights(), name="Ibis", slug="ibis")
    early = Revision.objects.create(kind="edit")
    number = early.pk
    Revision.objects.create(kind="edit")
    early.delete()
    assert [row.name for row in page_of(Query.of("sort=name")).rows] == ["Heron", "Ibis"]
    early = Revision.objects.create(pk=number, kind="edit")
    Project.objects.filter(pk=heron.pk).update(name="Stork")
    keep_projects(early, [heron.pk])
    assert [row.name for row in page_of(Query.of("sort=name")).rows] == ["Ibis", "Stork"]


def test_a_board_that_kept_up_is_the_one_that_would_be_read_anew() -> None:
    simulate(60)
    with board() as held:
        before = held
    maker = Organization.objects.order_by("pk").first()
    Project.objects.filter(pk__in=Listing.objects.values("pk")[:7]).update(organization=maker)
    assess()
    project_with(weights(license_raw="A license of its own"), name="Mmm", slug="mmm")
    with board() as held:
        assert held is before
        kept = (held.rows.project.tolist(), held.rows.organization.tolist())
    forget()
    with board() as held:
        assert (held.rows.project.tolist(), held.rows.organization.tolist()) == kept
