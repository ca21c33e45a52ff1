"""Many claims about one release -> the facts that count, with every disagreement kept.

Which claim counts is said in `scoring.weighing`, what follows for access and terms in
`scoring.release`, for hosted offers in `scoring.hosting`.

Silence is not a statement: a claim of state UNKNOWN, or a license text such as "other", leaves the
word to the next source. A listing without a license leaves the rights unknown; they are unstated
only where a source positively says that there is none (`licenses.NONE_DECLARED`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import (
    Claim,
    Component,
    Facts,
    Hosting,
    Kind,
    Method,
    Quantity,
    Stage,
    State,
    Trust,
    exactly,
    steps,
)
from scoring.hosting import HOSTING_COMPONENTS, hosted
from scoring.release import BaseUnknown, access, bound_by, terms
from scoring.weighing import compatible, standing, state_said, weigh

__all__ = ["BaseUnknown", "settle", "sourced", "statements"]


def settle(
    claims: Iterable[Claim],
    *,
    kind: Kind,
    quantities: Iterable[Quantity] = (),
    base: Facts | BaseUnknown | None = None,
    on: date,
    token_model: bool = True,
) -> Facts:
    """The facts of one release on a day.

    `base` is what the release was derived from: its terms bind as well, and a base that cannot be
    resolved may forbid anything. `token_model` says whether 6 x parameters x tokens estimates its
    training compute.
    """
    told = _by_component(claims, on)
    held = access(told, kind)
    own = terms(told, kind)
    granted = bound_by(base, own.granted)
    offered = hosted(told, on)
    if kind is Kind.SOFTWARE and not offered.known:
        offered = exactly(Hosting.NONE)  # one installs it: "none unless a hosted service exists"
    return Facts(
        kind=kind,
        components={key: _component(said) for key, said in told.items()},
        access=held,
        hosted=offered,
        use=granted.use,
        modify=granted.modify,
        share=granted.share,
        license_id=own.license_id,
        stage=_stage(told),
        quantities=_sizes(quantities),
        token_model=token_model,
        data_information_sufficient=_judgement(told.get("data_information_sufficient", ())),
        staged_release=_judgement(told.get("staged_release", ())),
    )


def statements(facts: Facts) -> int:
    """How many components have a known state."""
    return sum(component.state.known for component in facts.components.values())


def sourced(facts: Facts) -> int:
    """How many of those name a place where the statement can be checked."""
    return sum(
        component.state.known and bool(claim and (claim.link or claim.record))
        for component in facts.components.values()
        for claim in (component.claim,)
    )


def _by_component(claims: Iterable[Claim], on: date) -> dict[str, list[Claim]]:
    """Claims by component in the order of display, without expired offers of hosting."""
    told: dict[str, list[Claim]] = {key: [] for key in (*COMPONENTS, *DERIVED_COMPONENTS)}
    for claim in claims:
        expired = claim.expires_at is not None and claim.expires_at < on
        if not (expired and claim.component in HOSTING_COMPONENTS):
            told[claim.component].append(claim)
    return {key: said for key, said in told.items() if said}


def _component(claims: Sequence[Claim]) -> Component:
    ranked = sorted(claims, key=standing, reverse=True)
    weighed = weigh(claims, state_said)
    if weighed is None:
        return Component(exactly(State.UNKNOWN), claim=ranked[0], agreeing=tuple(ranked[1:]))
    ladder = steps(State)
    chosen = min(
        (claim for claim in ranked if claim in weighed.counting),
        key=lambda claim: ladder.index(state_said(claim).ends[0]),
    )
    against = [one for one in ranked if not compatible(state_said(one), state_said(chosen))]
    return Component(
        weighed.value,
        claim=chosen,
        conflicts=tuple(against),
        agreeing=tuple(one for one in ranked if one is not chosen and one not in against),
        disputed=weighed.disputed,
    )


def _judgement(claims: Iterable[Claim]) -> bool | None:
    """A named person's yes (open) or no (closed); a machine or an import cannot give it."""
    by_people = [one for one in claims if one.trust is Trust.REVIEWED or one.method is Method.HUMAN]
    weighed = weigh(by_people, state_said)
    if weighed is None or weighed.value.least is not weighed.value.most:
        return None
    return {State.OPEN: True, State.CLOSED: False}.get(weighed.value.least)


def _stage(told: Mapping[str, Sequence[Claim]]) -> Stage | None:
    """Of the released weights: one stage alone, the end of a tuning, or a base model."""
    said = {
        claim.stage
        for key in ("weights_end", "weights_base")
        for claim in told.get(key, ())
        if claim.stage and claim.state is not State.UNKNOWN
    }
    return next((stage for stage in (Stage.SINGLE, Stage.END, Stage.BASE) if stage in said), None)


def _sizes(quantities: Iterable[Quantity]) -> dict[str, tuple[Quantity, ...]]:
    """Quantities by name, the most trusted and newest first."""
    ordered = sorted(
        quantities, key=lambda one: (one.trust, one.stated_on or date.min), reverse=True
    )
    return {
        name: tuple(one for one in ordered if one.name == name)
        for name in dict.fromkeys(one.name for one in ordered)
    }
