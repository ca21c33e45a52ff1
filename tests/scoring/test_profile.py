"""The profile: one canonical form, and all that derived lenses need."""

from typing import Any

import pytest
from hypothesis import given

from scoring.facts import (
    Access,
    Claim,
    Component,
    Facts,
    Kind,
    Quantity,
    Right,
    Stage,
    State,
    exactly,
)
from scoring.licenses import NONE_DECLARED
from scoring.mof_licenses import Verdict
from scoring.profile import Profile, profile_of
from tests.scoring import strategies


def facts_with(
    *claims: Claim, agreeing: tuple[Claim, ...] = (), kind: Kind = Kind.MODEL, **more: Any
) -> Facts:
    held = {
        claim.component: Component(exactly(claim.state), claim=claim, agreeing=agreeing)
        for claim in claims
    }
    return Facts(kind=kind, components=held, **more)


def said(component: str = "model_card", state: State = State.OPEN, **fields: Any) -> Claim:
    return Claim(component=component, state=state, **fields)


@given(strategies.facts(tuple(Kind)))
def test_a_profile_comes_back_from_its_canonical_form(facts: Facts) -> None:
    profile = profile_of(facts)
    again = Profile.parse(profile.canonical())
    assert again == profile
    assert again.canonical() == profile.canonical()
    assert again.digest() == profile.digest()


def test_the_canonical_form_is_compact_and_says_only_what_is_known() -> None:
    assert profile_of(Facts(kind=Kind.MODEL)).canonical() == (
        '{"fit_adapt":[[0.0,1.0],[0.0,1.0],[0.0,1.0],[1.0,1.0]],'
        '"fit_run":[[0.0,1.0],[0.0,1.0],[0.0,1.0],[1.0,1.0]],'
        '"fit_train":[[0.0,1.0],[0.0,1.0],[0.0,1.0],[1.0,1.0]],"kind":"model"}'
    )


def test_releases_of_like_size_share_a_profile() -> None:
    def digest(parameters: float) -> str:
        quantity = Quantity("parameters", parameters, parameters)
        return profile_of(Facts(kind=Kind.MODEL, quantities={"parameters": (quantity,)})).digest()

    assert digest(6.7e9) == digest(7.2e9) != digest(70e9)
    assert len(digest(1e9)) == 64


def test_order_of_components_does_not_matter() -> None:
    one = facts_with(said("model_card"), said("data_card", State.PARTIAL))
    other = facts_with(said("data_card", State.PARTIAL), said("model_card"))
    assert profile_of(one).digest() == profile_of(other).digest()


@pytest.mark.parametrize("text", ["", "{}", '{"kind":"car"}', '{"kind":"model"}'])
def test_what_is_no_canonical_form_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        Profile.parse(text)


def test_states_leave_out_what_is_unknown_and_add_the_derived_keys() -> None:
    profile = profile_of(
        facts_with(
            said("training_data_base", State.OPEN),
            said("training_data_end", State.PARTIAL),
            said("preprint", State.CLOSED),
            said("peer_reviewed_paper", State.PARTIAL),
            said("model_card", State.UNKNOWN),
        )
    )
    assert profile.states() == {
        "training_data_base": "open",
        "training_data_end": "partial",
        "preprint": "closed",
        "peer_reviewed_paper": "partial",
        "training_data": "partial",
        "research_paper": "partial",
    }


@pytest.mark.parametrize(
    ("stage", "base", "end", "expected"),
    [
        (Stage.BASE, State.OPEN, State.CLOSED, "open"),
        (Stage.SINGLE, State.OPEN, None, "open"),
        (Stage.END, State.OPEN, State.CLOSED, "closed"),
        (Stage.END, State.OPEN, None, "unknown"),
        (None, State.PARTIAL, State.OPEN, "partial"),
        (None, State.PARTIAL, None, "closed..partial"),
        (None, None, None, "unknown"),
    ],
)
def test_training_data_are_as_open_as_every_stage_that_applies(
    stage: Stage | None, base: State | None, end: State | None, expected: str
) -> None:
    parts = {"training_data_base": base, "training_data_end": end}
    claims = [said(key, state) for key, state in parts.items() if state]
    profile = profile_of(facts_with(*claims, stage=stage))
    assert str(profile.state("training_data")) == expected


def test_a_derived_key_given_outright_counts() -> None:
    profile = profile_of(facts_with(said("training_data", State.PARTIAL)))
    assert str(profile.state("training_data")) == "partial"
    assert profile.states() == {"training_data": "partial"}


