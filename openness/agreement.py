"""Where publishers disagree on a component of a project, with what they said of its relatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openness.dossiers import Dossier, Published
from openness.models import Judgement
from openness.sources import mof, opening_up, osai
from scoring import agreement
from scoring.agreement import Disagreement
from scoring.facts import Claim, State

COMPONENTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "mof": {name: slot.components for name, slot in mof.SLOTS.items()},
    "osai": {cell: tuple(rule.component for rule in rules) for cell, rules in osai.RULES.items()},
    "opening-up": {
        cell: tuple(rule.component for rule in rules) for cell, rules in opening_up.RULES.items()
    },
}
"""Publisher -> dimension -> the components of ours of which it speaks."""


def disagreements(held: Dossier) -> tuple[Disagreement, ...]:
    """Every disagreement about a project, by component in the order of the vocabulary."""
    return agreement.disagreements(held.facts, list(_elsewhere(held.published)))


def _elsewhere(published: list[Published]) -> Iterator[Claim]:
    """What publishers said of the family or of another version: no evidence, but comparable."""
    for one in published:
        if not one.subject.feeds:
            for said in one.cells:
                yield from _claims(one, said)


def _claims(published: Published, said: Judgement) -> Iterator[Claim]:
    index = published.edition.index
    # Who lists a component says that it is there.
    state = "open" if index == "mof" else said.value.strip().lower()
    if state not in ("open", "partial", "closed"):
        return
    links = [link for link in said.links if link.startswith(("http://", "https://"))]
    for component in COMPONENTS.get(index, {}).get(said.dimension, ()):
        yield Claim(
            component=component,
            state=State(state),
            source=index,
            link=links[0] if links else "",
            record=published.edition.url,
            stated_on=published.edition.stated_on,
        )
