"""Where publishers disagree on a component of a project, and why; with both statements linked."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from openness import figures, words
from openness.agreement import disagreements
from openness.dossiers import Dossier
from openness.spoken import gettext as _
from scoring.agreement import Disagreement, Why
from scoring.facts import Claim

ASKS: words.Words = {
    "listed": gettext_lazy("whether it is listed"),
    "complete": gettext_lazy("whether it tells everything"),
    "reachable": gettext_lazy("whether one can have all of it"),
    "reviewed": gettext_lazy("whether it passed peer review"),
    "reachable, with the training procedure": gettext_lazy(
        "whether one can have all of it and see how it was trained"
    ),
    "open licenses": gettext_lazy("whether the licenses are open"),
    "OSI-approved licenses": gettext_lazy("whether the licenses are approved by the OSI"),
}
"""What a publisher asks of a component (scoring/agreement.toml)."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two statements: its state in words, who says so, and where."""

    state: str
    source: str
    name: str
    address: str
    day: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two statements on one component that cannot both be true of it, the more open one first."""

    component: str
    sides: tuple[Side, Side]
    why: str


def disputes(held: Dossier) -> list[Dispute]:
    """Every disagreement about a project, by component in the order of the vocabulary."""
    return [_dispute(one) for one in disagreements(held)]


def _dispute(one: Disagreement) -> Dispute:
    return Dispute(one.component, (_side(one.more_open), _side(one.less_open)), _why(one))


def _side(claim: Claim) -> Side:
    state = f"{claim.state}..{claim.state_most}" if claim.state_most else str(claim.state)
    return Side(
        state=state,
        source=claim.source,
        name=words.of(words.SOURCES, claim.source),
        address=claim.record or claim.link,
        day=figures.day(claim.stated_on),
    )


def _why(one: Disagreement) -> str:
    more, less = (words.of(words.SOURCES, claim.source) for claim in (one.more_open, one.less_open))
    if one.why is Why.OTHER_VERSION:
        return _("Another version: one of them speaks of the family or of another release.")
    if one.why is Why.OTHER_QUESTION:
        return _("Another question: “%(one)s” asks %(first)s, “%(other)s” %(second)s.") % {
            "one": more,
            "first": words.of(ASKS, one.asked[0]),
            "other": less,
            "second": words.of(ASKS, one.asked[1]),
        }
    if one.why is Why.OTHER_DATE:
        return _("Another time: a year or more lies between them.")
    return _("A true conflict: both speak of this release, and ask the same.")
