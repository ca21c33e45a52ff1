"""What others read the data with: every export, without a warning and with the same rows."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from openness.exports.dataset.tables import TABLES
from openness.services.assess import assess
from openness.services.catalogue import load
from openness.services.datasets import write_to
from scoring.lenses import LENSES
from tests.dataset.site import rename, wipe

pytestmark = pytest.mark.long

LISTS = (
    *(
        f"rankings.csv?lens={key}&basis={basis}"
        for key, lens in LENSES.items()
        for basis in lens.bases
    ),
    "rankings.csv",
    "rankings.csv?license_class=open&weights=public&sort=-parameters",
    "rankings.csv?q=nothing+is+called+so",
    "rankings.csv?page=2&per_page=10",
    "organizations.csv",
    "organizations.csv?kind=academic&sort=best",
    "licenses.csv",
    "licenses.csv?class=noncommercial",
    "changes.csv",
    "changes.csv?change_class=renamed",
    "compare.csv?p=olmo-7b&p=gpt-4",
    "compare.csv?p=olmo-7b&p=tensorflow&p=gpt-4&diff=1",
    "projects/olmo-7b.csv",
    "projects/tensorflow.csv",
)
Cells = list[dict[str, str]]


@pytest.fixture(scope="module")
def package(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """The package of the shipped catalogue, which has had a change since it was loaded."""
    folder = tmp_path_factory.mktemp("readers") / "package"
    with django_db_blocker.unblock(), transaction.atomic():
        from openness.models import Project  # noqa: PLC0415 Django must be set up

        load()
        assess()
        rename(Project.objects.get(slug="bloom-176b"), "opt-175b")
        assess()
        write_to(folder)
        yield folder
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def lists(
    package: Path, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """{address: its bytes in a file}."""
    folder = tmp_path_factory.mktemp("lists")
    found = {}
    with django_db_blocker.unblock():
        for number, address in enumerate(LISTS):
            found[address] = folder / f"{number}.csv"
            found[address].write_bytes(b"".join(Client().get(f"/{address}").streaming_content))
    return found


def by_csv(path: Path) -> Cells:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def as_text(rows: list[dict[str, Any]]) -> Cells:
    return [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]


def by_pandas(path: Path) -> Cells:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return as_text(frame.to_dict("records"))


def by_polars(path: Path) -> Cells:
    return as_text(pl.read_csv(path, infer_schema=False).to_dicts())


def by_duckdb(path: Path) -> Cells:
    found = duckdb.read_csv(str(path), all_varchar=True)
    return as_text([dict(zip(found.columns, row, strict=True)) for row in found.fetchall()])


READERS = (by_pandas, by_polars, by_duckdb)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("read", READERS)
def test_every_reader_finds_the_same_cells_in_every_table(
    package: Path, table: str, read: Callable[[Path], Cells]
) -> None:
    path = package / f"{table}.csv"
    assert read(path) == by_csv(path)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("read", READERS)
def test_every_reader_finds_the_same_cells_in_every_list(
    lists: Mapping[str, Path], address: str, read: Callable[[Path], Cells]
) -> None:
    assert read(lists[address]) == by_csv(lists[address])


@pytest.mark.parametrize("path", LISTS)
def test_every_reader_counts_the_same_rows_by_the_types_that_it_guesses(
    lists: Mapping[str, Path], path: str
) -> None:
    count = len(by_csv(lists[path]))
    assert len(pd.read_csv(lists[path])) == count
    assert pl.read_csv(lists[path], infer_schema_length=None).height == count
    assert len(duckdb.read_csv(str(lists[path]), sample_size=-1).fetchall()) == count


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_read_by_the_types_that_a_reader_guesses(package: Path, table: str) -> None:
    path = package / f"{table}.csv"
    count = len(by_csv(path))
    assert len(pd.read_csv(path, low_memory=False)) == count
    assert pl.read_csv(path, infer_schema_length=None).height == count
    assert len(duckdb.read_csv(str(path), sample_size=-1).fetchall()) == count


@pytest.mark.parametrize("table", TABLES)
def test_every_reader_finds_the_same_values_in_parquet(package: Path, table: str) -> None:
    path = package / f"{table}.parquet"
    rows = pq.read_table(path).to_pylist()
    assert pl.read_parquet(path).to_dicts() == rows
    found = duckdb.read_parquet(str(path))
    # DuckDB gives moments in the zone of the machine: equal, though not alike.
    assert [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()] == rows
    frame = pd.read_parquet(path, dtype_backend="pyarrow")
    assert list(frame.columns) == [column.name for column in TABLES[table].columns]
    for name in frame:
        assert frame[name].isna().tolist() == [row[name] is None for row in rows], name
    assert len(rows) == len(by_csv(package / f"{table}.csv"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        *(one.replace(".csv", ".json") for one in LISTS if one.startswith(("rank", "org", "lic"))),
    ],
)
def test_json_has_the_rows_of_the_csv(
    package: Path, lists: Mapping[str, Path], client: Client, address: str
) -> None:
    rows = json.loads(b"".join(client.get(f"/{address}").streaming_content))["rows"]
    kept = by_csv(lists[address.replace("json", "csv")])
    assert len(rows) == len(kept)
    assert pl.read_json(io.StringIO(json.dumps(rows)), infer_schema_length=None).height == len(rows)
    assert len(pd.read_json(io.StringIO(json.dumps(rows)))) == len(rows)


def test_frictionless_finds_the_package_valid(package: Path) -> None:
    report = frictionless.validate(str(package / "datapackage.json"))
    assert [error.message for task in report.tasks for error in task.errors] == []
    assert [warning for task in report.tasks for warning in task.warnings] == []
    assert report.valid
    assert report.stats["tasks"] == 2 * len(TABLES)


def test_frictionless_would_find_a_broken_cell(package: Path, tmp_path: Path) -> None:
    schema = json.loads((package / "datapackage.json").read_text())["resources"][0]["schema"]
    text = (package / "organizations.csv").read_text().replace(",company,", ",compony,", 1)
    (tmp_path / "organizations.csv").write_text(text)
    resource = frictionless.Resource.from_descriptor(
        {"name": "organizations", "path": "organizations.csv", "schema": schema},
        basepath=str(tmp_path),
    )
    assert [e.type for task in resource.validate().tasks for e in task.errors] == [
        "constraint-error"
    ]


@pytest.mark.django_db
def test_the_shipped_catalogue_comes_back_as_it_was(package: Path, tmp_path: Path) -> None:
    with transaction.atomic():
        wipe()
        load(package)
        done = assess()
        assert (done.moved, done.listed, done.scores) == (0, 0, 0)
        write_to(tmp_path / "again")
        for name in TABLES:
            for form in ("csv", "parquet"):
                path = tmp_path / "again" / f"{name}.{form}"
                assert path.read_bytes() == (package / f"{name}.{form}").read_bytes(), name
        transaction.set_rollback(True)
