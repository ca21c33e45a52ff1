"""Open Source AI Definition 1.0: the four-valued rule over all its inputs."""

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from openness.sources import mof as source
from scoring.facts import Access, Claim, Component, Facts, Kind, State, exactly
from scoring.lenses.osaid import CODE, LENS, Standing, standings
from scoring.profile import Profile, profile_of
from scoring.result import Outcome, Value
from tests.scoring import strategies
from tests.scoring.published import readings, table

OPEN, PARTIAL, CLOSED = exactly(State.OPEN), exactly(State.PARTIAL), exactly(State.CLOSED)
UNKNOWN = exactly(State.UNKNOWN)
PARTS = ("training_data", *CODE, "weights_end")


def whole(**more: Any) -> Profile:
    """A model that meets the definition."""
    given: dict[str, Any] = {
        "components": {**dict.fromkeys(PARTS, OPEN), "data_card": OPEN},
        "osi": {**dict.fromkeys(PARTS, True), "data_card": True},
        "access": exactly(Access.PUBLIC),
    }
    return Profile(kind=Kind.MODEL, **given | more)


def changed(profile: Profile, key: str, state: Any = None, approved: Any = "same") -> Profile:
    """The profile with one component in another state, or under other terms."""
    components = {**profile.components, key: state} if state else dict(profile.components)
    osi = dict(profile.osi)
    if approved is None:
        osi.pop(key, None)
    elif approved != "same":
        osi[key] = approved
    return replace(profile, components=components, osi=osi)


def verdict(profile: Profile) -> str:
    return LENS.derive(profile).grade


# One required part at a time, all others being there under approved terms.
PART_STATES = [
    # state, terms, verdict
    (OPEN, True, "meets"),
    (OPEN, False, "would_meet_with_other_terms"),
    (OPEN, None, "undetermined"),
    (PARTIAL, True, "does_not_meet"),
    (PARTIAL, False, "does_not_meet"),
    (CLOSED, True, "does_not_meet"),
    (UNKNOWN, True, "undetermined"),
    (UNKNOWN, None, "undetermined"),
]


@pytest.mark.parametrize(("state", "approved", "expected"), PART_STATES)
@pytest.mark.parametrize("part", CODE)
def test_each_part_of_the_code_decides(
    part: str, state: Any, approved: bool | None, expected: str
) -> None:
    assert verdict(changed(whole(), part, state, approved)) == expected


ACCESS = [
    ("public", True, "meets"),
    ("click_through", True, "meets"),
    ("by_request", True, "does_not_meet"),
    ("none", True, "does_not_meet"),
    ("unknown", True, "undetermined"),
    ("public", False, "would_meet_with_other_terms"),
    ("public", None, "undetermined"),
]


@pytest.mark.parametrize(("access", "approved", "expected"), ACCESS)
def test_weights_must_be_had_without_personal_approval(
    access: str, approved: bool | None, expected: str
) -> None:
    profile = replace(whole(), access=exactly(Access(access)))
    assert verdict(changed(profile, "weights_end", OPEN, approved)) == expected


def test_base_weights_stand_for_a_base_model() -> None:
    components = {**whole().components, "weights_end": UNKNOWN, "weights_base": OPEN}
    base = whole(components=components, osi={**whole().osi, "weights_base": False})
    assert verdict(base) == "would_meet_with_other_terms"


DATA = [
    # training data, judged sufficient, documents there, terms of the documents, verdict
    (OPEN, None, OPEN, True, "meets"),
    (OPEN, False, CLOSED, None, "meets"),
    (CLOSED, True, OPEN, True, "meets"),
    (CLOSED, True, OPEN, False, "would_meet_with_other_terms"),
    (CLOSED, True, OPEN, None, "undetermined"),
    (CLOSED, True, CLOSED, None, "undetermined"),
    (CLOSED, False, OPEN, True, "does_not_meet"),
    (CLOSED, None, OPEN, True, "undetermined"),
    (PARTIAL, None, OPEN, True, "undetermined"),
    (CLOSED, None, CLOSED, None, "does_not_meet"),
    (UNKNOWN, None, OPEN, True, "undetermined"),
    (UNKNOWN, False, OPEN, True, "undetermined"),
    (UNKNOWN, True, OPEN, True, "meets"),
]


