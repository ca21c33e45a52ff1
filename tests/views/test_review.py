"""The queue: everyone reads it, reviewers decide in it, and each rule is said to whom it stops."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from openness.models import Project, Submission
from openness.services.reviews import accept
from openness.services.submissions import Sender, correct, report
from openness.throttle import GUESSED_MOST
from scoring.facts import Trust
from tests.factories import SubmissionFactory, component, project_with, weights

CARD = {"state": "open", "link": "https://example.org/card"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the projects that a worker was asked to score."""
    ids: list[int] = []
    monkeypatch.setattr("openness.views.review.rescore_project.delay_on_commit", ids.append)
    return ids


def reviewer_named(name: str) -> User:
    user = User.objects.create_user(name, password="a long enough password")
    user.user_permissions.add(Permission.objects.get(codename="change_submission"))
    return user


@pytest.fixture
def ana(db: None) -> User:
    return reviewer_named("ana")


@pytest.fixture
def desk(ana: User) -> Client:
    """A browser in which Ana is signed in."""
    client = Client()
    client.force_login(ana)
    return client


def correction(project: Project, **fields: Any) -> Submission:
    return correct(project=project, components={"model_card": CARD}, sender=Sender(**fields))


def test_everyone_reads_the_queue_oldest_first(client: Client, heron: Project) -> None:
    SubmissionFactory(name="Younger")
    old = SubmissionFactory(name="Older")
    Submission.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=2))
    html = client.get("/review/").content.decode()
    assert html.index("Older") < html.index("Younger")
    assert "2 submissions wait" in html
    assert "Sign in to review" in html


def test_the_queue_is_filtered_by_what_is_done_and_by_kind(
    client: Client, heron: Project, ana: User
) -> None:
    accept(submission=correction(heron), by=ana)
    SubmissionFactory(name="Pelican")
    report(project=heron, message="Listed twice.")
    assert "Heron 7B" in client.get("/review/?show=done").content.decode()
    html = client.get("/review/?kind=project").content.decode()
    assert "Pelican" in html
    assert "Heron 7B" not in html
    assert client.get("/review/?show=%00&kind=x&page=many").status_code == 200


def test_drafts_are_nobodys_business(client: Client, db: None) -> None:
    draft = SubmissionFactory(status="draft", name="Secret")
    assert "Secret" not in client.get("/review/").content.decode()
    assert client.get(f"/review/{draft.pk}/").status_code == 404


def test_a_reader_sees_the_effect_and_no_buttons(client: Client, heron: Project) -> None:
    html = client.get(f"/review/{correction(heron).pk}/").content.decode()
    assert "With all of it" in html
    assert 'value="accept"' not in html


def test_who_is_not_signed_in_is_led_to_sign_in_and_who_is_no_reviewer_is_refused(
    client: Client, heron: Project
) -> None:
    sent = correction(heron)
    answer = client.post(f"/review/{sent.pk}/", {"do": "accept"})
    assert answer["Location"] == f"/sign-in/?next=%2Freview%2F{sent.pk}%2F"
    client.force_login(User.objects.create_user("reader"))
    assert client.post(f"/review/{sent.pk}/", {"do": "accept"}).status_code == 403
    sent.refresh_from_db()
    assert sent.status == "pending"


def test_a_reviewer_accepts_one_statement_and_a_worker_is_asked_to_score(
    desk: Client, heron: Project, asked: list[int], ana: User
) -> None:
    sent = correct(project=heron, components={"model_card": CARD, "data_card": CARD})
    address = f"/review/{sent.pk}/"
    answer = desk.post(address, {"do": "accept", "part": "data_card"})
    assert answer["Location"] == f"{address}#data_card"
    assert asked == [heron.pk]
    held = heron.evidence.get(submission=sent)
    assert (held.component, held.reviewer) == ("data_card", ana)
    html = desk.get(address).content.decode()
    assert "Take back" in html
    desk.post(address, {"do": "undo", "part": "data_card"})
    assert not heron.evidence.in_force().filter(submission=sent).exists()


def test_a_statement_is_returned_with_a_reason_or_not_at_all(
    desk: Client, heron: Project, client: Client, asked: list[int]
) -> None:
    sent = correction(heron)
    answer = desk.post(f"/review/{sent.pk}/", {"do": "return", "part": "model_card"})
    assert answer.status_code == 409
    assert "Say why it is returned." in answer.content.decode()
    desk.post(f"/review/{sent.pk}/", {"do": "return", "reason": "The link is dead."})
    assert "The link is dead." in client.get(sent.get_absolute_url()).content.decode()


