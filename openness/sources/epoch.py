"""Epoch AI's table of notable models: accessibility of model and code, sizes, training compute.

One document is the whole table. Rows without an organization or an accessibility are left out:
they say nothing of openness.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from openness.sources import documents
from openness.sources.addresses import addresses, first_address
from openness.sources.reading import Document, EditionOf, FileSource, Reading, Refused, Said
from openness.sources.triples import HOSTING_DAYS
from scoring.facts import Access, Claim, Hosting, Quantity, Right, State, exactly, span

KEY = "epoch"
NAME = "Epoch AI, notable models"
TERMS = "CC BY 4.0"
REPOSITORY = "IyngkarranKumar/compute_thresholds_public"
STATED_ON = date(2025, 2, 24)
RECORD = f"https://github.com/{REPOSITORY}/tree/7141f9b/data"
FORM = documents.Form((".csv",), folder="", limit=16_000_000, content_type="text/csv")

COLUMNS = (
    *("Model", "Organization", "Organization categorization", "Country (from Organization)"),
    *("Publication date", "Domain", "Parameters", "Training compute (FLOP)"),
    *("Training compute cost (2023 USD)", "Training hardware", "Hardware quantity"),
    *("Training dataset", "Model accessibility", "Training code accessibility"),
    *("Inference code accessibility", "Accessibility notes", "Base model", "Confidence"),
    *("Frontier model", "Link"),
)
EDITION = EditionOf(
    index=KEY,
    key="2025-02",
    title="Epoch AI, notable models, February 2025",
    commit="7141f9b",
    stated_on=STATED_ON,
    url=RECORD,
    terms=TERMS,
    citation="Epoch AI, Data on Notable AI Models, https://epoch.ai/data/notable-ai-models",
    dimensions=COLUMNS,
)

# Words of the publisher on what the terms let one do with open weights or code.
_USE = {
    "unrestricted": Right.OPEN,
    "restricted use": Right.CONDITIONAL,
    "non-commercial": Right.NONCOMMERCIAL,
}
_CODE = {
    "Training code accessibility": "training_code",
    "Inference code accessibility": "inference_code",
}
_HOSTING = {
    "API access": (
        "hosted_api",
        State.PARTIAL,
        State.OPEN,
        span(Hosting.PAID_API, Hosting.FREE_API),
    ),
    "Hosted access (no API)": ("hosted_ui", State.OPEN, None, exactly(Hosting.UI_ONLY)),
}
# Orders of magnitude either way, 90 %, by the publisher's documentation of this column; the
# European index quotes its estimates with the same three. No word means the widest.
_SPREADS = {"Confident": 0.5, "Likely": 1.0, "Speculative": 1.5}


def load(path: Path) -> Iterator[Document]:
    """The table at a path: one file, or a folder of tables of this source alone."""
    return documents.load(path, FORM)


def read(document: Document) -> list[Reading]:
    """One reading a row. Raises Refused for a table that is not this source's, or a bad row."""
    where = document.name
    rows = documents.records_of(documents.text_of(document), where, COLUMNS)
    readings = [
        _reading(row, where) for row in rows if row["Organization"] and row["Model accessibility"]
    ]
    if len({reading.key for reading in readings}) != len(readings):
        raise Refused(f"{where}: lists a model twice.")
    return readings


def _reading(row: dict[str, str], where: str) -> Reading:
    name = documents.checked_name(row["Model"], "model", where)
    published = row["Publication date"]
    return Reading(
        edition=EDITION,
        key=documents.checked_key(name, where),
        name=name,
        maker=_makers(row["Organization"]),
        url=first_address([row["Link"]]),
        released=published if re.fullmatch(r"\d{4}-\d{2}-\d{2}", published) else "",
        modality=" ".join("-".join(part.split()) for part in row["Domain"].split(",")),
        base_name=row["Base model"],
        said=(
            Said(
                position=0,
                dimension="",
                value=name,
                links=addresses(row["Link"]),
                note=row["Accessibility notes"],
                attributes=row,
            ),
        ),
        claims=tuple(_claims(row)),
        quantities=tuple(_quantities(row, where)),
    )


def _makers(organizations: str) -> str:
    """The organizations as written, cut behind one of them where the list is too long to keep."""
    if len(organizations) <= documents.NAME_LIMIT:
        return organizations
    return organizations[: documents.NAME_LIMIT + 1].rpartition(",")[0]


def _claims(row: dict[str, str]) -> Iterator[Claim]:
    new_claim = partial(
        Claim, source=KEY, stated_on=STATED_ON, record=RECORD, link=first_address([row["Link"]])
    )
    access = row["Model accessibility"]
    if access.startswith("Open weights"):
        yield new_claim(
            component="weights_end",
            state=State.PARTIAL,
            state_most=State.OPEN,
            access=span(Access.BY_REQUEST, Access.PUBLIC),
            use=_use(access),
        )
    elif access in _HOSTING or access == "Unreleased":
        yield new_claim(component="weights_end", state=State.CLOSED, access=exactly(Access.NONE))
    if access in _HOSTING:
        component, state, state_most, hosting = _HOSTING[access]
        yield new_claim(
            component=component,
            state=state,
            state_most=state_most,
            hosting=hosting,
            expires_at=STATED_ON + timedelta(days=HOSTING_DAYS),
        )
    for column, component in _CODE.items():
        if row[column].startswith("Open"):
            yield new_claim(component=component, state=State.OPEN, use=_use(row[column]))
        elif row[column] == "Unreleased":
            yield new_claim(component=component, state=State.CLOSED)


def _use(accessibility: str) -> Right | None:
    """What the words in parentheses say of use; modifying and sharing they do not speak of."""
    match = re.search(r"\((.+)\)$", accessibility)
    return _USE.get(match[1]) if match else None


def _quantities(row: dict[str, str], where: str) -> Iterator[Quantity]:
    new_quantity: Any = partial(
        Quantity, source=KEY, link=first_address([row["Link"]]), record=RECORD, stated_on=STATED_ON
    )
    spread = 10 ** _SPREADS.get(row["Confidence"], 1.5)
    if row["Parameters"]:
        count = float(round(_positive(row, "Parameters", where)))
        # Whoever has the weights can count; a size of a closed model may be a guess.
        guessed = row["Confidence"] in ("Likely", "Speculative")
        is_open = row["Model accessibility"].startswith("Open weights")
        factor = spread if guessed and not is_open else 1.0
        yield new_quantity("parameters", count / factor, count * factor)
    if row["Training compute (FLOP)"]:
        flop = _positive(row, "Training compute (FLOP)", where)
        yield new_quantity("flop", flop / spread, flop * spread, note="spread by stated confidence")


def _positive(row: dict[str, str], column: str, where: str) -> float:
    try:
        number = float(row[column])
    except ValueError:
        number = 0.0
    if not 0 < number < math.inf:
        raise Refused(f"{where}: {row['Model']} has {row[column]!r} as {column}.")
    return number


SOURCE = FileSource(key=KEY, name=NAME, terms=TERMS, editions=(EDITION,), load=load, read=read)
