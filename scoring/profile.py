"""The profile of a release: all that the derived lenses read of its facts, in one canonical form.

Sizes are reduced to what fits on whose machine and licenses to verdicts, so that many releases
share a profile and each is scored once. Every value of a derived lens follows from it alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from scoring import hardware
from scoring.components import DERIVED_COMPONENTS
from scoring.facts import (
    Access,
    Claim,
    Component,
    Facts,
    Hosting,
    Kind,
    LadderT,
    Right,
    Span,
    Stage,
    State,
    exactly,
    most_open,
    span,
    steps,
    stricter,
)
from scoring.hardware import ACTORS, Pair
from scoring.mof_licenses import Verdict
from scoring.verdicts import mof_verdicts, osaid_approvals

JUDGED_DOCUMENTS = ("code_doc", "architecture_doc", "hardware_doc", "model_card", "data_card")
"""Documents of which the European index asks whether they tell everything."""

PAPERS = ("preprint", "peer_reviewed_paper", "technical_report")

_UNKNOWN_STATE = exactly(State.UNKNOWN)
_UNKNOWN_ACCESS = exactly(Access.UNKNOWN)
_UNKNOWN_HOSTED = exactly(Hosting.UNKNOWN)
_UNKNOWN_RIGHT = exactly(Right.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the derived lenses read; unknown is left out of the mappings.

    components   component -> span of its state
    mof          component -> the Model Openness Tool's verdict on its license
    osi          component -> whether its terms satisfy the Open Source AI Definition
    completeness document -> full or partial, where somebody judged it
    publication  paper -> report, preprint or peer_reviewed
    coverage     paper -> all or some of base model and tuning
    fit_*        for each of ACTORS, how far its machine goes: 0, 0.5 or 1 as (low, high)
    """

    kind: Kind
    components: Mapping[str, Span[State]] = field(default_factory=dict)
    mof: Mapping[str, Verdict] = field(default_factory=dict)
    osi: Mapping[str, bool] = field(default_factory=dict)
    access: Span[Access] = _UNKNOWN_ACCESS
    hosted: Span[Hosting] = _UNKNOWN_HOSTED
    use: Span[Right] = _UNKNOWN_RIGHT
    modify: Span[Right] = _UNKNOWN_RIGHT
    share: Span[Right] = _UNKNOWN_RIGHT
    stage: Stage | None = None
    completeness: Mapping[str, str] = field(default_factory=dict)
    publication: Mapping[str, str] = field(default_factory=dict)
    coverage: Mapping[str, str] = field(default_factory=dict)
    data_information_sufficient: bool | None = None
    staged_release: bool | None = None
    fit_run: tuple[Pair, ...] = ()
    fit_adapt: tuple[Pair, ...] = ()
    fit_train: tuple[Pair, ...] = ()

    def state(self, key: str) -> Span[State]:
        """The state of a component or of a derived component; unknown where nothing is held."""
        if (known := self.components.get(key)) is not None:
            return known
        if key == "training_data":
            return self._training_data()
        if key == "research_paper":
            return most_open(*(self.state(part) for part in DERIVED_COMPONENTS[key].parts))
        return _UNKNOWN_STATE

    def _training_data(self) -> Span[State]:
        """The base cell alone where no other stage applies, else the less open of the two."""
        base = self.state("training_data_base")
        if self.stage in (Stage.BASE, Stage.SINGLE):
            return base
        return stricter(base, self.state("training_data_end"))

    def states(self) -> dict[str, str]:
        """Component or derived key -> the least open state that is sure, for filters.

        What is unknown is left out.
        """
        keys = dict.fromkeys((*self.components, *DERIVED_COMPONENTS))
        found = ((key, self.state(key)) for key in keys)
        return {key: str(state.least) for key, state in found if state.known}

    def runs_on(self) -> str:
        """The smallest actor who surely can obtain, may use and can run it at least by half, or "".

        A grant on request names institutions, so it counts from the lab on (o2w-1).
        """
        may_use = _reaches(self.use, Right.NONCOMMERCIAL)
        for actor, (fits, _) in zip(ACTORS, self.fit_run, strict=True):
            institution = actor in ("lab", "cluster")
            floor = Access.BY_REQUEST if institution else Access.CLICK_THROUGH
            if may_use and fits >= 0.5 and _reaches(self.access, floor):
                return actor
        return ""

    def canonical(self) -> str:
        """The profile as compact JSON; equal profiles give equal text."""
        form = {
            "kind": self.kind,
            "components": {key: str(state) for key, state in self.components.items()},
            "mof": dict(self.mof),
            "osi": dict(self.osi),
            **{name: str(getattr(self, name)) for name in _SPANS},
            "stage": self.stage,
            **{name: dict(getattr(self, name)) for name in _WORDS},
            "data_information_sufficient": self.data_information_sufficient,
            "staged_release": self.staged_release,
            **{name: getattr(self, name) for name in _FITS},
        }
        told = {key: value for key, value in form.items() if value not in (None, {}, "unknown")}
        return json.dumps(told, separators=(",", ":"), sort_keys=True)

    def digest(self) -> str:
        """sha256 of the canonical form, as 64 hex digits."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @classmethod
    def parse(cls, text: str) -> Self:
        """The profile of a canonical form. Raises ValueError or KeyError for anything else."""
        form: dict[str, Any] = json.loads(text)
        components = form.get("components", {})
        fields: dict[str, Any] = {
            **{key: form.get(key, {}) for key in ("osi", *_WORDS)},
            **{key: form.get(key) for key in ("data_information_sufficient", "staged_release")},
            **{key: _read_span(form.get(key, "unknown"), of) for key, of in _SPANS.items()},
            **{key: tuple((low, high) for low, high in form[key]) for key in _FITS},
        }
        return cls(
            kind=Kind(form["kind"]),
            components={key: _read_span(state, State) for key, state in components.items()},
            mof={key: Verdict(word) for key, word in form.get("mof", {}).items()},
            stage=Stage(form["stage"]) if "stage" in form else None,
            **fields,
        )


_SPANS: dict[str, Any] = {
    "access": Access,
    "hosted": Hosting,
    "use": Right,
    "modify": Right,
    "share": Right,
}
_WORDS = ("completeness", "publication", "coverage")
_FITS = ("fit_run", "fit_adapt", "fit_train")


@cache  # every profile is written in the same few words
def _read_span(text: str, ladder: type[LadderT]) -> Span[LadderT]:
    least, _, most = text.partition("..")
    return span(ladder(least), ladder(most or least))


def _reaches(value: Span[LadderT], floor: LadderT) -> bool:
    ladder = steps(type(floor))
    return value.known and ladder.index(value.least) >= ladder.index(floor)


def profile_of(facts: Facts) -> Profile:
    """The profile of a release."""
    fits = hardware.fits(facts.kind, facts.quantities, token_model=facts.token_model)
    known = {key: held for key, held in facts.components.items() if held.state.known}
    present = {key: held for key, held in known.items() if held.state.most is not State.CLOSED}
    return Profile(
        kind=facts.kind,
        components={key: held.state for key, held in known.items()},
        mof=mof_verdicts(present),
        osi=osaid_approvals(present, facts.license_id),
        access=facts.access,
        hosted=facts.hosted,
        use=facts.use,
        modify=facts.modify,
        share=facts.share,
        stage=facts.stage,
        completeness=_told(present, JUDGED_DOCUMENTS, _completeness),
        publication=_told(present, PAPERS, lambda claim: claim.publication),
        coverage=_told(present, PAPERS, _coverage),
        data_information_sufficient=facts.data_information_sufficient,
        staged_release=facts.staged_release,
        fit_run=fits.run,
        fit_adapt=fits.adapt,
        fit_train=fits.train,
    )


def _told(
    present: Mapping[str, Component], keys: tuple[str, ...], says: Callable[[Claim], str]
) -> dict[str, str]:
    """Key -> what the most trusted claim says that does not contradict the one that counts."""
    said = {
        key: next(
            (word for claim in (held.claim, *held.agreeing) if claim and (word := says(claim))), ""
        )
        for key in keys
        if (held := present.get(key))
    }
    return {key: word for key, word in said.items() if word}


def _completeness(claim: Claim) -> str:
    return claim.completeness if claim.completeness in ("full", "partial") else ""


def _coverage(claim: Claim) -> str:
    """All if a paper covers base model and tuning, some if it is said to cover anything."""
    covered = set(claim.covers.split())
    return "all" if covered >= {"base", "tuning"} else "some" if covered else ""
