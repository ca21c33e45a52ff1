"""Pages as data: what a project, the lists and the badges give to programs."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from django.test import Client

from openness.models import Project, Revision
from scoring.lenses import LENSES
from tests.factories import component, project_with


def text(client: Client, address: str) -> str:
    """The body of a streamed answer."""
    response = client.get(address)
    assert response.status_code == 200, address
    content = response.streaming_content if response.streaming else [response.content]
    return b"".join(content).decode()


def lines(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(client, address))))


@pytest.mark.parametrize("lens", LENSES)
def test_every_lens_has_a_badge_in_words(client: Client, judged: Project, lens: str) -> None:
    response = client.get(f"/projects/heron-7b/badge/{lens}.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Access-Control-Allow-Origin"] == "*"
    root = ElementTree.fromstring(response.content)  # noqa: S314  # it is ours
    assert root.get("height") == "22"
    label, result = (node.text for node in root.iter("{http://www.w3.org/2000/svg}text"))
    assert label == LENSES[lens].short_name
    said = client.get(f"/projects/heron-7b/badge/{lens}.json").json()
    assert said["schemaVersion"] == 1
    assert (said["label"], said["message"]) == (label, result)
    assert Revision.objects.first().at.date().isoformat() in response.content.decode()


def test_a_badge_shows_what_the_publisher_said_and_calls_our_reading_ours(
    client: Client, judged: Project
) -> None:
    badge = {
        lens: client.get(f"/projects/heron-7b/badge/{lens}.json").json()["message"]
        for lens in ("opening-up", "osaid", "fmti")
    }
    assert badge["opening-up"] == "13.5 of 14"
    assert badge["osaid"].endswith(", our reading")
    assert badge["fmti"] == "not covered"


def test_a_badge_follows_the_result(client: Client, heron: Project) -> None:
    address = "/projects/heron-7b/badge/open-to-whom.json"
    before = client.get(address).json()["message"]
    other = project_with(component("preprint"), slug="other")  # a newer revision
    heron.listing.profile = other.listing.profile
    heron.listing.save()
    assert client.get(address).json()["message"] != before


def test_an_unknown_project_has_a_badge_that_says_so(client: Client, heron: Project) -> None:
    response = client.get("/projects/no-such/badge/mof.svg")
    assert response.status_code == 404
    assert "no such project" in response.content.decode()
    assert client.get("/projects/heron-7b/badge/no-such.svg").status_code == 404


def test_a_project_as_json_holds_what_its_page_shows(client: Client, judged: Project) -> None:
    said = json.loads(text(client, "/projects/heron-7b.json"))
    assert said["project"]["organization"] == {"slug": "shore", "name": "Shore Institute"}
    assert {row["component"] for row in said["evidence"]} == {
        "weights_end",
        "training_data_base",
        "training_code",
        "model_card",
    }
    assert said["facts"]["license"] == "Apache-2.0"
    assert said["lenses"]["open-to-whom"]["detail"]["cells"]["run"]["laptop"]
    assert all(check["reason"] for check in said["lenses"]["osaid"]["checks"])
    [published] = said["published"]
    assert (published["index"], published["score"]["low"]) == ("opening-up", 13.5)
    assert said["quantities"][0]["low"] == 7_000_000_000


def test_a_project_as_csv_has_a_line_a_statement(client: Client, heron: Project) -> None:
    rows = lines(client, "/projects/heron-7b.csv")
    assert rows[0]["component"] == "weights_end"
    [weights] = [row for row in rows if row["component"] == "weights_end"]
    assert (weights["access"], weights["license"], weights["counts"]) == (
        "public",
        "Apache-2.0",
        "counts",
    )
    assert weights["link"] == "https://example.org/weights"


def test_a_statement_that_contradicts_the_one_that_counts_says_so(client: Client) -> None:
    project_with(
        component("preprint", "open", source="one"),
        component("preprint", "closed", source="two"),
        component("preprint", "closed", source="three"),
        slug="quarrel",
    )
    rows = lines(client, "/projects/quarrel.csv")
    assert [(row["state"], row["counts"]) for row in rows] == [
        ("closed", "counts"),
        ("closed", "agrees"),
        ("open", "contradicts"),
    ]


@pytest.mark.parametrize("suffix", ["json", "csv", "csv-metadata.json"])
def test_an_unknown_project_has_no_data(client: Client, heron: Project, suffix: str) -> None:
    assert client.get(f"/projects/no-such.{suffix}").status_code == 404


@pytest.mark.parametrize("name", ["organizations", "licenses", "changes", "projects/heron-7b"])
def test_the_metadata_of_a_table_names_its_columns(
    client: Client, heron: Project, name: str
) -> None:
    header = text(client, f"/{name}.csv").splitlines()[0]
    said = client.get(f"/{name}.csv-metadata.json").json()
    assert [column["name"] for column in said["tableSchema"]["columns"]] == header.split(",")


def test_lists_are_equal_as_csv_and_json(client: Client, shelf: Project) -> None:
    for name, key in (("organizations", "slug"), ("licenses", "id")):
        rows = lines(client, f"/{name}.csv")
        assert [row[key] for row in rows] == [
            row[key] for row in json.loads(text(client, f"/{name}.json"))["rows"]
        ]
    [shore] = [row for row in lines(client, "/organizations.csv") if row["slug"] == "shore"]
    assert shore["projects"] == "2"
    used = {row["id"]: row["projects"] for row in lines(client, "/licenses.csv")}
    assert (used["Apache-2.0"], used["CC-BY-NC-4.0"]) == ("2", "1")


@pytest.mark.parametrize("name", ["organizations.csv", "licenses.json", "changes.csv"])
def test_a_list_refuses_a_parameter_that_it_does_not_have(
    client: Client, heron: Project, name: str
) -> None:
    assert client.get(f"/{name}?color=red").status_code == 400
