"""Hub metadata: what an author declares is the vendor's word; what was not seen is no value."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from openness.sources import hub_models
from openness.sources.reading import Document, Reading, Ref, Refused
from scoring.facts import Access, Span, State, Trust, exactly, span
from scoring.licenses import NONE_DECLARED
from tests.sources.asked import claims, read_all

ROW = dict.fromkeys(hub_models.COLUMNS, "") | {
    "id": "allenai/OLMo-7B",
    "author": "allenai",
    "gated": "0",
    "removed": "0",
    "formats": "safetensors",
    "storage_bytes": "27000000000",
    "created_at": "2024-01-09T23:10:22.000Z",
}


def table(*rows: dict[str, str]) -> Document:
    """A table of these rows."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, hub_models.COLUMNS)
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return Document("models.csv", stream.getvalue().encode(), "text/csv")


def read_row(**fields: str) -> Reading:
    (reading,) = hub_models.read(table(fields))
    return reading


def test_15904_rows_are_read_with_all_their_columns(shared: Path) -> None:
    file = shared / "data/sources/hf_models_2026-08-22.csv.gz"
    readings, refused = read_all("hub-models", file)
    assert not refused
    assert len(readings) == 15_904
    with gzip.open(file, "rt", newline="", encoding="utf-8") as stream:
        for reading, row in zip(readings, csv.DictReader(stream), strict=True):
            assert dict(reading.observed) == dict(reading.said[0].attributes) == row


def test_a_table_reads_the_same_plain_and_packed() -> None:
    plain = table({}, {"id": "allenai/OLMo-1B"})
    packed = Document("models.csv.gz", gzip.compress(plain.body))
    assert hub_models.read(packed) == hub_models.read(plain)


def test_full_records_give_the_rows_of_the_table(shared: Path) -> None:
    folder = shared / "data/sources"
    of_records, _ = read_all("hub-models", folder / "hf_models_2026-08-22_wellknown_orgs.json")
    of_table, _ = read_all("hub-models", folder / "hf_models_2026-08-22.csv.gz")
    by_key = {reading.key: reading for reading in of_table}
    assert len(of_records) == 152
    for reading in of_records:
        twin = by_key[reading.key]
        for column in ("license_declared", "license_tags", "gated", "removed", "parameters"):
            assert reading.observed[column] == twin.observed[column], (reading.key, column)
        assert claims(reading).get("weights_end") == claims(twin).get("weights_end")


@pytest.mark.parametrize(
    ("fields", "state", "access"),
    [
        ({}, State.OPEN, exactly(Access.PUBLIC)),
        ({"gated": "1"}, State.PARTIAL, span(Access.BY_REQUEST, Access.CLICK_THROUGH)),
        ({"formats": ""}, State.OPEN, exactly(Access.PUBLIC)),
        ({"removed": "1"}, State.UNKNOWN, None),
        ({"removed": "1", "gated": "1"}, State.UNKNOWN, None),
        ({"gated": ""}, State.UNKNOWN, None),
        ({"formats": "", "storage_bytes": "5000"}, State.UNKNOWN, None),
        ({"formats": "", "storage_bytes": ""}, State.UNKNOWN, None),
    ],
)
def test_access_is_claimed_only_where_files_were_seen(
    fields: dict[str, str], state: State, access: Span[Access] | None
) -> None:
    claim = claims(read_row(license_declared="mit", **fields))["weights_end"]
    assert (claim.state, claim.access) == (state, access)
    assert claim.gate == ("none" if state is State.OPEN else "")
    assert claim.partial_reason == ("gated" if state is State.PARTIAL else "")


def test_a_removed_model_without_a_license_claims_nothing_but_is_kept_as_observed() -> None:
    reading = read_row(removed="1", removed_at="2026-08-19", formats="")
    assert reading.claims == ()
    assert reading.observed["removed_at"] == "2026-08-19"


@pytest.mark.parametrize(
    ("declared", "tag", "raw", "license_id", "source"),
    [
        ("apache-2.0", "apache-2.0", "apache-2.0", "Apache-2.0", "component"),
        ("openmdw-1.1", "other", "openmdw-1.1", "OpenMDW-1.1", "component"),
        ("", "mit", "mit", "MIT", "component"),
        ("mit", "", "mit", "MIT", "component"),
        ("strange-license-v7", "cc-by-4.0", "strange-license-v7", "CC-BY-4.0", "component"),
        ("other", "other", "other", "", "component"),
        ("", "", "", NONE_DECLARED, "none"),
    ],
)
def test_the_declared_name_counts_before_the_tag(
    declared: str, tag: str, raw: str, license_id: str, source: str
) -> None:
    claim = claims(read_row(license_declared=declared, license_tags=tag))["weights_end"]
    assert (claim.license_raw, claim.license_id, claim.license_source) == (raw, license_id, source)


