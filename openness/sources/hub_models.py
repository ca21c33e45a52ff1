"""Metadata of models on the Hugging Face Hub, as its authors declare it, from a dated collection.

One document is the whole table: 22 columns a model (.csv, .csv.gz), or full records (.json). What
was not observed is not a value: a removed model says nothing of access, and no license is declared
only where the collector did read the model's tags.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from openness.sources import documents
from openness.sources.reading import Document, EditionOf, FileSource, Reading, Ref, Refused, Said
from scoring.facts import Access, Claim, Quantity, State, Trust, exactly, span
from scoring.licenses import NONE_DECLARED, normalize

KEY = "hub-models"
NAME = "Hugging Face Hub metadata"
TERMS = "CC BY 4.0"
REPOSITORY = "686f6c61/radar-huggingface-dataset"
STATED_ON = date(2026, 8, 22)
RECORD = f"https://github.com/{REPOSITORY}/tree/95e4d933a/data"
PLAIN_LIMIT = 64_000_000  # bytes after decompression; the table at hand has 3.8 million
FORM = documents.Form(
    (".csv", ".csv.gz", ".json"), folder="", limit=32_000_000, content_type="text/csv"
)

COLUMNS = (
    *("id", "author", "license_declared", "license_tags", "source_license_family", "gated"),
    *("removed", "removed_at", "parameters", "storage_bytes", "downloads_30d", "likes"),
    *("created_at", "updated_at", "pipeline_tag", "library", "formats", "base_model"),
    *("base_model_tags", "dataset_tags", "arxiv_tags", "languages"),
)
EDITION = EditionOf(
    index=KEY,
    key="2026-08",
    title="Hugging Face Hub metadata, 22 August 2026",
    commit="95e4d933a",
    stated_on=STATED_ON,
    url=RECORD,
    terms=TERMS,
    citation=f"radar-huggingface-dataset, https://github.com/{REPOSITORY}",
    dimensions=COLUMNS,
)

_FROM_TAGS = (
    *("pipeline_tag", "library", "formats", "languages"),
    *("base_model_tags", "dataset_tags", "arxiv_tags"),
)
# Cited by model cards for their carbon figures, the first by the Hub's own card template (1,078 of
# 15,904 rows), the second by those of Llama: neither is a paper on the model.
_NOT_ON_THE_MODEL = frozenset({"1910.09700", "2204.05149"})
_SMALLEST_WEIGHTS = 1_000_000  # bytes; a repository that holds less and names no format is bare
_ID = re.compile(r"[\w.-]+/[\w.-]+")


def load(path: Path) -> Iterator[Document]:
    """The table at a path: one file, or a folder of tables of this source alone."""
    return documents.load(path, FORM)


def read(document: Document) -> list[Reading]:
    """One reading a row. Raises Refused for a table that is not this source's, or a bad row."""
    where = document.name
    text = _text(document)
    is_json = where.endswith(".json")
    rows = _json_rows(text, where) if is_json else documents.records_of(text, where, COLUMNS)
    readings = [_reading(row, where) for row in rows]
    if len({reading.key for reading in readings}) != len(readings):
        raise Refused(f"{where}: lists a model twice.")
    return readings


def _text(document: Document) -> str:
    if not document.name.endswith(".gz"):
        return documents.text_of(document)
    if document.problem:
        raise Refused(f"{document.name}: {document.problem}")
    try:
        with gzip.open(io.BytesIO(document.body)) as stream:
            body = stream.read(PLAIN_LIMIT + 1)
    except (OSError, EOFError) as error:
        raise Refused(f"{document.name}: is not gzip ({error}).") from None
    if len(body) > PLAIN_LIMIT:
        raise Refused(f"{document.name}: unpacks to more than {PLAIN_LIMIT:,} bytes.")
    return documents.decode(body, document.name)


def _json_rows(text: str, where: str) -> Iterator[dict[str, str]]:
    """Full records in the columns of the table: the same facts, tags taken apart by prefix."""
    try:
        records = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(f"{where}: is not JSON.") from None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Refused(f"{where}: is not a list of records.")
    for record in records:
        yield _row(record)


