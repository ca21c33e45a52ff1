"""The ranking as a reader sees it: rows, ties, filters in words, and help where nothing fits."""

import csv
import io
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from openness.models import Project
from tests.factories import component, project_with, weights


def page(client: Client, text: str = "", **headers: str) -> str:
    answer = client.get(f"/rankings/?{text}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'<a class="name" href="/projects/[^"]+">([^<]+)</a>', html)


def ranks(html: str) -> list[str]:
    return re.findall(r'<td class="pos">([^<]*)</td>', html)


def test_projects_of_one_score_share_a_rank_and_the_unknown_one_has_none(
    client: Client, shelf: Project
) -> None:
    html = page(client)
    assert names(html) == ["Egret 7B", "Heron 7B", "Stork 176B", "Rumor"]
    assert ranks(html) == ["1=", "1=", "3", "–"]


def test_the_heading_says_what_the_list_comes_to(client: Client, shelf: Project) -> None:
    assert "<h1>Of 4 projects, 2 run on a laptop; 2 share their training data</h1>" in page(client)


def test_a_fact_that_the_filter_has_made_trivial_is_not_the_finding(
    client: Client, shelf: Project
) -> None:
    html = page(client, "runs_on=laptop")
    assert "<h1>Of 2 projects, 2 share their training data; 2 come under open terms</h1>" in html


def test_the_filter_is_said_in_words_and_each_condition_can_be_taken_away(
    client: Client, shelf: Project
) -> None:
    html = page(client, "q=7b&runs_on=laptop&training_data=open")
    assert re.search(r"<b>2</b> of 4:", html)
    for phrase, rest in (
        ("named like “7b”", "runs_on=laptop&amp;training_data=open"),
        ("runs on: Laptop", "q=7b&amp;training_data=open"),
        ("Training data open", "q=7b&amp;runs_on=laptop"),
    ):
        assert f'<a class="chip on" href="/rankings/?{rest}">{phrase} ' in html


def test_a_row_names_machine_memory_size_and_license(client: Client, heron: Project) -> None:
    html = page(client)
    assert "Laptop<small>8.4 GB at 8 bits</small>" in html
    assert '<a class="plain" href="/organizations/shore/">Shore Institute</a> · 7B' in html
    assert re.search(r'href="/licenses/Apache-2.0/".*?Apache-2.0</span>', html, re.DOTALL)


def test_what_the_address_holds_beyond_the_vocabulary_is_named_as_ignored(
    client: Client, shelf: Project
) -> None:
    html = page(client, "colour=red&kind=animal")
    assert "2 parts of the address were ignored." in html
    assert "<code>colour=red</code>" in html
    assert len(names(html)) == 4


def test_an_empty_list_says_which_condition_to_drop_and_how_many_that_gives(
    client: Client, shelf: Project
) -> None:
    html = page(client, "q=stork&runs_on=laptop")
    assert "Nothing fits all of this" in html
    assert "Without “search” there are 2." in html
    assert "Without “runs on” there is 1." in html
    assert 'href="/rankings/?runs_on=laptop">Drop “search”' in html


def test_when_no_single_condition_is_to_blame_the_page_says_so(
    client: Client, shelf: Project
) -> None:
    html = page(client, "q=stork&runs_on=laptop&kind=software")
    assert "Dropping a single one of the conditions is not enough." in html


def test_long_lists_have_pages_whose_links_keep_the_filter(client: Client, shelf: Project) -> None:
    html = page(client, "kind=model&per_page=2&page=2")
    assert names(html) == ["Stork 176B", "Rumor"]
    assert "3 to 4 of 4" in html
    assert 'href="/rankings/?kind=model&amp;per_page=2" aria-label="Page 1"' in html
    assert (
        '<a aria-current="page" href="/rankings/?kind=model&amp;page=2&amp;per_page=2">2</a>'
        in html
    )


@pytest.mark.parametrize("text", ["", "runs_on=laptop", "sort=name", "weights=by_request"])
def test_the_csv_link_gives_the_rows_of_the_page_in_its_order(
    client: Client, shelf: Project, text: str
) -> None:
    html = page(client, text)
    link = re.search(r'href="(/rankings\.csv[^"]*)"><svg', html)
    assert link
    body = b"".join(client.get(link[1].replace("&amp;", "&")).streaming_content).decode()
    assert [row["name"] for row in csv.DictReader(io.StringIO(body))] == names(html)


@pytest.mark.parametrize("text", ["", "q=7b&runs_on=laptop", "lens=opening-up"])
def test_a_list_takes_as_many_queries_for_twenty_rows_as_for_four(
    client: Client,
    shelf: Project,
    text: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(16):
        project_with(
            weights(), component("model_card"), parameters=1e9 * (n + 1), name=f"Tern 7b {n}"
        )
    with django_assert_max_num_queries(20):
        page(client, text)


def test_a_second_view_of_a_lens_counts_no_facet_again(
    client: Client, shelf: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page(client)
    with django_assert_num_queries(3):
        page(client, **{"cache-control": "no-cache"})


def test_htmx_gets_the_list_alone_with_the_parts_that_name_it(
    client: Client, shelf: Project
) -> None:
    html = page(client, "q=stork&kind=", **{"HX-Request": "true"})
    assert "<html" not in html
    assert names(html) == ["Stork 176B"]
    assert 'id="finding" hx-swap-oob="true"' in html
    answer = client.get("/rankings/?q=stork&kind=", headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/rankings/?q=stork"
    assert "HX-Request" in answer["Vary"]


def test_a_lens_as_published_shows_the_publishers_rank_and_classes(
    client: Client, judged: Project
) -> None:
    html = page(client, "lens=opening-up")
    assert names(html) == ["Heron 7B"]
    assert 'aria-label="13 open, 1 partial; 13 of 14 with a source"' in html
    assert re.search(r'<td class="val">13.5</td>', html)
    assert "13.5 of 14; 12.5 to 13.5 if unsourced cells fell otherwise" in html
