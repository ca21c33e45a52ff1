"""Proposing a project: what is typed is kept, what is wrong is said, twins are shown first."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from openness.models import Project, Submission
from openness.services.submissions import send_back
from tests.factories import SubmissionFactory

WHOLE = {
    "name": "Pelican 7B",
    "organization": "Shore Institute",
    "kind": "model",
    "license": "Apache-2.0",
    "weights": "public",
    "api": "none",
    "parameters": "7B",
    "weights_link": "https://huggingface.co/shore/pelican-7b",
}


def error_of(html: str, field: str) -> str:
    found = re.search(rf'<span class="err" id="{field}-error">([^<]*)</span>', html)
    return found[1] if found else ""


def test_a_whole_form_becomes_a_submission_with_a_private_page(client: Client) -> None:
    answer = client.post("/submit/", WHOLE)
    sent = Submission.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/submissions/{sent.token}/"
    assert sent.payload["parameters"] == 7_000_000_000
    html = client.get(answer["Location"]).content.decode()
    assert "Waiting for a reviewer" in html
    assert "7,000,000,000" in html


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", "", "Give the name of the release"),
        ("organization", "", "Say who releases it"),
        ("weights_link", "see the paper", "This is not a web address"),
        ("weights_link", "javascript:alert(1)", "This is not a web address"),
        ("code_link", "ftp://example.org/x", "Only addresses that begin with https:// or http://"),
        ("parameters", "seven billion", "Write a number, for example 7B"),
        ("parameters", "0", "Write a number"),
        ("released", "last May", "Write a date as 2024"),
        ("email", "ana at example", "This is not an e-mail address"),
        ("kind", "animal", "Choose one of the list."),
    ],
)
def test_what_is_wrong_is_said_with_an_example_and_nothing_typed_is_lost(
    client: Client, field: str, typed: str, said: str
) -> None:
    answer = client.post("/submit/", WHOLE | {field: typed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in error_of(html, field)
    assert not Submission.objects.exists()
    assert f'value="{WHOLE["license"]}"' in html
    if field != "kind":
        assert f'value="{typed}"' in html


def test_the_first_wrong_field_has_the_focus(client: Client) -> None:
    html = client.post("/submit/", WHOLE | {"license": "", "parameters": "many"}).content.decode()
    assert html.count("autofocus") == 1
    assert re.search(r'name="parameters" aria-invalid="true"[^>]*autofocus', html)


def test_somebody_must_be_able_to_check_what_is_said(client: Client) -> None:
    html = client.post("/submit/", WHOLE | {"weights_link": ""}).content.decode()
    assert "Give at least one link" in error_of(html, "homepage")


def test_an_offer_needs_a_place_where_one_can_see_it(client: Client) -> None:
    html = client.post("/submit/", WHOLE | {"api": "paid_api"}).content.decode()
    assert "Say where one can see that" in error_of(html, "api_link")


def test_a_likely_twin_is_shown_with_a_link_and_can_be_overruled(
    client: Client, heron: Project
) -> None:
    twin = WHOLE | {"name": "Heron 7B"}
    answer = client.post("/submit/", twin)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert '<a href="/projects/heron-7b/">Heron 7B</a>' in html
    assert not Submission.objects.exists()
    assert client.post("/submit/", twin | {"anyway": "on"}).status_code == 302
    assert Submission.objects.get().name == "Heron 7B"


def test_a_program_that_fills_in_everything_is_turned_away(client: Client) -> None:
    answer = client.post("/submit/", WHOLE | {"website": "https://spam.example"})
    assert answer.status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7B", 7_000_000_000),
        ("6.9 b", 6_900_000_000),
        ("350M", 350_000_000),
        ("1,000,000", 1_000_000),
        ("1.8T", 1_800_000_000_000),
        ("", None),
    ],
)
def test_sizes_may_be_written_as_makers_write_them(
    client: Client, typed: str, number: int | None
) -> None:
    client.post("/submit/", WHOLE | {"parameters": typed})
    assert Submission.objects.get().payload["parameters"] == number


def test_a_returned_proposal_tells_its_sender_why(client: Client, admin_user: User) -> None:
    sent = SubmissionFactory()
    send_back(submission=sent, by=admin_user, reason="The link leads nowhere.")
    html = client.get(f"/submissions/{sent.token}/").content.decode()
    assert "Returned" in html
    assert "The link leads nowhere." in html


def test_the_private_page_is_kept_from_search_engines_and_from_caches(client: Client) -> None:
    answer = client.get(f"/submissions/{SubmissionFactory().token}/")
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert client.get("/submissions/nobody-has-this/").status_code == 404


def test_an_address_that_was_typed_is_no_link_unless_it_is_one(client: Client) -> None:
    sent = SubmissionFactory(
        payload={"name": "X", "homepage": "javascript:alert(1)", "kind": "model"}
    )
    html = client.get(f"/submissions/{sent.token}/").content.decode()
    assert 'href="javascript' not in html
