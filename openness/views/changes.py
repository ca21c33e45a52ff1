"""The record in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from openness import figures, words
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


def sentence(row: Change) -> str:
    """What became of a fact, without the name of the project."""
    if row.field == "project":
        return _("Entered.")
    what = words.component(row.field)
    said = {"what": what, "old": _value(row.old), "new": _value(row.new)}
    if row.change_class == "disputed":
        return _("%(what)s: disputed. A person found %(old)s, its source shows %(new)s.") % said
    if row.old and row.new:
        return _("%(what)s: from %(old)s to %(new)s.") % said
    return (_("%(what)s: %(new)s.") if row.new else _("%(what)s: withdrawn.")) % said


def _value(text: str) -> str:
    return words.ladder(words.STATES, text) if text.partition("..")[0] in words.STATES else text
