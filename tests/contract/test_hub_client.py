"""The Hub's own Python client takes the fake hub for the Hub (spec/fakehub.md, marked v)."""

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import HfApi, errors, get_hf_file_metadata
from huggingface_hub.utils import _http as client
from huggingface_hub.utils import _pagination

from tests.fakehub import Action, FakeHub, hub, sites
from tests.fakehub.replies import json_reply
from tests.fakehub.server import html, status

HERON = "shore/heron"


@pytest.fixture
def api(secure_hub: FakeHub) -> Iterator[HfApi]:
    """The genuine client, without a token, on the fake hub."""
    huggingface_hub.close_session()  # the next one reads SSL_CERT_FILE
    yield HfApi(endpoint=secure_hub.url, token=False)
    huggingface_hub.close_session()


@pytest.fixture
def slept(secure_hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how many seconds the client would have slept; instead the Hub's window ends at once."""
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        secure_hub.quota(100, 300)

    # Its own `time`: that of everybody else is the server's as well.
    monkeypatch.setattr(client, "time", SimpleNamespace(**vars(time) | {"sleep": sleep}))
    return waits


def test_every_recorded_model_is_read_by_the_client(api: HfApi, secure_hub: FakeHub, shared: Path):
    for folder in sorted((shared / "data/sources").glob("hf_api_recorded*")):
        secure_hub.load(folder)
    assert len(secure_hub.models) == 41
    for name, body in secure_hub.models.items():
        found = api.model_info(name)
        assert (found.id, found.gated) == (name, body.get("gated"))
        if "siblings" in body:
            files = [one["rfilename"] for one in body["siblings"]]
            assert [one.rfilename for one in found.siblings] == files
        some = api.model_info(name, expand=["gated", "inferenceProviderMapping"])
        offers = body.get("inferenceProviderMapping") or {}
        assert {one.provider for one in some.inference_provider_mapping or ()} == set(offers)
    for old, new in secure_hub.moved.items():
        assert api.model_info(old).id == new


def test_a_renamed_model_and_another_letter_case_are_followed(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = sites.model(HERON)
    secure_hub.rename(HERON, "coast/heron")
    assert api.model_info(HERON).id == "coast/heron"
    assert api.model_info("Coast/HERON", expand=["gated"]).id == "coast/heron"
    assert len(secure_hub.requests) == 4


@pytest.mark.parametrize("private", [False, True])
def test_missing_and_private_cannot_be_told_apart(api: HfApi, secure_hub: FakeHub, private: bool):
    if private:
        secure_hub.models[HERON] = sites.model(HERON, private=True)
    with pytest.raises(errors.RepositoryNotFoundError) as raised:
        api.model_info(HERON)
    assert not isinstance(raised.value, errors.GatedRepoError)
    assert raised.value.response.status_code == 401


def test_a_right_token_shows_what_is_private_and_a_wrong_one_nothing(
    api: HfApi, secure_hub: FakeHub
):
    secure_hub.models[HERON] = sites.model(HERON, private=True)
    assert api.model_info(HERON, token="hf_good").private is True
    with pytest.raises(errors.HfHubHTTPError) as raised:
        api.model_info(HERON, token="hf_bad")
    assert not isinstance(raised.value, errors.RepositoryNotFoundError)
    assert "Invalid credentials" in str(raised.value)


def test_a_gated_model_shows_itself_and_neither_commits_nor_files(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = sites.model(HERON, gated="manual")
    assert api.model_info(HERON).gated == "manual"
    with pytest.raises(errors.GatedRepoError):
        api.list_repo_commits(HERON)
    with pytest.raises(errors.GatedRepoError):
        get_hf_file_metadata(f"{secure_hub.url}/{HERON}/resolve/main/README.md", token=False)


def test_a_disabled_model_shows_itself_and_no_files(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = sites.model(HERON, disabled=True)
    assert api.model_info(HERON).disabled is True
    with pytest.raises(errors.DisabledRepoError):
        get_hf_file_metadata(f"{secure_hub.url}/{HERON}/resolve/main/README.md", token=False)


def test_a_revision_is_there_or_not_found(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = body = sites.model(HERON)
    assert api.model_info(HERON, revision="main").sha == body["sha"]
    assert api.model_info(HERON, revision=body["sha"]).sha == body["sha"]
    assert [one.commit_id for one in api.list_repo_commits(HERON)] == [body["sha"]]
    with pytest.raises(errors.RevisionNotFoundError):
        api.model_info(HERON, revision="no-such-branch")


def test_a_file_has_its_validator_and_its_commit(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = body = sites.model(HERON)
    place = f"{secure_hub.url}/{HERON}/resolve/main"
    found = get_hf_file_metadata(f"{place}/README.md", token=False)
    assert (found.commit_hash, bool(found.etag)) == (body["sha"], True)
    with pytest.raises(errors.EntryNotFoundError):
        get_hf_file_metadata(f"{place}/no-such-file", token=False)


def test_a_listing_of_40_by_sevens_takes_six_questions(api: HfApi, secure_hub: FakeHub):
    for n in range(40):
        secure_hub.models[f"shore/heron-{n:02}"] = sites.model(f"shore/heron-{n:02}")
    # `list_models(limit=7)` ends after seven; its own reader of pages goes on.
    asked = {"author": "shore", "limit": 7}
    listed = _pagination.paginate(f"{secure_hub.url}/api/models", params=asked, headers={})
    assert [one["id"] for one in listed] == [f"shore/heron-{n:02}" for n in range(40)]
    assert len(secure_hub.requests) == 6
    assert [one.id for one in api.list_models(author="shore", limit=7)] == [
        f"shore/heron-{n:02}" for n in range(7)
    ]


def test_a_listing_can_be_narrowed(api: HfApi, secure_hub: FakeHub):
    offers = {"fast": {"status": "live", "task": "text-generation", "providerId": "x"}}
    secure_hub.models |= {
        "shore/open": sites.model("shore/open", inferenceProviderMapping=offers),
        "shore/gated": sites.model("shore/gated", gated="auto"),
        "coast/other": sites.model("coast/other"),
    }

    def names(**asked: Any) -> set[str]:
        return {one.id for one in api.list_models(**asked)}

    assert names(author="shore", gated=True) == {"shore/gated"}
    assert names(search="OTHER") == {"coast/other"}
    assert names(inference_provider="fast") == {"shore/open"}
    assert names(filter="license:mit") == set()
    [one] = api.list_models(search="open", expand=["inferenceProviderMapping"])
    assert [offer.provider for offer in one.inference_provider_mapping] == ["fast"]


def test_beyond_the_quota_one_model_fails_at_once_and_a_listing_sleeps_and_goes_on(
    api: HfApi, secure_hub: FakeHub, slept: list[float]
):
    secure_hub.models[HERON] = sites.model(HERON)
    secure_hub.quota(1, 300)
    api.model_info(HERON)
    with pytest.raises(errors.HfHubHTTPError) as raised:
        api.model_info(HERON)
    assert raised.value.response.status_code == 429
    assert "r=0" in raised.value.response.headers["ratelimit"]
    assert slept == []
    assert [one.id for one in api.list_models(author="shore")] == [HERON]
    assert len(slept) == 1
    assert 299 <= slept[0] <= 303  # until the window ends


def test_one_503_fails_a_model_and_a_listing_tries_again(
    api: HfApi, secure_hub: FakeHub, slept: list[float]
):
    secure_hub.models[HERON] = sites.model(HERON)
    secure_hub.script("/api/models", status(503), status(503))
    with pytest.raises(errors.HfHubHTTPError):
        api.model_info(HERON)
    assert [one.id for one in api.list_models(author="shore")] == [HERON]
    assert slept == [1.0]


def test_only_a_timeout_ends_a_question_that_hangs(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = sites.model(HERON)
    secure_hub.script("heron", Action(delay=1))
    with pytest.raises(client.httpx2.ReadTimeout):
        api.model_info(HERON, timeout=0.05)


def test_lies_break_the_client(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = sites.model(HERON)
    secure_hub.script("heron", html(), Action(json_reply({"id": HERON, "siblings": [{}]})))
    with pytest.raises(ValueError, match="Expecting value"):
        api.model_info(HERON)
    with pytest.raises(KeyError, match="rfilename"):
        api.model_info(HERON)


def test_an_option_that_the_hub_does_not_have_is_named(api: HfApi, secure_hub: FakeHub):
    secure_hub.models[HERON] = sites.model(HERON)
    for option in ("cardData.license", "_id"):
        with pytest.raises(errors.BadRequestError, match="Invalid expand"):
            api.model_info(HERON, expand=[option])


def test_data_sets_and_organizations_are_read(api: HfApi, secure_hub: FakeHub):
    secure_hub.datasets["shore/counts"] = sites.dataset("shore/counts", gated="auto")
    secure_hub.organizations["shore"] = hub.organization("shore", isVerified=True)
    found = api.dataset_info("shore/counts")
    assert (found.gated, found.card_data.license) == ("auto", "odc-by")
    assert api.get_organization_overview("shore").is_verified is True
    for ask in (api.dataset_info, api.get_organization_overview):
        with pytest.raises(errors.HfHubHTTPError):
            ask("no-such/thing" if ask == api.dataset_info else "nobody")


def test_a_question_with_the_validator_of_the_last_answer_is_answered_unchanged(
    api: HfApi, secure_hub: FakeHub
):
    secure_hub.models[HERON] = sites.model(HERON)
    url = f"{secure_hub.url}/api/models/{HERON}"
    session = client.get_session()
    first = session.get(f"{url}?expand=gated&expand[]=tags")
    again = session.get(
        f"{url}?expand=gated&expand[]=tags", headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert set(first.json()) == {"_id", "id", "gated", "tags"}
    # Without `expand` the order of `spaces` moves, and the validator with it.
    whole = {session.get(url).headers["etag"] for _ in range(4)}
    assert len(whole) == 2
