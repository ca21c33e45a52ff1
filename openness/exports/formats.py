"""What the formats of others share: which there are, and what they say of a project in one way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from openness.dossiers import Dossier
from scoring.components import COMPONENTS
from scoring.facts import Component, Kind, State
from scoring.licenses import NONE_DECLARED, get, normalize

FORMATS = {
    "mot.yml": "Model Openness Tool",
    "spdx.json": "SPDX 3.0.1",
    "cdx.json": "CycloneDX 1.6",
}
"""The formats of others by the ending of a project's address."""

ADDRESSES = {
    ("hub", "model"): "https://huggingface.co/{}",
    ("hub", "dataset"): "https://huggingface.co/datasets/{}",
    ("github", "repository"): "https://github.com/{}",
    ("arxiv", "paper"): "https://arxiv.org/abs/{}",
    ("pypi", "package"): "https://pypi.org/project/{}/",
    ("doi", "paper"): "https://doi.org/{}",
}
"""Where an identifier of this source and kind is found."""

_OPERATORS = ("AND", "OR", "WITH")
_PIECES = re.compile(r"(\s+|[()])")


@dataclass(frozen=True, slots=True)
class Terms:
    """A license as SPDX writes it: an expression, and where each `LicenseRef-` of it is told."""

    expression: str
    elsewhere: tuple[tuple[str, str], ...] = ()  # (LicenseRef-..., address)

    @property
    def single(self) -> bool:
        """Whether it is one id of the SPDX list and no more."""
        return not self.elsewhere and " " not in self.expression


def terms(license_id: str) -> Terms | None:
    """The license in SPDX's words; None where none is known or declared, or where it is raw text.

    An id of ours becomes a `LicenseRef-` (SPDX 3.0.1, annex "SPDX license expressions").
    """
    if license_id in ("", NONE_DECLARED):
        return None
    elsewhere: dict[str, str] = {}
    written, before = [], ""
    for piece in _PIECES.split(license_id):
        word = piece.strip(" ()")
        if word and word not in _OPERATORS and before != "WITH":
            row = get(word)
            if row is not None and not row.spdx:
                piece = "LicenseRef-Openness-" + re.sub(r"[^A-Za-z0-9.-]", "-", row.id)
                elsewhere[piece] = f"{settings.SITE_URL}{reverse('license', args=[row.id])}"
            elif normalize(word) != word:
                return None
        before = word or before
        written.append(piece)
    return Terms("".join(written), tuple(elsewhere.items()))


@dataclass(frozen=True, slots=True)
class Place:
    """An address that a component or the project is found at, and what lies there."""

    component: str  # key, or "" for an address of the project as a whole
    address: str


def states(held: Dossier) -> dict[str, str]:
    """{component: its state or span in one word} of all that are asked of its kind; else unknown.

    Judgements of reviewers are left out: they are no parts of a release.
    """
    found = {}
    for key, info in COMPONENTS.items():
        if info.applies_to(held.facts.kind) and info.content_type != "judgement":
            component = held.facts.components.get(key)
            found[key] = str(component.state) if component else str(State.UNKNOWN)
    return found


def places(held: Dossier) -> Iterator[Place]:
    """Where what is open or partly open is found, in the order of the vocabulary."""
    for key in states(held):
        component = held.facts.components.get(key)
        if component and (address := link_of(component)):
            yield Place(key, address)


def link_of(component: Component) -> str:
    """The address of the material of a component; blank for what is closed or not known."""
    if component.claim is None or component.state.least in (State.CLOSED, State.UNKNOWN):
        return ""
    return component.claim.link


def identifier(held: Dossier, source: str, kind: str) -> str:
    """The address of the project at a source; blank where it has none there."""
    for place in held.identifiers:
        if (place.source, place.kind) == (source, kind):
            return ADDRESSES[source, kind].format(place.reference)
    return ""


def formats_of(held: Dossier) -> dict[str, str]:
    """{ending: name} of the formats in which this project can be told."""
    model = held.facts.kind is Kind.MODEL
    return {form: name for form, name in FORMATS.items() if model or form != "mot.yml"}
