"""The Model Openness Tool's evaluation, oddities included, and our reading of its rule."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.sources import mof as source
from scoring.facts import Claim, Component, Facts, Kind, Stage, State, exactly
from scoring.lenses import Judged
from scoring.lenses.mof import LENS
from scoring.lenses.mof_rule import CLASSES, PAPER, REPORT
from scoring.mof_licenses import Verdict, verdict
from scoring.profile import profile_of
from scoring.result import Outcome, Result, Value
from tests.scoring import strategies
from tests.scoring.published import cells, readings, table

NAMES = list(LENS.rule.slots)


def evaluated(*entries: dict[str, Any], **defaults: str) -> Result:
    """The tool's evaluation of entries {name, license ...} under licenses for all of a part."""
    licenses = {part: {"name": name} for part, name in defaults.items()}
    header = Judged(0, "", "Model", {"release": {"license": licenses}})
    said = [
        Judged(at, entry["name"], attributes={k: v for k, v in entry.items() if k != "name"})
        for at, entry in enumerate(entries, start=1)
    ]
    return LENS.explain_published([header, *said])


def listed(*names: str, license_: str | None = "MIT") -> list[dict[str, Any]]:
    return [{"name": name, "license": license_} for name in names]


def required(class_: int) -> list[str]:
    return LENS.rule.required[class_]


# --- Equal to the tool ------------------------------------------------------------------------


def test_the_components_are_the_tools_in_its_order(shared: Path) -> None:
    rows = table(shared / "spec/mot_components.csv")
    assert [
        (slot.name, slot.type, str(slot.class_), slot.required) for slot in LENS.rule.slots.values()
    ] == [(r["name"], r["content_type"], r["class"], r["required"] == "yes") for r in rows]
    assert [len(required(class_)) for class_ in CLASSES] == [6, 10, 14]


def test_the_license_table_is_the_tools(shared: Path) -> None:
    for row in table(shared / "spec/mot_licenses.csv"):
        suited = row["type_appropriate_for"].replace("+", " ").split()
        for type_ in ("code", "data", "document"):
            word = verdict(row["licence_id"], type_)
            assert word.counts is (row["open"] == "yes"), row
            assert word.counts is False or (word is Verdict.OK) is (type_ in suited), row


def test_every_model_at_hand_gets_the_tools_result(
    shared: Path, equal: Callable[..., None]
) -> None:
    rows = {row["file"].rsplit(".", 1)[0]: row for row in table(shared / "oracles/mof_models.csv")}
    compared = 0
    for reading in readings(source.SOURCE, shared / "data/mof/models"):
        row = rows.pop(reading.key)
        result = LENS.explain_published(cells(reading))
        detail: Any = result.detail
        counters = detail["counters"]
        got = {
            **{key: detail[key] for key in ("class", "c1", "c2", "c3")},
            "total": result.value.low,
            "n_components": counters["C"],
            "n_open": counters["V"],
            "n_open_not_type_appropriate": len(detail["warnings"]),
            "n_unlicensed": counters["U"],
            "n_invalid": counters["I"],
            **{f"ungated_c{class_}": detail["ungated"][class_] for class_ in CLASSES},
        }
        assert got == pytest.approx({key: float(row[key]) for key in got}, abs=5e-7), reading.key
        compared += 1
    assert not rows
    equal("mof", models=compared)


def test_every_test_file_at_hand_gets_the_tools_counters(
    shared: Path, equal: Callable[..., None]
) -> None:
    rows = {row["file"]: row for row in table(shared / "oracles/mof_testdata.csv")}
    compared = 0
    for document in source.SOURCE.load(shared / "data/mof/Test_Data"):
        row = rows.pop(document.name, None)
        if row is None:
            continue
        (reading,) = source.SOURCE.read(document)
        detail: Any = LENS.explain_published(cells(reading)).detail
        rounded = {f"c{class_}": int(detail[f"c{class_}"] + 0.5) for class_ in CLASSES}
        compared += 1
        got = {"class": detail["class"], **rounded, **detail["counters"]}
        assert got == {key: int(row[key]) for key in got}, document.name
    assert not rows
    equal("mof", test_files=compared)


# --- The rule, a second time and another way, on generated files -------------------------------

