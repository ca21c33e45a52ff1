"""Ecosystem Graphs: models, datasets and applications of foundation models, one YAML file a maker.

The publisher gives no license, so what it says serves as a pointer: facts may be taken, its
sentences not shown. It was last fed in January 2025. Form: spec/published-indexes.md section 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from openness.sources import documents, ecosystem_sizes
from openness.sources.addresses import addresses, first_address, hub_model, on_github, sizes_agree
from openness.sources.reading import Document, EditionOf, FileSource, Reading, Ref, Refused, Said
from openness.sources.safe_yaml import Value, mapping, parse, scalar
from openness.sources.triples import HOSTING_DAYS
from scoring.facts import Access, Claim, Hosting, Kind, Quantity, State, exactly, span
from scoring.licenses import NONE_DECLARED, normalize, says_nothing

KEY = "ecosystem-graphs"
NAME = "Ecosystem Graphs"
TERMS = "no license given: facts as pointers only, none of its text"
REPOSITORY = "stanford-crfm/ecosystem-graphs"
FORM = documents.Form((".yaml", ".yml"), folder="assets", limit=1_000_000)
STATED_ON = date(2025, 1, 24)
LICENSE_NAME = 60  # characters; what is longer is the publisher's sentence, not a name

_ABOUT = (
    *("type", "name", "organization", "nationality", "description", "created_date", "url"),
    "modality",
)
EDITION = EditionOf(
    index=KEY,
    key="2025-01",
    title="Ecosystem Graphs, January 2025",
    commit="576655a",
    stated_on=STATED_ON,
    url=f"https://github.com/{REPOSITORY}/tree/576655a/assets",
    terms=TERMS,
    citation="Bommasani et al. 2023, Ecosystem Graphs, arXiv 2303.15772",
    dimensions=(
        *("access", "license", "size", "model_card", "datasheet", "dependencies"),
        *("training_hardware", "training_time", "training_emissions", "analysis"),
        *("quality_control", "intended_uses", "prohibited_uses", "monitoring", "feedback"),
        *("included", "excluded", "sample", "adaptation", "output_space", "failures"),
        *("terms_of_service", "monthly_active_users", "user_distribution"),
    ),
)

# Fields that hold the publisher's sentences and no words of a scale.
_PROSE = (
    *("analysis", "quality_control", "intended_uses", "prohibited_uses", "monitoring", "feedback"),
    *("included", "excluded", "sample", "adaptation", "failures", "user_distribution"),
)

_KINDS = {"model": Kind.MODEL, "dataset": Kind.DATASET, "application": Kind.SERVICE}
# The index cannot tell a gate from a free download, nor a partner's access from a paid API.
_STATES = {
    "open": (State.PARTIAL, State.OPEN),
    "limited": (State.CLOSED, State.PARTIAL),
    "closed": (State.CLOSED, None),
}
_ACCESS = {
    "open": span(Access.BY_REQUEST, Access.PUBLIC),
    "limited": span(Access.NONE, Access.BY_REQUEST),
    "closed": exactly(Access.NONE),
}
_HOSTING = {
    "open": span(Hosting.UI_ONLY, Hosting.FREE_API),
    "limited": span(Hosting.RESTRICTED, Hosting.PAID_API),
    "closed": exactly(Hosting.NONE),
}
_UNKNOWN = re.compile(r"unkno?w?[kn]*o?w?n", re.IGNORECASE)  # five spellings occur


def load(path: Path) -> Iterator[Document]:
    """The asset files at a path: one file, `assets/`, or the folder around it."""
    return documents.load(path, FORM)


def read(document: Document) -> list[Reading]:
    """One reading an asset. Raises Refused for a bad file, an asset without a name or twice."""
    where = document.name
    assets = parse(documents.text_of(document), where)
    if not isinstance(assets, list):
        raise Refused(f"{where}: is not a list of assets.")
    readings = [
        _reading(_Asset(mapping(asset, f"asset {position}", where), where))
        for position, asset in enumerate(assets, start=1)
    ]
    keys = [reading.key for reading in readings]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice:
        raise Refused(f"{where}: two assets have the key {twice}.")
    return readings


class _Asset:
    """One entry: a field is a value, or a mapping of value and explanation."""

    def __init__(self, fields: Mapping[str, Value], where: str) -> None:
        self.fields = fields
        self.where = where
        self.name = documents.checked_name(self.value("name"), "asset", where)
        kind = self.value("type")
        if kind not in _KINDS:
            raise Refused(f"{where}: {self.name} has the unknown type {kind!r}.")
        self.kind = _KINDS[kind]

    def value(self, field: str) -> str:
        """The field's value as text; blank if absent, or if it is a list."""
        value = self.fields.get(field)
        if isinstance(value, dict):
            value = value.get("value")
        return "" if isinstance(value, list) else scalar(value, field, self.where)

    def known(self, field: str) -> str:
        """The field's value, blank where it only says that nothing is known."""
        value = self.value(field).strip()
        return "" if _UNKNOWN.fullmatch(value) else value

    def explanation(self, field: str) -> str:
        """The publisher's sentence on the field."""
        value = self.fields.get(field)
        inner = value.get("explanation") if isinstance(value, dict) else None
        return scalar(inner, f"{field}.explanation", self.where)

    def cells(self) -> Iterator[Said]:
        """Every field that is not about the asset as a whole, in the publisher's order."""
        judged = [field for field in self.fields if field not in _ABOUT]
        for position, field in enumerate(judged, start=1):
            value = self.fields[field]
            parts = dict(value) if isinstance(value, dict) else {"value": value}
            text, explanation = self.value(field), self.explanation(field)
            if not isinstance(parts.get("value"), list):
                parts.pop("value", None)
            if field in _PROSE:
                # A sentence is the note; so is a list of them, which only attributes can hold.
                said, note = "", text
                parts = {"note" if key == "value" else key: part for key, part in parts.items()}
            else:
                said, note = text, explanation
                parts.pop("explanation", None)
            yield Said(
                position=position,
                dimension=field,
                value=said,
                links=addresses(text)[:1],
                note=note,
                attributes=parts,
            )


