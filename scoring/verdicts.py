"""What the license rules of two publishers make of each component that is there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from scoring import licenses, mof_licenses
from scoring.components import COMPONENTS, DERIVED_COMPONENTS, ContentType
from scoring.facts import Claim, Component
from scoring.licenses import Question
from scoring.mof_licenses import UNLICENSED, Verdict

ALL_COMPONENTS = {**COMPONENTS, **DERIVED_COMPONENTS}
_LICENSED_TYPES = (ContentType.CODE, ContentType.DATA, ContentType.DOCUMENT)


def _license_of(component: Component) -> Claim | None:
    """The most trusted claim that names a license for the component, else the one that counts."""
    naming = (one for one in component.claims if one.license_id or not _silent(one))
    best = max(naming, key=lambda one: one.trust, default=None)
    return best or component.claim


def _silent(claim: Claim) -> bool:
    return licenses.says_nothing(claim.license_raw)


def mof_verdicts(present: Mapping[str, Component]) -> dict[str, Verdict]:
    """Component -> the Model Openness Tool's verdict on its license, where that is known."""
    judged = (
        (key, _verdict(_license_of(held), COMPONENTS[key].content_type))
        for key, held in present.items()
        if key in COMPONENTS and "mof" in COMPONENTS[key].fills
    )
    return {key: word for key, word in judged if word}


def _verdict(claim: Claim | None, content_type: ContentType) -> Verdict | None:
    """The Model Openness Tool's verdict on the license of a claim; None where none is known.

    The tool's own rows are read letter by letter, as it does. In those of others "Apache 2.0" means
    Apache-2.0, of a choice of licenses the best counts, and of several at once the worst.
    """
    if claim is None:
        return None
    if claim.source == "mof":
        return mof_licenses.verdict(claim.license_raw or UNLICENSED, content_type)
    text = claim.license_id or claim.license_raw
    if licenses.says_nothing(text):
        return None
    return _mof_question(content_type).ask(text)


@cache
def _mof_question(content_type: ContentType) -> Question[Verdict]:
    def of_one(license_id: str) -> Verdict:
        if license_id == licenses.NONE_DECLARED:
            return Verdict.UNLICENSED
        return mof_licenses.verdict(license_id, content_type)

    order = list(Verdict).index
    return Question(
        one=of_one,
        either=lambda verdicts: max(verdicts, key=order),
        both=lambda verdicts: min(verdicts, key=order),
        unknown=Verdict.INVALID,
    )


def osaid_approvals(present: Mapping[str, Component], released_under: str) -> dict[str, bool]:
    """Component -> whether its terms satisfy the Open Source AI Definition, where known."""
    judged = {}
    for key, held in present.items():
        content_type = ALL_COMPONENTS[key].content_type
        claim = _license_of(held)
        text = (claim.license_id or claim.license_raw) if claim else ""
        if key.startswith("weights_") and licenses.says_nothing(text):
            text = released_under
        approved = licenses.osaid_terms(text, code=content_type is ContentType.CODE)
        if approved is not None and content_type in _LICENSED_TYPES:
            judged[key] = approved
    return judged
