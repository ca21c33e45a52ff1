"""The shipped catalogue: one release is one row, and nothing in it hangs in the air."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from openness.exports.dataset.tables import CATALOGUE as TABLES
from openness.models.organization import KINDS
from openness.sources import PRICE_LISTS, SOURCES
from openness.sources.addresses import addresses
from openness.sources.reading import Reading, Refused
from scoring import licenses
from scoring.components import COMPONENTS
from scoring.facts import QUANTITIES, Access, Hosting, Kind, State, Trust

CATALOGUE = Path(__file__).resolve().parent.parent / "openness" / "catalogue"
HOSTING_DAYS = timedelta(days=180)

AT_HAND = {
    "mof": "mof/models",
    "opening-up": "opening-up/projects",
    "osai": "osai/projects",
    "fmti": "fmti",
    "ecosystem-graphs": "ecosystem-graphs/assets",
    "hub-models": "sources/hf_models_2026-08-22_wellknown_orgs.json",
    "epoch": "sources/epoch_notable_models_2025-02-24.csv",
}

Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of one table."""
    with (CATALOGUE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, strict=True))


def slugs(name: str) -> set[str]:
    """The slugs of organizations or projects."""
    return {row["slug"] for row in rows(name)}


def by_hand() -> tuple[Row, ...]:
    """The statements that are ours: those that come from no publisher's subject."""
    return tuple(row for row in rows("evidence") if not row["subject"])


def repeated(values: Iterator[object]) -> list[object]:
    """What occurs more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def readings(index: str, shared: Path) -> Iterator[Reading]:
    """What a publisher's files at hand say; files that are no subject are refused."""
    source = SOURCES[index]
    for document in source.load(shared / "data" / AT_HAND[index]):
        try:
            yield from source.read(document)
        except Refused as refusal:
            assert "name" in str(refusal), refusal  # noqa: PT017 others are not expected


def test_the_catalogue_is_large_enough_to_compare() -> None:
    makers = {row["organization"] for row in rows("projects")} - {""}
    software = [row for row in rows("projects") if row["kind"] == Kind.SOFTWARE]
    assert len(rows("projects")) >= 900
    assert len(makers) >= 150
    assert len(software) >= 80


def test_no_row_is_there_twice() -> None:
    organizations, projects = rows("organizations"), rows("projects")
    assert not repeated(row["slug"] for row in organizations)
    assert not repeated(row["slug"] for row in projects)
    assert not repeated((row["organization"], row["name"].lower()) for row in projects)
    assert not repeated((row["index"], row["key"]) for row in rows("subjects"))
    addresses_of = ((r["source"], r["kind"], r["reference"].lower()) for r in rows("identifiers"))
    assert not repeated(addresses_of)
    sizes = ((r["project"], r["name"], r["source"], r["detail"]) for r in rows("quantities"))
    assert not repeated(sizes)


def test_a_spelling_belongs_to_one_organization() -> None:
    spellings = (
        spelling
        for row in rows("organizations")
        for spelling in {row["name"], *filter(None, row["aliases"].split("|"))}
    )
    assert not repeated(spellings)


def test_a_source_speaks_once_of_a_component() -> None:
    said = (
        (row["project"], row["component"], row["source"], row["subject"])
        for row in rows("evidence")
    )
    assert not repeated(said)


def test_every_reference_leads_somewhere() -> None:
    organizations, projects = slugs("organizations"), slugs("projects")
    for row in rows("projects"):
        assert row["organization"] in organizations | {""}, row
        assert row["derived_from"] in projects - {row["slug"]} | {""}, row
    for row in rows("subjects"):
        assert row["project"] in projects | {""}, row
        assert row["organization"] in organizations | {""}, row
    for name in ("evidence", "identifiers", "quantities"):
        strangers = {row["project"] for row in rows(name)} - projects
        assert not strangers, name


def test_no_release_is_derived_from_itself_in_a_round() -> None:
    base = {row["slug"]: row["derived_from"] for row in rows("projects")}
    for start in base:
        seen: list[str] = []
        while start and start not in seen:
            seen.append(start)
            start = base[start]
        assert not start, seen