@pytest.mark.parametrize(("data", "judged", "documents", "approved", "expected"), DATA)
def test_data_information_is_open_data_or_a_reviewers_judgement(
    data: Any, judged: bool | None, documents: Any, approved: bool | None, expected: str
) -> None:
    profile = replace(whole(), data_information_sufficient=judged)
    profile = changed(profile, "training_data", data)
    for key in ("data_card", "technical_report", "preprint", "peer_reviewed_paper"):
        profile = changed(profile, key, documents, approved)
    assert verdict(profile) == expected


@pytest.mark.parametrize(
    ("state", "approved", "expected"),
    [
        (UNKNOWN, None, "meets"),
        (OPEN, True, "meets"),
        (OPEN, False, "would_meet_with_other_terms"),
        (CLOSED, None, "does_not_meet"),
    ],
)
def test_own_tools_are_asked_for_once_they_are_known_of(
    state: Any, approved: bool | None, expected: str
) -> None:
    assert verdict(changed(whole(), "supporting_tools", state, approved)) == expected


RANKS = ["does_not_meet", "undetermined", "would_meet_with_other_terms", "meets"]


@pytest.mark.parametrize(
    ("one", "other"), list(product(PART_STATES, repeat=2)), ids=lambda case: str(case[2])
)
def test_of_two_parts_the_worse_decides(one: Any, other: Any) -> None:
    profile = changed(whole(), "training_code", one[0], one[1])
    profile = changed(profile, "inference_code", other[0], other[1])
    assert verdict(profile) == min(one[2], other[2], key=RANKS.index)


def test_verdicts_rank_in_the_published_order() -> None:
    keys = [LENS.rank_key(Value(None, None, grade)) for grade in RANKS]
    assert keys == sorted(keys, key=lambda key: key or ())
    assert LENS.rank_key(Value(None, None)) is None


@pytest.mark.parametrize("kind", [Kind.SOFTWARE, Kind.DATASET])
def test_only_systems_are_judged(kind: Kind) -> None:
    assert LENS.explain(Facts(kind=kind)).value == Value(None, None)


def test_parts_that_fail_or_are_unknown_are_named() -> None:
    held = {
        "training_code": Component(CLOSED),
        "inference_code": Component(
            OPEN, claim=Claim(component="inference_code", state=State.OPEN, license_raw="Llama 2")
        ),
        "training_data": Component(PARTIAL),
    }
    facts = Facts(kind=Kind.MODEL, components=held, access=exactly(Access.BY_REQUEST))
    result = LENS.explain(facts)
    assert result.value.grade == "does_not_meet"
    assert result.detail == {
        "missing": ("training_code", "parameters"),
        "unknown": ("data_information", "data_prep_code", "architecture_code"),
        "unknown_terms": (),
        "other_terms": ("inference_code",),
        "there": (),
    }
    told = {check.criterion: (check.outcome, str(check.reason)) for check in result.checks}
    assert told == {
        "Data information": (
            Outcome.UNKNOWN,
            "The data are not open, and nobody has judged whether what is told of them suffices.",
        ),
        "Data preparation code": (Outcome.UNKNOWN, "Not on record."),
        "Training code": (Outcome.NO, "Not available, or only in part."),
        "Inference code": (
            Outcome.PARTLY,
            "Available, but under terms that are not approved.",
        ),
        "Architecture code": (Outcome.UNKNOWN, "Not on record."),
        "Parameters": (Outcome.NO, "Not to be had without personal approval."),
    }


def test_data_reasons_tell_silence_from_a_judgement() -> None:
    def reason(**more: Any) -> str:
        checks = LENS.explain(Facts(kind=Kind.MODEL, **more)).checks
        return str(checks[0].reason)

    closed = {"training_data": Component(CLOSED)}
    assert reason() == "Not on record."
    assert reason(components=closed, data_information_sufficient=False) == (
        "The data are not open, and what is told of them was judged not to suffice."
    )
    opened = {"training_data": Component(OPEN)}
    assert reason(components=opened) == "Available; its terms are not known."


