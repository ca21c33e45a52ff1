"""Correcting one statement from its row, or reporting the whole project."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from openness.models import Evidence, Project, Submission
from tests.factories import begun

CARD = "/submit/?project=heron-7b&component=model_card"
SAID = {"begun": begun(), "state": "partial", "link": "https://example.org/card"}


def test_the_form_shows_what_is_on_record_and_holds_it(client: Client, heron: Project) -> None:
    html = client.get("/submit/?project=heron-7b&component=training_code").content.decode()
    assert "Correct “Training code” of Heron 7B" in html
    assert re.search(r'<option value="partial" selected>', html)
    assert re.search(r'<option value="subset" selected>', html)
    assert "Only the tuning." in html
    assert 'value="https://example.org/training_code"' in html


def test_weights_are_asked_by_access_and_offers_by_offer(client: Client, heron: Project) -> None:
    html = client.get("/submit/?project=heron-7b&component=weights_end").content.decode()
    assert re.search(r'name="access".*<option value="public" selected>', html, re.DOTALL)
    assert 'value="Apache-2.0"' in html
    html = client.get("/submit/?project=heron-7b&component=hosted_api").content.decode()
    assert 'name="hosting"' in html
    assert 'name="license"' not in html


def test_a_correction_is_sent_and_changes_nothing_before_its_review(
    client: Client, heron: Project
) -> None:
    held = Evidence.objects.count()
    answer = client.post(CARD, SAID | {"note": "No limits given.", "email": "ana@example.org"})
    sent = Submission.objects.get()
    assert answer["Location"] == sent.get_absolute_url()
    assert (sent.kind, sent.project, sent.email) == ("correction", heron, "ana@example.org")
    assert sent.payload["components"]["model_card"]["note"] == "No limits given."
    assert Evidence.objects.count() == held
    html = client.get(answer["Location"]).content.decode()
    assert "Model card" in html
    assert "ana@example.org" not in client.get(f"/review/{sent.pk}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"link": ""}, "Say where one can see that, or where you looked."),
        ({"link": "see the paper"}, "This is not a web address"),
        ({"link": "javascript:alert(1)"}, "This is not a web address"),
        ({"state": "ajar"}, "Choose one of the list."),
        ({"state": "open", "partial_reason": "subset"}, "Give this only for what is partial."),
        ({"note": "x" * 1001}, "at most 1000 characters"),
        ({"note": "\u202ebackwards"}, "cannot be seen"),
        ({"website": "https://spam.example"}, "a program had filled it in"),
        ({"begun": ""}, "send it again"),
    ],
)
def test_what_is_wrong_with_a_correction_is_said(
    client: Client, heron: Project, typed: dict[str, str], said: str
) -> None:
    answer = client.post(CARD, SAID | typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Submission.objects.exists()


def test_what_it_would_change_is_shown_before_it_is_sent(client: Client, heron: Project) -> None:
    address = "/submit/?project=heron-7b&component=hosted_api"
    offer = {"begun": begun(), "hosting": "free_api", "link": "https://example.org/api"}
    html = client.post(address, offer | {"preview": "1"}).content.decode()
    assert "If it is accepted" in html
    assert "Open to whom" in html
    assert '<option value="free_api" selected>' in html
    assert not Submission.objects.exists()


def test_a_correction_knows_who_sent_it_if_signed_in(
    client: Client, heron: Project, admin_user: User
) -> None:
    client.force_login(admin_user)
    client.post(CARD, SAID)
    assert Submission.objects.get().author == admin_user


@pytest.mark.parametrize(
    "query", ["project=no-such-project", "project=heron-7b&component=soul", "project=%00"]
)
def test_what_is_not_there_cannot_be_corrected(client: Client, heron: Project, query: str) -> None:
    assert client.get(f"/submit/?{query}").status_code == 404


def test_a_project_is_reported_as_a_whole(client: Client, heron: Project) -> None:
    address = "/submit/?project=heron-7b"
    html = client.get(address).content.decode()
    assert 'href="/submit/?project=heron-7b&amp;component=model_card"' in html
    assert client.post(address, {"begun": begun(), "message": ""}).status_code == 422
    client.post(address, {"begun": begun(), "message": "It is listed twice, see Egret."})
    sent = Submission.objects.get()
    assert (sent.kind, sent.payload["message"]) == ("report", "It is listed twice, see Egret.")
    assert "listed twice" in client.get(sent.get_absolute_url()).content.decode()
    assert "listed twice" in client.get(f"/review/{sent.pk}/").content.decode()