def test_nobody_is_listed_for_nothing() -> None:
    used = {row["organization"] for row in (*rows("projects"), *rows("subjects"))}
    assert slugs("organizations") <= used
    spoken_of = {row["project"] for name in ("evidence", "subjects") for row in rows(name)}
    assert slugs("projects") <= spoken_of


def test_every_word_is_one_we_know() -> None:
    assert {row["kind"] for row in rows("organizations")} <= set(KINDS)
    assert {row["kind"] for row in rows("projects")} <= set(Kind)
    assert {row["name"] for row in rows("quantities")} <= set(QUANTITIES)
    assert {row["index"] for row in rows("subjects")} <= set(SOURCES) | set(PRICE_LISTS)
    for row in rows("evidence"):
        assert row["component"] in COMPONENTS, row
        assert row["state"] in set(State), row
        assert Trust(int(row["trust"])), row
        assert row["access_least"] in {*Access, ""}, row
        assert row["hosting_most"] in {*Hosting, ""}, row
        assert set(row) == {column.name for column in TABLES["evidence"].shipped}


def test_a_license_is_one_we_can_resolve_or_it_stays_free_text() -> None:
    for row in rows("evidence"):
        if row["license_id"]:
            assert licenses.normalize(row["license_id"]) == row["license_id"], row
            assert row["license_source"], row


def test_every_address_is_well_formed() -> None:
    linked = ("homepage", "link", "record", "url")
    for name in ("organizations", "projects", "quantities", "evidence"):
        for row in rows(name):
            for column in linked:
                if address := row.get(column):
                    assert addresses(address) == (address,), (name, row)


def test_dates_and_sizes_have_their_form() -> None:
    for row in rows("projects"):
        assert re.fullmatch(r"(\d{4}(-\d{2}(-\d{2})?)?)?", row["released"]), row
    for row in rows("quantities"):
        assert 0 < float(row["low"]) <= float(row["high"]), row


def test_the_tables_are_sorted_and_plain() -> None:
    for path in CATALOGUE.glob("*.csv"):
        assert b"\r" not in path.read_bytes(), path.name
    for name, columns in (
        ("organizations", ("slug",)),
        ("projects", ("slug",)),
        ("subjects", ("index", "key")),
        ("identifiers", ("project", "source", "kind")),
    ):
        keys = [tuple(row[column] for column in columns) for row in rows(name)]
        assert keys == sorted(keys), name


def test_hand_made_statements_can_be_checked() -> None:
    for row in by_hand():
        assert row["link"], row
        assert row["author"] or row["method"] != "human", row


def test_the_makers_own_offers_expire() -> None:
    offers = [row for row in by_hand() if row["hosting_least"]]
    assert offers
    for row in offers:
        stated, until = (date.fromisoformat(row[key]) for key in ("stated_on", "expires_at"))
        assert stated <= until <= stated + HOSTING_DAYS, row
        assert row["origin"] == "own", row


def test_a_match_says_who_made_it() -> None:
    for row in rows("subjects"):
        assert row["project"] or row["organization"], row
        assert row["matched_by"], row
        assert row["matched_on"], row
        assert row["feeds"] == "true" or row["match_note"], row


@pytest.mark.parametrize("index", AT_HAND)
def test_every_subject_at_hand_has_its_row(index: str, shared: Path) -> None:
    at_hand = {reading.key for reading in readings(index, shared)}
    ours = {row["key"] for row in rows("subjects") if row["index"] == index}
    assert at_hand <= ours