@given(strategies.facts((Kind.MODEL, Kind.SERVICE)))
def test_profile_and_facts_give_one_verdict(facts: Facts) -> None:
    profile = profile_of(facts)
    assert LENS.derive(profile) == LENS.explain(facts).value
    assert verdict(profile) in RANKS
    if Standing.MISSING in standings(profile).values():
        assert verdict(profile) == "does_not_meet"


# --- The initiative's conclusions of 2024, with the evidence that gives them --------------------

CONCLUDED = {
    "Pythia": whole(),
    "OLMo": whole(),
    "Amber": whole(),
    "CrystalCoder": whole(),
    "T5": whole(),
    "BLOOM": changed(whole(), "weights_end", OPEN, False),
    "Starcoder2": changed(whole(), "weights_end", OPEN, False),
    "Falcon": changed(whole(), "weights_end", OPEN, False),
    "Llama 2": changed(changed(whole(), "training_code", CLOSED), "weights_end", OPEN, False),
    "Grok": changed(whole(), "training_code", CLOSED),
    "Phi-2": changed(whole(), "training_code", CLOSED),
    "Mixtral": changed(whole(), "training_code", CLOSED),
}


def test_the_conclusions_of_2024_are_the_published_ones(
    shared: Path, equal: Callable[..., None]
) -> None:
    rows = table(shared / "oracles/osaid.csv")
    published = {row["system"]: row["osi_conclusion"] for row in rows}
    ours = {name: grade for grade, names in LENS.texts["conclusions"].items() for name in names}
    assert ours == published
    assert {name: verdict(profile) for name, profile in CONCLUDED.items()} == published
    equal("osaid", conclusions=len(rows))


# File of the Model Openness Tool -> system of the initiative, and our verdict where it differs:
# the tool lists data and documents of CrystalCoder and T5 as unlicensed, and neither preparation
# nor training code of BLOOM and Falcon.
LISTED = {
    "Pythia-12B": ("Pythia", None),
    "OLMo-7B": ("OLMo", None),
    "CrystalCoder": ("CrystalCoder", "would_meet_with_other_terms"),
    "T5-11b": ("T5", "would_meet_with_other_terms"),
    "BLOOM": ("BLOOM", "does_not_meet"),
    "Falcon-40B": ("Falcon", "does_not_meet"),
    "Llama-2-7B": ("Llama 2", None),
    "Grok-1": ("Grok", None),
    "Phi-2": ("Phi-2", None),
    "Mixtral-8x7B-v0.1": ("Mixtral", None),
}


def as_if_absent_were_missing(claims: tuple[Claim, ...]) -> Profile:
    """The tool's listing alone, taken as complete; an open listing as a public download."""
    listed = {claim.component: claim for claim in claims}
    keys = ("training_data_base", "training_data_end", *CODE, "weights_end", "data_card")
    components = {
        key: Component(OPEN if key in listed else CLOSED, claim=listed.get(key)) for key in keys
    }
    access = Access.PUBLIC if "weights_end" in listed else Access.NONE
    return profile_of(Facts(kind=Kind.MODEL, components=components, access=exactly(access)))


def test_every_file_of_the_model_openness_tool_gets_a_verdict(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fed with the tool's listing alone the rule agrees with the initiative but where listed."""
    published = {
        name: grade for grade, names in LENS.texts["conclusions"].items() for name in names
    }
    verdicts = {
        reading.key: verdict(as_if_absent_were_missing(reading.claims))
        for reading in readings(source.SOURCE, shared / "data/mof/models")
    }
    for file, (system, ours) in LISTED.items():
        assert verdicts[file] == (ours or published[system]), file
    counts = {grade: list(verdicts.values()).count(grade) for grade in RANKS}
    with capsys.disabled():
        sys.stdout.write(f"\nosaid: {len(verdicts)} files of the Model Openness Tool: {counts}\n")
