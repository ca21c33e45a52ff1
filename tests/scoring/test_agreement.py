"""Where publishers disagree, and why."""

from datetime import date
from typing import Any

import pytest

from scoring.agreement import Disagreement, Why, disagreements
from scoring.facts import Claim, Facts, Kind, State
from scoring.reconcile import settle

OPEN, PARTIAL, CLOSED, UNKNOWN = State.OPEN, State.PARTIAL, State.CLOSED, State.UNKNOWN


def claim(source: str, state: State, component: str = "model_card", **fields: Any) -> Claim:
    return Claim(component=component, state=state, source=source, **fields)


def held(*claims: Claim) -> Facts:
    return settle(claims, kind=Kind.MODEL, on=date(2026, 11, 1))


CASES = [
    # two statements, why they differ
    (claim("mof", OPEN), claim("osai", CLOSED), Why.OTHER_QUESTION),
    (claim("mof", OPEN), claim("osai", PARTIAL), Why.OTHER_QUESTION),
    (claim("osai", OPEN), claim("opening-up", CLOSED), Why.CONFLICT),
    (claim("osai", OPEN), claim("vendor", CLOSED), Why.CONFLICT),
    (
        claim("osai", OPEN, stated_on=date(2026, 6, 1)),
        claim("opening-up", CLOSED, stated_on=date(2025, 3, 1)),
        Why.OTHER_DATE,
    ),
    (
        claim("osai", OPEN, stated_on=date(2026, 6, 1)),
        claim("opening-up", CLOSED, stated_on=date(2026, 3, 1)),
        Why.CONFLICT,
    ),
    (
        claim("osai", OPEN, stated_on=date(2026, 6, 1)),
        claim("opening-up", CLOSED),
        Why.CONFLICT,
    ),
    (
        claim("osai", OPEN, "weights_end"),
        claim("opening-up", PARTIAL, "weights_end"),
        Why.OTHER_QUESTION,
    ),
]


@pytest.mark.parametrize(("more", "less", "why"), CASES)
def test_a_disagreement_says_why(more: Claim, less: Claim, why: Why) -> None:
    (found,) = disagreements(held(less, more))
    assert (found.component, found.more_open, found.less_open) == (more.component, more, less)
    assert found.why is why
    assert all(found.asked) is (why is Why.OTHER_QUESTION)


@pytest.mark.parametrize(
    "claims",
    [
        (claim("mof", OPEN), claim("osai", OPEN)),
        (claim("mof", PARTIAL, state_most=OPEN), claim("osai", OPEN)),
        (claim("mof", OPEN), claim("osai", UNKNOWN)),
        (claim("mof", OPEN), claim("osai", CLOSED, "data_card")),
        (claim("mof", OPEN),),
        (),
    ],
)
def test_statements_that_can_both_be_true_do_not_disagree(claims: tuple[Claim, ...]) -> None:
    assert disagreements(held(*claims)) == ()


def test_what_is_said_of_the_family_differs_because_it_is_another_version() -> None:
    here, family = claim("mof", OPEN), claim("osai", CLOSED)
    assert disagreements(held(here), [family]) == (
        Disagreement("model_card", here, family, Why.OTHER_VERSION),
    )
    assert disagreements(held(), [family]) == ()


def test_one_source_does_not_disagree_with_itself() -> None:
    assert disagreements(held(claim("osai", OPEN), claim("osai", CLOSED))) == ()


def test_disagreements_stand_in_the_order_of_display() -> None:
    said = [
        claim(source, state, key)
        for key in ("preprint", "weights_end", "model_card")
        for source, state in (("osai", CLOSED), ("vendor", OPEN))
    ]
    found = [one.component for one in disagreements(held(*said))]
    assert found == ["weights_end", "model_card", "preprint"]
