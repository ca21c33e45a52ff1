"""Open Source AI Definition 1.0: our reading of it as a rule with four answers.

1. A required part is known to be missing, or there only in part: it does not meet the definition.
2. Else a part or its terms are not known: undetermined.
3. Else some terms are not approved: it would meet it with other terms.
4. Else it meets it.
The first, third and fourth are the groups of the Open Source Initiative's validation phase of 2024.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from scoring.facts import Access, Facts, Kind, State
from scoring.lenses.lens import Lens
from scoring.profile import Profile, profile_of
from scoring.result import Check, Outcome, Result, Sentence, Value

CODE = ("data_prep_code", "training_code", "inference_code", "architecture_code")
DATA = ("training_data_base", "training_data_end")
TELLS_OF_DATA = ("data_card", "technical_report", "preprint", "peer_reviewed_paper")
_COMPONENTS = {"data_information": "data_card", "parameters": "weights_end"}


class Standing(StrEnum):
    """How one required part stands, from worst to best for the verdict."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    UNKNOWN_TERMS = "unknown_terms"
    OTHER_TERMS = "other_terms"
    THERE = "there"


_ORDER = {how: place for place, how in enumerate(Standing)}
_VERDICTS = {
    Standing.MISSING: "does_not_meet",
    Standing.UNKNOWN: "undetermined",
    Standing.UNKNOWN_TERMS: "undetermined",
    Standing.OTHER_TERMS: "would_meet_with_other_terms",
    Standing.THERE: "meets",
}
_OUTCOMES = {
    Standing.MISSING: Outcome.NO,
    Standing.UNKNOWN: Outcome.UNKNOWN,
    Standing.UNKNOWN_TERMS: Outcome.UNKNOWN,
    Standing.OTHER_TERMS: Outcome.PARTLY,
    Standing.THERE: Outcome.YES,
}


class Definition(Lens):
    """The grade is the verdict; there is no number."""

    def derive(self, profile: Profile) -> Value:
        """The verdict on a model or a service, from the worst of its required parts."""
        if profile.kind not in (Kind.MODEL, Kind.SERVICE):
            return Value(None, None)
        worst = min(standings(profile).values(), key=_ORDER.__getitem__)
        return Value(None, None, _VERDICTS[worst])

    def explain(self, facts: Facts) -> Result:
        """`derive` with a check for each part, and in `detail` the parts by how they stand."""
        profile = profile_of(facts)
        value = self.derive(profile)
        if not value.grade:
            return Result(value)
        found = standings(profile)
        return Result(
            value,
            checks=tuple(self._check(profile, part, how) for part, how in found.items()),
            detail={
                str(how): tuple(part for part, stands in found.items() if stands is how)
                for how in Standing
            },
        )

    def validated(self, name: str, maker: str) -> str:
        """What the Initiative concluded of this very system in 2024, "" of any other.

        Of a family it did not say which release was meant, so none of them bears its verdict.
        """
        if name not in self.texts["validated"].get(maker, ()):
            return ""
        conclusions: dict[str, list[str]] = self.texts["conclusions"]
        return next(grade for grade, names in conclusions.items() if name in names)

    def _check(self, profile: Profile, part: str, how: Standing) -> Check:
        key = str(how)
        if part == "parameters" and how is Standing.MISSING:
            key = "missing_parameters"
        elif part == "data_information" and how is Standing.MISSING:
            key = "insufficient"
        elif (
            part == "data_information" and profile.state("training_data").ends[1] is not State.OPEN
        ):
            key = "unjudged" if how is Standing.UNKNOWN else key
        return Check(
            self.texts["parts"][part],
            _OUTCOMES[how],
            Sentence(self.texts["sentences"][key]),
            component=_COMPONENTS.get(part, part),
        )


def standings(profile: Profile) -> dict[str, Standing]:
    """Required part -> how it stands. Own tools are required once any are known of."""
    found = {"data_information": _data_information(profile)}
    found |= {key: _code(profile, key) for key in CODE}
    if profile.state("supporting_tools").known:
        found["supporting_tools"] = _code(profile, "supporting_tools")
    found["parameters"] = _parameters(profile)
    return found


def _code(profile: Profile, key: str) -> Standing:
    """A part of the code, which must be there whole."""
    least, most = profile.state(key).ends
    if most is not State.OPEN:
        return Standing.MISSING
    if least is not State.OPEN:
        return Standing.UNKNOWN
    return _terms(profile, [key])


def _parameters(profile: Profile) -> Standing:
    """The weights, which one must get without personal approval."""
    key = "weights_end" if profile.state("weights_end").known else "weights_base"
    least, most = profile.access.ends
    free = (Access.CLICK_THROUGH, Access.PUBLIC)
    if most not in free or profile.state(key).ends[1] is State.CLOSED:
        return Standing.MISSING
    if least not in free:
        return Standing.UNKNOWN
    return _terms(profile, [key])


def _data_information(profile: Profile) -> Standing:
    """Open training data, or documents that a reviewer judged to tell enough of them."""
    least, most = profile.state("training_data").ends
    if least is State.OPEN:
        outright = ["training_data"] if "training_data" in profile.components else []
        return _terms(profile, outright or [key for key in DATA if profile.state(key).known])
    if profile.data_information_sufficient:
        there = [key for key in TELLS_OF_DATA if profile.state(key).ends[0] is not State.CLOSED]
        return _best(_terms(profile, [key]) for key in there)
    if most is State.OPEN:
        return Standing.UNKNOWN
    silent = all(profile.state(key).ends[1] is State.CLOSED for key in TELLS_OF_DATA)
    if profile.data_information_sufficient is False or silent:
        return Standing.MISSING
    return Standing.UNKNOWN


def _best(standings: Iterable[Standing]) -> Standing:
    return max(standings, key=_ORDER.__getitem__, default=Standing.UNKNOWN_TERMS)


def _terms(profile: Profile, keys: list[str]) -> Standing:
    """What is there, by the worst of its terms."""
    approved = [profile.osi.get(key) for key in keys]
    if False in approved:
        return Standing.OTHER_TERMS
    return Standing.UNKNOWN_TERMS if None in approved or not approved else Standing.THERE


LENS = Definition(__file__)
