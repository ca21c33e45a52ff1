"""Lists as data: rows and order of the page by the same address."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from openness.models import Project
from tests.factories import OrganizationFactory
from tests.views.shelf import heron_7b, shelf_of

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
    return list(dict.fromkeys(re.findall(rf'href="/{folder}/([^"/?]+)/"', page)))


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
