"""Open to whom: the worked results, and what the lens says beside them."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import (
    Access,
    Component,
    Facts,
    Hosting,
    Kind,
    Quantity,
    Right,
    State,
    exactly,
    span,
)
from scoring.hardware import own_machine
from scoring.lenses import LENSES
from scoring.lenses.open_to_whom import ACTOR_WEIGHTS, LENS, NOBODY, VERB_WEIGHTS, most_reachable
from scoring.result import Outcome, Sentence, Value
from scoring.score_file import facts_of, score_evidence

Row = dict[str, str]


@pytest.fixture(scope="module")
def evidence(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "oracles/open_to_whom_evidence.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def worked(shared: Path) -> dict[str, Row]:
    with (shared / "oracles/open_to_whom_worked.csv").open(encoding="utf-8", newline="") as lines:
        return {row["project"]: row for row in csv.DictReader(lines)}


def pair(text: str) -> tuple[float, float]:
    low, _, high = text.partition("..")
    return float(low), float(high or low)


def test_every_worked_result_is_reproduced(
    evidence: dict[str, Any], worked: dict[str, Row], equal: Callable[..., None]
) -> None:
    lines = {line["project"]: line for line in score_evidence("evidence.json", evidence)}
    assert lines.keys() == worked.keys()
    compared = 0
    for name, row in worked.items():
        line = lines[name]
        for key in ("low", "high", "proven", "unknown", "out_of_reach", "withheld"):
            assert line[key] == pytest.approx(float(row[key]), abs=0.05 + 1e-9), (name, key)
        assert line["reach"] == {verb: row[f"reach_{verb}"] for verb in VERB_WEIGHTS}, name
        for verb, cells in line["cells"].items():
            for actor, (low, high, _) in cells.items():
                expected = pair(row[f"{verb}.{actor}"])
                assert (low, high) == pytest.approx(expected, abs=0.0005), (name, verb, actor)
                compared += 1
    equal("open-to-whom", projects=len(worked), cells=compared)


def test_every_actors_own_score_and_compute_is_reproduced(
    evidence: dict[str, Any], worked: dict[str, Row]
) -> None:
    for name, row in worked.items():
        detail: Any = LENS.explain(facts_of(evidence[name], name)).detail
        for actor in ACTOR_WEIGHTS:
            assert detail["actors"][actor][0] == pytest.approx(float(row[actor]), abs=0.05 + 1e-9)
        compute = detail["compute"]
        if row["train_flop_low"]:
            assert compute.low == pytest.approx(float(row["train_flop_low"]), rel=0.005)
            assert compute.high == pytest.approx(float(row["train_flop_high"]), rel=0.005)
            assert compute.basis == row["compute_source"]
        else:
            assert compute is None


def test_weights_of_verbs_and_actors_each_sum_to_one() -> None:
    assert sum(VERB_WEIGHTS.values()) == pytest.approx(1)
    assert sum(ACTOR_WEIGHTS.values()) == pytest.approx(1)


def opt_175b() -> Facts:
    """A model given to institutions on request, too large for anybody at home."""
    size = Quantity("parameters", 175e9, 175e9)
    tokens = Quantity("tokens", 180e9, 180e9)
    return Facts(
        kind=Kind.MODEL,
        components={
            key: Component(exactly(State(word)))
            for key, word in {"training_data": "partial", "data_card": "partial"}.items()
        },
        access=exactly(Access.BY_REQUEST),
        hosted=exactly(Hosting.NONE),
        use=exactly(Right.NONCOMMERCIAL),
        modify=exactly(Right.NONCOMMERCIAL),
        share=exactly(Right.NONCOMMERCIAL),
        quantities={"parameters": (size,), "tokens": (tokens,)},
    )


def cells(facts: Facts) -> Any:
    return LENS.explain(facts).detail["cells"]


def sentences(facts: Facts) -> Any:
    return LENS.explain(facts).detail["sentences"]


def test_weights_on_request_give_a_person_nothing_and_a_lab_half() -> None:
    run = cells(opt_175b())["run"]
    assert run["laptop"] == run["workstation"] == (0, 0, ("access", "hardware"))
    assert run["lab"] == run["cluster"] == (0.5, 0.5, ("access", "terms:use"))


def test_a_cell_says_what_binds_it() -> None:
    said = sentences(opt_175b())
    assert said["run"]["laptop"] == (
        "run, laptop: no. the weights are given on request, to institutions only;"
        " 175B parameters need 105 GB even at 4 bits, and 12 GB are usable."
    )
    assert said["run"]["lab"] == (
        "run, lab: partly. the weights are given on request only;"
        " the terms permit use for non-commercial purposes only."
    )
    assert said["inspect"]["laptop"].startswith(
        "inspect, laptop: little, perhaps more. not on record:"
    )


def small(**more: Any) -> Facts:
    """A fully licensed small model."""
    given: dict[str, Any] = {
        "access": exactly(Access.PUBLIC),
        **{right: exactly(Right.OPEN) for right in ("use", "modify", "share")},
        "quantities": {"parameters": (Quantity("parameters", 7e9, 7e9),)},
    }
    return Facts(kind=Kind.MODEL, **given | more)


ONE_CELL = [
    # facts, verb, actor, sentence
    (
        small(),
        "run",
        "laptop",
        "run, laptop: yes. the terms permit use; 7B parameters need 8.4 GB at 8 bits, and 12 GB are"
        " usable.",
    ),
    (
        small(),
        "run",
        "cluster",
        "run, cluster: yes. the terms permit use; no machine is too large for this actor.",
    ),
    (
        small(),
        "adapt",
        "laptop",
        "adapt, laptop: partly. tuning 7B parameters needs 4.38 GB at 4 bits, 18.2 GB at 16 bits,"
        " and 12 GB are usable.",
    ),
    (
        small(),
        "adapt",
        "workstation",
        "adapt, workstation: yes. the terms permit modification and sharing; tuning 7B parameters"
        " needs 18.2 GB at 16 bits, and 21.6 GB are usable.",
    ),
    (
        small(hosted=exactly(Hosting.FREE_API)),
        "use",
        "laptop",
        "use, laptop: yes. there is an API that is free of charge.",
    ),
    (
        small(access=exactly(Access.NONE), hosted=exactly(Hosting.PAID_API)),
        "use",
        "laptop",
        "use, laptop: partly. there is an API, which must be paid for.",
    ),
    (
        small(access=exactly(Access.UNKNOWN)),
        "run",
        "laptop",
        "run, laptop: not known. it is not known whether one can obtain the weights.",
    ),
    (
        small(access=span(Access.CLICK_THROUGH, Access.PUBLIC)),
        "run",
        "laptop",
        "run, laptop: partly, perhaps more. sources leave open how one obtains the weights: between"
        " given after a click and public.",
    ),
    (
        small(use=span(Right.UNSTATED, Right.OPEN)),
        "run",
        "laptop",
        "run, laptop: little, perhaps more. it is not known what the terms say of use.",
    ),
    (
        small(quantities={}),
        "run",
        "laptop",
        "run, laptop: not known. the number of parameters is not known.",
    ),
    (
        small(quantities={"parameters": (Quantity("parameters", 3e8, 4e8),)}),
        "run",
        "laptop",
        "run, laptop: yes. the terms permit use; 300–400M parameters need 0.36–0.48 GB at 8"
        " bits, and 12 GB are usable.",
    ),
    (
        small(quantities={"parameters": (Quantity("parameters", 3e10, 3e10),)}),
        "run",
        "workstation",
        "run, workstation: partly. 30B parameters need 18 GB at 4 bits, 36 GB at 8 bits, and"
        " 21.6 GB are usable.",
    ),
]


def all_open(kind: Kind = Kind.MODEL, **more: Any) -> Facts:
    """A project of which everything is open."""
    held = {key: Component(exactly(State.OPEN)) for key in (*COMPONENTS, *DERIVED_COMPONENTS)}
    return replace(small(components=held, **more), kind=kind)


ONE_CELL += [
    (
        all_open(quantities=dict(opt_175b().quantities)),
        "retrain",
        "laptop",
        "retrain, laptop: no. training takes 9.5e22–3.8e23 FLOP, on this machine more than a"
        " hundred years.",
    ),
    (
        all_open(quantities=dict(opt_175b().quantities)),
        "retrain",
        "lab",
        "retrain, lab: not known. training takes 9.5e22–3.8e23 FLOP, on this machine 346–1,379"
        " days.",
    ),
    (
        all_open(),
        "inspect",
        "laptop",
        "inspect, laptop: yes. everything that shows how it was made is open.",
    ),
    (
        all_open(),
        "evaluate",
        "laptop",
        "evaluate, laptop: yes. one can run it, and everything by which it was measured is open.",
    ),
    (all_open(), "retrain", "cluster", "retrain, cluster: yes. code, data and recipe are open."),
    (
        all_open(),
        "retrain",
        "lab",
        "retrain, lab: not known. the training compute is not known.",
    ),
    (
        all_open(Kind.SOFTWARE),
        "retrain",
        "laptop",
        "rebuild, laptop: yes. code, data and recipe are open.",
    ),
    (
        all_open(Kind.SOFTWARE),
        "run",
        "laptop",
        "run, laptop: yes. the terms permit use; it needs 1 GB of memory.",
    ),
    (
        all_open(Kind.SOFTWARE, quantities={"memory_gb": (Quantity("memory_gb", 20, 20),)}),
        "run",
        "laptop",
        "run, laptop: no. it needs 20 GB of memory, and 12 GB are usable.",
    ),
    (
        all_open(Kind.SOFTWARE, access=exactly(Access.NONE)),
        "run",
        "laptop",
        "run, laptop: no. the source code is not given out.",
    ),
]


@pytest.mark.parametrize(("facts", "verb", "actor", "sentence"), ONE_CELL)
def test_each_cell_has_a_plain_sentence(facts: Facts, verb: str, actor: str, sentence: str) -> None:
    assert sentences(facts)[verb][actor] == sentence


def test_components_that_bind_are_grouped_by_how_open_they_are() -> None:
    closed = {"training_code": Component(exactly(State.CLOSED))}
    assert sentences(small(components=closed))["retrain"]["cluster"] == (
        "retrain, cluster: no. closed: Training code; not on record: Training data,"
        " Technical report, Research paper, Training record, Configuration and metadata."
    )
    torn = {**all_open().components, "training_data": Component(span(State.PARTIAL, State.OPEN))}
    assert sentences(small(components=torn))["retrain"]["cluster"] == (
        "retrain, cluster: partly, perhaps more."
        " sources leave open how far it is open: Training data."
    )


def test_a_sentence_can_be_said_in_another_language() -> None:
    told = sentences(small())["run"]["cluster"]
    assert told.say(str) == told
    chinese = {
        "{verb}, {actor}: {verdict}. {reasons}.": "{actor}：{verb}：{verdict}。{reasons}。",
        "run": "运行",
        "cluster": "集群",
        "yes": "可以",
        "{first}; {second}": "{first}；{second}",
        "the terms permit use": "条款允许使用",
        "no machine is too large for this actor": "机器不成问题",
    }
    assert told.say(chinese.__getitem__) == "集群：运行：可以。条款允许使用；机器不成问题。"


def test_every_message_is_known_to_translators() -> None:
    known = set(LENS.messages()) | {info.name for info in COMPONENTS.values()}
    known |= {info.name for info in DERIVED_COMPONENTS.values()}

    def templates(sentence: Sentence) -> set[str]:
        inner = [templates(word) for word in sentence.params.values() if isinstance(word, Sentence)]
        return {sentence.template}.union(*inner)

    for facts, verb, actor, _ in ONE_CELL:
        assert templates(sentences(facts)[verb][actor]) <= known


def test_checks_add_up_to_the_score() -> None:
    for facts in (opt_175b(), small(), all_open(), Facts(kind=Kind.MODEL)):
        result = LENS.explain(facts)
        assert [check.criterion for check in result.checks] == list(VERB_WEIGHTS)
        low, high = (sum(check.points[end] for check in result.checks) for end in (0, 1))
        assert (low, high) == pytest.approx((result.value.low, result.value.high), abs=1e-5)


def test_a_check_tells_yes_partly_no_and_unknown_apart() -> None:
    outcomes = {check.criterion: check.outcome for check in LENS.explain(opt_175b()).checks}
    assert outcomes == {
        "use": Outcome.PARTLY,
        "inspect": Outcome.PARTLY,
        "run": Outcome.PARTLY,
        "adapt": Outcome.PARTLY,
        "evaluate": Outcome.PARTLY,
        "retrain": Outcome.UNKNOWN,
    }
    everything = LENS.explain(all_open(Kind.SOFTWARE, hosted=exactly(Hosting.FREE_API)))
    assert {check.outcome for check in everything.checks} == {Outcome.YES}
    closed = LENS.explain(small(access=exactly(Access.NONE), hosted=exactly(Hosting.NONE)))
    assert closed.checks[0].outcome is Outcome.NO


def test_the_grade_is_the_reach_of_run() -> None:
    assert LENS.explain(small()).value.grade == "laptop"
    assert LENS.explain(opt_175b()).value.grade == "lab"
    assert LENS.explain(Facts(kind=Kind.MODEL)).value == Value(0.0, 100.0, NOBODY)


def test_nothing_known_is_unranked_and_something_known_is_ranked() -> None:
    assert LENS.rank_key(LENS.explain(Facts(kind=Kind.MODEL)).value) is None
    assert LENS.rank_key(LENS.explain(small()).value) is not None


def test_data_sets_are_not_scored_by_this_method() -> None:
    result = LENS.explain(Facts(kind=Kind.DATASET))
    assert (result.value, result.checks) == (Value(None, None), ())
    assert result.notes == ("Data sets are not scored by this method.",)
    assert LENS.rank_key(result.value) is None


def test_estimates_that_exclude_each_other_are_said() -> None:
    sizes = {"parameters": 7e9, "tokens": 1e12, "flop": 1e20}
    given = {name: (Quantity(name, size, size),) for name, size in sizes.items()}
    assert LENS.explain(small(quantities=given)).notes == (
        "Estimates of the training compute exclude each other; the best source counts.",
    )


def test_a_visitors_own_machine_has_a_column_beside_the_headline() -> None:
    column = LENS.machine(small(), own_machine(ram=8, vram=0))
    assert list(column) == ["use", "inspect", "run", "adapt", "evaluate"]
    assert {column[verb][0][:2] for verb in ("run", "adapt")} == {(0.0, 0.0)}
    roomy = LENS.machine(small(), own_machine(ram=64, vram=24))
    assert roomy["adapt"] == (
        (1.0, 1.0, ()),
        "adapt, your machine: yes. the terms permit modification and sharing; tuning 7B parameters"
        " needs 18.2 GB at 16 bits, and 60 GB are usable.",
    )


def test_a_family_shows_its_most_reachable_release_and_the_range() -> None:
    family = {
        "7b": Value(91.5, 92.1, "laptop"),
        "32b": Value(61.1, 61.1, "workstation"),
        "data": Value(None, None),
    }
    assert most_reachable(family) == ("7b", 61.1, 91.5)
    assert most_reachable({"data": Value(None, None)}) is None


def test_the_lens_is_the_first_of_the_registry() -> None:
    assert next(iter(LENSES.items())) == ("open-to-whom", LENS)
    assert (LENS.bases, LENS.version, LENS.maximum) == (("derived",), "o2w-1", 100)
