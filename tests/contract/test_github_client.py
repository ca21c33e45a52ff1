"""PyGithub takes the fake hub for GitHub (spec/fakehub.md, marked v)."""

from pathlib import Path

import github
import pytest
from github.GithubRetry import GithubRetry

from tests.fakehub import Action, FakeHub, sites
from tests.fakehub.replies import json_reply
from tests.fakehub.server import status

KIT = "shore/kit"
TOKEN = github.Auth.Token("ghp_good")


def client(fake: FakeHub, *, token: bool = False, **retry: int) -> github.Github:
    """The genuine client on the fake hub; it keeps no pause between two questions."""
    patience = GithubRetry(total=3, backoff_factor=0, **retry) if retry else None
    return github.Github(
        base_url=f"{fake.url}/gh",
        auth=TOKEN if token else None,
        retry=patience,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )


@pytest.fixture
def fake(plain_hub: FakeHub) -> FakeHub:
    """The fake hub with one repository."""
    plain_hub.repositories[KIT] = sites.repository(KIT)
    return plain_hub


def test_every_recorded_repository_is_read_by_the_client(fake: FakeHub, shared: Path):
    names = sites.load_github(fake, shared / "data/sources/github_api_recorded")
    assert len(names) >= 5
    for name in names:
        found = client(fake).get_repo(name)
        assert (found.full_name, found.id) == (name, fake.repositories[name]["id"])


def test_a_question_with_the_validator_is_answered_unchanged_and_free_with_a_token(fake: FakeHub):
    for token, used in ((True, 1), (False, 2)):
        fake.reset()
        asker = client(fake, token=token)
        repository = asker.get_repo(KIT)
        assert repository.update() is False
        assert "if-none-match" in fake.requests[-1].headers
        left, limit = asker.rate_limiting
        assert limit - left == used
    fake.repositories[KIT] |= {"archived": True}
    assert repository.update() is True
    assert repository.archived is True


def test_a_renamed_repository_is_followed_to_its_number(fake: FakeHub):
    fake.repositories["coast/kit"] = fake.repositories.pop(KIT) | {"full_name": "coast/kit"}
    fake.moved[KIT] = "coast/kit"
    assert client(fake).get_repo(KIT).full_name == "coast/kit"
    assert fake.requests[-1].path.startswith("/gh/repositories/")


def test_what_is_missing_is_unknown(fake: FakeHub):
    with pytest.raises(github.UnknownObjectException):
        client(fake).get_repo("shore/nothing")


def test_license_release_and_licenses_are_read(fake: FakeHub):
    repository = client(fake).get_repo(KIT)
    found = repository.get_license()
    assert found.license.spdx_id == "MIT"
    assert found.decoded_content.startswith(b"MIT License")
    assert repository.get_latest_release().tag_name == "v1.0"
    assert [one.spdx_id for one in client(fake).get_licenses()] == ["MIT"]
    fake.repositories[KIT] |= {"release": None}
    with pytest.raises(github.UnknownObjectException):
        repository.get_latest_release()


def test_beyond_the_primary_limit_the_client_says_that_it_would_wait_too_long(fake: FakeHub):
    fake.github.quota(1, 1)
    asker = client(fake, max_rate_limit_wait=5)
    asker.get_repo(KIT)
    with pytest.raises(github.RateLimitExceededException) as raised:
        asker.get_repo(KIT)
    assert type(raised.value).__name__ == "RateLimitExceededExceedsMaxWait"


def test_beyond_the_secondary_limit_the_client_waits_as_long_as_it_is_told(
    fake: FakeHub, monkeypatch: pytest.MonkeyPatch
):
    words = "You have exceeded a secondary rate limit. Please wait."
    fake.script("kit", Action(json_reply({"message": words}, 403, Retry_After="1")))
    waited: list[float] = []
    monkeypatch.setattr(GithubRetry, "sleep", lambda self, response: waited.append(1))
    assert client(fake, max_rate_limit_wait=5).get_repo(KIT).full_name == KIT
    assert len(waited) == 1
    assert len(fake.asked("kit")) == 2


def test_one_502_is_asked_again(fake: FakeHub):
    fake.script("kit", status(502))
    assert client(fake, max_rate_limit_wait=5).get_repo(KIT).full_name == KIT
    assert len(fake.asked("kit")) == 2


@pytest.mark.parametrize("code", [403, 451])
def test_a_blocked_repository_is_an_error_of_its_own(fake: FakeHub, code: int):
    fake.script("kit", Action(json_reply({"message": "Repository access blocked"}, code)))
    with pytest.raises(github.GithubException) as raised:
        client(fake).get_repo(KIT)
    assert raised.value.status == code


def test_a_body_without_a_field_breaks_nothing(fake: FakeHub):
    del fake.repositories[KIT]["node_id"]
    assert client(fake).get_repo(KIT).full_name == KIT


def test_many_repositories_come_by_one_question_with_a_token(fake: FakeHub):
    question = 'query { a: repository(owner: "shore", name: "kit") { isArchived } }'
    requester = client(fake, token=True).requester
    _, answer = requester.graphql_query(question, {})
    assert answer["data"]["a"]["licenseInfo"] == {"spdxId": "MIT"}
    with pytest.raises(github.GithubException):
        client(fake).requester.graphql_query(question, {})
