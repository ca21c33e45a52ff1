"""What the API tells: the rows of the pages, a page at a time, of one revision."""

import html
import re
from typing import Any

import jsonschema
import pytest
from django.core.cache import cache
from django.test import Client

from openness.api.description import schema
from openness.dossiers import dossier
from openness.filters import Query
from openness.models import Organization, Project
from openness.raises import raises
from openness.rankings import stream
from openness.sources import LIVE, PRICE_LISTS
from scoring.lenses import LENSES
from tests.factories import RevisionFactory, component, project_with, weights
from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of

API = "/api/v1/"


ADDRESSES = {
    "/api/v1/projects/": "projects/",
    "/api/v1/projects/{slug}/": "projects/heron-7b/",
    "/api/v1/projects/{slug}/components/{component}/": "projects/heron-7b/components/model_card/",
    "/api/v1/evidence/": "evidence/",
    "/api/v1/scores/": "scores/?lens=opening-up",
    "/api/v1/organizations/": "organizations/",
    "/api/v1/organizations/{slug}/": "organizations/shore/",
    "/api/v1/licenses/": "licenses/",
    "/api/v1/licenses/{key}/": "licenses/MIT/",
    "/api/v1/lenses/": "lenses/",
    "/api/v1/lenses/{key}/": "lenses/fmti/",
    "/api/v1/changes/": "changes/",
    "/api/v1/projects/{slug}/raises/": "projects/heron-7b/raises/",
    "/api/v1/projects/{slug}/disagreements/": "projects/heron-7b/disagreements/",
    "/api/v1/comparison/": "comparison/?p=heron-7b&p=egret-7b",
    "/api/v1/plots/": "plots/",
    "/api/v1/plots/{key}/": "plots/machines/",
}
"""Every path that reads what a revision decides -> an address of it."""


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    """Limits are counted in the cache."""
    cache.clear()


@pytest.fixture
def shelf() -> Project:
    """Heron, its twin, one on request and one of which nothing is known; Heron is judged."""
    found = judged_by_opening_up(shelf_of(heron_7b()))
    Organization.objects.filter(slug="shore").update(aliases=["Coastal Lab"])
    return found


def told(client: Client, address: str) -> Any:
    response = client.get(API + address)
    assert response.status_code == 200, response.content
    return response.json()


@pytest.mark.parametrize(
    "query", ["", "license=CC-BY-NC-4.0", "q=heron", "training_data=open", "lens=opening-up"]
)
def test_projects_are_the_rows_of_the_page(client: Client, shelf: Project, query: str) -> None:
    rows = told(client, f"projects/?{query}")["results"]
    assert sorted(row["name"] for row in rows) == sorted(
        row.name for row in stream(Query.of(query))
    )
    for row in told(client, f"scores/?{query}")["results"]:
        [same] = [other for other in rows if other["name"] == row["name"]]
        assert {name: same[name] for name in row} == row


def test_pages_follow_each_other_to_the_last(client: Client, shelf: Project) -> None:
    seen, address = [], "projects/?limit=3"
    while address:
        page = told(client, address)
        seen += [row["slug"] for row in page["results"]]
        address = (page["next"] or "").partition(API)[2]
        if page["previous"]:
            back = told(client, page["previous"].partition(API)[2])
            assert [row["slug"] for row in back["results"]] == seen[:3]
    assert sorted(seen) == ["egret-7b", "heron-7b", "rumor", "stork-176b"]


def test_a_page_stays_right_while_rows_come(client: Client, shelf: Project) -> None:
    first = told(client, "projects/?limit=2")
    project_with(weights(), slug="late")
    rest = told(client, first["next"].partition(API)[2])
    slugs = [row["slug"] for row in first["results"] + rest["results"]]
    assert len(slugs) == len(set(slugs)) == 4


