"""The vocabulary of things that can be open: 36 components, and two keys made from them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from scoring.facts import Kind


class ContentType(StrEnum):
    """What sort of thing a component is; terms that fit code need not fit data."""

    CODE = "code"
    DATA = "data"
    DOCUMENT = "document"
    ACCESS = "access"
    LEGAL = "legal"
    JUDGEMENT = "judgement"


class Scope(StrEnum):
    """Of which projects a component is asked; services follow models."""

    MODEL = "model"
    SOFTWARE = "software"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class ComponentInfo:
    """One component: its words, and `fills`, {lens key: slot of that lens it feeds}."""

    id: str
    name: str
    content_type: ContentType
    scope: Scope
    question: str
    fills: Mapping[str, str] = field(default_factory=dict)
    dataset: bool = False
    parts: tuple[str, ...] = ()  # derived keys only: the components they are made from

    def applies_to(self, kind: Kind) -> bool:
        """Whether the component is asked of this kind; fixed by the kind, never by the project."""
        if kind is Kind.DATASET:
            return self.dataset or self.scope is Scope.BOTH
        if kind is Kind.SOFTWARE:
            return self.scope is not Scope.MODEL
        return self.scope is not Scope.SOFTWARE


def _info(key: str, entry: Mapping[str, Any]) -> ComponentInfo:
    return ComponentInfo(
        id=key,
        name=entry["name"],
        content_type=ContentType(entry["content_type"]),
        scope=Scope(entry["scope"]),
        question=entry["question"],
        fills=entry["fills"],
        dataset=entry.get("dataset", False),
    )


def _read() -> dict[str, ComponentInfo]:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return {key: _info(key, entry) for key, entry in tomllib.loads(text).items()}


COMPONENTS: dict[str, ComponentInfo] = _read()
"""Id -> what it is, in the order of display."""

DERIVED_COMPONENTS: dict[str, ComponentInfo] = {
    "training_data": ComponentInfo(
        id="training_data",
        name="Training data",
        content_type=ContentType.DATA,
        scope=Scope.MODEL,
        question="Can one obtain the data on which it was trained, in every stage that applies?",
        parts=("training_data_base", "training_data_end"),
    ),
    "research_paper": ComponentInfo(
        id="research_paper",
        name="Research paper",
        content_type=ContentType.DOCUMENT,
        scope=Scope.BOTH,
        question="Is there a paper, archived or peer-reviewed?",
        parts=("preprint", "peer_reviewed_paper"),
    ),
}
"""Keys accepted wherever a component id is; `scoring.profile` computes them from their parts."""