@pytest.mark.parametrize(
    ("slug", "access", "license_id"),
    [
        ("gpt-4", "none", "proprietary-api-terms"),
        ("gpt-4o", "none", "proprietary-api-terms"),
        ("claude-3-opus", "none", "proprietary-api-terms"),
        ("claude-opus-4-5", "none", "proprietary-api-terms"),
        ("gemini-1-5-pro", "none", "proprietary-api-terms"),
        ("gemini-2-5-pro", "none", "proprietary-api-terms"),
        ("opt-175b", "by_request", "OPT-175B"),
        ("llama-65b", "by_request", "Llama-1"),
        ("llama-2-7b", "click_through", "Llama-2"),
        ("llama-2-70b-chat", "click_through", "Llama-2"),
        ("llama-3-8b", "click_through", "Llama-3"),
        ("llama-3-1-8b", "click_through", "Llama-3.1"),
        ("llama-3-1-70b", "click_through", "Llama-3.1"),
        ("llama-3-1-405b", "click_through", "Llama-3.1"),
        ("gemma-7b", "click_through", "Gemma-2024"),
        ("olmo-7b", "public", "Apache-2.0"),
        ("olmo-2-7b", "public", "Apache-2.0"),
        ("olmo-2-13b", "public", "Apache-2.0"),
        ("olmo-2-32b", "public", "Apache-2.0"),
        ("pythia-70m", "public", "Apache-2.0"),
        ("pythia-6-9b", "public", "Apache-2.0"),
        ("pythia-12b", "public", "Apache-2.0"),
        ("bloom-176b", "public", "BigScience-RAIL-1.0"),
        ("deepseek-v3", "public", "DeepSeek-1.0"),
        ("deepseek-r1", "public", "MIT"),
        ("mistral-7b-v0-1", "public", "Apache-2.0"),
        ("qwen2-5-7b", "public", "Apache-2.0"),
        ("whisper-large", "public", "MIT"),
        ("stable-diffusion-v1-4", "public", "CreativeML-OpenRAIL-M"),
    ],
)
def test_the_best_known_models_are_right(slug: str, access: str, license_id: str) -> None:
    said = [row for row in by_hand() if (row["project"], row["component"]) == (slug, "weights_end")]
    assert [(row["access_least"], row["access_most"]) for row in said] == [(access, access)]
    assert [row["license_id"] for row in said] == [license_id]


@pytest.mark.parametrize(
    ("slug", "license_id"),
    [
        ("tensorflow", "Apache-2.0"),
        ("pytorch", "BSD-3-Clause"),
        ("jax", "Apache-2.0"),
        ("kubernetes", "Apache-2.0"),
        ("vllm", "Apache-2.0"),
        ("llama-cpp", "MIT"),
        ("ollama", "MIT"),
        ("transformers", "Apache-2.0"),
        ("ultralytics", "AGPL-3.0-only"),
    ],
)
def test_the_best_known_software_is_right(slug: str, license_id: str) -> None:
    said = [
        row["license_id"]
        for row in by_hand()
        if (row["project"], row["component"]) == (slug, "source_code")
    ]
    assert said == [license_id]


@pytest.mark.parametrize(
    ("slug", "billions"),
    [("llama-2-7b", 7), ("llama-2-70b", 69), ("olmo-2-32b", 32), ("pythia-12b", 12)],
)
def test_a_size_is_that_of_the_release_not_of_its_family(slug: str, billions: int) -> None:
    sizes = [
        round(float(row["low"]) / 1e9)
        for row in rows("quantities")
        if (row["project"], row["name"], row["source"]) == (slug, "parameters", "curation")
    ]
    assert sizes == [billions]


def test_no_sentence_of_a_publisher_is_copied(shared: Path) -> None:
    published = {
        run
        for index in AT_HAND
        for reading in readings(index, shared)
        for said in reading.said
        for text in (said.note, *map(str, said.attributes.values()))
        for run in runs_of_eight(text)
    }
    summaries = [row["summary"] for row in rows("projects") if row["summary"]]
    assert len(summaries) >= 200
    for summary in summaries:
        assert not published & set(runs_of_eight(summary)), summary


def runs_of_eight(text: str) -> Iterator[tuple[str, ...]]:
    """Every eight words in a row."""
    words = re.findall(r"\w+", text.lower())
    return (tuple(words[start : start + 8]) for start in range(len(words) - 7))