@pytest.mark.parametrize(
    ("access", "use", "billions", "actor"),
    [
        (Access.PUBLIC, Right.OPEN, 7, "laptop"),
        (Access.CLICK_THROUGH, Right.CONDITIONAL, 7, "laptop"),
        (Access.BY_REQUEST, Right.OPEN, 7, "lab"),
        (Access.NONE, Right.OPEN, 7, ""),
        (Access.PUBLIC, Right.UNSTATED, 7, ""),
        (Access.PUBLIC, Right.NONCOMMERCIAL, 7, "laptop"),
        (Access.PUBLIC, Right.UNKNOWN, 7, ""),
        (Access.UNKNOWN, Right.OPEN, 7, ""),
        (Access.PUBLIC, Right.OPEN, 32, "workstation"),
        (Access.PUBLIC, Right.OPEN, 671, "lab"),
        (Access.PUBLIC, Right.OPEN, 5000, "cluster"),
        (Access.PUBLIC, Right.OPEN, None, "cluster"),
    ],
)
def test_it_runs_on_the_smallest_machine_that_surely_can(
    access: Access, use: Right, billions: float | None, actor: str
) -> None:
    size = () if billions is None else (Quantity("parameters", billions * 1e9, billions * 1e9),)
    facts = Facts(
        kind=Kind.MODEL,
        access=exactly(access),
        use=exactly(use),
        quantities={"parameters": size},
    )
    assert profile_of(facts).runs_on() == actor


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        # the tool's own rows are read letter by letter
        (said("training_code", license_raw="Apache-2.0", source="mof"), Verdict.OK),
        (said("training_code", license_raw="Apache 2.0", source="mof"), Verdict.INVALID),
        (said("training_code", license_raw="GPL-3.0", source="mof"), Verdict.WARNING),
        (said("training_code", license_raw="unlicensed", source="mof"), Verdict.UNLICENSED),
        (said("training_code", license_raw="", source="mof"), Verdict.UNLICENSED),
        (said("weights_end", license_raw="Apache-2.0", source="mof"), Verdict.WARNING),
        (said("evaluation_data", license_raw="CC0-1.0", source="mof"), Verdict.WARNING),
        (said("evaluation_data", license_raw="PDDL-1.0", source="mof"), Verdict.INVALID),
        (said("evaluation_data", license_raw="CDLA-Permissive-2.0", source="mof"), Verdict.OK),
        (said("model_card", license_raw="CC0-1.0", source="mof"), Verdict.OK),
        (said("model_card", license_raw="OpenMDW-1.1", source="mof"), Verdict.INVALID),
        # those of others by the license that they mean
        (said("training_code", license_raw="apache 2.0", source="hub"), Verdict.OK),
        (said("training_code", license_raw="MIT OR Llama 2", source="hub"), Verdict.OK),
        (said("training_code", license_raw="MIT AND Llama 2", source="hub"), Verdict.INVALID),
        (said("training_code", license_raw="none", source="hub"), Verdict.UNLICENSED),
        (said("training_code", license_raw="Acme License", source="hub"), Verdict.INVALID),
        (said("training_code", license_raw="other", source="hub"), None),
        (said("training_code", license_raw="", source="hub"), None),
        # what is not there has no license to judge, and what the framework does not ask neither
        (said("training_code", State.CLOSED, license_raw="MIT"), None),
        (said("hosted_api", license_raw="MIT"), None),
        (said("training_data", license_raw="MIT"), None),
    ],
)
def test_the_model_openness_tools_verdict_on_a_component(
    claim: Claim, verdict: Verdict | None
) -> None:
    assert profile_of(facts_with(claim)).mof.get(claim.component) == verdict


@pytest.mark.parametrize(
    ("claim", "approved"),
    [
        (said("training_code", license_raw="MIT"), True),
        (said("training_code", license_raw="CC-BY-4.0"), False),
        (said("data_card", license_raw="CC-BY-4.0"), True),
        (said("training_data_base", license_raw="ODC-By"), True),
        (said("weights_end", license_raw="llama3.1"), False),
        (said("weights_end", license_raw=NONE_DECLARED), False),
        (said("weights_end", license_raw="other"), None),
        (said("research_paper", license_raw="CC-BY-4.0"), True),
        (said("hosted_api", license_raw="MIT"), None),
    ],
)
def test_whether_terms_satisfy_the_open_source_ai_definition(
    claim: Claim, approved: bool | None
) -> None:
    assert profile_of(facts_with(claim)).osi.get(claim.component) is approved


def test_weights_stand_under_the_license_of_the_release_where_their_claim_names_none() -> None:
    facts = facts_with(said("weights_end"), said("training_code"), license_id="Apache-2.0")
    assert dict(profile_of(facts).osi) == {"weights_end": True}


def test_a_component_without_a_claim_has_no_verdict() -> None:
    held = {"training_code": Component(exactly(State.OPEN))}
    profile = profile_of(Facts(kind=Kind.MODEL, components=held))
    assert (profile.mof, profile.osi) == ({}, {})


def test_the_license_may_come_from_another_claim_than_the_state() -> None:
    agreeing = (said("training_code", license_raw="MIT", source="vendor"),)
    profile = profile_of(facts_with(said("training_code", source="osai"), agreeing=agreeing))
    assert (profile.mof["training_code"], profile.osi["training_code"]) == (Verdict.OK, True)


def test_only_judged_documents_and_papers_carry_more_than_a_state() -> None:
    profile = profile_of(
        facts_with(
            said("model_card", completeness="full"),
            said("data_card", completeness="not_judged"),
            said("training_code", completeness="full"),
            said("preprint", publication="preprint", covers="base tuning"),
            said("peer_reviewed_paper", publication="peer_reviewed", covers="data"),
        )
    )
    assert profile.completeness == {"model_card": "full"}
    assert profile.publication == {"preprint": "preprint", "peer_reviewed_paper": "peer_reviewed"}
    assert profile.coverage == {"preprint": "all", "peer_reviewed_paper": "some"}


def test_a_judgement_of_completeness_may_come_from_an_agreeing_claim() -> None:
    agreeing = (said("model_card", completeness="partial", source="osai"),)
    profile = profile_of(facts_with(said("model_card", source="mof"), agreeing=agreeing))
    assert profile.completeness == {"model_card": "partial"}
