"""What each answer of a source means, as tables (spec/refresh.md sections 4 and 5)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.sources import arxiv, github, hub
from openness.sources.budget import allowance
from openness.sources.http import Answer
from openness.sources.live import Target
from scoring.facts import Access, Kind, State
from tests.fakehub import sites

HERON = Target("model", "shore/heron", Kind.MODEL)
CODE = Target("repository", "shore/heron", Kind.SOFTWARE)
PAPER = Target("paper", "2401.00001", Kind.MODEL)


def answer(status: int, body: object = None, *, error: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer("http://hub.example/x", status, named, data, error=error)


@pytest.mark.parametrize(
    ("given", "meaning", "state"),
    [
        (answer(200, sites.model("shore/heron")), "ok", "ok"),
        (answer(200, sites.model("shore/heron", gated="auto")), "ok", "gated"),
        (answer(200, sites.model("shore/heron", gated="manual")), "ok", "gated"),
        (answer(200, sites.model("shore/heron", disabled=True)), "ok", "disabled"),
        (answer(200, sites.model("shore/heron", private=True)), "ok", "disabled"),
        (answer(304), "unchanged", "ok"),
        (answer(401, x_error_message="Invalid username or password."), "missing", "ok"),
        (answer(404, {"error": "Repository not found"}), "missing", "ok"),
        (answer(401, x_error_code="GatedRepo"), "gated", "ok"),
        (answer(403, x_error_code="GatedRepo"), "gated", "ok"),
        (answer(403, x_error_message="Access to this resource is disabled."), "disabled", "ok"),
        (
            answer(401, x_error_message="Invalid credentials in Authorization header"),
            "our_error",
            "ok",
        ),
        (answer(404, x_error_code="RevisionNotFound"), "our_error", "ok"),
        (answer(404, x_error_code="EntryNotFound"), "our_error", "ok"),
        (answer(400, {"error": "Invalid expand"}), "our_error", "ok"),
        (answer(403, {"error": "no"}), "our_error", "ok"),
        (answer(429), "throttled", "ok"),
        (answer(500), "outage", "ok"),
        (answer(503), "outage", "ok"),
        (answer(0, error="timeout"), "outage", "ok"),
        (answer(0, error="torn"), "outage", "ok"),
        (answer(0, error="redirect_elsewhere"), "outage", "ok"),
        (answer(200, b"<html>Log in</html>"), "outage", "ok"),
        (answer(200, {"hello": "there"}), "outage", "ok"),
        (answer(200, ["a", "list"]), "outage", "ok"),
        (answer(200, b'{"id": "shore/heron"'), "outage", "ok"),
        (answer(200, b"[" * 100_000), "outage", "ok"),
    ],
)
def test_an_answer_of_the_hub_has_one_meaning(given, meaning, state):
    verdict = hub.judge(HERON, given)
    assert (verdict.meaning, verdict.state) == (meaning, state)
    assert verdict.words
    assert (meaning == "ok") == bool(verdict.observed)


@pytest.mark.parametrize(
    ("given", "meaning"),
    [
        (answer(200, sites.repository("shore/heron")), "ok"),
        (answer(304), "unchanged"),
        (answer(404, {"message": "Not Found"}), "missing"),
        (answer(401, {"message": "Bad credentials"}), "our_error"),
        (answer(403, {"message": "API rate limit exceeded for 1.2.3.4"}), "throttled"),
        (answer(403, {"message": "You have exceeded a secondary rate limit"}), "throttled"),
        (answer(403, {"message": "Repository access blocked"}), "disabled"),
        (answer(451, {"message": "Repository access blocked"}), "disabled"),
        (answer(429), "throttled"),
        (answer(502), "outage"),
        (answer(200, {"message": "hello"}), "outage"),
        (answer(200, b"<html>"), "outage"),
        (answer(422, {"message": "what?"}), "our_error"),
    ],
)
def test_an_answer_of_github_has_one_meaning(given, meaning):
    assert github.judge(CODE, given).meaning == meaning


FEED = b'<feed xmlns="http://www.w3.org/2005/Atom">%s</feed>'
ENTRY = b"<entry><id>http://arxiv.org/abs/2401.00001v3</id></entry>"


@pytest.mark.parametrize(
    ("given", "meaning"),
    [
        (answer(200, FEED % ENTRY), "ok"),
        (answer(200, FEED % b""), "missing"),
        (answer(400, b""), "missing"),
        (answer(200, b"<html>"), "outage"),
        (answer(200, b'<!DOCTYPE x [<!ENTITY a "b">]>' + FEED % ENTRY), "outage"),
        (answer(503), "outage"),
    ],
)
def test_an_answer_of_arxiv_has_one_meaning(given, meaning):
    assert arxiv.judge(PAPER, given).meaning == meaning


def test_every_recorded_model_is_read(shared: Path):
    files = sorted((shared / "data/sources").glob("hf_api_recorded*/*.json"))
    read = 0
    for file in files:
        recorded = json.loads(file.read_text())
        if recorded["status"] != 200 or "commits" in file.name:
            continue
        verdict = hub.judge(HERON, answer(200, recorded["body"]))
        assert verdict.meaning == "ok", file.name
        assert verdict.immutable_id == recorded["body"]["_id"]
        read += 1
        body = recorded["body"]
        if "cardData" in body and "license" in (body["cardData"] or {}):
            assert verdict.observed["license"], file.name
        if "inferenceProviderMapping" in body:
            live = {
                name
                for name, offer in body["inferenceProviderMapping"].items()
                if offer["status"] == "live"
            }
            assert set(verdict.observed["live_providers"].split()) == live
    assert read == 44


@pytest.mark.parametrize(
    ("file", "meaning", "state"),
    [
        ("model-gpt-4chan.disabled", "ok", "disabled"),
        ("model-llama-3.1-8b", "ok", "gated"),
        ("model-not-found.401", "missing", "ok"),
        ("commits-gated.401", "gated", "ok"),
        ("commits-bad-revision.404", "our_error", "ok"),
    ],
)
def test_the_recordings_with_limits_mean_what_was_seen(shared: Path, file, meaning, state):
    recorded = json.loads(
        (shared / f"data/sources/hf_api_recorded_2026-10/{file}.json").read_text()
    )
    given = Answer(
        "", recorded["status"], recorded["headers"], json.dumps(recorded["body"]).encode()
    )
    verdict = hub.judge(HERON, given)
    assert (verdict.meaning, verdict.state) == (meaning, state)
    said = allowance(recorded["headers"], status=recorded["status"], now=0)
    assert (said.quota, said.window) == (500, 300.0)
    assert said.left is not None
    assert said.resets_in is not None


def test_every_recorded_repository_is_read(shared: Path):
    met = []
    for file in sorted((shared / "data/sources/github_api_recorded").glob("repo-*.json")):
        for exchange in json.loads(file.read_text())["exchanges"]:
            given = answer(exchange["status"], exchange["body"])
            if exchange["path"].endswith("/license"):
                continue
            met.append((exchange["status"], str(github.judge(CODE, given).meaning)))
    assert (200, "ok") in met
    assert (304, "unchanged") in met
    assert (500, "outage") in met
    assert {meaning for code, meaning in met if code == 200} == {"ok"}


@pytest.mark.parametrize(
    ("observed", "state", "access", "license_id"),
    [
        ({"gated": "false", "weight_files": "2"}, "open", Access.PUBLIC, ""),
        ({"gated": "auto", "weight_files": "2"}, "partial", Access.CLICK_THROUGH, ""),
        ({"gated": "manual", "weight_files": "2"}, "partial", Access.BY_REQUEST, ""),
        ({"disabled": "true", "gated": "false"}, "closed", Access.NONE, ""),
        ({"gone": "true", "gated": "false", "weight_files": "2"}, "closed", Access.NONE, ""),
        ({"license": "apache-2.0"}, "unknown", None, "Apache-2.0"),
        ({"license": "other", "license_name": "llama3"}, "unknown", None, "Llama-3"),
        ({"license": "", "license_tags": ""}, "unknown", None, "none-declared"),
    ],
)
def test_what_is_observed_at_the_hub_becomes_a_claim(observed, state, access, license_id):
    [claim] = hub.claims(HERON, observed)
    assert claim.component == "weights_end"
    assert claim.state == State(state)
    assert (claim.access.least if claim.access else None) == access
    assert claim.license_id == license_id


@pytest.mark.parametrize(
    "observed",
    [
        {},
        {"gated": "false"},  # files were not listed
        {"gated": "false", "weight_files": "0"},  # a repository of a card alone
        {"license_tags": ""},  # the card was not seen
        {"gated": "something new", "weight_files": "1"},
    ],
)
def test_what_was_not_observed_is_not_claimed(observed):
    assert hub.claims(HERON, observed) == []


def test_other_is_no_license():
    [claim] = hub.claims(HERON, {"license": "other"})
    assert claim.license_id == ""


def test_only_live_offers_count_as_hosting():
    offers = {
        "fast": {"status": "live", "task": "x"},
        "slow": {"status": "staging", "task": "x"},
        "odd": {"status": "error"},
    }
    assert hub.observe({"inferenceProviderMapping": offers})["live_providers"] == "fast"
    as_list = [{"provider": name} | offer for name, offer in offers.items()]
    assert hub.observe({"inferenceProviderMapping": as_list})["live_providers"] == "fast"
    [claim] = hub.claims(HERON, {"live_providers": "fast"})
    assert (claim.component, claim.origin) == ("hosted_api", "third_party")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(sites.model("shore/heron"))), JSON)
def test_a_field_of_any_other_form_breaks_no_reader_of_the_hub(field, value):
    body = sites.model("shore/heron") | {field: value}
    verdict = hub.judge(HERON, answer(200, body))
    assert verdict.meaning in ("ok", "outage")
    assert all(isinstance(one, str) for one in verdict.observed.values())
    hub.claims(HERON, verdict.observed)
    hub.quantities(HERON, verdict.observed)


@given(st.sampled_from(sorted(sites.repository("shore/heron"))), JSON)
def test_a_field_of_any_other_form_breaks_no_reader_of_github(field, value):
    body = sites.repository("shore/heron") | {field: value}
    verdict = github.judge(CODE, answer(200, body))
    assert verdict.meaning in ("ok", "outage")
    github.claims(CODE, verdict.observed)


@given(st.sets(st.sampled_from(sorted(sites.model("shore/heron")))))
def test_a_field_that_is_absent_is_no_observation(dropped):
    whole = sites.model("shore/heron")
    body = {k: v for k, v in whole.items() if k not in dropped}
    assert hub.observe(body).items() <= hub.observe(whole).items()


@pytest.mark.parametrize(
    ("headers", "status", "left", "wait"),
    [
        ({"ratelimit": '"api";r=499;t=295'}, 200, 499, 0),
        ({"ratelimit": '"api";r=0;t=17'}, 429, 0, 17),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1060"}, 403, 0, 60),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "1060"}, 200, 12, 0),
        ({"retry-after": "5"}, 403, None, 5),
        ({"retry-after": "500", "ratelimit": '"api";r=0;t=17'}, 429, 0, 500),
        ({}, 429, None, 60),
        ({"ratelimit": "nonsense", "retry-after": "soon"}, 429, None, 60),
        ({}, 200, None, 0),
    ],
)
def test_limits_are_read_from_headers(headers, status, left, wait):
    said = allowance(headers, status=status, now=1000)
    assert (said.left, said.wait) == (left, wait)