TYPES = {name: slot.type for name, slot in LENS.rule.slots.items()}
LICENSES = (
    *("MIT", "Apache-2.0", "GPL-3.0", "CC-BY-4.0", "CC0-1.0", "CC-PDDC", "PDDL-1.0"),
    *("ODC-PDDL-1.0", "CDLA-Permissive-2.0", "OpenMDW-1.0", "OpenMDW-1.1", "apache-2.0", "BSD-3"),
    *("unlicensed", "Unlicensed", "", "0", " ", "C-UDA-1.0", "FreeBSD-DOC"),
)
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from([*NAMES, "Model Card", "Weights"])},
        optional={"license": st.sampled_from([*LICENSES, None])},
    ),
    max_size=20,
)
DEFAULTS = st.dictionaries(
    st.sampled_from(["distribution", "code", "data", "document"]), st.sampled_from(LICENSES)
)


def by_the_pseudo_code(
    entries: list[dict[str, Any]], defaults: dict[str, str]
) -> tuple[int, float, float, float]:
    """Class and percentages by the formula at the end of the specification, section 7."""
    blank = (None, "", "0")
    resolved = {}
    for entry in entries:
        name = entry["name"] if entry["name"] in TYPES else "Datasets"
        chosen = entry.get("license")
        if chosen is None:
            candidates = [defaults.get(TYPES[name]), defaults.get("distribution")]
            chosen = next((one for one in candidates if one not in blank), "unlicensed")
        resolved[name] = "unlicensed" if chosen in blank else chosen
    good = {name for name, license_ in resolved.items() if verdict(license_, TYPES[name]).counts}
    included = {class_: [n for n in required(class_) if n in good] for class_ in CLASSES}
    if REPORT not in good and PAPER in good:
        included[3].append(PAPER)
        included[2].append(PAPER)
    c3 = len(included[3]) / 6 * 100
    c2 = len(included[2]) / 10 * 100 if c3 >= 100 else 0.0
    whole = 13 if PAPER in included[1] and REPORT not in included[1] else 14
    c1 = min(len(included[1]) / whole * 100, 100.0) if c2 >= 100 else 0.0
    reached = 1 if c1 == 100 else 2 if c2 == 100 else 3 if c3 == 100 else 0
    return reached, c1, c2, c3


@given(ENTRIES, DEFAULTS)
def test_generated_files_come_out_as_the_specification_says(
    entries: list[dict[str, Any]], defaults: dict[str, str]
) -> None:
    detail: Any = evaluated(*entries, **defaults).detail
    got = detail["class"], detail["c1"], detail["c2"], detail["c3"]
    assert got == pytest.approx(by_the_pseudo_code(entries, defaults))


@given(ENTRIES, DEFAULTS)
def test_every_component_asked_for_lands_in_one_bucket(
    entries: list[dict[str, Any]], defaults: dict[str, str]
) -> None:
    detail: Any = evaluated(*entries, **defaults).detail
    for class_ in CLASSES:
        landed = [name for names in detail["buckets"][class_].values() for name in names]
        extra = [name for name in LENS.rule.optional[class_] if name in detail["licenses"]]
        asked = {*required(class_), *extra}
        if REPORT not in detail["buckets"][3]["included"] and PAPER in detail["licenses"]:
            asked |= {PAPER}
            asked -= set() if REPORT in detail["licenses"] else {REPORT}
        assert set(landed) == asked
        assert len(landed) == len(asked)


# --- One by one -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "defaults", "resolved"),
    [
        ({"license": "MIT"}, {"code": "GPL-3.0"}, "MIT"),
        ({}, {"code": "GPL-3.0", "distribution": "MIT"}, "GPL-3.0"),
        ({}, {"distribution": "MIT"}, "MIT"),
        ({}, {"data": "MIT"}, "unlicensed"),
        ({"license": None}, {"distribution": "MIT"}, "MIT"),
        ({"license": ""}, {"distribution": "MIT"}, "unlicensed"),
        ({"license": "0"}, {"distribution": "MIT"}, "unlicensed"),
        ({"license": "unlicensed"}, {"distribution": "MIT"}, "unlicensed"),
        ({"license": " "}, {"distribution": "MIT"}, " "),
        ({}, {"code": "", "distribution": "0"}, "unlicensed"),
        ({}, {}, "unlicensed"),
    ],
)
def test_the_license_is_looked_for_in_the_tools_order(
    own: dict[str, Any], defaults: dict[str, str], resolved: str
) -> None:
    detail: Any = evaluated({"name": "Training code", **own}, **defaults).detail
    assert detail["licenses"] == {"Training code": resolved}


CLASS_CASES = [
    # listed and licensed, class, c1, c2, c3
    ([], 0, 0, 0, 0),
    (required(3)[:5], 0, 0, 0, 500 / 6),
    (required(3), 3, 0, 60, 100),
    (required(2), 2, 1000 / 14, 100, 100),
    (required(1), 1, 100, 100, 100),
    ([*required(3)[:5], PAPER], 3, 0, 60, 100),  # the paper stands in for the report
    ([n for n in required(1) if n != REPORT], 1, 100, 100, 100),
    ([n for n in required(1) if n != PAPER], 2, 1300 / 14, 100, 100),
    ([n for n in required(1) if n not in (PAPER, REPORT)], 0, 0, 0, 500 / 6),
]


