"""Projects side by side: the same questions to each, an address that is the comparison, a CSV."""

import csv
import io
import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from openness.models import Project


def page(client: Client, text: str) -> str:
    answer = client.get(f"/compare/?{text}")
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str) -> dict[str, str]:
    """{question: the whole row} of the table."""
    found = re.findall(r'<tr[^>]*>\s*<th scope="row">([^<]+)(.*?)</tr>', html, re.DOTALL)
    return {name.strip(): re.sub(r"<[^>]+>", " ", rest) for name, rest in found}


PAIR = "p=heron-7b&p=stork-176b"


def test_each_question_is_answered_for_each_project_with_its_source(
    client: Client, shelf: Project
) -> None:
    html = page(client, PAIR)
    assert re.findall(r'<a class="title" href="[^"]+">([^<]+)</a>', html) == [
        "Heron 7B",
        "Stork 176B",
    ]
    told = rows(html)
    assert "Yes" in told["Ship it in a product I sell?"]
    assert "No, noncommercial only" in told["Ship it in a product I sell?"]
    assert "8.4 GB at 8 bits" in told["Run it on a laptop?"]
    assert "example .org" in told["Run it on a laptop?"]
    assert "ODC-By-1.0" in told["Pre-training data"]
    assert "Not on record" in told["Pre-training data"]


def test_what_nobody_has_said_is_never_a_no(client: Client, shelf: Project) -> None:
    told = rows(page(client, "p=heron-7b&p=rumor"))
    for question in ("Run it on a laptop?", "See what it was trained on?"):
        assert "Not on record" in told[question]
    assert "Not on record" in told["Ship it in a product I sell?"]


def test_only_what_differs_leaves_out_the_rows_in_which_all_say_the_same(
    client: Client, shelf: Project
) -> None:
    whole, differing = rows(page(client, PAIR)), rows(page(client, f"{PAIR}&diff=1"))
    assert set(differing) < set(whole)
    assert "Ship it in a product I sell?" in differing
    assert "Opening up" in whole
    assert "Opening up" not in differing


def test_twins_give_the_same_answers_but_for_what_is_known_of_them(
    client: Client, shelf: Project
) -> None:
    assert "Run it on a laptop?" not in rows(page(client, "p=heron-7b&p=egret-7b&diff=1"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p=heron-7b&p=nobody", "“nobody”: no project has this name in its address"),
        ("p=heron-7b", "One more is needed"),
        ("", "What can I do with which?"),
        ("p=x%00&p=heron-7b", "“x”: no project has this name"),
    ],
)
def test_what_cannot_be_compared_is_said(
    client: Client, shelf: Project, text: str, said: str
) -> None:
    assert said in page(client, text)


def test_a_search_offers_one_more_and_its_link_is_the_larger_comparison(
    client: Client, shelf: Project
) -> None:
    html = page(client, "p=heron-7b&find=egret")
    assert 'href="/compare/?p=heron-7b&amp;p=egret-7b">Egret 7B</a>' in html


def test_a_chip_takes_a_project_out(client: Client, shelf: Project) -> None:
    html = page(client, f"{PAIR}&p=rumor&diff=1")
    assert 'href="/compare/?p=heron-7b&amp;p=rumor&amp;diff=1">Stork 176B' in html


def test_the_csv_has_a_line_for_each_row_and_project(client: Client, shelf: Project) -> None:
    answer = client.get(f"/compare.csv?{PAIR}")
    text = b"".join(answer.streaming_content).decode()
    lines = list(csv.DictReader(io.StringIO(text)))
    ship = {line["slug"]: line for line in lines if line["key"] == "ship"}
    assert ship["heron-7b"]["answer"] == "Yes"
    assert ship["heron-7b"]["license"] == "Apache-2.0"
    assert ship["stork-176b"]["answer"] == "No, noncommercial only"
    assert len(lines) % 2 == 0
    assert answer["Openness-Revision"]


@pytest.mark.parametrize("text", ["", "p=heron-7b", "p=heron-7b&p=nobody"])
def test_the_csv_refuses_what_it_cannot_compare(client: Client, shelf: Project, text: str) -> None:
    answer = client.get(f"/compare.csv?{text}")
    assert answer.status_code == 400
    assert answer.content.decode().strip()


def test_four_projects_take_as_many_queries_as_two(
    client: Client, shelf: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page(client, PAIR)
    for text in (PAIR, f"{PAIR}&p=egret-7b&p=rumor"):
        with django_assert_num_queries(10):
            page(client, text)