def _reading(asset: _Asset) -> Reading:
    where = asset.where
    record = on_github(REPOSITORY, EDITION.commit, f"assets/{documents.file_name(where)}")
    url = first_address([asset.value("url")])
    header = Said(
        position=0,
        dimension="",
        value=asset.name,
        links=(url,) if url else (),
        attributes={field: asset.fields[field] for field in _ABOUT if field in asset.fields},
    )
    created = asset.value("created_date").strip()
    return Reading(
        edition=EDITION,
        key=documents.checked_key(f"{documents.stem(where)}/{asset.name}", where),
        name=asset.name,
        maker=asset.known("organization"),
        kind=asset.kind,
        url=url,
        released=created if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", created) else "",
        modality=_modality(asset.known("modality")),
        refs=_refs(asset, url),
        said=(header, *asset.cells()),
        claims=tuple(_claims(asset, url, record)),
        quantities=tuple(_quantities(asset, url, record)),
    )


def _modality(text: str) -> str:
    """Input and output kinds as words, each once: "image, text; text" -> "image text"."""
    words = re.split(r"[;,]\s*", text.strip())
    return " ".join(dict.fromkeys("-".join(word.split()) for word in words if word))


def _refs(asset: _Asset, url: str) -> tuple[Ref, ...]:
    """The asset's own page on the Hub, if its address is one."""
    reference = hub_model(url) if asset.kind is Kind.MODEL else ""
    if not reference or not sizes_agree(reference, asset.name, asset.value("size")):
        return ()
    return (Ref("hub", "model", reference),)


def _claims(asset: _Asset, url: str, record: str) -> Iterator[Claim]:
    new_claim = partial(Claim, source=KEY, stated_on=STATED_ON, confidence=2, record=record)
    access = asset.value("access").strip().lower()
    if access in _STATES:
        state, state_most = _STATES[access]
        link = first_address([asset.explanation("access"), url])
        if asset.kind is Kind.SERVICE:
            yield new_claim(
                component="hosted_ui",
                state=state,
                state_most=state_most,
                hosting=_HOSTING[access],
                expires_at=STATED_ON + timedelta(days=HOSTING_DAYS),
                link=link,
            )
        else:
            is_model = asset.kind is Kind.MODEL
            yield new_claim(
                component="weights_end" if is_model else "training_data_base",
                state=state,
                state_most=state_most,
                access=_ACCESS[access] if is_model else None,
                link=link,
                **_license(asset),
            )
    for field, component in (("model_card", "model_card"), ("datasheet", "data_card")):
        if card := first_address([asset.value(field)]):
            yield new_claim(
                component=component, state=State.OPEN, completeness="not_judged", link=card
            )


def _license(asset: _Asset) -> dict[str, Any]:
    """License fields of a claim: "none" states that there is none, "unknown" states nothing."""
    raw = asset.known("license")
    if says_nothing(raw) or len(raw) > LICENSE_NAME:
        return {}
    license_id = normalize(raw)
    source = "none" if license_id == NONE_DECLARED else "distribution"
    return {"license_raw": raw, "license_id": license_id, "license_source": source}


def _quantities(asset: _Asset, url: str, record: str) -> Iterator[Quantity]:
    new_quantity = partial(Quantity, source=KEY, link=url, record=record, stated_on=STATED_ON)
    size = asset.known("size")
    if asset.kind is Kind.DATASET:
        if tokens := ecosystem_sizes.tokens(size):
            yield new_quantity("tokens", tokens, tokens)
        return
    if total := ecosystem_sizes.parameters(size):
        yield new_quantity("parameters", total, total)
    if active := ecosystem_sizes.active_parameters(size):
        yield new_quantity("active_parameters", active, active)
    time = asset.known("training_time")
    if flop := ecosystem_sizes.training_flop(time):
        yield new_quantity("flop", *flop, note="from petaflop/s-days, times or over 10^0.36")
    if spent := ecosystem_sizes.gpu_hours(asset.known("training_hardware"), time):
        (low, high), gpu = spent
        yield new_quantity("gpu_hours", low, high, detail=gpu)


SOURCE = FileSource(key=KEY, name=NAME, terms=TERMS, editions=(EDITION,), load=load, read=read)