def test_nobody_is_offered_to_decide_their_own(
    desk: Client, heron: Project, ana: User, asked: list[int]
) -> None:
    sent = correction(heron, author=ana)
    html = desk.get(f"/review/{sent.pk}/").content.decode()
    assert "This is your own." in html
    assert 'value="accept"' not in html
    answer = desk.post(f"/review/{sent.pk}/", {"do": "accept"})
    assert answer.status_code == 409
    assert "Nobody decides what they have sent themselves." in answer.content.decode()


def test_a_large_rise_waits_for_a_second_reviewer(
    desk: Client, asked: list[int], ana: User
) -> None:
    sent = SubmissionFactory()
    address = f"/review/{sent.pk}/"
    assert "This takes two reviewers." in desk.get(address).content.decode()
    desk.post(address, {"do": "accept"})
    html = desk.get(address).content.decode()
    assert "accepted by ana; a second reviewer has to agree" in html
    assert asked == []
    other = Client()
    other.force_login(reviewer_named("ben"))
    assert "Accept as the second" in other.get(address).content.decode()
    other.post(address, {"do": "accept"})
    sent.refresh_from_db()
    assert sent.status == "accepted"
    assert asked == [sent.project_id]


def test_the_second_of_two_is_told_that_somebody_was_quicker(
    desk: Client, heron: Project, asked: list[int]
) -> None:
    sent = correction(heron)
    accept(submission=sent, by=reviewer_named("ben"))
    answer = desk.post(f"/review/{sent.pk}/", {"do": "accept", "part": "model_card"})
    assert answer.status_code == 409
    assert "Somebody else was quicker" in answer.content.decode()


@pytest.mark.parametrize(
    "post", [{}, {"do": "delete"}, {"do": "accept", "part": "soul"}, {"do": "accept", "part": "x"}]
)
def test_a_made_up_deed_changes_nothing(
    desk: Client, heron: Project, post: dict[str, str], asked: list[int]
) -> None:
    sent = correction(heron)
    assert desk.post(f"/review/{sent.pk}/", post).status_code in (403, 409)
    assert not sent.reviews.exists()


def test_a_decision_needs_the_token_of_its_form(heron: Project, ana: User) -> None:
    desk = Client(enforce_csrf_checks=True)
    desk.force_login(ana)
    sent = correction(heron)
    assert desk.post(f"/review/{sent.pk}/", {"do": "accept"}).status_code == 403
    assert not sent.reviews.exists()


def test_a_contradicted_review_is_disputed_and_in_the_queue(client: Client, ana: User) -> None:
    heron = project_with(weights(), name="Heron 7B", slug="heron-7b")
    accept(submission=correction(heron), by=ana)
    assert "Disputed 0" in client.get("/review/").content.decode()
    tomorrow = date.today() + timedelta(days=1)  # noqa: DTZ011 any later day will do
    project = project_with(
        component("model_card", "closed", trust=Trust.VENDOR_API, stated_on=tomorrow),
        name="Egret 7B",
    )
    accept(submission=correction(project), by=ana)
    html = client.get("/review/?show=disputed").content.decode()
    assert "Disputed 1" in html
    assert re.search(r"Egret 7B.*Model card.*closed", html, re.DOTALL)


def test_signing_in_leads_on_but_never_to_another_site(client: Client, ana: User) -> None:
    whole = {"username": "ana", "password": "a long enough password"}
    wrong = client.post("/sign-in/", whole | {"password": "guess"})
    assert wrong.status_code == 422
    assert client.post("/sign-in/", whole | {"next": "/review/7/"})["Location"] == "/review/7/"
    assert client.post("/sign-in/", whole | {"next": "//evil.example"})["Location"] == "/review/"
    assert client.post("/sign-out/")["Location"] == "/review/"


def test_guessing_passwords_is_slowed_down_for_the_right_one_too(client: Client, ana: User) -> None:
    right = {"username": "ana", "password": "a long enough password"}
    for n in range(GUESSED_MOST):
        client.post("/sign-in/", right | {"password": f"guess {n}"})
    answer = client.post("/sign-in/", right)
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.content.decode()
    assert not client.login(**right)
