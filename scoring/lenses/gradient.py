"""Solaiman's gradient of release: our reading of its six levels as a rule.

6 fully open: weights without personal approval, training and inference code, at least part of the
data and of the documentation. 5 downloadable: weights, if only on request. 4 an API. 3 a page or
app. 1 fully closed. While a published plan still withholds a part, anything below 6 is 2, staged;
so this lens is not monotone by its nature.
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.facts import Access, Facts, Hosting, Kind, Span, State, steps
from scoring.lenses.lens import Lens, rounded
from scoring.profile import Profile, profile_of
from scoring.result import Check, Outcome, Result, Sentence, Value

LEVELS = ("fully_closed", "staged", "hosted", "api", "downloadable", "fully_open")
DOCUMENTATION = ("model_card", "data_card", "technical_report", "research_paper")
APIS = (Hosting.RESTRICTED, Hosting.PAID_API, Hosting.FREE_API)
_COMPONENTS = {
    "weights": "weights_end",
    "approval": "weights_end",
    "code": "training_code",
    "data": "training_data_base",
    "documentation": "model_card",
    "api": "hosted_api",
    "page": "hosted_ui",
    "staged": "staged_release",
}
_ON_REQUEST, _AFTER_A_CLICK = (
    steps(Access).index(step) for step in (Access.BY_REQUEST, Access.CLICK_THROUGH)
)
_PARTIAL, _OPEN = (steps(State).index(step) for step in (State.PARTIAL, State.OPEN))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the rule asks beside hosting, each surely or perhaps so."""

    weights: bool
    approval: bool  # obtainable without it
    code: bool
    data: bool
    documentation: bool
    staged: bool


def level(answers: Answers, hosted: Hosting) -> int:
    """The level, 1 to 6."""
    replicable = answers.code and answers.data and answers.documentation
    if answers.weights and answers.approval and replicable:
        return 6
    if answers.staged:
        return 2
    if answers.weights:
        return 5
    return 4 if hosted in APIS else 3 if hosted is Hosting.UI_ONLY else 1


class Gradient(Lens):
    """The level as a pair; the grade is its name where the two agree."""

    def derive(self, profile: Profile) -> Value:
        """The levels between which a model or a service lies."""
        if profile.kind not in (Kind.MODEL, Kind.SERVICE):
            return Value(None, None)
        sure, may = answers_of(profile)
        offers = _offers(profile.hosted)
        low = min(level(sure, offer) for offer in offers)
        high = max(level(may, offer) for offer in offers)
        return rounded(low, high, LEVELS[low - 1] if low == high else "")

    def explain(self, facts: Facts) -> Result:
        """`derive` with a check for each question."""
        profile = profile_of(facts)
        value = self.derive(profile)
        if value.low is None:
            return Result(value)
        sure, may = answers_of(profile)
        asked = {
            name: (getattr(sure, name), getattr(may, name)) for name in Answers.__dataclass_fields__
        }
        offers = _offers(profile.hosted)
        for name, kinds in (("api", APIS), ("page", (Hosting.UI_ONLY,))):
            fits = [offer in kinds for offer in offers]
            asked[name] = all(fits), any(fits)
        return Result(
            value,
            checks=tuple(
                self._check(profile, question, *asked[question])
                for question in self.texts["criteria"]
            ),
        )

    def _check(self, profile: Profile, question: str, sure: bool, may: bool) -> Check:
        outcome = Outcome.YES if sure else Outcome.UNKNOWN if may else Outcome.NO
        no_plan = question == "staged" and profile.staged_release is None
        return Check(
            self.texts["criteria"][question],
            outcome,
            Sentence(self.texts["sentences"]["no_plan" if no_plan else outcome]),
            component=_COMPONENTS[question],
        )


def answers_of(profile: Profile) -> tuple[Answers, Answers]:
    """What is sure, and what may be. A plan counts once a reviewer has put it on record."""
    code = [profile.state(key).places for key in ("training_code", "inference_code")]
    data = profile.state("training_data").places
    documents = [profile.state(key).places for key in DOCUMENTATION]
    sure, may = (
        Answers(
            weights=profile.access.places[end] >= _ON_REQUEST,
            approval=profile.access.places[end] >= _AFTER_A_CLICK,
            code=min(places[end] for places in code) >= _OPEN,
            data=data[end] >= _PARTIAL,
            documentation=max(places[end] for places in documents) >= _PARTIAL,
            staged=profile.staged_release is True,
        )
        for end in (0, 1)
    )
    return sure, may


def _offers(hosted: Span[Hosting]) -> tuple[Hosting, ...]:
    """Every step that hosting may have: any API stands above a page here, unlike on the ladder."""
    low, high = hosted.places
    return steps(Hosting)[low : high + 1]


LENS = Gradient(__file__)
