"""What holds for every source: the registry, and the fields that tables and lenses rely on."""

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from openness.sources import SOURCES
from openness.sources.addresses import addresses
from openness.sources.reading import Reading
from scoring.components import COMPONENTS
from scoring.facts import QUANTITIES, Hosting, State, Trust
from tests.sources.asked import read_all

# Where the real files of each source lie under ../shared/data.
PLACES = {
    "mof": "mof",
    "opening-up": "opening-up",
    "osai": "osai",
    "fmti": "fmti",
    "ecosystem-graphs": "ecosystem-graphs",
    "hub-models": "sources/hf_models_2026-08-22.csv.gz",
    "epoch": "sources/epoch_notable_models_2025-02-24.csv",
}
PARTIAL_REASONS = {
    *("", "subset", "sample_only", "gated", "one_stage_only", "incomplete_doc", "covers_parts"),
    *("no_versioned_package", "paid", "restricted_audience"),
}
WEIGHTS = {"weights_end", "weights_base", "weights_intermediate", "source_code"}


@pytest.fixture(scope="module", params=PLACES)
def readings(request: pytest.FixtureRequest, shared: Path) -> list[Reading]:
    found, _ = read_all(request.param, shared / "data" / PLACES[request.param])
    return found


def test_the_registry_names_every_source_once_in_the_order_of_display() -> None:
    assert list(SOURCES) == list(PLACES)
    for key, source in SOURCES.items():
        assert source.key == key
        assert source.name
        assert source.terms
        assert {edition.index for edition in source.editions} == {key}
        keys = [edition.key for edition in source.editions]
        assert keys == sorted(set(keys), reverse=True)


def test_every_edition_names_its_commit_date_and_permanent_address() -> None:
    for source in SOURCES.values():
        for edition in source.editions:
            assert re.fullmatch(r"\d{4}-\d{2}", edition.key)
            assert edition.stated_on is not None
            assert edition.stated_on.isoformat().startswith(edition.key)
            assert f"/tree/{edition.commit}" in edition.url
            assert len(edition.terms) <= 200
            assert 0 < len(edition.citation) <= 500


def test_sources_are_imported_without_settings_or_models() -> None:
    script = (
        "import sys, openness.sources, django.conf;"
        "sys.exit(django.conf.settings.configured or 'django.db' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env={}, cwd=Path(__file__).parents[2], check=False
    )
    assert done.returncode == 0


def test_a_reading_has_a_key_of_its_own_and_names_that_a_table_holds(
    readings: list[Reading],
) -> None:
    keys = Counter((reading.edition.key, reading.key) for reading in readings)
    assert set(keys.values()) == {1}
    for reading in readings:
        assert 0 < len(reading.key) <= 200
        assert 0 < len(reading.name) <= 300
        assert len(reading.maker) <= 300
        assert re.fullmatch(r"(\d{4}(-\d{2}(-\d{2})?)?)?", reading.released)
        assert reading.url in ("", *addresses(reading.url))


def test_what_is_said_is_a_header_and_cells_in_order_that_json_can_hold(
    readings: list[Reading],
) -> None:
    for reading in readings:
        assert [said.position for said in reading.said] == list(range(len(reading.said)))
        assert [said.dimension for said in reading.said].count("") == 1
        assert reading.said[0].dimension == ""
        assert json.loads(json.dumps([dict(said.attributes) for said in reading.said]))


def test_a_reading_claims_each_component_once_and_in_words_of_the_vocabulary(
    readings: list[Reading],
) -> None:
    for reading in readings:
        components = [claim.component for claim in reading.claims]
        assert len(set(components)) == len(components)
        for claim in reading.claims:
            assert claim.component in COMPONENTS
            assert claim.partial_reason in PARTIAL_REASONS
            assert claim.gate in ("", "none", "click_through", "by_request")
            assert claim.completeness in ("", "full", "partial", "not_judged")
            assert claim.license_source in ("", "component", "type", "distribution", "none")
            assert claim.source == reading.edition.index
            assert claim.access is None or claim.component in WEIGHTS
            assert claim.hosting is None or claim.component in ("hosted_ui", "hosted_api")
            assert (claim.state is State.PARTIAL) or not claim.partial_reason


def test_a_claim_cites_a_well_formed_link_and_a_permanent_record(readings: list[Reading]) -> None:
    for reading in readings:
        for claim in reading.claims:
            assert claim.link in ("", *addresses(claim.link))
            assert claim.record in addresses(claim.record)
            assert f"/{reading.edition.commit}/" in claim.record
            assert claim.stated_on is not None
            assert claim.stated_on <= date(2026, 12, 31)
            assert claim.note == ""


def test_an_index_is_a_third_party_and_an_offer_of_hosting_expires(
    readings: list[Reading],
) -> None:
    for reading in readings:
        for claim in reading.claims:
            assert (claim.trust is Trust.VENDOR_API) <= (claim.source == "hub-models")
            assert (claim.hosting is None) == (claim.expires_at is None)
            assert claim.hosting is None or isinstance(claim.hosting.least, Hosting)


def test_a_quantity_is_positive_and_given_once(readings: list[Reading]) -> None:
    for reading in readings:
        names = [(quantity.name, quantity.detail) for quantity in reading.quantities]
        assert len(set(names)) == len(names)
        for quantity in reading.quantities:
            assert quantity.name in QUANTITIES
            assert 0 < quantity.low <= quantity.high
            assert quantity.source == reading.edition.index
