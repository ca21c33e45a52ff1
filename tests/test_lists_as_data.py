"""Lists as data: rows and order of the page by the same address."""

import csv
import io
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openness.filters import Query
from openness.models import Project, Revision
from openness.services.assess import assess
from tests.factories import OrganizationFactory, RevisionFactory, today
from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> Project:
    OrganizationFactory(name="Marsh University", slug="marsh", kind="academic", aliases=["MU"])
    return shelf_of(heron_7b())


def text(client: Client, address: str) -> str:
    return b"".join(client.get(address).streaming_content).decode()


def lines(client: Client, address: str, key: str) -> list[str]:
    return [row[key] for row in csv.DictReader(io.StringIO(text(client, address)))]


def linked(client: Client, address: str, folder: str) -> list[str]:
    """What the main part of a page links to below a folder, in its order, once each."""
    page = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
    return list(dict.fromkeys(re.findall(rf'href="/{folder}/([^"/?]+)/[?"]', page)))


@pytest.mark.parametrize(
    "query", ["", "q=mu", "q=institute&sort=name", "kind=academic", "sort=best", "sort=middle"]
)
def test_organizations_are_those_of_the_page_in_its_order(
    client: Client, shelf: Project, query: str
) -> None:
    found = lines(client, f"/organizations.csv?{query}", "slug")
    assert found == linked(client, f"/organizations/?{query}", "organizations")
    assert found
    assert client.get(f"/organizations.json?{query}").status_code == 200


@pytest.mark.parametrize("query", ["", "q=apache", "class=open", "q=cc-by&class=noncommercial"])
def test_licenses_are_those_of_the_page_in_its_order(
    client: Client, shelf: Project, query: str
) -> None:
    found = lines(client, f"/licenses.csv?{query}", "id")
    assert found == linked(client, f"/licenses/?{query}", "licenses")
    assert found


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/organizations.csv?kind=bird", "kind=bird: one of: company"),
        ("/organizations.csv?sort=size", "sort=size: one of: projects"),
        ("/organizations.csv?colour=red", "colour: unknown parameter"),
        ("/licenses.json?class=free", "class=free: one of: open"),
        ("/licenses.csv?q=" + "a" * 201, "at most 200 characters"),
    ],
)
def test_nonsense_is_refused_with_the_reason(
    client: Client, shelf: Project, address: str, reason: str
) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert reason in response.content.decode()


@pytest.mark.parametrize("query", ["", "lens=osaid", "license_class=open&sort=name", "q=heron"])
def test_the_command_gives_the_bytes_of_the_address(
    client: Client, shelf: Project, tmp_path: Path, query: str
) -> None:
    file = tmp_path / "out.csv"
    call_command("export_csv", filter=query, output=file)
    assert file.read_bytes().decode() == text(client, f"/rankings.csv?{query}")


@pytest.mark.parametrize(
    "address",
    [
        "/rankings.csv?kind=model&sort=name",
        "/rankings.json?lens=mof",
        "/organizations.csv",
        "/organizations.json",
        "/licenses.csv",
        "/changes.csv?organization=shore",
    ],
)
def test_a_download_begins_before_its_rows_are_read(
    client: Client, shelf: Project, address: str
) -> None:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
        first = next(iter(response.streaming_content)).decode()  # type: ignore[attr-defined]  # it is streamed
    assert first.count("\n") <= 1
    assert first.endswith("\r\n" if ".csv" in address else '"rows": [')
    # What has been asked so far is which revision this is.
    assert {name for one in asked for name in TABLE.findall(one["sql"])} <= {"openness_revision"}
    assert text(client, address).startswith(first)


TABLE = re.compile(r'FROM "?(openness_\w+)')


CHOSEN = {
    "q": ("heron", "shore", "nobody"),
    "kind": ("model", "software,dataset"),
    "organization": ("shore", "shore,marsh"),
    "license": ("Apache-2.0", "CC-BY-NC-4.0,MIT"),
    "license_class": ("open", "noncommercial,unknown"),
    "weights": ("public", "by_request,unknown"),
    "api": ("unknown", "none,free_api"),
    "runs_on": ("laptop", "workstation,cluster"),
    "parameters_min": ("8000000000",),
    "parameters_max": ("8000000000",),
    "sourced": ("all", "2"),
    "as_of": (today(),),
    "rev": ("{rev}",),
    "training_data_base": ("open", "partial"),
    "lens": ("osaid", "mof&basis=derived", "opening-up&edition=2025-03"),
}
"""Each parameter that chooses rows -> values of it; one component stands for all."""
OTHERS = {"basis", "edition", "view", "sort", "page", "per_page", "floors", "ignored"}
"""Parameters that go with a lens, and those that choose no rows."""


def test_every_parameter_that_chooses_rows_is_tried() -> None:
    assert CHOSEN.keys() - {"training_data_base"} | OTHERS == {one.name for one in fields(Query)}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_parameter_chooses_the_same_projects_everywhere(
    client: Client, shelf: Project, name: str
) -> None:
    """Page, CSV and JSON in one order; by the API, which goes by entry, their ranks and values."""
    judged_by_opening_up(shelf)
    assess()
    for project in Project.objects.all():
        RevisionFactory().changes.create(project=project, field="name", change_class="renamed")
    sizes = set()
    for value in CHOSEN[name]:
        query = f"{name}={value}".format(rev=Revision.objects.latest("pk").pk)
        slugs = lines(client, f"/rankings.csv?{query}", "slug")
        sizes.add(len(slugs))
        found = json.loads(text(client, f"/rankings.json?{query}"))["rows"]
        assert [row["slug"] for row in found] == slugs, query
        assert linked(client, f"/rankings/?{query}", "projects") == slugs, query
        for listed in ("projects", "scores"):
            rows = client.get(f"/api/v1/{listed}/?{query}&fields=slug,rank,low").json()["results"]
            told = {row["slug"]: (row["rank"], row["low"]) for row in rows}
            assert told == {row["slug"]: (row["rank"], row["low"]) for row in found}, query
            assert len(rows) == len(slugs), query
        said = client.get(f"/api/v1/changes/?{query}&field=name").json()["results"]
        assert {row["project"] for row in said} == set(slugs), query
        assert lines(client, f"/changes.csv?{query}&field=name", "project") == [
            row["project"] for row in said
        ], query
        stated = client.get(f"/api/v1/evidence/?{query}").json()["results"]
        assert {row["project"] for row in stated} == set(slugs) - {"rumor"}, query
    assert sizes - {0}