@pytest.mark.parametrize(("names", "class_", "c1", "c2", "c3"), CLASS_CASES)
def test_a_class_is_reached_only_over_those_below(
    names: list[str], class_: int, c1: float, c2: float, c3: float
) -> None:
    result = evaluated(*listed(*names))
    detail: Any = result.detail
    assert detail["class"] == class_
    assert [detail[key] for key in ("c1", "c2", "c3")] == pytest.approx([c1, c2, c3])
    assert result.value.low == pytest.approx((c1 + c2 + c3) / 3, abs=1e-6)


def test_the_paper_takes_the_place_of_an_unlicensed_report_in_the_lists() -> None:
    entries = [*listed(REPORT, license_="unlicensed"), *listed(PAPER, license_="CC-BY-4.0")]
    buckets: Any = evaluated(*entries).detail["buckets"]
    assert buckets[3]["included"] == [PAPER]
    assert buckets[3]["unlicensed"] == [REPORT]
    assert REPORT not in buckets[3]["missing"]


@pytest.mark.parametrize(
    ("entries", "note"),
    [
        (
            listed("Weights"),
            "The file lists “Weights”, which is no component; the tool takes it for Datasets.",
        ),
        (
            [*listed("Model card"), *listed("Model card")],
            "The file lists Model card more than once; the last entry counts.",
        ),
        (
            listed("Model card", license_=""),
            "Model card: its own blank license counts as none, though a license for all is given.",
        ),
        (
            listed("Model card", license_="0"),
            "Model card: the tool takes the license “0” for a blank.",
        ),
        (
            listed("Evaluation data", license_="CC0-1.0"),
            "Evaluation data: the tool does not hold CC0-1.0 to be made for data.",
        ),
        (
            listed("Evaluation data", license_="PDDL-1.0"),
            "Evaluation data: the tool's list of open data licenses misspells PDDL-1.0, so it does"
            " not count.",
        ),
        (
            listed("Training code", license_="Apache 2.0"),
            "Training code: the tool compares ids letter by letter, and “Apache 2.0” is not"
            " Apache-2.0.",
        ),
        (listed(PAPER), "The research paper stands in for the technical report."),
    ],
)
def test_oddities_of_the_tool_are_noted(entries: list[dict[str, Any]], note: str) -> None:
    assert evaluated(*entries, distribution="MIT").notes == (note,)


def test_a_plain_file_has_no_notes() -> None:
    assert evaluated(*listed(*required(3))).notes == ()
    assert evaluated(*listed("Training code", license_="Acme License")).notes == ()


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (
            [name for name in required(3) if name != "Data card"],
            "One component short: Data card under an open license would make it Class III.",
        ),
        (
            required(3)[:4],
            "2 components short of Class III: Data card, Technical report or Research paper, each"
            " under an open license.",
        ),
        (
            [name for name in required(2) if name != "Training code"],
            "One component short: Training code under an open license would make it Class II.",
        ),
        (
            [name for name in required(1) if name != PAPER],
            "One component short: Research paper under an open license would make it Class I.",
        ),
        (required(1), "It has the highest class."),
    ],
)
def test_the_next_class_is_so_many_components_away(names: list[str], sentence: str) -> None:
    assert evaluated(*listed(*names)).detail["next"] == sentence


@pytest.mark.parametrize(
    ("entries", "name", "outcome", "reason"),
    [
        (listed("Training code"), "Training code", Outcome.YES, "Listed under MIT, an open"),
        (listed("Model card"), "Model card", Outcome.YES, "Listed under MIT: open, but not made"),
        (listed("Model card", license_=""), "Model card", Outcome.NO, "Listed, but without"),
        (listed("Model card", license_="X"), "Model card", Outcome.NO, "Listed under X, which"),
        ([], "Model card", Outcome.NO, "Not listed."),
        ([], "Sample model outputs", Outcome.NOT_APPLICABLE, "Not listed; it is optional."),
        (listed(PAPER), REPORT, Outcome.NOT_APPLICABLE, "Not counted; the research paper"),
    ],
)
def test_each_component_is_a_check(
    entries: list[dict[str, Any]], name: str, outcome: Outcome, reason: str
) -> None:
    checks = {check.criterion: check for check in evaluated(*entries).checks}
    assert list(checks) == NAMES
    assert checks[name].outcome is outcome
    assert checks[name].reason.startswith(reason)


