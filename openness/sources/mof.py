"""Model Openness Tool (the Linux Foundation's Model Openness Framework): one YAML file a release.

The tool records what is listed and under which license, never that something is closed: an absent
component is absent here too. Form and license resolution: spec/mof.md sections 2 and 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from openness.sources import documents
from openness.sources.addresses import first_address, hub_model, on_github, sizes_agree
from openness.sources.reading import Document, EditionOf, FileSource, Reading, Ref, Refused, Said
from openness.sources.safe_yaml import Value, mapping, parse, scalar
from scoring.facts import Access, Claim, Quantity, State, span
from scoring.licenses import normalize

KEY = "mof"
NAME = "Model Openness Tool"
TERMS = "MIT"
REPOSITORY = "lfai/model_openness_tool"
FORM = documents.Form((".yml", ".yaml"), folder="models", limit=1_000_000)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A component of the framework: its type, which decides its default license, and ours."""

    type: str
    components: tuple[str, ...]
    publication: str = ""
    merged: bool = False


# In the order of the tool's configuration (spec/mof.md section 1).
SLOTS: dict[str, _Slot] = {
    "Datasets": _Slot("data", ("training_data_base", "training_data_end"), merged=True),
    "Data preprocessing code": _Slot("code", ("data_prep_code",)),
    "Model architecture": _Slot("code", ("architecture_code",)),
    "Model parameters (Final)": _Slot("data", ("weights_end",)),
    "Model metadata": _Slot("data", ("model_metadata",)),
    "Model parameters (Intermediate)": _Slot("data", ("weights_intermediate",)),
    "Training code": _Slot("code", ("training_code",)),
    "Inference code": _Slot("code", ("inference_code",)),
    "Evaluation code": _Slot("code", ("evaluation_code",)),
    "Evaluation data": _Slot("data", ("evaluation_data",)),
    "Evaluation results": _Slot("document", ("evaluation_results",)),
    "Supporting libraries and tools": _Slot("code", ("supporting_tools",)),
    "Model card": _Slot("document", ("model_card",)),
    "Data card": _Slot("document", ("data_card",)),
    "Technical report": _Slot("document", ("technical_report",), publication="report"),
    # It does not say whether the paper was reviewed, so it fills the weaker of the two.
    "Research paper": _Slot("document", ("preprint",), publication="preprint", merged=True),
    "Sample model outputs": _Slot("document", ("sample_outputs",)),
}

EDITION = EditionOf(
    index=KEY,
    key="2026-05",
    title="Model Openness Tool, May 2026",
    commit="8b5d30e",
    stated_on=date(2026, 5, 11),
    url=f"https://github.com/{REPOSITORY}/tree/8b5d30e/models",
    terms=TERMS,
    citation=(
        "LF AI & Data, Model Openness Tool, https://mot.isitopen.ai; White et al. 2024,"
        " The Model Openness Framework, arXiv 2403.13784"
    ),
    dimensions=tuple(SLOTS),
)

# What the tool reads of a component; whatever else stands there is kept as it is.
_READ = ("name", "license", "license_path", "component_path")
_WEIGHTS = ("weights_end", "weights_intermediate")
_JUDGED_ELSEWHERE = ("model_card", "data_card")  # other indexes judge how complete these are


def load(path: Path) -> Iterator[Document]:
    """The model files at a path: one file, `models/`, or the folder around it."""
    return documents.load(path, FORM)


def read(document: Document) -> list[Reading]:
    """The one reading of a model file. Raises Refused for a bad one or one without a name."""
    where = document.name
    file = mapping(parse(documents.text_of(document), where), "the file", where)
    if "release" not in file:
        raise Refused(f"{where}: has no release.")
    release = mapping(file["release"], "release", where)
    written = scalar(release.get("name"), "release.name", where)
    name = documents.checked_name(written, "project", where)
    said = (_header(name, file, release, where), *_entries(release.get("components"), where))
    hub = scalar(release.get("huggingface"), "release.huggingface", where)
    repository = scalar(release.get("repository"), "release.repository", where)
    reading = Reading(
        edition=EDITION,
        key=documents.checked_key(documents.stem(where), where),
        name=name,
        maker=scalar(release.get("producer"), "release.producer", where).strip(),
        url=first_address((hub, repository)),
        modality=scalar(release.get("type"), "release.type", where).strip(),
        refs=_refs(hub, name, scalar(release.get("version"), "release.version", where)),
        said=said,
        claims=tuple(_claims(said, release, hub, where)),
        quantities=tuple(_size(release, hub, where)),
    )
    return [reading]


# "7B" or "1.4B", but not "8x7B", whose parts share parameters, nor "v2".
_VERSION_SIZE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?) ?([BM])")