def _row(record: dict[str, Any]) -> dict[str, str]:
    tags = [str(tag) for tag in record.get("tags") or ()]

    def tagged(prefix: str) -> str:
        return " ".join(tag.removeprefix(prefix) for tag in tags if tag.startswith(prefix))

    def plain(field: str) -> str:
        value = record.get(field)
        if isinstance(value, list):
            return " ".join(map(str, value))
        return "" if value is None else str(int(value) if isinstance(value, bool) else value)

    renamed = {"license_declared": "license", "source_license_family": "license_family"}
    from_tags = {
        "license_tags": tagged("license:"),
        "base_model_tags": tagged("base_model:"),
        "dataset_tags": tagged("dataset:"),
        "arxiv_tags": tagged("arxiv:"),
    }
    return {
        column: from_tags[column] if column in from_tags else plain(renamed.get(column, column))
        for column in COLUMNS
    }


def _reading(row: dict[str, str], where: str) -> Reading:
    model = row["id"]
    if not _ID.fullmatch(model):
        raise Refused(f"{where}: {model!r} is no id of a model.")
    url = f"https://huggingface.co/{model}"
    created = row["created_at"][:10]
    return Reading(
        edition=EDITION,
        key=documents.checked_key(model, where),
        name=model.partition("/")[2],
        maker=row["author"] or model.partition("/")[0],
        url=url,
        released=created if re.fullmatch(r"\d{4}-\d{2}-\d{2}", created) else "",
        modality=row["pipeline_tag"],
        base_name=row["base_model"],
        refs=(Ref("hub", "model", model),),
        said=(Said(position=0, dimension="", value=model, links=(url,), attributes=row),),
        claims=tuple(_claims(row, url)),
        quantities=tuple(_quantities(row, url, where)),
        observed=row,
    )


def _claims(row: dict[str, str], url: str) -> Iterator[Claim]:
    new_claim = partial(Claim, source=KEY, stated_on=STATED_ON, record=RECORD)
    license_fields = _license(row)
    access = _access(row)
    if access or license_fields:
        fields = {"state": State.UNKNOWN} | access | license_fields
        yield new_claim(
            component="weights_end", link=url, trust=Trust.VENDOR_API, confidence=4, **fields
        )
    papers = [tag for tag in row["arxiv_tags"].split() if tag not in _NOT_ON_THE_MODEL]
    if papers:
        # A tag names a paper that the card cites, which need not be the model's own: it weighs no
        # more than what a third party says.
        yield new_claim(
            component="preprint",
            state=State.OPEN,
            publication="preprint",
            link=f"https://arxiv.org/abs/{papers[0]}",
            confidence=2,
        )


def _access(row: dict[str, str]) -> dict[str, Any]:
    """State and access, where files were seen: `gated` is only yes or no in this collection."""
    bare = not row["formats"] and _number(row["storage_bytes"]) < _SMALLEST_WEIGHTS
    if row["removed"] != "0" or bare:
        return {}
    if row["gated"] == "1":
        gate = span(Access.BY_REQUEST, Access.CLICK_THROUGH)
        return {"state": State.PARTIAL, "partial_reason": "gated", "access": gate}
    if row["gated"] == "0":
        return {"state": State.OPEN, "gate": "none", "access": exactly(Access.PUBLIC)}
    return {}


def _license(row: dict[str, str]) -> dict[str, Any]:
    """License fields of a claim; the declared name says more than the tag, which may be "other"."""
    raw = row["license_declared"] or row["license_tags"]
    if raw:
        license_id = normalize(row["license_declared"]) or normalize(row["license_tags"])
        return {"license_raw": raw, "license_id": license_id, "license_source": "component"}
    if any(row[column] for column in _FROM_TAGS):
        return {"license_id": NONE_DECLARED, "license_source": "none"}
    return {}


def _quantities(row: dict[str, str], url: str, where: str) -> Iterator[Quantity]:
    """Parameters, unless the files are packed: there an element holds several of them."""
    formats = row["formats"].split()
    quantized = "quantized:" in row["base_model_tags"] or "mlx" in formats
    if not row["parameters"] or (quantized and "gguf" not in formats):
        return
    count = _number(row["parameters"])
    if count < 1:
        raise Refused(f"{where}: {row['id']} has {row['parameters']!r} parameters.")
    yield Quantity(
        "parameters",
        count,
        count,
        source=KEY,
        link=url,
        record=RECORD,
        stated_on=STATED_ON,
        trust=Trust.VENDOR_API,
    )


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,18}", text) else 0.0


SOURCE = FileSource(key=KEY, name=NAME, terms=TERMS, editions=(EDITION,), load=load, read=read)