def test_a_file_without_a_header_has_no_licenses_for_all() -> None:
    said = [Judged(1, "Training code", attributes={})]
    assert LENS.explain_published(said).detail["licenses"] == {"Training code": "unlicensed"}
    odd = [Judged(0, "", attributes={"release": {"license": "MIT"}}), *said]
    assert LENS.explain_published(odd).detail["licenses"] == {"Training code": "unlicensed"}


# --- Our reading ------------------------------------------------------------------------------


def held(states: dict[str, State | None], license_raw: str = "MIT", **more: Any) -> Facts:
    """A model of which these components are on record, each under the license."""
    components = {
        key: Component(
            exactly(state), claim=Claim(component=key, state=state, license_raw=license_raw)
        )
        for key, state in states.items()
        if state
    }
    return Facts(kind=Kind.MODEL, components=components, **more)


def everything(state: State = State.OPEN) -> dict[str, State | None]:
    return {key: state for slot in LENS.rule.slots.values() for key in slot.ours}


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        (held({}), Value(0, 100, "unclassified")),
        (held(everything()), Value(100, 100, "class_1")),
        (held(everything(State.PARTIAL)), Value(100, 100, "class_1")),
        (held(everything(State.CLOSED)), Value(0, 0, "unclassified")),
        (held(everything(), license_raw="Llama 2"), Value(0, 0, "unclassified")),
        (held(everything(), license_raw=""), Value(0, 100, "unclassified")),
        (replace(held(everything()), kind=Kind.DATASET), Value(None, None)),
        (replace(held(everything()), kind=Kind.SOFTWARE), Value(None, None)),
    ],
)
def test_our_reading_counts_what_is_sure_and_what_may_be(facts: Facts, value: Value) -> None:
    assert LENS.derive(profile_of(facts)) == LENS.explain(facts).value == value


def test_any_paper_will_do_but_all_data_are_asked_for() -> None:
    one_paper = everything() | {"technical_report": None, "preprint": State.CLOSED}
    assert LENS.explain(held(one_paper)).value.grade == "class_1"
    half_the_data = everything() | {"training_data_end": State.CLOSED}
    assert LENS.explain(held(half_the_data)).value.grade == "class_2"
    base_model = held(half_the_data, stage=Stage.BASE)
    assert LENS.explain(base_model).value.grade == "class_1"


@pytest.mark.parametrize(
    ("states", "license_raw", "name", "outcome", "reason"),
    [
        (everything(), "MIT", "Model card", Outcome.YES, "Available, and its license counts."),
        (everything(), "Llama 2", "Model card", Outcome.NO, "Available, but its license does not"),
        (everything(), "", "Model card", Outcome.UNKNOWN, "Available, but its license is not on"),
        ({}, "", "Model card", Outcome.UNKNOWN, "Not on record whether it is available"),
        (everything(State.CLOSED), "", "Model card", Outcome.NO, "Not available."),
        (
            everything(State.CLOSED),
            "",
            "Model metadata",
            Outcome.NOT_APPLICABLE,
            "Not listed; it is optional.",
        ),
    ],
)
def test_our_reading_gives_a_reason_for_each_component(
    states: dict[str, State | None], license_raw: str, name: str, outcome: Outcome, reason: str
) -> None:
    result = LENS.explain(held(states, license_raw))
    check = next(check for check in result.checks if check.criterion == name)
    assert (check.outcome, check.reason[: len(reason)]) == (outcome, reason)


@given(strategies.facts((Kind.MODEL, Kind.SERVICE)))
def test_our_reading_of_profile_and_facts_is_one(facts: Facts) -> None:
    value = LENS.derive(profile_of(facts))
    assert value == LENS.explain(facts).value
    assert value.low is not None
    assert value.high is not None
    assert 0 <= value.low <= value.high <= 100


def test_on_the_tools_own_rows_our_reading_never_exceeds_the_tools_result(shared: Path) -> None:
    """What the tool does not list is unknown to us, so low is at most its total, high at least."""
    for reading in readings(source.SOURCE, shared / "data/mof/models"):
        published = LENS.publish(cells(reading))
        facts = Facts(
            kind=Kind.MODEL,
            components={
                claim.component: Component(exactly(claim.state), claim=claim)
                for claim in reading.claims
            },
        )
        ours = LENS.explain(facts).value
        assert ours.low is not None
        assert published.low is not None
        assert ours.low <= published.low + 1e-6, reading.key
        assert (ours.high or 0) >= published.low - 1e-6, reading.key
