"""A project as a file of the Model Openness Tool (its schema: schema/mof_schema.json).

That tool knows what is listed and under which license, and nothing else. So only what is open as a
whole is listed; what is partial, closed or unknown is named in a comment, and never listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from django.conf import settings

from openness.dossiers import Dossier
from openness.exports.formats import identifier, states
from openness.sources.mof import SLOTS
from scoring.facts import Component, Kind, Stage, State
from scoring.licenses import NONE_DECLARED

FRAMEWORK = {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"}
"""Name and version of the form, as every file of the tool begins."""

TYPES = {
    **{"text": "language", "language": "language", "image": "image", "audio": "audio"},
    **{"video": "video", "3d": "3d", "code": "code"},
}
"""The tool's word for what a model works on; others are `other`, several are `multimodal`."""

ALSO = {"Research paper": ("peer_reviewed_paper",)}
"""Components that fill a slot of the tool besides those which are read from it."""


def mot_yaml(held: Dossier, revision: int) -> str:
    """The file. Raises ValueError for what is no model: the tool judges nothing else."""
    if held.facts.kind is not Kind.MODEL:
        raise ValueError("the Model Openness Tool judges models only")
    body = yaml.safe_dump(document(held), allow_unicode=True, sort_keys=False, width=1000)
    return _comment(held, revision) + body


def document(held: Dossier) -> dict[str, Any]:
    """The file as plain data."""
    project = held.project
    release: dict[str, Any] = {
        "name": project.name,
        "version": _version(held),
        # The tool takes whole days only.
        **({"date": project.released} if len(project.released) == 10 else {}),
        "license": {},
        "type": _type(project.modality.split()),
        "producer": project.organization.name if project.organization else "",
        "repository": identifier(held, "github", "repository"),
        "huggingface": identifier(held, "hub", "model"),
        "components": list(_components(held)),
    }
    return {"framework": FRAMEWORK, "release": release}


def _components(held: Dossier) -> Iterator[dict[str, str]]:
    for name, slot in SLOTS.items():
        found = _listed(held, (*slot.components, *ALSO.get(name, ())), whole=name == "Datasets")
        if found:
            # Links and terms are told only where all parts of a slot have the same.
            licenses = {_license(component) for component in found}
            links = {component.claim.link for component in found if component.claim} - {""}
            license_ = licenses.pop() if len(licenses) == 1 else ""
            yield {
                "name": name,
                **({"component_path": links.pop()} if len(links) == 1 else {}),
                **({"license": license_} if license_ else {}),
            }


def _listed(held: Dossier, keys: tuple[str, ...], *, whole: bool) -> list[Component]:
    """The open components of a slot; `whole`: none unless all that apply are open."""
    if held.facts.stage in (Stage.BASE, Stage.SINGLE):
        keys = tuple(key for key in keys if key != "training_data_end")
    parts = [held.facts.components.get(key) for key in keys]
    found = [part for part in parts if part and part.state.least is State.OPEN]
    return [] if whole and len(found) < len(parts) else found


def _license(component: Component) -> str:
    """The license as the tool writes it: an SPDX id where we know it; blank says nothing."""
    claim = component.claim
    if claim is None:
        return ""
    if claim.license_id == NONE_DECLARED:
        return "unlicensed"
    return claim.license_id or claim.license_raw


def _version(held: Dossier) -> str:
    """The size, as is usual there; blank where sources differ or three decimals do not hold it."""
    sizes = {(q.low, q.high) for q in held.facts.quantities.get("parameters", ())}
    if len(sizes) != 1:
        return ""
    [(low, high)] = sizes
    for unit, name in ((1e9, "B"), (1e6, "M")):
        text = f"{low / unit:.3f}".rstrip("0").rstrip(".")
        if low == high and 1 <= low / unit < 1000 and float(text) * unit == low:
            return f"{text}{name}"
    return ""


def _type(words: list[str]) -> str:
    known = {TYPES.get(word, "other") for word in words}
    if not known:
        return ""
    return known.pop() if len(known) == 1 else "multimodal"


def _comment(held: Dossier, revision: int) -> str:
    """What the file cannot say, as comments."""
    found = states(held)
    lines = [
        f"Openness, revision {revision}, CC BY 4.0:"
        f" {settings.SITE_URL}{held.project.get_absolute_url()}",
        "Listed is what is open as a whole. A license that is left out is not known.",
        *(_named(found, state) for state in ("partial", "closed", "unknown")),
    ]
    return "".join(f"# {line}\n" for line in lines if line)


def _named(found: Mapping[str, str], state: str) -> str:
    keys = [key for key, word in found.items() if word == state]
    return f"{state.capitalize()}: {', '.join(keys)}" if keys else ""