def test_no_license_is_declared_only_where_the_tags_were_read() -> None:
    claim = claims(read_row(formats=""))["weights_end"]
    assert (claim.license_id, claim.license_source) == ("", "")


def test_the_author_is_the_vendor_and_the_page_the_link() -> None:
    reading = read_row()
    claim = claims(reading)["weights_end"]
    assert claim.trust is Trust.VENDOR_API
    assert claim.link == reading.url == "https://huggingface.co/allenai/OLMo-7B"
    assert claim.record.endswith("radar-huggingface-dataset/tree/95e4d933a/data")
    assert reading.refs == (Ref("hub", "model", "allenai/OLMo-7B"),)
    assert (reading.name, reading.maker, reading.released) == ("OLMo-7B", "allenai", "2024-01-09")


@pytest.mark.parametrize(
    ("tags", "link"),
    [
        ("2402.00838", "https://arxiv.org/abs/2402.00838"),
        ("1910.09700 2402.00838 2204.05149", "https://arxiv.org/abs/2402.00838"),
        ("1910.09700", ""),
        ("2204.05149", ""),
        ("", ""),
    ],
)
def test_an_arxiv_tag_is_a_preprint_but_not_the_papers_on_carbon(tags: str, link: str) -> None:
    told = claims(read_row(arxiv_tags=tags))
    assert (told["preprint"].link if "preprint" in told else "") == link
    if link:
        assert told["preprint"].trust is Trust.THIRD_PARTY


def test_named_data_and_a_readme_are_not_taken_for_released_ones() -> None:
    told = claims(read_row(dataset_tags="allenai/dolma", languages="en"))
    assert set(told) == {"weights_end"}


def test_the_base_is_kept_as_written() -> None:
    assert read_row(base_model="a/b, c/d").base_name == "a/b, c/d"


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({"parameters": "7000000000"}, 7e9),
        ({"parameters": "7000000000", "base_model_tags": "a/b finetune:a/b"}, 7e9),
        ({"parameters": "7000000000", "base_model_tags": "a/b quantized:a/b"}, None),
        ({"parameters": "7000000000", "formats": "mlx safetensors"}, None),
        ({"parameters": "7000000000", "formats": "gguf", "base_model_tags": "quantized:a/b"}, 7e9),
        ({"parameters": ""}, None),
    ],
)
def test_parameters_are_not_counted_in_packed_files(
    fields: dict[str, str], count: float | None
) -> None:
    counted = [(q.name, q.low, q.high) for q in read_row(**fields).quantities]
    assert counted == ([("parameters", count, count)] if count else [])


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (table({}, {}), "lists a model twice"),
        (table({"id": "no owner"}), "'no owner' is no id of a model"),
        (table({"parameters": "many"}), "has 'many' parameters"),
        (Document("models.csv", b"id,author\na/b,a\n"), "has no column license_declared"),
        (Document("models.csv.gz", b"not packed"), "is not gzip"),
        (Document("models.csv.gz", gzip.compress(b"id")[:-4]), "is not gzip"),
        (Document("models.csv.gz", b"", problem="is larger than 1 byte."), "is larger than"),
        (Document("models.json", b"{"), "is not JSON"),
        (Document("models.json", b"[" * 100_000), "is not JSON"),
        (Document("models.json", b'{"id": "a/b"}'), "is not a list of records"),
        (Document("models.json", b'["a/b"]'), "is not a list of records"),
        (Document("models.json", b"[{}]"), "'' is no id of a model"),
    ],
)
def test_a_bad_table_is_refused_whole(document: Document, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        hub_models.read(document)
    assert complaint in str(refused.value)


def test_a_table_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_models, "PLAIN_LIMIT", 1_000)
    with pytest.raises(Refused, match="unpacks to more than 1,000 bytes"):
        hub_models.read(Document("models.csv.gz", gzip.compress(b"x" * 1_001)))


def test_a_record_with_null_and_lists_becomes_a_row() -> None:
    record = {
        "id": "allenai/OLMo-7B",
        "author": "allenai",
        "license": None,
        "tags": ["license:apache-2.0", "arxiv:2402.00838", "base_model:a/b", "en"],
        "gated": False,
        "removed": False,
        "formats": ["safetensors", "gguf"],
        "parameters": 7,
    }
    (reading,) = hub_models.read(Document("models.json", json.dumps([record]).encode()))
    assert reading.observed == dict.fromkeys(hub_models.COLUMNS, "") | {
        "id": "allenai/OLMo-7B",
        "author": "allenai",
        "license_tags": "apache-2.0",
        "arxiv_tags": "2402.00838",
        "base_model_tags": "a/b",
        "gated": "0",
        "removed": "0",
        "formats": "safetensors gguf",
        "parameters": "7",
    }
