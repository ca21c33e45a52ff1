"""The fake hub says at least what the genuine sites were recorded to say, in the same form."""

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.fakehub import FakeHub, sites
from tests.fakehub.replies import etag_of

# What content delivery networks and old servers add, which says nothing of the source; `Date` and
# the length come from the server itself.
OF_THE_NETWORK = frozenset({"via", "age", "server", "connection", "transfer-encoding"})


def headers_at(fake: FakeHub, path: str, **sent: str) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer of the fake hub, as they stand on the wire."""
    line = HTTPConnection(urlsplit(fake.url).netloc)
    line.request("GET", path, headers=sent)
    with line.getresponse() as answer:
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}
    line.close()
    return found


def recorded_of(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(folder.glob("*.json")):
        found = json.loads(file.read_text())
        for exchange in found.get("exchanges", [found]):
            yield file.name, exchange


def path_of(exchange: dict[str, Any]) -> str:
    return str(exchange.get("request") or exchange["path"])


@pytest.mark.parametrize("folder", ["hf_api_recorded", "hf_api_recorded_2026-10"])
def test_every_recorded_answer_of_the_hub_is_given_again(
    plain_hub: FakeHub, shared: Path, folder: str
):
    place = shared / "data/sources" / folder
    plain_hub.load(place)
    for name, exchange in recorded_of(place):
        status, given = headers_at(plain_hub, path_of(exchange))
        assert status == exchange["status"], name
        assert set(exchange["headers"]) - OF_THE_NETWORK <= given.keys(), name


def test_a_validator_has_the_form_of_the_recorded_ones(shared: Path):
    form = re.compile(r'W/"[0-9a-f]+-[A-Za-z0-9+/]{27}"')
    ours = etag_of(b'{"id":"shore/heron"}')
    recorded = [
        exchange["headers"]["etag"]
        for _, exchange in recorded_of(shared / "data/sources/hf_api_recorded")
        if "etag" in exchange["headers"]
    ]
    assert len(recorded) == 40
    assert all(form.fullmatch(one) for one in (ours, *recorded))


def test_every_recorded_answer_of_github_has_no_header_that_the_fake_lacks(
    plain_hub: FakeHub, shared: Path
):
    place = shared / "data/sources/github_api_recorded"
    sites.load_github(plain_hub, place)
    kit = sites.repository("shore/kit")
    plain_hub.repositories |= {"shore/kit": kit, "coast/kit": kit | {"full_name": "coast/kit"}}
    plain_hub.moved["old/kit"] = "coast/kit"
    given = dict([headers_at(plain_hub, f"/gh/repos/{name}/kit") for name in ("shore", "old")])
    known = {"If-None-Match": given[200]["etag"]}
    given |= [headers_at(plain_hub, "/gh/repos/shore/kit", **known)]
    plain_hub.github.quota(0, 0)
    given |= [headers_at(plain_hub, "/gh/repos/shore/kit")]
    assert set(given) == {200, 301, 304, 403}
    met = set()
    for name, exchange in recorded_of(place):
        if exchange["status"] == 500:  # a server in trouble is scripted, header by header
            continue
        met.add(exchange["status"])
        named = {one.lower() for one in exchange.get("headers") or {}}
        assert named - OF_THE_NETWORK <= given[exchange["status"]].keys(), name
    assert met == set(given)
