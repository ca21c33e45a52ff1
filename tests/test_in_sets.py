"""Many rows at once are written as one by one: the same tables, and no reference leads nowhere."""

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from openness.models import (
    Evidence,
    Judgement,
    Listing,
    Observation,
    Organization,
    Project,
    ProjectPeriod,
    ProjectProfile,
    PublishedPeriod,
    Quantity,
    Revision,
    Score,
    Subject,
)
from openness.services import references
from openness.services.assess import assess
from openness.services.copying import copy_rows
from openness.services.imports import import_index
from openness.services.listings import Alike
from openness.sources import SOURCES, hub_models
from tests.factories import ProjectFactory, component, project_with, weights

pytestmark = pytest.mark.django_db

PLAIN = dict.fromkeys(hub_models.COLUMNS, "") | {
    "gated": "0",
    "removed": "0",
    "formats": "safetensors",
    "storage_bytes": "27000000000",
    "created_at": "2024-01-09T23:10:22.000Z",
    "pipeline_tag": "text-generation",
}
ROWS = (
    {"id": "ai2/Heron-7B", "author": "ai2", "license_declared": "apache-2.0", "likes": "3"},
    {"id": "ai2/Heron-7B-Chat", "author": "AI2", "base_model": "ai2/heron-7b", "gated": "1"},
    {"id": "other/Heron-7B", "author": "other", "parameters": "7000000000"},
    {"id": "other/heron-7b-GGUF", "author": "other", "base_model": "nobody/at-all"},
    {"id": "odd/Egret", "author": 'tab\there, "quoted" \\N \\', "license_declared": "my\\own\r\n"},
    {"id": "odd/Egret-2", "author": "=1+1", "arxiv_tags": "2401.00001", "languages": "zh 鹭 {a,b}"},
    {"id": "odd/gone", "author": "odd", "removed": "1", "license_tags": "mit"},
    {"id": "odd/bare", "author": "odd", "formats": "", "storage_bytes": "12"},
)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have references checked table by table however few the rows."""
    monkeypatch.setattr(references, "MANY", 0)


def table(folder: Path, name: str, rows: Iterable[dict[str, str]]) -> Path:
    """A file of the collection with these rows."""
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, hub_models.COLUMNS)
        writer.writeheader()
        writer.writerows(PLAIN | row for row in rows)
    return path


def take_in(path: Path) -> tuple[int, int, int]:
    """Import a file and score what changed: created, updated, unchanged."""
    done = import_index(source=SOURCES["hub-models"], path=path)
    if done.projects:
        assess(projects=done.projects)
    return done.created, done.updated, done.unchanged


# Keys that we give, when it was, and of which document: these differ between the two ways.
OURS = ("id", "snapshot", "revision", "since", "until", "updated_at", "created_at", "rank")
SEEN = ("first_seen_at", "last_seen_at", "matched_on")
NAMES = {
    "project": "project__slug",
    "derived_from": "derived_from__slug",
    "organization": "organization__slug",
    "subject": "subject__key",
    "profile": "profile__digest",
    "identifier": "identifier__reference",
    "edition": "edition__key",
}


def contents() -> dict[str, list[str]]:
    """What the tables hold, rows named by what does not depend on the order of writing."""
    found = {}
    for model in (
        *(Organization, Project, Subject, Judgement, Observation, Evidence, Quantity),
        *(Listing, ProjectProfile, ProjectPeriod, PublishedPeriod, Score),
    ):
        fields = [f.name for f in model._meta.concrete_fields if f.name not in (*OURS, *SEEN)]
        rows = list(model._default_manager.values(*(NAMES.get(name, name) for name in fields)))
        for row in rows:
            row.get("details", {}).pop("derived_from_id", None)
        found[model.__name__] = sorted(map(repr, rows))
    return found


def test_an_import_of_many_rows_leaves_what_importing_them_one_by_one_leaves(
    tmp_path: Path, at_once: None
) -> None:
    with transaction.atomic():
        for n, row in enumerate(ROWS):
            take_in(table(tmp_path, str(n), [row]))
        one_by_one = contents()
        transaction.set_rollback(True)
    assert not Project.objects.exists()
    assert take_in(table(tmp_path, "all", ROWS)) == (8, 0, 0)
    in_sets = contents()
    for name, rows in one_by_one.items():
        assert rows, name
        assert in_sets[name] == rows, name


def test_the_same_rows_again_change_nothing(tmp_path: Path) -> None:
    path = table(tmp_path, "all", ROWS)
    take_in(path)
    before = contents()
    revisions = Revision.objects.count()
    assert take_in(path) == (0, 0, 8)
    assert contents() == before
    assert Revision.objects.count() == revisions


def test_documents_are_taken_in_part_by_part_and_a_base_may_come_after_what_derives_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openness.services.imports.PART", 1)
    table(tmp_path, "1", [ROWS[1]])
    table(tmp_path, "2", [ROWS[0]])
    table(tmp_path, "3", [ROWS[2] | {"id": "no id"}])
    done = import_index(source=SOURCES["hub-models"], path=tmp_path)
    assert (done.read, done.created) == (2, 2)
    assert [row["file"] for row in done.rejected] == ["3.csv"]
    assert "is no id of a model" in done.rejected[0]["reason"]
    assert Project.objects.get(slug="heron-7b-chat").derived_from.slug == "heron-7b"


@pytest.mark.parametrize("many", [0, 1000])
def test_a_reference_that_leads_nowhere_is_refused_however_many_rows_come(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(references, "MANY", many)
    project = ProjectFactory()
    sizes = [
        Quantity(project_id=pk, name="parameters", low=1, high=1, source="test")
        for pk in (project.pk, project.pk + 1)
    ]
    with pytest.raises(IntegrityError):
        _add(sizes)
    assert not Quantity.objects.exists()


@transaction.atomic
def _add(sizes: list[Quantity]) -> None:
    copy_rows(sizes)
    # What is checked row by row would be checked when the transaction of the test ends.
    connection.check_constraints()


@pytest.mark.parametrize("many", [0, 1000])
def test_references_are_not_checked_at_once_within_the_same(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = ProjectFactory()
    size = Quantity(project=project, name="parameters", low=1, high=1, source="test")
    with references.checked_at_once(Project):
        monkeypatch.setattr(references, "MANY", many)
        with pytest.raises(RuntimeError, match="already"):
            copy_rows([size])
    copy_rows([size])
    assert Quantity.objects.count() == 1


def test_projects_of_which_the_same_is_said_are_settled_once() -> None:
    said = component("model_card")
    heron = project_with(weights(), said)
    alike = project_with(weights(link="https://example.org/another"), said)
    sourceless = project_with(weights(link=""), said)
    larger = project_with(weights(), said, parameters=7e9)
    derived = project_with(weights(), said, derived_from=heron)
    kinds = Alike()
    places = kinds.places([row.pk for row in (heron, alike, sourceless, larger, derived)])
    assert places[heron.pk] == places[alike.pk]
    assert len(set(places.values())) == len(kinds.rows) == 4
