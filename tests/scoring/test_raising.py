"""What would raise a result: asked of the lens itself."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.sources import opening_up as source
from scoring.components import COMPONENTS
from scoring.facts import Access, Component, Facts, Hosting, Kind, Quantity, Right, State, exactly
from scoring.lenses import LENSES, Judged, mof
from scoring.profile import Profile, profile_of
from scoring.raising import Change, Raise, what_would_raise, what_would_raise_published
from scoring.result import Value
from scoring.score_file import facts_of
from tests.scoring import strategies
from tests.scoring.published import cells, readings

DERIVED = [key for key, lens in LENSES.items() if "derived" in lens.bases]
OPEN, CLOSED = exactly(State.OPEN), exactly(State.CLOSED)


def raises(lens: str, profile: Profile) -> tuple[Raise, ...]:
    return what_would_raise(lens, profile.canonical(), LENSES[lens].version)


def terms(found: tuple[Raise, ...]) -> list[list[str]]:
    return [[change.term for change in one.changes] for one in found]


def system(**more: Any) -> Profile:
    """A system of which everything is closed, but for what is given."""
    given: dict[str, Any] = {
        "components": dict.fromkeys(COMPONENTS, CLOSED) | more.pop("components", {}),
        "access": exactly(Access.NONE),
        "hosted": exactly(Hosting.NONE),
        **{right: exactly(Right.FORBIDDEN) for right in ("use", "modify", "share")},
        "fit_run": ((1.0, 1.0),) * 4,
        "fit_adapt": ((1.0, 1.0),) * 4,
        "fit_train": ((1.0, 1.0),) * 4,
    }
    return Profile(kind=Kind.MODEL, **given | more)


def test_of_a_paid_api_a_free_one_is_the_first_thing_to_ask(shared: Path) -> None:
    text = (shared / "oracles/open_to_whom_evidence.json").read_text(encoding="utf-8")
    profile = profile_of(facts_of(json.loads(text)["GPT-4"], "GPT-4"))
    first = raises("open-to-whom", profile)[0]
    assert first == Raise((Change("hosted", "free_api"),), Value(23.0, 23.0, "-"), 5.25)


def test_one_change_that_moves_the_result_comes_before_two() -> None:
    # One can neither obtain nor use it: each alone opens nothing to run, both do.
    found = raises("open-to-whom", system())
    counts = [len(one.changes) for one in found]
    assert counts == sorted(counts)
    assert set(counts) == {1, 2}
    assert ["access", "terms"] in terms(found)
    assert ["access"] not in terms(found)
    gains = [one.gain for one in found if len(one.changes) == 1]
    assert gains == sorted(gains, reverse=True)


def test_a_level_may_need_two_components() -> None:
    parts = {"training_data_base": OPEN, "training_data_end": OPEN, "model_card": OPEN}
    found = raises("gradient", system(access=exactly(Access.PUBLIC), components=parts))
    assert terms(found) == [["training_code", "inference_code"]] or terms(found) == [
        ["inference_code", "training_code"]
    ]
    assert found[0].value == Value(6, 6, "fully_open")


def test_an_end_to_a_staged_release_raises_it() -> None:
    staged = system(access=exactly(Access.PUBLIC), staged_release=True)
    assert raises("gradient", staged)[0].changes == (Change("staged_release", "no"),)


def test_a_judgement_may_be_all_that_a_definition_lacks() -> None:
    code = ("data_prep_code", "training_code", "inference_code", "architecture_code")
    components = dict.fromkeys((*code, "weights_end", "data_card"), OPEN)
    components["supporting_tools"] = exactly(State.OPEN)
    almost = system(
        access=exactly(Access.PUBLIC),
        components=components,
        osi=dict.fromkeys((*code, "weights_end", "data_card", "supporting_tools"), True),
    )
    found = raises("osaid", almost)
    assert found[0].changes == (Change("data_information_sufficient", "yes"),)
    assert (found[0].value.grade, found[0].gain) == ("meets", 2)


def test_a_judgement_of_documents_and_papers_counts_as_whole() -> None:
    found = {one.changes[0].term: one.gain for one in raises("osai", system())}
    assert found["model_card"] == found["peer_reviewed_paper"] == pytest.approx(1 / 12, abs=1e-5)


def test_a_free_api_is_not_raised_to_a_paid_one() -> None:
    served = system(hosted=exactly(Hosting.FREE_API))
    assert "hosted" not in [
        change for one in terms(raises("open-to-whom", served)) for change in one
    ]


def test_software_is_raised_by_what_is_asked_of_software() -> None:
    facts = Facts(
        kind=Kind.SOFTWARE,
        components={"source_code": Component(OPEN), "tests": Component(CLOSED)},
        access=exactly(Access.PUBLIC),
        quantities={"memory_gb": (Quantity("memory_gb", 1, 1),)},
    )
    named = {change for one in terms(raises("open-to-whom", profile_of(facts))) for change in one}
    assert "tests" in named
    assert "model_card" not in named


@pytest.mark.parametrize("lens", ["open-to-whom", "mof", "osai", "osaid", "gradient"])
def test_what_a_lens_does_not_cover_it_does_not_raise(lens: str) -> None:
    assert raises(lens, profile_of(Facts(kind=Kind.DATASET))) == ()


def test_an_answer_is_kept_by_profile_and_version() -> None:
    canonical = system().canonical()
    assert what_would_raise("mof", canonical, "v") is what_would_raise("mof", canonical, "v")


@given(strategies.facts(), st.sampled_from(DERIVED), st.integers(0, 4))
def test_the_first_raises_are_those_of_all(facts: Facts, lens: str, most: int) -> None:
    canonical = profile_of(facts).canonical()
    every = what_would_raise(lens, canonical)
    assert what_would_raise(lens, canonical, most=most) == every[:most]


@given(strategies.facts(), st.sampled_from(DERIVED))
def test_every_raise_raises_and_the_best_come_first(facts: Facts, lens: str) -> None:
    rule = LENSES[lens]
    profile = profile_of(facts)
    before = rule.rank_key(rule.derive(profile))
    found = raises(lens, profile)
    for one in found:
        after = rule.rank_key(one.value)
        assert one.gain > 0
        assert before is None or (after is not None and after > before)
    for one, other in pairwise(found):
        assert (len(one.changes), -one.gain) <= (len(other.changes), -other.gain)


# --- As published -----------------------------------------------------------------------------


def test_published_results_are_raised_by_cells_judged_otherwise(shared: Path) -> None:
    for reading in readings(source.SOURCE, shared / "data/opening-up"):
        said = cells(reading)
        score = LENSES["opening-up"].publish(said).low or 0.0
        found = what_would_raise_published("opening-up", said)
        assert sum(one.gain for one in found) == pytest.approx(14 - score)
        assert all(len(one.changes) == 1 for one in found)


def test_the_next_class_of_the_framework_may_be_one_component_away() -> None:
    required = mof.LENS.rule.required[3]
    said = [
        Judged(at, name, attributes={"license": "MIT"})
        for at, name in enumerate(required[:-1], start=1)
    ]
    found = what_would_raise_published("mof", said)
    assert terms(found)[:2] == [["Research paper"], ["Technical report"]]
    assert found[0].value.grade == found[1].value.grade == "class_3"
    assert ["Model card"] not in terms(found)


def test_an_indicator_is_one_point() -> None:
    said = [Judged(at, f"i{at}", "0" if at < 3 else "1") for at in range(1, 101)]
    found = what_would_raise_published("fmti", said)
    assert terms(found) == [["i1"], ["i2"]]
    assert found[0].value == Value(99, 99)
    whole = [replace(cell, value="1") for cell in said]
    assert what_would_raise_published("fmti", whole) == ()
