"""What a source or a file tells of a release, as the fields of the form; a person looks it over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openness.forms import SubmissionForm
from openness.models import Lookup
from openness.services.addresses import address
from openness.services.lookups import target_of
from openness.sources import LIVE, mof
from openness.sources.addresses import first_address
from openness.sources.live import Meaning
from openness.sources.reading import Document, Reading
from scoring.facts import Claim, Quantity, Span

FROM_ADDRESS, FROM_FILE = "address", "mot"
MOT_SIZE = mof.FORM.limit
"""The largest file of the Model Openness Tool that is read, in bytes."""
MOT_NAME = "file.yml"
Fields = dict[str, str]
"""{name of a field in the form: what is typed there}; of a component `component-field`."""


def of_address(given: str) -> Fields:
    """What an address, or a name, tells by itself: nothing is fetched, only read."""
    return dict(_of_address(given))


def _of_address(given: str) -> Iterator[tuple[str, str]]:
    ref = address(given)
    if ref is None:
        if given.startswith(("https://", "http://")):
            yield "homepage", given
        elif given:
            yield "name", given[:200]
        return
    if ref.source == "arxiv":
        yield "paper_link", given
        return
    owner, _slash, name = ref.reference.partition("/")
    yield from {"name": name, "organization": owner}.items()
    if ref.source == "github":
        yield from {"kind": "software", "code_link": given}.items()
    else:
        yield from {"kind": ref.kind, "weights_link": given}.items()


def of_lookup(look: Lookup) -> Fields:
    """What a source said of a release; empty unless it knew it."""
    ref = address(look.url)
    if ref is None or look.meaning != Meaning.OK or look.source not in LIVE:
        return {}
    source, target = LIVE[look.source], target_of(ref)
    seen: Mapping[str, str] = look.observed
    fields = dict(_short(source.claims(target, seen), source.quantities(target, seen)))
    if ref.kind == "dataset" and seen.get("license"):
        fields["license"] = seen["license"]
    papers = seen.get("arxiv_tags", "").split()
    # A card that names several papers does not say which is its own.
    if len(papers) == 1:
        fields["paper_link"] = f"https://arxiv.org/abs/{papers[0]}"
    return fields


def _short(claims: Iterable[Claim], sizes: Iterable[Quantity]) -> Iterator[tuple[str, str]]:
    """The short form's fields. What a source leaves between two answers stays open."""
    for claim in claims:
        if claim.component in ("weights_end", "source_code"):
            if claim.license_raw:
                yield "license", claim.license_raw
            if word := _exact(claim.access):
                yield "weights", word
        elif claim.component == "hosted_api" and (word := _exact(claim.hosting)):
            yield "api", word
    for size in sizes:
        if size.name == "parameters" and size.low == size.high:
            yield "parameters", f"{size.low:.0f}"


def _exact(span: Span[Any] | None) -> str:
    return str(span.least) if span and span.known and span.least == span.most else ""


def of_file(body: bytes, *, too_large: bool = False) -> Fields:
    """The fields of a file of the Model Openness Tool.

    Raises Refused for what is none: too large (also one that was therefore not received), no YAML,
    a bomb, without a name.
    """
    too_large = too_large or len(body) > MOT_SIZE
    problem = f"is larger than {MOT_SIZE:,} bytes." if too_large else ""
    [reading] = mof.read(Document(MOT_NAME, b"" if too_large else body, problem=problem))
    return {key: value for key, value in _of_reading(reading) if value}


def _of_reading(reading: Reading) -> Iterator[tuple[str, str]]:
    yield from {"name": reading.name[:200], "organization": reading.maker[:200]}.items()
    yield "kind", "model"
    header = reading.said[0]
    yield from _short((), reading.quantities)
    hub = next((ref for ref in reading.refs if ref.source == "hub"), None)
    for link in header.links:
        if (ref := address(link)) and ref.source == "github":
            yield "code_link", first_address([link])
        elif ref is None:
            yield "homepage", first_address([link])
    if hub:
        yield "weights_link", f"https://huggingface.co/{hub.reference}"
    # The tool lists what is released; where it names no place, its repository is the place.
    there = first_address(header.links)
    for claim in reading.claims:
        license_raw = "" if claim.license_source == "none" else claim.license_raw[:200]
        if claim.component == "weights_end":
            yield "license", license_raw
        else:
            yield f"{claim.component}-state", str(claim.state)
            yield f"{claim.component}-license", license_raw
            yield f"{claim.component}-link", claim.link or there


def of_payload(payload: Mapping[str, Any]) -> Fields:
    """What is kept of a proposal, as the fields of its form."""
    fields = {
        name: str(payload[name])
        for name in SubmissionForm.base_fields
        if payload.get(name) not in (None, "")
    }
    for component, answers in dict(payload.get("components") or {}).items():
        fields |= {f"{component}-{name}": str(value) for name, value in answers.items()}
    return fields


def is_blank(value: str) -> bool:
    """Whether nobody has said anything in a field yet."""
    return value.strip() in ("", "unknown")


def filled(typed: Mapping[str, str], told: Iterable[tuple[str, Fields]]) -> dict[str, str]:
    """{field: who told what stands in it} of a form; what a person has typed is not in it.

    `told` are pairs of a source's key and what it told.
    """
    return {
        name: who
        for who, fields in told
        for name, value in fields.items()
        if not is_blank(value) and typed.get(name, "").strip() == value.strip()
    }
