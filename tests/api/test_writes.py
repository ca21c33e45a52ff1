"""What the API takes: proposals of those who have a token, and facts to be scored."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from rest_framework.authtoken.models import Token

from openness.api.writes import POSTED, PROPOSAL
from openness.models import Evidence, Project, Submission
from openness.services.reviews import accept
from scoring.lenses import LENSES
from tests.factories import project_with, weights

SUBMISSIONS, SCORE = "/api/v1/submissions/", "/api/v1/score/"


@pytest.fixture(autouse=True)
def nothing_counted(db: None) -> None:
    """Limits are counted in the cache."""
    cache.clear()


@pytest.fixture
def token() -> dict[str, str]:
    """The header of somebody who may propose."""
    return {
        "authorization": f"Token {Token.objects.create(user=User.objects.create(username='a'))}"
    }


def send(client: Client, address: str, body: object, **options: Any) -> Any:
    return client.post(address, body, content_type="application/json", **options)


def test_a_proposal_needs_a_token(client: Client) -> None:
    response = send(client, SUBMISSIONS, PROPOSAL.value)
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Token")
    wrong = send(client, SUBMISSIONS, PROPOSAL.value, headers={"authorization": "Token x"})
    assert wrong.status_code == 401
    assert not Submission.objects.exists()


def test_a_proposal_is_kept_and_its_sender_can_follow_it(
    client: Client, token: dict[str, str], admin_user: User
) -> None:
    response = send(client, SUBMISSIONS, PROPOSAL.value, headers=token)
    assert response.status_code == 201
    said = response.json()
    assert said["status"] == "pending"
    assert response["Location"] == said["url"]
    address = f"{SUBMISSIONS}{said['token']}/"
    first = client.get(address)
    assert first.json() == said
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
    accept(submission=Submission.objects.get(), by=admin_user, alone=True)
    later = client.get(address, headers={"if-none-match": first["ETag"]}).json()
    assert (later["status"], later["project"]) == ("accepted", "pelican-7b")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"kind": "bird"}, "kind"),
        ({"weights_link": ""}, "homepage"),
        ({"weights_link": "no address"}, "weights_link"),
        ({"parameters": "many"}, "parameters"),
        ({"email": "nobody"}, "email"),
        ({"api": "paid_api", "homepage": ""}, "api_link"),
    ],
)
def test_a_proposal_that_is_not_whole_says_which_field(
    client: Client, token: dict[str, str], change: dict[str, str], name: str
) -> None:
    response = send(client, SUBMISSIONS, PROPOSAL.value | change, headers=token)
    assert response.status_code == 400
    assert name in [error["name"] for error in response.json()["errors"]]
    assert not Submission.objects.exists()


def test_a_proposal_of_what_is_here_names_it_unless_it_is_sent_anyway(
    client: Client, token: dict[str, str]
) -> None:
    project_with(weights(), name="Pelican 7B", slug="pelican-7b")
    response = send(client, SUBMISSIONS, PROPOSAL.value, headers=token)
    assert (response.status_code, response.json()["candidates"]) == (409, ["pelican-7b"])
    anyway = PROPOSAL.value | {"anyway": True}
    assert send(client, SUBMISSIONS, anyway, headers=token).status_code == 201


def test_posted_facts_are_scored_by_every_lens_and_stored_nowhere(client: Client) -> None:
    said = send(client, SCORE, POSTED.value).json()["lenses"]
    assert list(said) == list(LENSES)
    ours = said["open-to-whom"]
    assert 0 < ours["low"] < ours["high"] <= 100
    assert ours["detail"]["cells"]["run"]["laptop"]
    assert all(check["reason"] for check in said["osaid"]["checks"])
    assert said["fmti"] is None
    assert not Project.objects.exists()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        [],
        '"text"',
        {"color": "red"},
        {"access": "wide"},
        {"kind": "dataset"},
        {"c": {"wing": "open"}},
        {"c": {"preprint": "ajar"}},
        {"params_b": -1},
        {"params_b": 10**400},
        {"gpu_hours": 3},
    ],
)
def test_facts_that_are_none_say_why(client: Client, body: object) -> None:
    response = send(client, SCORE, body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["reason"]


def test_two_sizes_may_come_in_either_order(client: Client) -> None:
    one, other = (send(client, SCORE, {"params_b": size}).json() for size in ([7, 9], [9, 7]))
    assert one == other


@pytest.mark.parametrize("body", ["{", "NaN", "[" * 100_000, '{"params_b": 1e999}'])
def test_a_body_that_is_no_json_is_refused(client: Client, body: str) -> None:
    response = client.post(SCORE, body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("address", [SCORE, SUBMISSIONS])
def test_a_body_of_5_mb_is_refused(client: Client, token: dict[str, str], address: str) -> None:
    body = '{"name": "' + "x" * 5_000_000 + '"}'
    response = client.post(address, body, content_type="application/json", headers=token)
    assert response.status_code == 400
    assert response.json()["errors"] == [{"name": "", "reason": "the body is too large"}]
    assert not Submission.objects.exists()


def test_a_body_of_another_type_is_refused(client: Client) -> None:
    assert client.post(SCORE, "<a/>", content_type="text/xml").status_code == 415
