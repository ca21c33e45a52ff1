"""Synthetic projects: as the rules would have made them, marked, and gone without a trace."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count

from openness.filters import Query
from openness.models import (
    Evidence,
    Listing,
    Organization,
    Profile,
    Project,
    ProjectPeriod,
    Revision,
    Score,
)
from openness.rankings import page_of
from openness.services.assess import assess
from openness.services.catalogue import write_catalogue
from openness.services.simulate.draw import SOURCE
from openness.services.simulate.write import SUMMARY, remove, simulate
from tests.factories import component, project_with, weights

pytestmark = pytest.mark.django_db

NUMBER = 300


def test_they_are_what_assessing_their_statements_would_have_made_of_them() -> None:
    done = simulate(NUMBER)
    assert done.projects == Project.objects.filter(synthetic=True).count() == NUMBER
    assert done.statements == Evidence.objects.filter(source=SOURCE).count() > NUMBER
    assert ProjectPeriod.objects.filter(until__isnull=True).count() == NUMBER
    revisions = Revision.objects.count()
    again = assess()
    assert (again.moved, again.listed, again.scores) == (0, 0, 0)
    assert Revision.objects.count() == revisions


def test_they_say_what_they_are_and_stay_out_of_the_data_set(tmp_path: Path) -> None:
    simulate(NUMBER)
    project_with(weights(), slug="heron")
    found = write_catalogue(tmp_path)
    assert found["projects"] == 1
    assert found["organizations"] == 1
    assert "synthetic" not in (tmp_path / "quantities.csv").read_text()
    assert set(Project.objects.filter(synthetic=True).values_list("summary", flat=True)) == {
        SUMMARY
    }


def test_they_vary_as_the_hub_does() -> None:
    simulate(NUMBER)
    listings = Listing.objects.all()
    assert listings.values("license_class").distinct().count() >= 4
    assert listings.filter(weights_least="by_request").exists()
    assert listings.filter(parameters__isnull=True).exists()
    assert listings.exclude(project__derived_from=None).exists()
    assert Project.objects.exclude(derived_from_name="").exists()
    assert listings.values("profile").distinct().count() > 100
    sizes = Organization.objects.annotate(n=Count("projects")).order_by("-n")
    most, *_, least = sizes
    assert most.projects.count() > 5 * least.projects.count()


def test_the_same_seed_gives_the_same_projects_and_more_can_be_added() -> None:
    simulate(100, seed=3)
    first = list(Project.objects.order_by("pk").values_list("name", "released"))
    remove()
    simulate(100, seed=3)
    assert list(Project.objects.order_by("pk").values_list("name", "released")) == first
    simulate(50, seed=4)
    assert page_of(Query()).total == 150


def test_they_go_and_leave_the_others_and_their_ranks_as_they_were() -> None:
    project = project_with(weights(), component("model_card"), parameters=7e9)
    before = list(Score.objects.order_by("pk").values())
    models = (Organization, Profile, Evidence, ProjectPeriod)
    counts = [model.objects.count() for model in models]
    simulate(NUMBER)
    assert remove().projects == NUMBER
    assert list(Project.objects.all()) == [project]
    assert [model.objects.count() for model in models] == counts
    assert list(Score.objects.order_by("pk").values()) == before
    assert remove().projects == 0


def test_the_command_says_what_it_did() -> None:
    out = StringIO()
    call_command("simulate", "30", stdout=out)
    assert json.loads(out.getvalue())["projects"] == 30
    call_command("simulate", "--remove", stdout=out)
    assert not Project.objects.filter(synthetic=True).exists()
    with pytest.raises(CommandError, match="how many"):
        call_command("simulate")
