"""The record in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openness import figures
from openness.history import sentence
from openness.models import Change, Project


@dataclass(frozen=True, slots=True)
class Told:
    """One change: its day, what changed, and of which project."""

    day: str
    sentence: str
    project: Project


def changes(rows: Iterable[Change]) -> list[Told]:
    """Each change as one sentence, in the order given; rows come with their revision."""
    return [Told(figures.day(row.revision.at), sentence(row), row.project) for row in rows]
