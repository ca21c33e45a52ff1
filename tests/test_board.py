"""What the board finds is what a plain query of the database finds, whatever is asked of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from openness.board import board, forget
from openness.facets import FACETS, choices
from openness.filters import Query
from openness.models import Listing, Organization, Project, Revision
from openness.rankings import count, filtered, page_of, roots, stream
from openness.services.assess import assess
from openness.services.periods import keep_projects
from openness.services.simulate.write import remove, simulate
from scoring.lenses import LENSES as LENS_OF
from scoring.result import Value
from tests.factories import component, project_with, weights

pytestmark = pytest.mark.django_db

LENSES = ("open-to-whom", "mof", "osai", "osaid", "gradient")
CONDITIONS = (
    *("kind=model", "kind=software,dataset", "license_class=open,unstated", "weights=public"),
    *("weights=by_request", "api=none", "api=free_api,paid_api", "runs_on=laptop,lab"),
    *("license=apache-2.0", "license=Apache-2.0,MIT", "license=gemma", "q=heron", "q=7b+gguf"),
    *("q=100%25_", "q=synthetic+maker+1", "organization=synthetic-maker-1,synthetic-maker-9"),
    *("parameters_min=7000000000", "parameters_max=7000000000", "sourced=2", "sourced=all"),
    *("training_data=open", "training_code=partial", "model_card=open", "preprint=open"),
)
SORTS = ("rank", "-rank", "name", "-name", "organization", "-organization", "parameters")
SORTS += ("-parameters", "sourced", "-sourced", "updated", "-updated", "score", "-score")


def asked(rng: Random, number: int) -> Iterator[Query]:
    """So many random questions: a lens, up to three conditions, an order, a page."""
    for _ in range(number):
        parts = [f"lens={rng.choice(LENSES)}", "basis=derived", f"sort={rng.choice(SORTS)}"]
        parts += rng.sample(CONDITIONS, rng.randrange(4))
        parts.append(f"per_page={rng.choice((7, 50))}&page={rng.choice((1, 2, 9))}")
        yield Query.of("&".join(parts))


def agree(query: Query) -> None:
    """The page, its total, its ranks and its ties are those of the database's own answer."""
    page = page_of(query)
    everything = [row.slug for row in stream(replace(query, page=None))]
    assert (page.total, count(query)) == (len(everything), filtered(query).count()), query.string()
    start = (page.page - 1) * query.per_page
    expected = everything[start : start + query.per_page]
    assert [row.slug for row in page.rows] == expected, query.string()
    ranks = counted_ranks(query)
    for row in page.rows:
        rank, alike = ranks[row.low, row.high, row.grade]
        assert (row.rank, row.tied) == (rank, rank is not None and alike > 1), query.string()


def counted_ranks(query: Query) -> dict[tuple[Any, ...], tuple[int | None, int]]:
    """{value: (its rank, how many share it)}, each row of the lens looked at."""
    path = "profile__scores__"
    rows = roots(query).order_by().values_list(f"{path}low", f"{path}high", f"{path}grade")
    rule = LENS_OF[query.lens]
    held = Counter(rows)
    keys = {value: rule.rank_key(Value(*value)) for value in held}
    found = {}
    for value, key in keys.items():
        better = sum(n for one, n in held.items() if key and keys[one] and keys[one] > key)
        alike = sum(n for one, n in held.items() if keys[one] == key)
        found[value] = (better + 1 if key else None, alike)
    return found


def compare(projects: int, questions: int) -> None:
    """Compare on synthetic projects, then once more after some of them have changed."""
    simulate(projects)
    rng = Random(projects)  # noqa: S311 a test that can be repeated, no secret
    for query in asked(rng, questions):
        agree(query)
    some = list(Project.objects.order_by("?")[:5])
    for project in some:
        project.name = f"{rng.choice('AHZ鹭')} {project.name}"[:200]
        project.save()
    some[0].kind = "software"
    some[0].save()
    project_with(weights(), component("model_card"), name="Zzz", slug="zzz", parameters=7e9)
    assess(projects=[project.pk for project in some])
    for query in asked(rng, questions):
        agree(query)


def test_every_question_has_the_answer_of_the_database() -> None:
    compare(200, 20)


@pytest.mark.long
def test_every_question_has_the_answer_of_the_database_for_twenty_thousand() -> None:
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
