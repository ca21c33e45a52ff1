"""The shipped catalogue in a site: what a newcomer sees is what the sources say."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from openness.exports.dataset.tables import CATALOGUE as TABLES
from openness.filters import Query
from openness.models import Evidence, Listing, Project, Score
from openness.rankings import page_of, stream
from openness.services.assess import assess
from openness.services.catalogue import load, write_catalogue
from openness.services.imports import import_index
from openness.sources import SOURCES
from tests.test_catalogue import AT_HAND, CATALOGUE

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shipped(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The catalogue, loaded and scored once for all tests here, and gone after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load()
        assess()
        yield
        transaction.set_rollback(True)


def test_it_is_as_large_as_it_says() -> None:
    listed = list(Listing.objects.select_related("project").exclude(project__kind="dataset"))
    known = [
        row for row in listed if row.license_class != "unknown" and row.weights_least != "unknown"
    ]
    assert Project.objects.count() >= 900
    assert Project.objects.values("organization").distinct().count() >= 150
    assert Counter(Project.objects.values_list("kind", flat=True))["software"] >= 60
    assert len(known) >= 600
    assert sum(row.sourced >= 8 for row in listed) >= 300


def test_few_are_without_a_rank() -> None:
    rows = list(stream(Query()))
    assert sum(row.rank is None for row in rows) < 0.2 * len(rows)


def test_loading_it_again_changes_nothing() -> None:
    assert not load().changed
    done = assess()
    assert (done.moved, done.listed, done.scores) == (0, 0, 0)


def test_it_is_what_export_dataset_writes_as_the_catalogue(tmp_path: Path) -> None:
    write_catalogue(tmp_path)
    for name in TABLES:
        assert (tmp_path / f"{name}.csv").read_bytes() == (
            CATALOGUE / f"{name}.csv"
        ).read_bytes(), name


@pytest.mark.parametrize("index", AT_HAND)
def test_the_publishers_files_say_nothing_that_it_does_not_hold(index: str, shared: Path) -> None:
    evidence = Evidence.objects.in_force().count()
    path = "sources/hf_models_2026-08-22.csv.gz" if index == "hub-models" else AT_HAND[index]
    summary = import_index(
        source=SOURCES[index], path=shared / "data" / path, known_only=True, facts_only=True
    )
    assert summary.read > 0
    assert summary.created == 0
    # What a machine saw at the Hub is observed anew; observations are not shipped.
    assert summary.updated == (summary.read if index == "hub-models" else 0)
    assert Evidence.objects.in_force().count() == evidence
    assert not Evidence.objects.filter(superseded__isnull=False).exists()


def test_opening_up_has_its_publishers_scores_in_its_publishers_order(shared: Path) -> None:
    with (shared / "oracles" / "osai_legacy.csv").open(newline="") as file:
        published = sorted(csv.DictReader(file), key=lambda row: int(row["position"]))
    rows = Score.objects.filter(lens="opening-up").order_by("-low", "subject__name")
    assert [row.low for row in rows] == [float(row["score"]) for row in published]
    assert [row.subject.key for row in rows.select_related("subject")] == [
        row["slug"] for row in published
    ]


def test_the_page_and_the_csv_have_the_same_rows(client: Client) -> None:
    text = "license_class=open&runs_on=laptop&kind=model"
    body = b"".join(client.get(f"/rankings.csv?{text}").streaming_content).decode()
    lines = [line["slug"] for line in csv.DictReader(io.StringIO(body))]
    first = page_of(Query.of(text))
    assert len(lines) == first.total
    assert lines[: len(first.rows)] == [row.slug for row in first.rows]
    assert f"{first.total:,}" in client.get(f"/rankings/?{text}").content.decode()


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("olmo-7b", "olmo-2-32b"),
        ("pythia-6-9b", "mistral-7b-v0-1"),
        ("pythia-12b", "llama-3-1-8b"),
        ("llama-3-1-8b", "llama-3-1-405b"),
        ("bloom-176b", "opt-175b"),
        ("opt-175b", "gpt-4"),
        ("tensorflow", "olmo-7b"),
    ],
)
def test_the_essays_own_examples_stand_in_its_order(more: str, less: str) -> None:
    low = {row.slug: row.low or 0 for row in stream(Query())}
    assert low[more] > low[less]


def test_the_commands_say_what_they_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rescore", "--project", "olmo-7b")
    said = json.loads(capsys.readouterr().out)
    assert said["projects"] >= 1
    assert said["scores"] == 0
    assert said["seconds"] >= 0
