"""Solaiman's gradient: a truth table over all inputs, and the paper's examples."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from scoring.facts import (
    Access,
    Component,
    Facts,
    Hosting,
    Kind,
    Span,
    State,
    exactly,
    span,
    steps,
)
from scoring.lenses.gradient import LENS, LEVELS, Answers, level
from scoring.profile import profile_of
from scoring.result import Outcome, Value
from tests.scoring import strategies
from tests.scoring.published import table

OPEN, PARTIAL, CLOSED = State.OPEN, State.PARTIAL, State.CLOSED
REPLICABLE = ("training_code", "inference_code", "training_data", "model_card")


def system(
    access: str = "none",
    hosted: str = "none",
    *,
    staged: bool | None = False,
    **states: State | Span[State],
) -> Facts:
    """A system of which the given components are on record."""
    spans = {k: v if isinstance(v, Span) else exactly(v) for k, v in states.items()}
    return Facts(
        kind=Kind.MODEL,
        components={key: Component(state) for key, state in spans.items()},
        access=exactly(Access(access)),
        hosted=exactly(Hosting(hosted)),
        staged_release=staged,
    )


def expected_level(access: str, hosted: str, replicable: bool, staged: bool) -> int:
    """The six levels as the paper tells them, from the bottom up."""
    if replicable and access in ("public", "click_through"):
        return 6
    if staged:
        return 2
    if access != "none":
        return 5
    return {"none": 1, "ui_only": 3}.get(hosted, 4)


@pytest.mark.parametrize(
    ("access", "hosted", "replicable", "staged"),
    list(product(steps(Access), steps(Hosting), (True, False), (True, False))),
)
def test_the_truth_table(access: Access, hosted: Hosting, replicable: bool, staged: bool) -> None:
    states = dict.fromkeys(REPLICABLE, OPEN) if replicable else dict.fromkeys(REPLICABLE, CLOSED)
    states |= dict.fromkeys(("data_card", "technical_report", "research_paper"), CLOSED)
    value = LENS.explain(system(access, hosted, staged=staged, **states)).value
    wanted = expected_level(access, hosted, replicable, staged)
    assert value == Value(wanted, wanted, LEVELS[wanted - 1])


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({}, 6),
        ({"training_code": PARTIAL}, 5),
        ({"inference_code": PARTIAL}, 5),
        ({"training_data": PARTIAL}, 6),  # or BLOOM, an example of the level, would fail
        ({"training_data": CLOSED}, 5),
        ({"model_card": PARTIAL}, 6),
        ({"model_card": CLOSED}, 5),
    ],
)
def test_full_openness_needs_code_and_some_data_and_documentation(
    change: dict[str, State], wanted: int
) -> None:
    others = dict.fromkeys(("data_card", "technical_report", "research_paper"), CLOSED)
    states = {**dict.fromkeys(REPLICABLE, OPEN), **others, **change}
    assert LENS.explain(system("public", **states)).value.low == wanted


@pytest.mark.parametrize(
    ("access", "hosted", "low", "high"),
    [
        ("unknown", "unknown", 1, 6),
        ("none", "unknown", 1, 4),
        ("unknown", "free_api", 4, 6),
        ("public", "unknown", 5, 6),
        ("by_request", "unknown", 5, 5),
    ],
)
def test_unknown_inputs_give_a_pair(access: str, hosted: str, low: int, high: int) -> None:
    value = LENS.explain(system(access, hosted)).value
    assert (value.low, value.high) == (low, high)
    assert value.grade == (LEVELS[low - 1] if low == high else "")


def test_any_api_stands_above_a_page_though_some_are_restricted() -> None:
    facts = system()
    torn = Facts(
        kind=Kind.MODEL,
        access=facts.access,
        hosted=span(Hosting.RESTRICTED, Hosting.PAID_API),
    )
    assert LENS.explain(torn).value == Value(3, 4)


def test_a_plan_counts_once_a_reviewer_has_put_it_on_record() -> None:
    assert LENS.explain(system("public", staged=None, training_code=CLOSED)).value.low == 5
    assert LENS.explain(system("public", staged=True, training_code=CLOSED)).value.low == 2


def test_each_question_has_an_answer_and_a_reason() -> None:
    facts = system("by_request", "unknown", staged=None, training_code=CLOSED, model_card=PARTIAL)
    told = {check.criterion: (check.outcome, check.reason) for check in LENS.explain(facts).checks}
    yes, no, unknown = (
        (Outcome.YES, "It is so on our evidence."),
        (Outcome.NO, "It is not so on our evidence."),
        (Outcome.UNKNOWN, "Not on record."),
    )
    assert told == {
        "Weights can be obtained": yes,
        "Without personal approval": no,
        "Training and inference code are open": no,
        "Training data are at least partly open": unknown,
        "It is documented at least in part": yes,
        "There is an API": unknown,
        "There is a page or app": unknown,
        "A plan still withholds a part": (Outcome.NO, "No such plan is on record."),
    }


def test_the_papers_examples_come_out_as_it_places_them(
    shared: Path, equal: Callable[..., None]
) -> None:
    rows = table(shared / "oracles/gradient.csv")
    for row in rows:
        open_enough = row["level"] == "6"
        states: Any = dict.fromkeys(REPLICABLE, OPEN if open_enough else CLOSED)
        facts = system(row["access"], row["hosted"], staged=row["staged"] == "True", **states)
        value = LENS.explain(facts).value
        assert value.low == value.high == int(row["level"]), row["system"]
    assert len(rows) == 13
    equal("gradient", examples=len(rows))


@pytest.mark.parametrize("kind", [Kind.SOFTWARE, Kind.DATASET])
def test_only_systems_are_placed(kind: Kind) -> None:
    assert LENS.explain(Facts(kind=kind)).value == Value(None, None)


def test_nothing_known_has_no_rank() -> None:
    value = LENS.explain(Facts(kind=Kind.MODEL)).value
    assert (value, LENS.rank_key(value)) == (Value(1, 6), None)


@given(strategies.facts((Kind.MODEL, Kind.SERVICE)))
def test_profile_and_facts_give_one_pair(facts: Facts) -> None:
    value = LENS.derive(profile_of(facts))
    assert value == LENS.explain(facts).value
    assert value.low is not None
    assert value.high is not None
    assert 1 <= value.low <= value.high <= 6


def test_nothing_at_all_is_fully_closed() -> None:
    nothing = Answers(*(False,) * 6)
    assert level(nothing, Hosting.NONE) == 1