def _size(release: Mapping[str, Value], hub: str, where: str) -> Iterator[Quantity]:
    """The parameters, where the version of the release is its size, as is usual there."""
    version = scalar(release.get("version"), "release.version", where).strip()
    if found := _VERSION_SIZE.fullmatch(version):
        size = float(found[1]) * {"B": 1e9, "M": 1e6}[found[2]]
        if size:
            yield Quantity(
                name="parameters",
                low=size,
                high=size,
                source=KEY,
                link=first_address([hub]),
                record=on_github(
                    REPOSITORY, EDITION.commit, f"models/{documents.file_name(where)}"
                ),
                stated_on=EDITION.stated_on,
                note="The version of the release is its size.",
            )


def _header(name: str, file: Mapping[str, Value], release: Mapping[str, Value], where: str) -> Said:
    """All that the file says beside its components, in the publisher's own nesting."""
    rest = {key: value for key, value in release.items() if key != "components"}
    addressed = ("repository", "huggingface")
    links = [scalar(release.get(key), f"release.{key}", where) for key in addressed]
    return Said(
        position=0,
        dimension="",
        value=name,
        links=tuple(link for link in links if link),
        attributes={**file, "release": rest},
    )


def _entries(components: Value, where: str) -> Iterator[Said]:
    """The listed components in file order, duplicates and unknown names too.

    `attributes` holds the entry as it stands, so that a license key left out, blank or null are
    three things. Raises Refused if this is no list of named components.
    """
    if not isinstance(components, list):
        raise Refused(f"{where}: release.components is not a list.")
    for position, component in enumerate(components, start=1):
        what = f"component {position}"
        entry = mapping(component, what, where)
        fields = {key: scalar(entry.get(key), f"{what}.{key}", where) for key in _READ}
        if not fields["name"]:
            raise Refused(f"{where}: {what} has no name.")
        paths = (fields[key] for key in ("component_path", "license_path"))
        yield Said(
            position=position,
            dimension=fields["name"],
            links=tuple(path for path in paths if path),
            attributes={key: value for key, value in entry.items() if key != "name"},
        )


def _claims(
    said: tuple[Said, ...], release: Mapping[str, Value], hub: str, where: str
) -> Iterator[Claim]:
    """Our reading of the listing: of entries with one name the last counts, as in the tool.

    An unknown name claims nothing; the tool itself takes it for Datasets.
    """
    defaults = _defaults(release.get("license"), where)
    new_claim = partial(
        Claim,
        source=KEY,
        state=State.OPEN,
        listed="yes",
        stated_on=_date(scalar(release.get("date"), "release.date", where)) or EDITION.stated_on,
        record=on_github(REPOSITORY, EDITION.commit, f"models/{documents.file_name(where)}"),
    )
    last = {entry.dimension: entry for entry in said[1:] if entry.dimension in SLOTS}
    for name, entry in last.items():
        slot = SLOTS[name]
        raw, source = _license(entry, slot.type, defaults)
        path = first_address([str(entry.attributes.get("component_path") or "")])
        for component in slot.components:
            weights = component in _WEIGHTS
            yield new_claim(
                component=component,
                access=span(Access.BY_REQUEST, Access.PUBLIC) if weights else None,
                license_raw=raw,
                license_id=normalize(raw),
                license_source=source,
                merged=slot.merged,
                publication=slot.publication,
                completeness="not_judged" if component in _JUDGED_ELSEWHERE else "",
                link=path or (first_address([hub]) if component == "weights_end" else ""),
                confidence=2 if slot.merged else 3,
            )


def _defaults(licenses: Value, where: str) -> dict[str, str]:
    """{distribution, code, data, document: name} of the licenses of the whole, blanks left out.

    In the tool's language an empty list and an empty mapping are one.
    """
    given = mapping(None if licenses == [] else licenses, "release.license", where)
    names = {
        part: scalar(mapping(value, f"license.{part}", where).get("name"), part, where)
        for part, value in given.items()
    }
    return {part: name for part, name in names.items() if not _is_blank(name)}


def _license(entry: Said, content_type: str, defaults: Mapping[str, str]) -> tuple[str, str]:
    """(verbatim, which default it came from) by the tool's order; an own blank ends the search."""
    own = entry.attributes.get("license")
    if own is not None:
        raw = str(own)
        return raw, "none" if _is_blank(raw) or raw == "unlicensed" else "component"
    for part, source in ((content_type, "type"), ("distribution", "distribution")):
        if part in defaults:
            return defaults[part], "none" if defaults[part] == "unlicensed" else source
    return "", "none"


def _is_blank(name: str) -> bool:
    """Whether the tool's language takes the text for false: blank, or a zero."""
    return name.strip() in ("", "0")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _refs(hub: str, name: str, version: str) -> tuple[Ref, ...]:
    """The Hub repository that the file names as this release's own."""
    reference = hub_model(first_address([hub]) or hub)
    if not reference or not sizes_agree(reference, name, re.sub(r"\s", "", version)):
        return ()
    return (Ref("hub", "model", reference),)


SOURCE = FileSource(key=KEY, name=NAME, terms=TERMS, editions=(EDITION,), load=load, read=read)
