"""A project as an SPDX 3.0.1 document in JSON-LD, with the AI profile (spdx.github.io/spdx-spec).

A profile is claimed only where all that it asks for is known; what is not known is left out. A
`NoneLicense` stands only where a source says that there is no license.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from openness.citations import PUBLISHER
from openness.dossiers import Dossier
from openness.exports.formats import identifier, places, states, terms
from openness.exports.tables import LICENSE, instant, number
from openness.models import Revision
from scoring.facts import QUANTITIES, Access, Kind, State
from scoring.licenses import NONE_DECLARED

CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"
CREATED = "_:created"
TYPES = {Kind.SOFTWARE: "software_Package", Kind.DATASET: "dataset_DatasetPackage"}
PURPOSES = {Kind.SOFTWARE: "application", Kind.DATASET: "data"}
ASKED_BY_AI = (
    *("suppliedBy", "releaseTime", "software_downloadLocation"),
    *("software_packageVersion", "software_primaryPurpose"),
)
"""What the AI profile asks of a package (class AIPackage, "external property restrictions")."""

DOCUMENTS = frozenset(
    {
        *("model_card", "data_card", "technical_report", "preprint", "peer_reviewed_paper"),
        *("architecture_doc", "code_doc", "hardware_doc", "training_record"),
    }
)
DATA = ("training_data_base", "training_data_end", "evaluation_data")
DATA_TYPES = {"text": "text", "code": "text", "image": "image", "audio": "audio", "video": "video"}
AVAILABLE = {
    "none": "directDownload",
    "click_through": "clickthrough",
    "by_request": "registration",
}
"""SPDX's word for what stands before a download."""


def document(held: Dossier, revision: Revision) -> dict[str, Any]:
    """The document of a project at a revision."""
    address = f"{settings.SITE_URL}{held.project.get_absolute_url()}"
    names = _Names(f"{address}?rev={revision.pk}#")
    package = _package(held, names, address)
    parts = [package, *_maker(held, names), *_license(held, names), *_data(held, names)]
    parts.append(_annotation(held, names))
    profiles = ["core", "software", "simpleLicensing"]
    if package["type"] == "ai_AIPackage" and all(name in package for name in ASKED_BY_AI):
        profiles.append("ai")
    whole = {
        "type": "SpdxDocument",
        "spdxId": names("document"),
        "creationInfo": CREATED,
        "name": held.project.name,
        "dataLicense": names("data-license"),
        "profileConformance": profiles,
        "rootElement": [package["spdxId"]],
        "element": [part["spdxId"] for part in parts],
    }
    return {"@context": CONTEXT, "@graph": [*_head(names, revision), whole, *parts]}


