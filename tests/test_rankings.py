"""Lists: which rows a query gives, in which order, on which rank, and as which bytes."""

import csv
import io
import json

import pytest
from django.test import Client

from openness.exports.rankings import COLUMNS
from openness.exports.tables import cell, number
from openness.facets import choices, without
from openness.filters import Query
from openness.rankings import page_of, stream
from tests.factories import OrganizationFactory, component, project_with, weights

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> None:
    """Five projects: two equal, one larger, one closed, one of which nothing is known."""
    ai2 = OrganizationFactory(name="Ai2", slug="ai2")
    data = component("training_data_base")
    project_with(
        weights(), data, parameters=7e9, name="Heron 7B", slug="heron-7b", organization=ai2
    )
    project_with(
        weights(), data, parameters=7e9, name="Egret 7B", slug="egret-7b", organization=ai2
    )
    project_with(
        weights("by_request", "CC-BY-NC-4.0"),
        parameters=176e9,
        name="Stork 176B",
        slug="stork-176b",
    )
    project_with(weights("none", ""), name="Secret", slug="secret")
    project_with(name="Rumor", slug="rumor")


def slugs(text: str) -> list[str]:
    return [row.slug for row in stream(Query.of(text))]


def test_equal_results_share_a_rank_and_the_next_one_counts_them(shelf: None) -> None:
    rows = {row.slug: row for row in page_of(Query()).rows}
    assert rows["heron-7b"].rank == rows["egret-7b"].rank == 1
    assert rows["heron-7b"].tied
    assert rows["egret-7b"].tied
    others = {rows["stork-176b"].rank, rows["secret"].rank}
    assert others == {3, 4}
    assert not rows["stork-176b"].tied


def test_what_nobody_knows_anything_of_has_no_rank_and_comes_last(shelf: None) -> None:
    last = page_of(Query()).rows[-1]
    assert (last.slug, last.rank, last.low, last.high) == ("rumor", None, 0, 100)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("q=HERON", ["heron-7b"]),
        ("q=7b+ai2", ["egret-7b", "heron-7b"]),
        ("organization=ai2", ["egret-7b", "heron-7b"]),
        ("license=CC-BY-NC-4.0", ["stork-176b"]),
        ("license_class=noncommercial", ["stork-176b"]),
        ("weights=by_request", ["stork-176b"]),
        ("weights=public,by_request", ["egret-7b", "heron-7b", "stork-176b"]),
        ("runs_on=laptop", ["egret-7b", "heron-7b"]),
        ("parameters_min=100000000000", ["stork-176b"]),
        ("parameters_max=100000000000", ["egret-7b", "heron-7b"]),
        ("training_data=open", ["egret-7b", "heron-7b"]),
        ("kind=software", []),
        ("q=100%25", []),
    ],
)
def test_a_filter_gives_the_rows_that_match(shelf: None, text: str, found: list[str]) -> None:
    assert sorted(slugs(text)) == found


def test_a_filter_does_not_move_ranks(shelf: None) -> None:
    [row] = page_of(Query.of("q=stork")).rows
    assert row.rank in (3, 4)


def test_rows_can_be_sorted_both_ways(shelf: None) -> None:
    assert slugs("sort=name")[0] == "egret-7b"
    assert slugs("sort=-name")[0] == "stork-176b"
    assert slugs("sort=-parameters")[0] == "stork-176b"


def test_a_page_after_the_last_is_the_last(shelf: None) -> None:
    page = page_of(Query.of("per_page=2&page=9"))
    assert (page.page, page.pages, page.total, len(page.rows)) == (3, 3, 5, 1)


def test_choices_count_the_rows_of_the_whole_lens(shelf: None) -> None:
    found = choices(Query.of("q=heron"))
    first = found["organization"][0]
    assert (first.value, first.count) == ("ai2", 2)
    assert ("CC-BY-NC-4.0", 1) in [(c.value, c.count) for c in found["license"]]


def test_an_empty_list_says_which_condition_to_drop(shelf: None) -> None:
    hints = {
        name: (text, count) for name, text, count in without(Query.of("q=heron&kind=software"))
    }
    assert hints == {"q": ("kind=software", 0), "kind": ("q=heron", 1)}


def test_csv_and_json_have_exactly_the_rows_of_the_page(shelf: None, client: Client) -> None:
    text = "weights=public,by_request&sort=-name"
    page = [row.slug for row in page_of(Query.of(text)).rows]
    body = b"".join(client.get(f"/rankings.csv?{text}").streaming_content).decode()
    lines = list(csv.DictReader(io.StringIO(body)))
    assert [line["slug"] for line in lines] == page
    assert body.splitlines()[0] == ",".join(column.name for column in COLUMNS)
    assert body.endswith("\r\n")
    body = b"".join(client.get(f"/rankings.json?{text}").streaming_content).decode()
    assert [row["slug"] for row in json.loads(body)["rows"]] == page


def test_data_addresses_refuse_what_the_page_would_ignore(shelf: None, client: Client) -> None:
    for name in ("csv", "json"):
        response = client.get(f"/rankings.{name}?color=red")
        assert response.status_code == 400
        assert "color=red: unknown parameter" in response.content.decode()


def test_an_unchanged_list_is_not_sent_again(shelf: None, client: Client) -> None:
    first = client.get("/rankings.csv?q=heron")
    assert (
        client.get("/rankings.csv?q=heron", headers={"if-none-match": first["ETag"]}).status_code
        == 304
    )
    assert (
        client.get("/rankings.csv?q=egret", headers={"if-none-match": first["ETag"]}).status_code
        == 200
    )


def test_a_list_is_one_query_for_its_rows(shelf: None, django_assert_num_queries) -> None:
    # And one for what its ranks are counted from.
    with django_assert_num_queries(2):
        list(stream(Query()))
    page_of(Query())
    # Whether the board is up to date; the rows of the page are kept.
    with django_assert_num_queries(1):
        page_of(Query.of("page=1&per_page=2"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("plain", "plain"),
        ("-", "-"),
        (-1.5, "-1.5"),
        (None, ""),
        (7, "7"),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_neutralized(value: object, text: str) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0.0, "0"),
        (-0.0, "0"),
        (12.5, "12.5"),
        (100.0, "100"),
        (33.3333333, "33.333333"),
    ],
)
def test_numbers_are_as_short_as_six_decimals_allow(value: float | None, text: str) -> None:
    assert number(value) == text
