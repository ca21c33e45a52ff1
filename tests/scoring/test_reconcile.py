"""Many claims -> the facts that count."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scoring.facts import (
    Access,
    Claim,
    Facts,
    Hosting,
    Kind,
    Method,
    Quantity,
    Right,
    Span,
    Stage,
    State,
    Trust,
    between,
    exactly,
    most_open,
    span,
    steps,
    stricter,
)
from scoring.licenses import NONE_DECLARED
from scoring.reconcile import BaseUnknown, settle, sourced, statements

TODAY = date(2026, 11, 1)
OPEN, PARTIAL, CLOSED, UNKNOWN = State.OPEN, State.PARTIAL, State.CLOSED, State.UNKNOWN


def facts(*claims: Claim, kind: Kind = Kind.MODEL, **more: Any) -> Facts:
    return settle(claims, kind=kind, on=TODAY, **more)


def claim(component: str = "model_card", state: State = OPEN, **fields: Any) -> Claim:
    return Claim(component=component, state=state, **fields)


def reviewed(component: str = "model_card", state: State = OPEN, **fields: Any) -> Claim:
    return claim(component, state, trust=Trust.REVIEWED, method=Method.HUMAN, **fields)


def state_of(settled: Facts, component: str = "model_card") -> str:
    return str(settled.components[component].state)


# --- Spans ------------------------------------------------------------------------------------


def test_a_whole_ladder_is_unknown_in_one_spelling() -> None:
    assert span(CLOSED, OPEN) == exactly(UNKNOWN)
    assert span(PARTIAL, UNKNOWN) == exactly(UNKNOWN)
    assert exactly(Right.UNKNOWN).ends == (Right.FORBIDDEN, Right.OPEN)
    assert str(span(PARTIAL, OPEN)) == "partial..open"
    assert steps(Access)[0] is Access.NONE


@pytest.mark.parametrize(
    ("one", "other", "least", "best", "all_of_it"),
    [
        ("open", "closed", "closed", "open", "unknown"),
        ("open", "partial", "partial", "open", "partial..open"),
        ("unknown", "partial", "closed..partial", "partial..open", "unknown"),
        ("unknown", "closed", "closed", "unknown", "unknown"),
    ],
)
def test_spans_join_at_both_ends(
    one: str, other: str, least: str, best: str, all_of_it: str
) -> None:
    pair = exactly(State(one)), exactly(State(other))
    assert [str(join(*pair)) for join in (stricter, most_open, between)] == [least, best, all_of_it]


# --- Which claim counts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (Trust.PRICE_CATALOGUE, Trust.THIRD_PARTY),
        (Trust.THIRD_PARTY, Trust.VENDOR_PAGE),
        (Trust.VENDOR_PAGE, Trust.VENDOR_API),
        (Trust.VENDOR_API, Trust.LICENSE_TEXT),
        (Trust.LICENSE_TEXT, Trust.REVIEWED),
    ],
)
def test_the_more_trusted_word_counts_and_the_other_is_kept(weaker: Trust, stronger: Trust) -> None:
    said = [claim(state=OPEN, trust=weaker), claim(state=CLOSED, trust=stronger)]
    settled = facts(*said)
    assert state_of(settled) == "closed"
    held = settled.components["model_card"]
    assert (held.claim, held.conflicts, held.disputed) == (said[1], (said[0],), False)


def test_sources_of_one_trust_that_disagree_give_the_pair_and_list_the_conflict() -> None:
    mof, osai = claim(state=OPEN, source="mof"), claim(state=PARTIAL, source="osai")
    held = facts(mof, osai).components["model_card"]
    assert str(held.state) == "partial..open"
    assert (held.claim, held.conflicts) == (osai, (mof,))


def test_open_against_closed_is_unknown_but_the_conflict_is_kept() -> None:
    held = facts(claim(state=OPEN), claim(state=CLOSED)).components["model_card"]
    assert not held.state.known
    assert len(held.conflicts) == 1


def test_a_source_that_cannot_tell_leaves_the_word_to_one_that_can() -> None:
    either = claim(state=PARTIAL, state_most=OPEN, source="a")
    held = facts(either, claim(state=OPEN, source="b")).components["model_card"]
    assert str(held.state) == "open"
    assert held.conflicts == ()
    assert {one.source for one in held.claims} == {"a", "b"}


def test_a_claim_of_nothing_leaves_the_word_to_a_lesser_source() -> None:
    nothing = claim(state=UNKNOWN, trust=Trust.VENDOR_API)
    assert state_of(facts(nothing, claim(state=PARTIAL))) == "partial"
    only = facts(nothing).components["model_card"]
    assert (str(only.state), only.claim) == ("unknown", nothing)


def test_of_equal_words_the_surest_and_newest_is_shown() -> None:
    old = claim(stated_on=date(2024, 1, 1), source="old")
    new = claim(stated_on=date(2025, 1, 1), source="new")
    sure = claim(confidence=5, source="sure")
    assert facts(old, new).components["model_card"].claim is new
    assert facts(old, sure, new).components["model_card"].claim is sure


def test_a_machine_never_overrules_a_reviewed_claim() -> None:
    person = reviewed(state=OPEN, stated_on=date(2026, 6, 1))
    machine = claim(state=CLOSED, trust=Trust.THIRD_PARTY, method=Method.DETECTOR, stated_on=TODAY)
    held = facts(person, machine).components["model_card"]
    assert (str(held.state), held.disputed) == ("open", False)


@pytest.mark.parametrize(
    ("reviewed_on", "seen_on", "disputed"),
    [
        (date(2026, 1, 1), date(2026, 2, 1), True),
        (date(2026, 2, 1), date(2026, 1, 1), False),
        (date(2026, 2, 1), None, False),
        (None, date(2026, 2, 1), False),
    ],
)
def test_a_newer_contradiction_at_the_vendor_makes_a_reviewed_claim_disputed(
    reviewed_on: date | None, seen_on: date | None, disputed: bool
) -> None:
    person = reviewed(state=OPEN, stated_on=reviewed_on)
    vendor = claim(state=CLOSED, trust=Trust.VENDOR_API, stated_on=seen_on)
    held = facts(person, vendor).components["model_card"]
    assert held.disputed is disputed
    assert str(held.state) == ("closed" if disputed else "open")
    assert held.conflicts == (vendor,)


def test_of_a_disputed_pair_the_less_open_holds_until_a_person_has_looked() -> None:
    person = reviewed(state=CLOSED, stated_on=date(2026, 1, 1))
    vendor = claim(state=OPEN, trust=Trust.VENDOR_PAGE, stated_on=TODAY)
    held = facts(person, vendor).components["model_card"]
    assert (str(held.state), held.disputed) == ("closed", True)


def test_a_newer_observation_that_fits_disputes_nothing() -> None:
    person = reviewed(state=OPEN, stated_on=date(2026, 1, 1))
    vague = claim(state=PARTIAL, state_most=OPEN, trust=Trust.VENDOR_API, stated_on=TODAY)
    assert not facts(person, vague).components["model_card"].disputed


# --- Access -----------------------------------------------------------------------------------


def weights(state: State = OPEN, component: str = "weights_end", **fields: Any) -> Claim:
    return claim(component, state, **fields)


@pytest.mark.parametrize(
    ("said", "access"),
    [
        (weights(access=exactly(Access.PUBLIC)), "public"),
        (weights(), "by_request..public"),
        (weights(gate="none"), "public"),
        (weights(PARTIAL, gate="by_request"), "by_request"),
        (weights(PARTIAL, gate="click_through"), "click_through"),
        (weights(PARTIAL), "by_request..public"),
        (weights(CLOSED), "none"),
        (weights(CLOSED, state_most=PARTIAL), "unknown"),
        (weights(UNKNOWN), "unknown"),
        (weights(UNKNOWN, access=exactly(Access.NONE)), "none"),
    ],
)
def test_access_is_what_the_claim_says_or_what_its_state_allows(said: Claim, access: str) -> None:
    assert str(facts(said).access) == access


def test_no_word_on_the_weights_is_unknown_access() -> None:
    assert not facts(claim()).access.known


def test_a_listing_and_a_judgement_meet_where_both_can_be_true() -> None:
    listed = weights(access=span(Access.BY_REQUEST, Access.PUBLIC), source="mof")
    judged = weights(access=exactly(Access.PUBLIC), source="osai")
    assert str(facts(listed, judged).access) == "public"


def test_base_weights_speak_where_they_are_the_release() -> None:
    base = weights(component="weights_base", access=exactly(Access.PUBLIC))
    assert str(facts(base).access) == "public"
    silent = weights(UNKNOWN)
    assert str(facts(base, silent).access) == "public"
    withheld = weights(CLOSED)
    assert str(facts(base, withheld).access) == "none"


@pytest.mark.parametrize(
    ("said", "access"),
    [
        (claim("source_code", OPEN), "public"),
        (claim("source_code", CLOSED), "none"),
        (claim("source_code", PARTIAL), "by_request..public"),
        (claim("source_code", OPEN, gate="by_request"), "by_request"),
        (claim("source_code", OPEN, access=exactly(Access.CLICK_THROUGH)), "click_through"),
    ],
)
def test_software_is_public_where_its_source_is_open(said: Claim, access: str) -> None:
    assert str(facts(said, kind=Kind.SOFTWARE).access) == access


def test_a_data_set_is_obtained_and_licensed_by_its_data() -> None:
    data = claim("training_data_base", OPEN, gate="none", license_raw="CC BY 4.0")
    settled = facts(data, kind=Kind.DATASET)
    assert (str(settled.access), settled.license_id) == ("public", "CC-BY-4.0")


# --- Terms ------------------------------------------------------------------------------------


def rights_of(settled: Facts) -> list[str]:
    return [str(settled.use), str(settled.modify), str(settled.share)]


def test_the_rights_are_those_of_the_license_of_the_weights() -> None:
    settled = facts(weights(license_raw="CC-BY-ND-4.0"), claim("training_code", license_raw="MIT"))
    assert rights_of(settled) == ["open", "forbidden", "open"]
    assert settled.license_id == "CC-BY-ND-4.0"


@pytest.mark.parametrize(
    ("fields", "license_id", "use"),
    [
        ({"license_raw": "Apache 2.0"}, "Apache-2.0", "open"),
        ({"license_raw": "x", "license_id": "Llama-3.1"}, "Llama-3.1", "conditional"),
        ({"license_raw": "Baichuan-7B License"}, "Baichuan-7B License", "unknown"),
        ({"license_raw": "gpl"}, "gpl", "open"),
        ({"license_raw": "other"}, "", "unknown"),
        ({"license_raw": "", "license_source": "none"}, "", "unknown"),
        ({"license_raw": "unlicensed", "license_source": "none"}, NONE_DECLARED, "unstated"),
        ({"license_raw": "MIT", "use": Right.NONCOMMERCIAL}, "MIT", "noncommercial"),
        ({"use": Right.CONDITIONAL}, "", "conditional"),
    ],
)
def test_what_one_claim_says_of_the_terms(
    fields: dict[str, Any], license_id: str, use: str
) -> None:
    settled = facts(weights(**fields))
    assert (settled.license_id, str(settled.use)) == (license_id, use)


def test_sources_that_name_different_licenses_span_between_them() -> None:
    settled = facts(
        weights(license_raw="Apache-2.0", source="a"), weights(license_raw="Llama 2", source="b")
    )
    assert rights_of(settled) == ["conditional..open"] * 3
    assert settled.license_id == "Llama-2"


def test_a_license_that_nobody_knows_contradicts_one_that_is_known() -> None:
    settled = facts(
        weights(license_raw="Apache-2.0", source="a"),
        weights(license_raw="Baichuan License", source="b"),
    )
    assert rights_of(settled) == ["unknown"] * 3
    assert settled.license_id == "Apache-2.0"


def test_a_word_like_other_contradicts_nothing() -> None:
    settled = facts(
        weights(license_raw="Llama 2"), weights(license_raw="other", trust=Trust.VENDOR_API)
    )
    assert (settled.license_id, str(settled.use)) == ("Llama-2", "conditional")


def test_the_vendors_license_counts_before_what_others_say() -> None:
    settled = facts(
        weights(license_raw="Apache-2.0"),
        weights(license_raw="cc-by-nc-4.0", trust=Trust.VENDOR_API),
    )
    assert (settled.license_id, str(settled.use)) == ("CC-BY-NC-4.0", "noncommercial")


def test_a_new_license_at_the_vendor_limits_a_reviewed_one() -> None:
    settled = facts(
        weights(license_raw="MIT", trust=Trust.REVIEWED, stated_on=date(2026, 1, 1)),
        weights(license_raw="cc-by-nc-4.0", trust=Trust.VENDOR_API, stated_on=TODAY),
    )
    assert (settled.license_id, str(settled.use)) == ("MIT", "noncommercial")


def test_without_a_license_of_the_weights_the_one_for_everything_counts() -> None:
    judged = claim("license_coverage", PARTIAL, license_raw="Apache 2.0")
    code = claim("training_code", license_raw="MIT", license_source="distribution")
    assert facts(weights(), code).license_id == "MIT"
    assert facts(weights(), code, judged).license_id == "Apache-2.0"
    assert facts(weights(), claim("training_code", license_raw="MIT")).license_id == ""


@pytest.mark.parametrize(
    ("own", "base", "use"),
    [
        ("Apache-2.0", "Llama-2", "conditional"),
        ("CC-BY-NC-4.0", "Apache-2.0", "noncommercial"),
        ("Apache-2.0", "", "unknown"),
        ("Llama-2", "", "forbidden..conditional"),
    ],
)
def test_a_derived_model_is_bound_by_its_base(own: str, base: str, use: str) -> None:
    of_base = facts(weights(license_raw=base))
    assert str(facts(weights(license_raw=own), base=of_base).use) == use


def test_a_base_that_cannot_be_resolved_may_forbid_anything() -> None:
    settled = facts(weights(license_raw="Llama 2"), base=BaseUnknown("somebody/base"))
    assert rights_of(settled) == ["forbidden..conditional"] * 3


# --- Hosting ----------------------------------------------------------------------------------


def offer(
    hosting: Hosting | Span[Hosting], source: str = "a", age: int = 10, **fields: Any
) -> Claim:
    given = hosting if isinstance(hosting, Span) else exactly(hosting)
    return claim(
        fields.pop("component", "hosted_api"),
        fields.pop("state", OPEN),
        hosting=given,
        source=source,
        stated_on=TODAY - timedelta(days=age),
        **fields,
    )


PAID, FREE, PAGE = Hosting.PAID_API, Hosting.FREE_API, Hosting.UI_ONLY

HOSTED = [
    ([], "unknown"),
    ([offer(PAID, origin="own")], "paid_api"),
    ([offer(PAID, trust=Trust.REVIEWED)], "paid_api"),
    ([offer(PAID)], "none..paid_api"),
    ([offer(PAID), offer(PAID, source="b")], "paid_api"),
    ([offer(PAID), offer(PAID, source="a")], "none..paid_api"),
    ([offer(PAID), offer(PAID, source="b", age=180)], "none..paid_api"),
    ([offer(PAID), offer(PAID, source="b", age=179)], "paid_api"),
    ([offer(PAID), offer(FREE, source="b")], "paid_api..free_api"),
    ([offer(FREE)], "unknown"),
    ([offer(FREE, source="b"), offer(PAID, origin="own")], "paid_api..free_api"),
    ([offer(Hosting.NONE)], "none"),
    ([offer(Hosting.NONE), offer(PAGE, component="hosted_ui", origin="own")], "ui_only"),
    ([offer(span(PAID, FREE), origin="own")], "paid_api..free_api"),
    ([offer(PAID, origin="own", expires_at=TODAY - timedelta(days=1))], "unknown"),
    ([offer(PAID, origin="own", expires_at=TODAY)], "paid_api"),
    ([offer(Hosting.RESTRICTED, trust=Trust.REVIEWED), offer(FREE)], "restricted"),
]


@pytest.mark.parametrize(("said", "hosted"), HOSTED)
def test_an_offer_counts_if_the_vendor_or_two_fresh_sources_say_so(
    said: list[Claim], hosted: str
) -> None:
    assert str(facts(*said).hosted) == hosted


@pytest.mark.parametrize(
    ("said", "hosted"),
    [
        (claim("hosted_api", OPEN, price="free"), "free_api"),
        (claim("hosted_api", OPEN, price="paid"), "paid_api"),
        (claim("hosted_api", OPEN), "restricted..free_api"),
        (claim("hosted_api", PARTIAL, audience="waitlist"), "restricted"),
        (claim("hosted_api", CLOSED), "none"),
        (claim("hosted_ui", OPEN, audience="anyone"), "ui_only"),
        (claim("hosted_api", UNKNOWN), "unknown"),
    ],
)
def test_an_offer_may_be_told_by_state_price_and_audience(said: Claim, hosted: str) -> None:
    assert str(facts(replace(said, origin="own")).hosted) == hosted


def test_only_hosting_expires() -> None:
    expired = claim(expires_at=date(2020, 1, 1))
    assert state_of(facts(expired)) == "open"


# --- The rest ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ([], None),
        ([reviewed("staged_release", OPEN)], True),
        ([reviewed("staged_release", CLOSED)], False),
        ([reviewed("staged_release", PARTIAL)], None),
        ([claim("staged_release", OPEN)], None),
        ([claim("staged_release", OPEN, method=Method.HUMAN)], True),
        ([reviewed("staged_release", OPEN), reviewed("staged_release", CLOSED)], None),
    ],
)
def test_a_judgement_needs_a_person(said: list[Claim], answer: bool | None) -> None:
    assert facts(*said).staged_release is answer


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ([], None),
        ([weights(stage=Stage.END)], Stage.END),
        ([weights(stage=Stage.SINGLE)], Stage.SINGLE),
        ([weights(component="weights_base", stage=Stage.BASE)], Stage.BASE),
        (
            [weights(stage=Stage.END), weights(component="weights_base", stage=Stage.BASE)],
            Stage.END,
        ),
        ([weights(UNKNOWN, stage=Stage.END)], None),
    ],
)
def test_the_stage_is_that_of_what_is_released(said: list[Claim], stage: Stage | None) -> None:
    assert facts(*said).stage is stage


def test_quantities_are_kept_the_most_trusted_first() -> None:
    old = Quantity("parameters", 6e9, 6e9, stated_on=date(2024, 1, 1))
    new = Quantity("parameters", 7e9, 7e9, stated_on=date(2025, 1, 1))
    best = Quantity("parameters", 8e9, 8e9, trust=Trust.VENDOR_API)
    settled = facts(quantities=[old, new, best])
    assert settled.quantities == {"parameters": (best, new, old)}


def test_statements_count_what_is_known_and_sourced_what_can_be_checked() -> None:
    settled = facts(
        claim(link="https://example.org/card"),
        claim("data_card", CLOSED, record="https://example.org/record"),
        claim("training_code", PARTIAL),
        claim("preprint", UNKNOWN, link="https://example.org/paper"),
    )
    assert (statements(settled), sourced(settled)) == (3, 2)


def test_components_stand_in_the_order_of_display() -> None:
    settled = facts(claim("preprint"), claim("weights_end"), claim("model_card"))
    assert list(settled.components) == ["weights_end", "model_card", "preprint"]
