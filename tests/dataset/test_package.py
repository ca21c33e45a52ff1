"""The open data set: whole, of one moment, described to people and programs, and a site again."""

import csv
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker

from openness.exports.dataset import rows as rows_of
from openness.exports.dataset.tables import TABLES
from openness.filters import Query
from openness.models import Evidence, Listing, Project, ProjectProfile, Revision
from openness.rankings import page_of
from openness.services.assess import assess
from openness.services.catalogue import load
from openness.services.datasets import write_to
from openness.services.tables import TableError
from tests.dataset.site import wipe
from tests.factories import ProjectFactory, component, project_with, weights

ISSUE = (
    *("projects", "releases", "organizations", "identifiers", "evidence"),
    *("judgements", "scores", "changes", "licenses"),
)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_site")]


@pytest.fixture(scope="module")
def written(
    small_site: Project,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Path:
    """A package of the small site."""
    folder = tmp_path_factory.mktemp("written") / "package"
    with django_db_blocker.unblock():
        write_to(folder)
    return folder


@pytest.fixture
def package(written: Path, tmp_path: Path) -> Path:
    """The same, for a test to alter."""
    return Path(shutil.copytree(written, tmp_path / "package"))


def lines(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def described(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text())


def test_every_table_is_there_twice_with_its_rows_and_sums(package: Path) -> None:
    resources = {one["name"]: one for one in described(package)["resources"]}
    assert set(ISSUE) <= set(TABLES)
    assert set(resources) == {*TABLES, *(f"{name}-parquet" for name in TABLES)}
    for name, one in resources.items():
        body = (package / one["path"]).read_bytes()
        assert one["bytes"] == len(body), name
        assert one["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}", name
    for name in TABLES:
        rows = resources[name]["rows"]
        assert rows == len(lines(package, name)), name
        assert rows == pq.read_metadata(package / f"{name}.parquet").num_rows, name
    sums = [line.split("  ") for line in (package / "SHA256SUMS").read_text().splitlines()]
    assert {name for _, name in sums} == {p.name for p in package.iterdir()} - {"SHA256SUMS"}
    for digest, name in sums:
        assert hashlib.sha256((package / name).read_bytes()).hexdigest() == digest, name


def test_parquet_has_the_same_rows_with_types(package: Path) -> None:
    for name, table in TABLES.items():
        held = pq.read_table(package / f"{name}.parquet").to_pylist()
        for line, row in zip(lines(package, name), held, strict=True):
            for column in table.columns:
                value = row[column.name]
                if column.kind.held == "json" and value is not None:
                    value = json.loads(value)
                assert column.write(value) == line[column.name], (name, column.name)


def test_text_is_not_changed_for_spreadsheets(package: Path) -> None:
    assert "=SUM(1,2), read anew" in {row["summary"] for row in lines(package, "revisions")}
    assert 'a "b", c\nd = e' in {row["note"] for row in lines(package, "evidence")}


def test_former_statements_and_names_are_there_and_say_until_when(package: Path) -> None:
    terms = [
        (row["license_raw"], bool(row["until"]))
        for row in lines(package, "evidence")
        if (row["project"], row["component"]) == ("heron-7b-new", "weights_end")
    ]
    assert sorted(terms) == [("Apache-2.0", True), ("MIT", False)]
    periods = [r for r in lines(package, "releases") if r["project"] == "heron-7b-new"]
    assert [row["slug"] for row in periods][-2:] == ["heron-7b", "heron-7b-new"]
    assert [row["until"] == "" for row in periods].count(True) == 1
    assert "made-up" not in {row["slug"] for row in lines(package, "projects")}
    assert {row["change_class"] for row in lines(package, "changes")} >= {"lateral", "renamed"}


def test_a_score_is_told_for_a_project_and_for_a_publishers_subject(package: Path) -> None:
    scores = lines(package, "scores")
    own = [r for r in scores if (r["lens"], r["project"]) == ("open-to-whom", "heron-7b-new")]
    score = Listing.objects.get(project__slug="heron-7b-new").profile.scores.get(
        lens="open-to-whom"
    )
    assert [(float(row["low"]), float(row["high"])) for row in own] == [(score.low, score.high)]
    said = [row for row in scores if row["basis"] == "published"]
    assert [(row["subject"], row["low"]) for row in said] == [("heron", "13.5")]


def test_a_publishers_sentence_stays_with_the_publisher(package: Path) -> None:
    assert {row["note"] for row in lines(package, "judgements")} == {""}


def test_a_round_trip_into_an_empty_site_is_the_identity(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parents = ProjectProfile.objects.order_by("project__slug", "since_id")
    before = list(parents.values_list("project__slug", "since", "until", "profile__digest"))
    assert before
    wipe()
    call_command("load_catalogue", str(package))
    said = json.loads(capsys.readouterr().out)
    assert said["changed"]
    assert said["evidence"]["created"] == len(lines(package, "evidence"))
    assert list(parents.values_list("project__slug", "since", "until", "profile__digest")) == before
    write_to(tmp_path / "again")
    for name in TABLES:
        for form in ("csv", "parquet"):
            first = (package / f"{name}.{form}").read_bytes()
            assert (tmp_path / "again" / f"{name}.{form}").read_bytes() == first, name


def test_the_copy_is_a_working_site_that_has_nothing_left_to_score(package: Path) -> None:
    wipe()
    load(package)
    newest = Revision.objects.first()
    done = assess()
    assert (done.moved, done.listed, done.scores) == (0, 0, 0)
    assert not load(package).changed
    assert Revision.objects.first() == newest
    project_with(weights(), component("tests"))
    assert Revision.objects.first().pk > newest.pk
    assert page_of(Query()).rows[0].rank == 1


def test_a_site_with_a_record_of_its_own_keeps_it(package: Path) -> None:
    ProjectFactory(slug="own")
    Evidence.objects.filter(component="tests").update(note="another")
    revisions = Revision.objects.count()
    done = load(package).as_json()
    assert done["evidence"]["updated"] == 1
    assert "revisions" not in done
    assert Revision.objects.count() == revisions + 1
    assert Project.objects.filter(slug="own").exists()


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("changes", "heron-7b-new", "nobody", r"changes\.csv, line 2: there is no 'nobody'"),
        ("evidence", ",open,", ",ajar,", r"evidence\.csv, line 2: 'ajar' is not a valid State"),
        ("revisions", "Z,", ",", r"revisions\.csv, line 2: at .*without its time zone"),
    ],
)
def test_a_package_that_was_altered_is_refused_whole(
    package: Path, table: str, old: str, new: str, message: str
) -> None:
    path = package / f"{table}.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    wipe()
    with pytest.raises(TableError, match=message):
        load(package)
    assert not Project.objects.exists()


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ConnectionResetError

    monkeypatch.setitem(rows_of._MADE, "scores", broken)
    with pytest.raises(ConnectionResetError):
        write_to(tmp_path / "out" / "package")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="is not empty; a package is never altered"):
        call_command("export_dataset", str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
