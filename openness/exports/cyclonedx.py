"""A project as a CycloneDX 1.6 ML-BOM (ECMA-424; cyclonedx.org/docs/1.6/json).

What is not known is left out, except the states, where `unknown` is a word of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from openness.citations import PUBLISHER
from openness.dossiers import Dossier
from openness.exports.formats import identifier, places, states, terms
from openness.exports.tables import LICENSE, instant, number
from openness.models import Revision
from scoring.facts import QUANTITIES, Component, Kind, State

TYPES = {Kind.SOFTWARE: "application", Kind.DATASET: "data"}
"""The type of a component by our kind; a service is told by the model behind it."""
MODEL_TYPE = "machine-learning-model"

REFERENCES = {
    "model_card": "model-card",
    "weights_end": "distribution",
    "source_code": "source-distribution",
    **dict.fromkeys(("training_code", "inference_code", "project_code"), "vcs"),
    **dict.fromkeys(("data_card", "technical_report", "preprint"), "documentation"),
    **dict.fromkeys(("peer_reviewed_paper", "architecture_doc", "code_doc"), "documentation"),
}
"""The type of an external reference by the component that lies there; else `other`."""

DATA = ("training_data_base", "training_data_end", "evaluation_data")


def document(held: Dossier, revision: Revision) -> dict[str, Any]:
    """The BOM of a project at a revision."""
    address = f"{settings.SITE_URL}{held.project.get_absolute_url()}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, address)}",
        "version": revision.pk,
        "metadata": {
            "timestamp": instant(revision.at),
            "manufacturer": {"name": PUBLISHER, "url": [f"{settings.SITE_URL}/"]},
            "licenses": [{"license": {"id": LICENSE}}],
            "component": _component(held, address),
        },
        # We know of parts, never of all of them.
        "compositions": [{"aggregate": "unknown", "assemblies": ["project"]}],
    }


def _component(held: Dossier, address: str) -> dict[str, Any]:
    project = held.project
    kind = TYPES.get(held.facts.kind, MODEL_TYPE)
    base = project.derived_from.name if project.derived_from else project.derived_from_name
    said = {
        "bom-ref": "project",
        "type": kind,
        "name": project.name,
        "description": project.summary,
        "supplier": {"name": project.organization.name} if project.organization else None,
        "licenses": licenses(held.facts.license_id),
        "externalReferences": list(_references(held, address)),
        "pedigree": {"ancestors": [{"type": kind, "name": base}]} if base else None,
        "modelCard": _card(held) if kind == MODEL_TYPE else None,
        "data": [{"type": "dataset", "name": project.name}] if kind == "data" else None,
        "properties": list(_properties(held)),
    }
    return {name: value for name, value in said.items() if value}


def licenses(license_id: str) -> list[dict[str, Any]]:
    """The declared license; nothing where none is known."""
    found = terms(license_id)
    if found is None:
        return []
    if found.single:
        return [{"license": {"id": found.expression, "acknowledgement": "declared"}}]
    return [{"expression": found.expression, "acknowledgement": "declared"}]


def _references(held: Dossier, address: str) -> Iterator[dict[str, str]]:
    found = [("evidence", address)]
    if home := held.project.homepage:
        found.append(("website", home))
    if repository := identifier(held, "github", "repository"):
        found.append(("vcs", repository))
    if hub := identifier(held, "hub", "model") or identifier(held, "hub", "dataset"):
        found.append(("distribution", hub))
    found += [(REFERENCES.get(p.component, "other"), p.address) for p in places(held)]
    found += [("license", place) for _ref, place in _elsewhere(held)]
    for kind, url in dict.fromkeys(found):
        yield {"type": kind, "url": url}


def _elsewhere(held: Dossier) -> tuple[tuple[str, str], ...]:
    found = terms(held.facts.license_id)
    return found.elsewhere if found else ()


def _card(held: Dossier) -> dict[str, Any]:
    """What it was trained and judged on, as far as that is released at least in part."""
    data = [
        _data(key, part)
        for key in DATA
        if (part := held.facts.components.get(key))
        and part.state.least in (State.OPEN, State.PARTIAL)
    ]
    return {"modelParameters": {"datasets": data} if data else {}}


def _data(key: str, part: Component) -> dict[str, Any]:
    link = part.claim.link if part.claim else ""
    said: dict[str, Any] = {"type": "dataset", "name": key, "description": str(part.state)}
    return {**said, "contents": {"url": link}} if link else said


def _properties(held: Dossier) -> Iterator[dict[str, str]]:
    """The state of each component, access, hosting, rights and sizes, under our own prefix."""
    for key, state in states(held).items():
        yield {"name": f"openness:component:{key}", "value": state}
    for name in ("access", "hosted", "use", "modify", "share"):
        yield {"name": f"openness:{name}", "value": str(getattr(held.facts, name))}
    for name in QUANTITIES:
        for quantity in held.facts.quantities.get(name, ()):
            ends = dict.fromkeys((number(quantity.low), number(quantity.high)))
            yield {"name": f"openness:{name}:{quantity.source}", "value": "..".join(ends)}
