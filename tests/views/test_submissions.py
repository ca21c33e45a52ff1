"""Proposing a project: what is typed is kept, what is wrong is said, twins are shown first."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from openness.models import Project, Submission
from openness.services.reviews import send_back
from openness.throttle import SENT_MOST
from tests.factories import SubmissionFactory, begun

WHOLE = {
    "begun": begun(),
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
    Project.objects.filter(pk=heron.pk).update(family="heron")
    twin = WHOLE | {"name": "Heron 7B"}
    answer = client.post("/submit/", twin)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert '<a href="/projects/heron-7b/">Heron 7B</a>' in html
    assert "of the family heron" in html
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
    assert answer["Referrer-Policy"] == "same-origin"
    assert client.get("/submissions/nobody-has-this/").status_code == 404


def test_an_address_that_was_typed_is_no_link_unless_it_is_one(client: Client) -> None:
    sent = SubmissionFactory(
        payload={"name": "X", "homepage": "javascript:alert(1)", "kind": "model"}
    )
    html = client.get(f"/submissions/{sent.token}/").content.decode()
    assert 'href="javascript' not in html


@pytest.mark.parametrize("stamp", ["", "opened", "opened:1abc:forged", "fresh"])
def test_a_form_that_was_not_opened_here_or_only_just_is_asked_for_again(
    client: Client, stamp: str
) -> None:
    stamp = begun(0) if stamp == "fresh" else stamp
    answer = client.post("/submit/", WHOLE | {"begun": stamp})
    assert answer.status_code == 422
    assert "send it again" in answer.content.decode()
    assert f'value="{WHOLE["name"]}"' in answer.content.decode()
    assert not Submission.objects.exists()


def test_html_is_text_wherever_it_is_shown(client: Client) -> None:
    name = "<script>alert(1)</script>"
    answer = client.post("/submit/", WHOLE | {"name": name})
    sent = Submission.objects.get()
    for address in (answer["Location"], "/review/", f"/review/{sent.pk}/"):
        html = client.get(address).content.decode()
        assert name not in html
        assert "&lt;script&gt;" in html


def test_whoever_sends_too_much_is_asked_to_wait_and_keeps_what_was_typed(client: Client) -> None:
    for n in range(SENT_MOST):
        another = WHOLE | {"name": f"Pelican {n}", "anyway": "on"}
        assert client.post("/submit/", another).status_code == 302
    answer = client.post("/submit/", WHOLE | {"name": "Pelican 99", "anyway": "on"})
    assert answer.status_code == 429
    assert 'value="Pelican 99"' in answer.content.decode()
    elsewhere = client.post("/submit/", WHOLE | {"anyway": "on"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


def test_a_proposal_is_withdrawn_by_its_private_link_and_stays_on_record(
    client: Client, admin_user: User
) -> None:
    sent = SubmissionFactory()
    client.post(sent.get_absolute_url(), {"do": "withdraw"})
    sent.refresh_from_db()
    assert sent.status == "withdrawn"
    assert "Withdrawn" in client.get(sent.get_absolute_url()).content.decode()
    returned = send_back(submission=SubmissionFactory(), by=admin_user, reason="No.")
    answer = client.post(returned.get_absolute_url(), {"do": "withdraw"})
    assert answer.status_code == 409
    assert "decided already" in answer.content.decode()


def test_the_result_is_shown_by_every_lens_before_anything_is_sent(client: Client) -> None:
    half = WHOLE | {"organization": "", "preview": "1"}
    html = client.post("/submit/", half).content.decode()
    assert "What this would give" in html
    assert "Open to whom" in html
    assert "to be mended" not in html
    live = client.post("/submit/", half, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in live
    assert "Open to whom" in live
    assert not Submission.objects.exists()


def test_every_other_component_can_be_stated_and_is_kept_with_its_source(client: Client) -> None:
    more = {
        "training_code-state": "partial",
        "training_code-partial_reason": "subset",
        "training_code-license": "MIT",
        "training_code-link": "https://example.org/code",
        "data_card-state": "unknown",
    }
    assert client.post("/submit/", WHOLE | more).status_code == 302
    assert Submission.objects.get().payload["components"] == {
        "training_code": {
            "state": "partial",
            "partial_reason": "subset",
            "license": "MIT",
            "link": "https://example.org/code",
        }
    }


def test_what_is_wrong_in_a_group_is_said_there_and_the_group_is_open(client: Client) -> None:
    answer = client.post("/submit/", WHOLE | {"training_code-state": "open"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Say where one can see that" in error_of(html, "training_code-link")
    assert '<details class="more" open>' in html
    assert not Submission.objects.exists()


def test_an_address_shows_what_is_here_and_fills_in_what_it_tells(
    client: Client, heron: Project
) -> None:
    html = client.get("/submit/?address=https://huggingface.co/shore/heron-7b").content.decode()
    assert 'href="/submit/?project=heron-7b"' in html
    assert 'value="https://huggingface.co/shore/heron-7b"' in html
    html = client.get("/submit/?address=https://github.com/shore/Quoll").content.decode()
    assert "It is not here yet." in html
    assert 'value="Quoll"' in html
