"""Submissions: accepted once, by somebody, into a project with evidence."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from openness.models import Change, Identifier, Listing, Project, Submission
from openness.services.addresses import address
from openness.services.assess import assess
from openness.services.reviews import accept, send_back
from openness.services.statements import claims_of
from openness.services.submissions import AlreadyDecided, duplicates
from openness.sources.reading import Ref
from tests.factories import ProjectFactory, SubmissionFactory, evidence_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return User.objects.create_superuser("reviewer", password="a long enough password")


def accepted(reviewer: User) -> Project:
    """The project of a submission that an administrator has accepted."""
    project = accept(submission=SubmissionFactory(), by=reviewer, alone=True).project
    assert project is not None
    return project


def test_an_accepted_submission_becomes_a_project_with_signed_evidence(reviewer: User) -> None:
    project = accepted(reviewer)
    held = evidence_of(project)
    assert (project.slug, project.organization.name) == ("pelican-7b", "Shore Institute")
    assert held["weights_end"].license_id == "Apache-2.0"
    assert held["weights_end"].license_raw == "Apache 2.0"
    assert held["hosted_api"].state == "closed"
    assert {row.reviewer for row in held.values()} == {reviewer}
    assert Identifier.objects.get().reference == "shore/pelican-7b"
    assert Change.objects.get().field == "project"
    assess(projects=[project.pk])
    listing = Listing.objects.get(project=project)
    assert (listing.license, listing.weights_least, listing.parameters) == (
        "Apache-2.0",
        "public",
        7_000_000_000,
    )


def test_a_submission_is_decided_once(reviewer: User) -> None:
    submission = SubmissionFactory()
    accept(submission=submission, by=reviewer, alone=True)
    with pytest.raises(AlreadyDecided, match="decided already"):
        accept(submission=submission, by=reviewer)
    with pytest.raises(AlreadyDecided):
        send_back(submission=submission, by=reviewer, reason="late")


def test_a_returned_submission_says_why(reviewer: User) -> None:
    row = send_back(submission=SubmissionFactory(), by=reviewer, reason="No such model.")
    assert (row.status, row.reason, row.decided_by) == ("returned", "No such model.", reviewer)


@pytest.mark.parametrize(
    ("fields", "component", "state", "span"),
    [
        ({"weights": "public"}, "weights_end", "open", "public"),
        ({"weights": "click_through"}, "weights_end", "partial", "click_through"),
        ({"weights": "by_request"}, "weights_end", "partial", "by_request"),
        ({"weights": "none"}, "weights_end", "closed", "none"),
        ({"weights": "unknown", "license": "MIT"}, "weights_end", "unknown", "unknown"),
        ({"kind": "software", "weights": "public"}, "source_code", "open", "public"),
        ({"api": "free_api"}, "hosted_api", "open", "free_api"),
        ({"api": "paid_api"}, "hosted_api", "partial", "paid_api"),
        ({"api": "restricted"}, "hosted_api", "partial", "restricted"),
        ({"api": "ui_only"}, "hosted_ui", "open", "ui_only"),
        ({"api": "none"}, "hosted_api", "closed", "none"),
    ],
)
def test_each_answer_makes_its_statement(
    fields: dict[str, str], component: str, state: str, span: str
) -> None:
    [claim] = claims_of({"kind": "model"} | fields, stated_on=date(2026, 11, 24))
    assert (claim.component, claim.state) == (component, state)
    assert str(claim.access or claim.hosting) == span


def test_an_answer_left_open_makes_no_statement() -> None:
    payload = {"kind": "model", "weights": "unknown", "api": ""}
    assert claims_of(payload, stated_on=date(2026, 11, 24)) == []


def test_a_hosted_offer_expires_after_180_days() -> None:
    [claim] = claims_of({"kind": "model", "api": "free_api"}, stated_on=date(2026, 1, 1))
    assert claim.expires_at == date(2026, 1, 1) + timedelta(days=180)


@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("https://huggingface.co/allenai/OLMo-7B", Ref("hub", "model", "allenai/OLMo-7B")),
        ("https://huggingface.co/datasets/allenai/dolma", Ref("hub", "dataset", "allenai/dolma")),
        ("https://github.com/allenai/OLMo/tree/main", Ref("github", "repository", "allenai/OLMo")),
        ("https://github.com/allenai/OLMo.git", Ref("github", "repository", "allenai/OLMo")),
        ("https://arxiv.org/abs/2402.00838", Ref("arxiv", "paper", "2402.00838")),
        ("https://example.org/a/b", None),
        ("https://huggingface.co/docs/hub", None),
        ("olmo", None),
    ],
)
def test_an_address_names_a_release_exactly_or_not_at_all(url: str, ref: Ref | None) -> None:
    assert address(url) == ref


def test_likely_duplicates_are_those_at_the_same_address_then_of_similar_name() -> None:
    same = ProjectFactory(name="Something else")
    Identifier.objects.create(
        project=same, source="hub", kind="model", reference="Shore/Pelican-7B"
    )
    similar = ProjectFactory(name="Pelican 7B Chat")
    ProjectFactory(name="Falcon 40B")
    found = duplicates(name="Pelican 7B", links=["https://huggingface.co/shore/pelican-7b"])
    assert found == [same, similar]


def test_the_admin_accepts_and_hands_the_scoring_to_a_worker(
    reviewer: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("openness.admin.rescore_project.delay_on_commit", asked.append)
    client.force_login(reviewer)
    submission = SubmissionFactory()
    page = client.get(f"/admin/openness/submission/{submission.pk}/change/")
    assert "Pelican 7B" in page.content.decode()
    client.post(f"/admin/openness/submission/{submission.pk}/change/", {"_accept": "Accept"})
    submission.refresh_from_db()
    assert submission.status == "accepted"
    assert asked == [submission.project_id]


def test_the_admin_wants_a_reason_for_returning(reviewer: User, client: Client) -> None:
    client.force_login(reviewer)
    submission = SubmissionFactory()
    address = f"/admin/openness/submission/{submission.pk}/change/"
    client.post(address, {"_return": "Return"})
    assert Submission.objects.get().status == "pending"
    client.post(address, {"_return": "Return", "reason": "No such model."})
    assert Submission.objects.get().status == "returned"


def test_the_record_cannot_be_edited_in_the_admin(reviewer: User, client: Client) -> None:
    client.force_login(reviewer)
    project = accepted(reviewer)
    evidence = project.evidence.first()
    assert client.post(f"/admin/openness/evidence/{evidence.pk}/delete/").status_code == 403
    assert (
        client.post(
            f"/admin/openness/evidence/{evidence.pk}/change/", {"state": "open"}
        ).status_code
        == 403
    )
