"""OpenRouter's list: prices for single tokens as text, a model's Hub address beside its name."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openness.sources import offers
from openness.sources.price_lists import PRICE_LISTS, release_of
from openness.sources.reading import Refused
from openness.sources.wheels import Member
from scoring.facts import Claim, Hosting, State, Trust, exactly, span
from tests.fakehub.others import offer

LIST = PRICE_LISTS["openrouter"]
TODAY = date(2026, 11, 30)


def claims(*rows: dict[str, Any]) -> dict[str, Claim]:
    """What a list of these rows claims, by release."""
    body = json.dumps({"data": rows}).encode()
    member = Member("openrouter", "2026-11-30 06:00", "ab" * 32, LIST.member, body)
    return {one.key: one.claims[0] for one in LIST.read(member, received=TODAY)}


def test_the_recorded_list_is_read_whole(shared: Path):
    body = (shared / "data/sources/openrouter_models_2025-12-02.json").read_bytes()
    rows = json.loads(body)["data"]
    listed = offers.openrouter(body)
    assert len(listed.offers) == len(rows) == 335
    at_hub = [release_of(one) for one in listed.offers if one.hub_id]
    assert len(at_hub) == sum(bool(row["hugging_face_id"]) for row in rows) == 186
    assert all(found and found[1] for found in at_hub)
    named = {one.model: one for one in listed.offers}
    for row in rows:
        said = named[row["id"]]
        for name, price in (("prompt", said.reads), ("completion", said.writes)):
            told = float(row["pricing"][name])
            assert price == (None if told < 0 else pytest.approx(told * 1e6, abs=1e-6)), row["id"]
        assert said.free == (row["pricing"]["prompt"] == row["pricing"]["completion"] == "0")
    free = [one for one in listed.offers if one.free]
    assert free
    assert [one.model for one in listed.offers if one.reads is None] == [
        row["id"] for row in rows if row["pricing"]["prompt"] == "-1"
    ]


def test_a_price_for_a_token_is_one_for_a_million():
    [claim] = claims(offer("shore/heron")).values()
    assert (claim.component, claim.state, claim.hosting) == (
        *("hosted_api", State.PARTIAL),
        exactly(Hosting.PAID_API),
    )
    assert (claim.origin, claim.trust, claim.source) == (
        *("third_party", Trust.PRICE_CATALOGUE),
        "openrouter",
    )
    assert (claim.link, claim.price) == ("https://openrouter.ai/shore/heron", "paid")
    [listed] = offers.openrouter(json.dumps({"data": [offer("shore/heron")]}).encode()).offers
    assert (listed.reads, listed.writes) == (0.2, 0.4)


@pytest.mark.parametrize(
    ("pricing", "hosting"),
    [
        ({"prompt": "0", "completion": "0"}, exactly(Hosting.FREE_API)),
        ({"prompt": "-1", "completion": "-1"}, span(Hosting.PAID_API, Hosting.FREE_API)),
        ({"prompt": "0", "completion": "0.1"}, exactly(Hosting.PAID_API)),
        ({}, span(Hosting.PAID_API, Hosting.FREE_API)),
        ("nonsense", span(Hosting.PAID_API, Hosting.FREE_API)),
    ],
)
def test_zero_is_free_and_minus_one_says_nothing_of_the_price(pricing, hosting):
    [claim] = claims(offer("shore/heron", pricing=pricing)).values()
    assert claim.hosting == hosting
    assert claim.state == (State.OPEN if hosting == exactly(Hosting.FREE_API) else State.PARTIAL)


def test_a_free_offer_beside_a_paid_one_is_the_better_one():
    free = {"prompt": "0", "completion": "0"}
    rows = offer("shore/heron"), offer("shore/heron:free", hugging_face_id="shore/heron")
    rows[1]["pricing"] = free
    [claim] = claims(*rows).values()
    assert (claim.hosting, claim.price) == (exactly(Hosting.FREE_API), "free")


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (None, None),
        ("2026-12-24", date(2026, 12, 24)),
        ("2026-12-24T00:00:00Z", date(2026, 12, 24)),
        ("soon", None),
        (17, None),
    ],
)
def test_an_offer_ends_on_the_day_that_the_list_names(ends, expected):
    [claim] = claims(offer("shore/heron", expiration_date=ends)).values()
    assert claim.expires_at == expected
    assert claim.stated_on == TODAY


@pytest.mark.parametrize("address", ["", None, 3, "no address", "a/b/c"])
def test_a_model_without_a_hub_address_is_nobodys(address):
    assert claims(offer("shore/heron", hugging_face_id=address)) == {}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"data": 3}', b'{"data": [{}, 3]}'])
def test_what_is_not_that_list_is_refused(body):
    with pytest.raises(Refused):
        offers.openrouter(body)