class _Names:
    """Makes the IRIs of the elements of one document."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __call__(self, name: str) -> str:
        return f"{self.base}{name}"


def _head(names: _Names, revision: Revision) -> list[dict[str, Any]]:
    """Who made the document and when, and under which license it stands."""
    return [
        {
            "type": "CreationInfo",
            "@id": CREATED,
            "specVersion": "3.0.1",
            "created": instant(revision.at),
            "createdBy": [names("openness")],
        },
        _element("Organization", names("openness"), name=PUBLISHER),
        _expression(names("data-license"), LICENSE),
    ]


def _element(kind: str, iri: str, /, **said: object) -> dict[str, Any]:
    known = {key: value for key, value in said.items() if value not in ("", None, [])}
    return {"type": kind, "spdxId": iri, "creationInfo": CREATED, **known}


def _expression(iri: str, expression: str, **said: object) -> dict[str, Any]:
    return _element(
        "simplelicensing_LicenseExpression",
        iri,
        simplelicensing_licenseExpression=expression,
        **said,
    )


def _package(held: Dossier, names: _Names, address: str) -> dict[str, Any]:
    project, kind = held.project, held.facts.kind
    hub = identifier(held, "hub", "model") or identifier(held, "hub", "dataset")
    released = project.released if len(project.released) == 10 else ""
    said = {
        "name": project.name,
        "summary": project.summary,
        "suppliedBy": names("maker") if project.organization else "",
        "releaseTime": f"{released}T00:00:00Z" if released else "",
        "software_primaryPurpose": PURPOSES.get(kind, "model"),
        "software_downloadLocation": _download(held, hub),
        "software_homePage": project.homepage,
        # A project here is one release; its date is the only name that all of them have.
        "software_packageVersion": project.released,
        "externalRef": list(_references(held, address)),
    }
    if kind is Kind.DATASET:
        said["dataset_datasetType"] = _data_types(held)
    elif kind is not Kind.SOFTWARE:
        said["ai_domain"] = project.modality.split()
    return _element(TYPES.get(kind, "ai_AIPackage"), names("project"), **said)


def _download(held: Dossier, hub: str) -> str:
    """Where it can be had, if it can be had by anybody."""
    if held.facts.access.least not in (Access.PUBLIC, Access.CLICK_THROUGH):
        return ""
    at = {place.component: place.address for place in places(held)}
    return hub or at.get("weights_end", "") or at.get("source_code", "")


def _references(held: Dossier, address: str) -> Iterator[dict[str, Any]]:
    found = [("altWebPage", address, "evidence")]
    if repository := identifier(held, "github", "repository"):
        found.append(("vcs", repository, ""))
    for place in places(held):
        kind = "documentation" if place.component in DOCUMENTS else "other"
        found.append((kind, place.address, place.component))
    for kind, locator, comment in found:
        yield {
            "type": "ExternalRef",
            "externalRefType": kind,
            "locator": [locator],
            **({"comment": comment} if comment else {}),
        }


def _maker(held: Dossier, names: _Names) -> Iterator[dict[str, Any]]:
    if maker := held.project.organization:
        yield _element("Organization", names("maker"), name=maker.name)


def _license(held: Dossier, names: _Names) -> Iterator[dict[str, Any]]:
    """The license as its maker declares it; no relationship where nothing is known."""
    license_id = held.facts.license_id
    found = terms(license_id)
    if license_id == NONE_DECLARED:
        target = "expandedlicensing_NoneLicense"
    elif found is None:
        return
    else:
        target = names("license")
        entries = [
            {"type": "DictionaryEntry", "key": key, "value": address}
            for key, address in found.elsewhere
        ]
        yield _expression(target, found.expression, simplelicensing_customIdToUri=entries)
    yield _relationship(names, "declared", "hasDeclaredLicense", target)


def _relationship(names: _Names, name: str, kind: str, *targets: str) -> dict[str, Any]:
    return _element(
        "Relationship",
        names(name),
        **{"from": names("project"), "relationshipType": kind, "to": list(targets)},
    )


def _data(held: Dossier, names: _Names) -> Iterator[dict[str, Any]]:
    """The data sets that are released at least in part, and what they were for."""
    for key in DATA:
        part = held.facts.components.get(key)
        if part is None or part.state.least not in (State.OPEN, State.PARTIAL):
            continue
        claim = part.claim
        yield _element(
            "dataset_DatasetPackage",
            names(key),
            name=f"{held.project.name}: {key}",
            comment=f"State: {part.state}",
            dataset_datasetType=_data_types(held),
            dataset_datasetAvailability=AVAILABLE.get(claim.gate, "") if claim else "",
            software_downloadLocation=claim.link if claim else "",
        )
        kind = "testedOn" if key == "evaluation_data" else "trainedOn"
        yield _relationship(names, f"{kind}-{key}", kind, names(key))


def _data_types(held: Dossier) -> list[str]:
    """What the data are made of; the schema asks for it, and has a word for silence."""
    found = {DATA_TYPES.get(word, "other") for word in held.project.modality.split()}
    return sorted(found) or ["noAssertion"]


def _annotation(held: Dossier, names: _Names) -> dict[str, Any]:
    """Every state, access, right and size in our own words; `unknown` is one of them."""
    said = {
        "components": states(held),
        **{
            name: str(getattr(held.facts, name))
            for name in ("access", "hosted", "use", "modify", "share")
        },
        "quantities": [
            {"name": name, "low": number(q.low), "high": number(q.high), "source": q.source}
            for name in QUANTITIES
            for q in held.facts.quantities.get(name, ())
        ],
    }
    return _element(
        "Annotation",
        names("states"),
        annotationType="other",
        subject=names("project"),
        contentType="application/json",
        statement=json.dumps(said, ensure_ascii=False),
    )