def test_only_the_fields_that_are_asked_for_are_told(client: Client, shelf: Project) -> None:
    [row] = told(client, "projects/?q=heron&fields=slug,low")["results"]
    assert set(row) == {"slug", "low"}
    assert set(told(client, "lenses/mof/?fields=key")) == {"key"}


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("evidence/?project=heron-7b", 4),
        ("evidence/?component=weights_end", 3),
        ("evidence/?organization=shore&state=partial", 2),
        ("evidence/?source=nobody", 0),
        ("organizations/?q=shore", 1),
        ("organizations/?q=coast", 1),
        ("organizations/?q=coast%20nowhere", 0),
        ("organizations/?kind=company", 0),
        ("lenses/", len(LENSES)),
        ("changes/?project=heron-7b", 0),
    ],
)
def test_lists_can_be_filtered(client: Client, shelf: Project, address: str, count: int) -> None:
    assert len(told(client, address)["results"]) == count


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("projects/?color=red", 400),
        ("projects/?sort=name", 400),
        ("projects/?page=2", 400),
        ("projects/?limit=0", 400),
        ("projects/?kind=", 400),
        ("changes/?hosted_api=+", 400),
        ("licenses/?fields=,", 400),
        ("organizations/?kind=academic&fields=beak", 400),
        ("changes/?project=", 400),
        ("projects/?limit=501", 400),
        ("projects/?limit=x", 400),
        ("projects/?kind=bird", 400),
        ("projects/?fields=color", 400),
        ("projects/?q=%00", 400),
        ("projects/?cursor=nonsense", 404),
        ("evidence/?component=wing", 400),
        ("evidence/?project=%00", 400),
        ("organizations/?kind=bird", 400),
        ("organizations/?q=%00", 400),
        ("changes/?since=x", 400),
        ("changes/?since=99999999999999999999", 400),
        ("licenses/?x=1", 400),
        ("comparison/", 400),
        ("comparison/?p=heron-7b", 400),
        ("comparison/?p=heron-7b&p=no-such", 404),
        ("comparison/?p=heron-7b&p=%00", 404),
        ("comparison/?" + "&".join(f"p=a{n}" for n in range(7)), 400),
        ("projects/no-such/raises/", 404),
        ("projects/heron-7b/disagreements/?as_of=2999-01-01", 404),
        ("projects/heron-7b/disagreements/?as_of=yesterday", 400),
        ("projects/?lens=mof&edition=1999-01", 404),
        ("projects/?lens=fmti&basis=derived", 404),
        ("plots/no-such/", 404),
        ("status/?x=1", 400),
        ("projects/no-such/", 404),
        ("organizations/no-such/", 404),
        ("licenses/no-such/", 404),
        ("lenses/no-such/", 404),
        ("submissions/no-such/", 404),
        ("no-such/", 404),
    ],
)
def test_every_error_is_a_problem(
    client: Client, shelf: Project, address: str, status: int
) -> None:
    response = client.get(API + address)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (problem["status"], problem["instance"]) == (status, API + address.partition("?")[0])
    assert problem["title"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_can_only_be_read_cannot_be_written(
    client: Client, shelf: Project, method: str
) -> None:
    response = getattr(client, method)(f"{API}projects/")
    assert response.status_code == 405
    assert response["Content-Type"] == "application/problem+json"
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_a_defect_of_ours_is_a_problem_too(
    client: Client, shelf: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("openness.api.projects.document", broken)
    response = client.get(f"{API}projects/heron-7b/")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
    assert "ZeroDivision" not in response.content.decode()


def test_a_list_costs_a_fixed_number_of_queries(
    client: Client, shelf: Project, django_assert_num_queries: Any
) -> None:
    for address, queries in (("projects/", 4), ("evidence/", 2), ("changes/", 2)):
        with django_assert_num_queries(queries):
            told(client, address)


def test_each_answer_tells_how_much_is_left(
    client: Client, shelf: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openness.api.throttles.ReadThrottle.rate", "2/min", raising=False)
    left = [client.get(f"{API}lenses/") for _ in range(3)]
    assert [response.status_code for response in left] == [200, 200, 429]
    assert left[0]["RateLimit-Policy"] == '"read";q=2;w=60'
    assert [response["RateLimit"].split(";")[1] for response in left] == ["r=1", "r=0", "r=0"]
    assert 1 <= int(left[2]["Retry-After"]) <= 60
    assert left[2]["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_answer_is_as_the_schema_says(client: Client, shelf: Project, path: str) -> None:
    RevisionFactory().changes.create(
        project=shelf, field="license", new="MIT", change_class="first_declared", source="vendor"
    )
    document = schema()
    told_of = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    whole = told_of["schema"] | {"components": document["components"]}
    form = jsonschema.Draft202012Validator(whole)
    answer = told(client, ADDRESSES[path])
    form.validate(answer)
    full: dict[str, Any] = next(iter(answer.get("results", [answer])), {})
    # The schema promises no field, for one may ask for a part; without asking, all are there.
    forms = [set(one.get("properties", ())) for one in document["components"]["schemas"].values()]
    assert set(full) in [*forms, set()]
    joint = "&" if "?" in ADDRESSES[path] else "?"
    for field in full:
        part = told(client, f"{ADDRESSES[path]}{joint}fields={field}")
        form.validate(part)
        assert {key for row in part.get("results", [part]) for key in row} == {field}


def test_the_schema_names_every_address_that_reads(client: Client) -> None:
    document = client.get("/api/schema/").json()
    assert document["openapi"].startswith("3.1")
    reading = {path for path, methods in document["paths"].items() if "get" in methods}
    own = {"status/", "submissions/{token}/", "webhooks/", "webhooks/{key}/"}
    assert reading == {*ADDRESSES, *(API + path for path in own)}


def test_the_page_of_the_api_tells_every_operation_without_foreign_scripts(client: Client) -> None:
    body = client.get("/api/docs/").content.decode()
    for path in schema()["paths"]:
        assert path in body
    assert all(
        address.startswith("/static/") for address in re.findall('<script src="(.*?)"', body)
    )
    assert body.count("<script") == body.count("<script src=")
    assert "style=" not in body


def test_every_example_of_an_answer_is_as_the_schema_says() -> None:
    document = schema()
    seen = 0
    for methods in document["paths"].values():
        told_of = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        for content in told_of.values():
            for example in content.get("examples", {}).values():
                whole = content["schema"] | {"components": document["components"]}
                jsonschema.Draft202012Validator(whole).validate(example["value"])
                seen += 1
    assert seen == 5


@pytest.mark.parametrize(
    "query", ["", "project=heron-7b", "organization=shore", "change_class=more_open", "since=2"]
)
def test_changes_are_those_of_the_page_in_its_order(
    client: Client, shelf: Project, query: str
) -> None:
    stork = Project.objects.get(slug="stork-176b")
    for n in range(6):
        RevisionFactory().changes.create(
            project=(shelf, stork)[n % 2],
            field=f"field_{n}",
            new=f"word {n}",
            change_class=("more_open", "withdrawn")[n % 3 == 0],
        )
    found = told(client, f"changes/?{query}")["results"]
    page = client.get(f"/changes/?{query}").content.decode().partition("<main")[2]
    assert [row["new"] for row in found if row["new"]] == re.findall(r"word \d", page)
    assert found


def test_what_would_raise_it_is_what_the_page_says(client: Client, shelf: Project) -> None:
    found = {row["lens"]: row for row in told(client, "projects/heron-7b/raises/")["results"]}
    held = dossier(shelf)
    assert found.keys() == {one.lens for one in raises(held)}
    best = found["open-to-whom"]["raises"][0]
    assert best["low"] > found["open-to-whom"]["low"]
    assert {"term", "to"} == set(best["changes"][0])
    assert found["opening-up"]["basis"] == "published"


def test_sources_that_disagree_are_told_with_both_statements(client: Client) -> None:
    project_with(
        component("model_card", "open", source="one"),
        component("model_card", "closed", source="two"),
        slug="quarrel",
    )
    [row] = told(client, "projects/quarrel/disagreements/")["results"]
    assert set(row) == {"component", "why", "more_open", "less_open", "asked"}
    assert (row["component"], row["why"]) == ("model_card", "conflict")
    assert (row["more_open"]["source"], row["less_open"]["source"]) == ("one", "two")


def test_a_comparison_has_an_answer_a_project_and_says_where_they_differ(
    client: Client, shelf: Project
) -> None:
    said = told(client, "comparison/?p=stork-176b&p=heron-7b")
    assert [one["slug"] for one in said["projects"]] == ["stork-176b", "heron-7b"]
    rows = {(row["section"], row["key"]): row for row in said["rows"]}
    stork, heron = rows["lenses", "open-to-whom"]["answers"]
    assert heron["low"] > stork["low"]
    assert rows["grid", "run.laptop"]["differs"]
    assert {row["section"] for row in said["rows"]} == {"grid", "lenses", "components"}
    for row in said["rows"]:
        assert len(row["answers"]) == 2
        assert row["differs"] == (row["answers"][0] != row["answers"][1])


def test_a_plot_as_numbers_is_the_table_of_its_page(client: Client, shelf: Project) -> None:
    said = told(client, "plots/machines/")
    page = client.get("/plots/").content.decode()
    assert said["sentence"] in html.unescape(page)
    assert sum(sum(row["values"]) for row in said["rows"]) == 2  # both that anybody may download
    assert client.get(said["picture"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_status_is_of_this_moment_and_kept_by_nobody(client: Client, shelf: Project) -> None:
    response = client.get(f"{API}status/")
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    document = schema()
    told_of = document["paths"]["/api/v1/status/"]["get"]["responses"]["200"]["content"]
    whole = told_of["application/json"]["schema"] | {"components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(response.json())
    assert {one["key"] for one in response.json()["sources"]} == {*LIVE, *PRICE_LISTS, "links"}
