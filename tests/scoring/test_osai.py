"""European Open Source AI Index: two editions as published, and our reading of the newer one."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from openness.sources import osai as source
from scoring.facts import (
    Access,
    Claim,
    Component,
    Facts,
    Hosting,
    Kind,
    Span,
    Stage,
    State,
    exactly,
    span,
)
from scoring.lenses import Judged, Unanswered
from scoring.lenses.osai import LENS
from scoring.lenses.osai_reading import CELLS
from scoring.profile import profile_of
from scoring.result import Outcome, Value
from tests.scoring import strategies
from tests.scoring.published import cells, readings, table

TWELVE, FOURTEEN = LENS.dimensions("2026-06"), LENS.dimensions("2026-03")
OPEN, PARTIAL, CLOSED = State.OPEN, State.PARTIAL, State.CLOSED


def test_every_file_at_hand_gets_the_sites_score_classes_and_order(
    shared: Path, equal: Callable[..., None]
) -> None:
    rows = {row["slug"]: row for row in table(shared / "oracles/osai_eu_2026.csv")}
    placed = []
    for reading in readings(source.SOURCE, shared / "data/osai"):
        row = rows.pop(reading.key)
        result = LENS.explain_published(cells(reading), reading.edition.key)
        detail: Any = result.detail
        assert result.value.low == pytest.approx(float(row["score"]), abs=5e-5), reading.key
        assert detail["classes"] == {key: row[key] for key in TWELVE}
        for name, mean in detail["categories"].items():
            assert mean == pytest.approx(float(row[f"cat_{name}"]), abs=0.05), reading.key
        placed.append((result.value.low or 0.0, reading.key, int(row["position"])))
    assert not rows
    # Score down, then file path down: a stable sort by each, the last key first.
    by_path = sorted(placed, key=lambda one: f"{one[1]}.yaml", reverse=True)
    order = [one[2] for one in sorted(by_path, key=lambda one: -one[0])]
    assert order == sorted(order)
    equal("osai", scores=len(placed), classes=len(placed) * len(TWELVE))


def test_the_older_edition_is_the_mean_of_fourteen(
    shared: Path, equal: Callable[..., None]
) -> None:
    rows = table(shared / "oracles/osai_eu_14dim.csv")
    for row in rows:
        said = [Judged(at, key, row[key]) for at, key in enumerate(FOURTEEN, start=1)]
        value = LENS.publish(said)
        assert value.low == pytest.approx(float(row["score"]), abs=5e-5), row["slug"]
    positions = [int(row["position"]) for row in rows]
    assert all(one < other for one, other in pairwise(positions))
    equal("osai", scores_of_the_older_edition=len(rows))


@pytest.mark.parametrize(
    ("dimensions", "asked", "edition"),
    [
        (TWELVE, "", "2026-06"),
        (FOURTEEN, "", "2026-03"),
        (FOURTEEN, "2026-06", "2026-06"),
        (TWELVE, "2026-03", "2026-03"),
    ],
)
def test_the_edition_is_told_by_the_dimensions_unless_it_is_asked_for(
    dimensions: tuple[str, ...], asked: str, edition: str
) -> None:
    assert LENS.edition_of([Judged(1, key, "open") for key in dimensions], asked) == edition


def test_an_edition_that_there_is_not_is_an_error() -> None:
    with pytest.raises(Unanswered):
        LENS.publish([], "2020-01")


def test_dropping_two_dimensions_moves_a_score() -> None:
    said = [Judged(at, key, "open") for at, key in enumerate(TWELVE)]
    assert LENS.publish(said, "2026-06").low == 1
    assert LENS.publish(said, "2026-03").low == pytest.approx(12 / 14, abs=1e-6)


# --- Our reading ------------------------------------------------------------------------------


def held(states: dict[str, Span[State] | State], kind: Kind = Kind.MODEL, **more: Any) -> Facts:
    """A model of which these components are on record."""
    fields = more.pop("claims", {})
    given = {k: v if isinstance(v, Span) else exactly(v) for k, v in states.items()}
    components = {
        key: Component(state, claim=Claim(component=key, state=state.least, **fields.get(key, {})))
        for key, state in given.items()
    }
    return Facts(kind=kind, components=components, **more)


def cell(dimension: str, facts: Facts) -> str:
    return str(CELLS[dimension](profile_of(facts)))


PUBLIC, GATED = exactly(Access.PUBLIC), exactly(Access.CLICK_THROUGH)
WEIGHTS = [
    # states, access, stage, base cell, end cell
    ({"weights_end": OPEN}, PUBLIC, None, "unknown", "open"),
    ({"weights_end": OPEN}, GATED, None, "unknown", "partial"),
    ({"weights_end": PARTIAL}, PUBLIC, None, "unknown", "partial"),
    ({"weights_end": CLOSED}, exactly(Access.NONE), None, "unknown", "closed"),
    (
        {"weights_end": OPEN},
        span(Access.BY_REQUEST, Access.PUBLIC),
        None,
        "unknown",
        "partial..open",
    ),
    ({"weights_end": OPEN}, exactly(Access.UNKNOWN), None, "unknown", "open"),
    ({"weights_end": OPEN, "weights_base": OPEN}, GATED, None, "open", "partial"),
    ({"weights_end": OPEN}, PUBLIC, Stage.SINGLE, "open", "open"),
    ({"weights_base": OPEN}, GATED, None, "partial", "unknown"),
    ({"weights_base": OPEN}, GATED, Stage.SINGLE, "partial", "partial"),
    ({}, PUBLIC, Stage.SINGLE, "open", "open"),
]


@pytest.mark.parametrize(("states", "access", "stage", "base", "end"), WEIGHTS)
def test_weights_are_open_if_public_and_partial_behind_any_gate(
    states: dict[str, Any], access: Span[Access], stage: Stage | None, base: str, end: str
) -> None:
    facts = held(states, access=access, stage=stage)
    assert (cell("weights_basemodel", facts), cell("weights_endmodel", facts)) == (base, end)


def test_data_of_a_single_stage_mirror_each_other() -> None:
    single = held({"training_data_base": PARTIAL}, stage=Stage.SINGLE)
    assert cell("datasources_endmodel", single) == "partial"
    two_stages = held({"training_data_base": PARTIAL}, stage=Stage.END)
    assert cell("datasources_endmodel", two_stages) == "unknown"


@pytest.mark.parametrize(
    ("preparation", "training", "expected"),
    [
        (OPEN, OPEN, "open"),
        (CLOSED, CLOSED, "closed"),
        (OPEN, CLOSED, "partial"),
        (PARTIAL, PARTIAL, "partial"),
        (None, OPEN, "partial..open"),
        (None, CLOSED, "closed..partial"),
        (None, PARTIAL, "partial"),
        (None, None, "unknown"),
    ],
)
def test_training_code_is_preparation_training_and_tuning_together(
    preparation: State | None, training: State | None, expected: str
) -> None:
    parts = {"data_prep_code": preparation, "training_code": training}
    assert cell("trainingcode", held({k: v for k, v in parts.items() if v})) == expected


@pytest.mark.parametrize(
    ("state", "completeness", "expected"),
    [
        (OPEN, "full", "open"),
        (OPEN, "partial", "partial"),
        (OPEN, "not_judged", "partial..open"),
        (OPEN, "", "partial..open"),
        (PARTIAL, "full", "partial"),
        (CLOSED, "", "closed"),
    ],
)
def test_a_document_is_open_only_if_it_was_judged_complete(
    state: State, completeness: str, expected: str
) -> None:
    keys = {"modelcard": "model_card", "datasheet": "data_card", "code": "code_doc"}
    for dimension, key in keys.items():
        facts = held({key: state}, claims={key: {"completeness": completeness}})
        assert cell(dimension, facts) == expected


@pytest.mark.parametrize(
    ("state", "covers", "expected"),
    [
        (OPEN, "base tuning", "open"),
        (OPEN, "base", "partial"),
        (OPEN, "", "partial..open"),
        (PARTIAL, "base tuning", "partial"),
        (CLOSED, "", "closed"),
    ],
)
def test_a_paper_is_open_only_if_it_covers_all(state: State, covers: str, expected: str) -> None:
    for dimension, key in {"paper": "peer_reviewed_paper", "preprint": "preprint"}.items():
        assert cell(dimension, held({key: state}, claims={key: {"covers": covers}})) == expected


@pytest.mark.parametrize(
    ("hosted", "expected"),
    [
        ("free_api", "open"),
        ("paid_api", "partial"),
        ("restricted", "partial"),
        ("ui_only", "closed"),
        ("none", "closed"),
        ("unknown", "unknown"),
    ],
)
def test_an_api_is_open_if_free(hosted: str, expected: str) -> None:
    facts = held({"package": OPEN}, hosted=exactly(Hosting(hosted)))
    assert cell("api", facts) == expected
    assert cell("package", facts) == "open"


MIT, NOT_OPEN = {"license_raw": "MIT"}, {"license_raw": "Llama 2"}
CODE = ("data_prep_code", "training_code", "inference_code", "architecture_code")
DATA = ("training_data_base", "training_data_end")


def licensed(weights: Any, code: Any, data: Any) -> Facts:
    """A model whose parts are all there, each under a license, or None: not on record."""
    groups = ((("weights_end",), weights), (CODE, code), (DATA, data))
    terms = {key: terms for keys, terms in groups for key in keys}
    there = {key: OPEN for key, terms in terms.items() if terms is not None}
    return held(there, claims={key: terms for key, terms in terms.items() if terms is not None})


@pytest.mark.parametrize(
    ("weights", "code", "data", "expected"),
    [
        (MIT, MIT, MIT, "open"),
        (MIT, MIT, NOT_OPEN, "partial"),
        (NOT_OPEN, MIT, NOT_OPEN, "closed"),
        (NOT_OPEN, NOT_OPEN, NOT_OPEN, "closed"),
        (MIT, MIT, None, "partial..open"),
        (MIT, None, None, "unknown"),
        (NOT_OPEN, MIT, None, "closed..partial"),
    ],
)
def test_licenses_are_open_if_weights_code_and_data_are_and_partial_if_two(
    weights: Any, code: Any, data: Any, expected: str
) -> None:
    assert cell("licenses", licensed(weights, code, data)) == expected


def test_a_judgement_of_the_licenses_goes_before_our_estimate() -> None:
    facts = licensed(MIT, MIT, MIT)
    judged = {**facts.components, "license_coverage": Component(exactly(PARTIAL))}
    assert cell("licenses", replace(facts, components=judged)) == "partial"


def test_code_in_part_under_open_terms_counts_as_partly() -> None:
    some = held(dict.fromkeys(CODE, OPEN), claims={"training_code": MIT, "inference_code": MIT})
    assert cell("licenses", some) == "unknown"
    withheld = held(
        {
            "training_code": OPEN,
            "inference_code": CLOSED,
            "weights_end": OPEN,
            "data_prep_code": CLOSED,
        }
        | {"architecture_code": CLOSED, "training_data_base": CLOSED, "training_data_end": CLOSED},
        claims={"training_code": MIT, "weights_end": MIT},
    )
    assert cell("licenses", withheld) == "partial"


@given(strategies.facts((Kind.MODEL, Kind.SERVICE)))
def test_our_reading_of_profile_and_facts_is_one_and_within_bounds(facts: Facts) -> None:
    result = LENS.explain(facts)
    assert LENS.derive(profile_of(facts)) == result.value
    assert result.value.low is not None
    assert result.value.high is not None
    assert 0 <= result.value.low <= result.value.high <= 1
    low, high = (sum(check.points[end] for check in result.checks) for end in (0, 1))
    assert (low, high) == pytest.approx((result.value.low, result.value.high), abs=1e-5)


@pytest.mark.parametrize("kind", [Kind.SOFTWARE, Kind.DATASET])
def test_only_models_and_services_are_read(kind: Kind) -> None:
    assert LENS.explain(held({}, kind)).value == Value(None, None)


def test_nothing_known_is_unranked() -> None:
    value = LENS.explain(held({})).value
    assert (value, LENS.rank_key(value)) == (Value(0, 1), None)


def test_each_dimension_has_a_reason() -> None:
    facts = held(
        {"training_data_end": CLOSED, "model_card": OPEN, "training_data_base": OPEN},
        claims={"model_card": {"completeness": "partial"}},
    )
    reasons = {
        check.component: (check.outcome, check.reason) for check in LENS.explain(facts).checks
    }
    assert reasons["training_data_base"] == (Outcome.YES, "On our evidence this is open.")
    assert reasons["training_data_end"] == (Outcome.NO, "On our evidence this is closed.")
    assert reasons["model_card"] == (Outcome.PARTLY, "On our evidence this is partly open.")
    assert reasons["data_card"] == (Outcome.UNKNOWN, "Not on record.")
    unjudged = LENS.explain(held({"model_card": OPEN}))
    assert {check.component: check.reason for check in unjudged.checks}["model_card"] == (
        "On our evidence this is somewhere between partial and open."
    )


def test_the_indexs_own_classes_come_back_from_the_evidence_made_of_them(shared: Path) -> None:
    """What the index judged, read as evidence, gives its classes again, or a span with them."""
    given_back = settled = 0
    for reading in readings(source.SOURCE, shared / "data/osai"):
        classes: Any = LENS.explain_published(cells(reading), reading.edition.key).detail["classes"]
        facts = source_facts(reading.claims)
        profile = profile_of(facts)
        for dimension in TWELVE:
            said = CELLS[dimension](profile)
            ladder = ["closed", "partial", "open"]
            low, high = (ladder.index(end) for end in said.ends)
            assert low <= ladder.index(classes[dimension]) <= high, (reading.key, dimension)
            given_back += 1
            settled += low == high
    assert settled > 0.75 * given_back


def source_facts(claims: tuple[Claim, ...]) -> Facts:
    """The facts that one reading alone gives."""
    by_component = {claim.component: claim for claim in claims}
    end = by_component.get("weights_end") or by_component.get("weights_base")
    return Facts(
        kind=Kind.MODEL,
        components={
            key: Component(span(claim.state, claim.state_most or claim.state), claim=claim)
            for key, claim in by_component.items()
        },
        access=(end.access if end and end.access else exactly(Access.UNKNOWN)),
        stage=end.stage if end else None,
    )
