"""Scores of single documents as plain data."""

import json
from typing import Any

import pytest

from scoring.lenses import Judged
from scoring.score_file import (
    Malformed,
    facts_of,
    read_evidence,
    score_evidence,
    score_published,
)


def test_a_published_file_gives_one_line() -> None:
    said = [Judged(0, "", "Pelican"), Judged(1, "paper", "open"), Judged(2, "api", "partial")]
    line = score_published("opening-up", "pelican.yaml", "Pelican", said)
    checks = line.pop("checks")
    assert line == {
        "file": "pelican.yaml",
        "name": "Pelican",
        "lens": "opening-up",
        "edition": "2025-03",
        "low": 1.5,
        "high": 1.5,
        "grade": "",
        "notes": [],
    }
    assert len(checks) == 14
    assert {
        "criterion": "API",
        "outcome": "partly",
        "reason": "The publisher judged this partly open.",
        "points": [0.5, 0.5],
        "component": "hosted_api",
    } in checks


def test_evidence_gives_one_line_a_project_that_json_can_hold() -> None:
    document = {"Nothing": {}, "GPT": {"access": "none", "hosted": "paid_api", "params_b": None}}
    lines = list(score_evidence("evidence.json", document))
    assert json.loads(json.dumps(lines[1]))["cells"]["use"]["laptop"] == [0.75, 0.75, ["hosted"]]
    nothing = lines[0]
    assert (nothing["project"], nothing["low"], nothing["high"]) == ("Nothing", 0, 100)
    assert nothing["reach"]["run"] == "-"
    assert nothing["cells"]["run"]["laptop"] == (0, 1, ("access", "terms:use", "hardware"))
    assert list(nothing) == [
        *("file", "project", "lens", "low", "high", "proven", "unknown", "out_of_reach"),
        *("withheld", "reach", "cells"),
    ]


def test_quantities_may_be_numbers_ranges_or_unknown() -> None:
    facts = facts_of(
        {
            "params_b": [6, 8],
            "active_b": None,
            "tokens_t": 2,
            "gpu_hours": [1000, 312e12],
            "flops": [1e22, 2e22],
            "c": {"model_card": "partial..open", "data_card": None},
            "access": "by_request..public",
        },
        "Pelican",
    )
    held = {name: (one.low, one.high) for name, (one,) in facts.quantities.items()}
    assert held == {
        "parameters": (6e9, 8e9),
        "tokens": (2e12, 2e12),
        "flop": (1e22, 2e22),
        "gpu_hours": (1000, 1000),
    }
    assert facts.quantities["gpu_hours"][0].detail == "312000000000000.0"
    states = {key: str(held.state) for key, held in facts.components.items()}
    assert states == {"model_card": "partial..open", "data_card": "unknown"}
    assert str(facts.access) == "by_request..public"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("x", "Pelican: is no object"),
        ({"weights": "public"}, "Pelican: unknown key weights"),
        ({"kind": "car"}, "Pelican: kind car is none that open-to-whom scores"),
        ({"kind": "dataset"}, "Pelican: kind dataset is none that open-to-whom scores"),
        ({"c": []}, "Pelican: c is no object"),
        ({"c": {"engine": "open"}}, "Pelican: unknown component engine"),
        ({"c": {"tests": "ajar"}}, "Pelican: tests is ajar, none of closed, partial, open"),
        ({"access": "free"}, "Pelican: access is free, none of none"),
        ({"params_b": "7"}, "Pelican: params_b is neither a positive number nor"),
        ({"params_b": -7}, "Pelican: params_b is neither a positive number nor"),
        ({"params_b": True}, "Pelican: params_b is neither a positive number nor"),
        ({"params_b": float("nan")}, "Pelican: params_b is neither a positive number nor"),
        ({"params_b": float("inf")}, "Pelican: params_b is neither a positive number nor"),
        ({"params_b": 10**400}, "Pelican: params_b is neither a positive number nor"),
        ({"params_b": 1e305}, "Pelican: params_b is neither a positive number nor"),
        ({"access": "public..none"}, "Pelican: access is public..none, whose least open end is"),
        ({"access": "public.."}, "Pelican: access is public.., none of"),
        ({"params_b": [8, 6]}, "Pelican: params_b is neither a positive number nor"),
        ({"params_b": [1, 2, 3]}, "Pelican: params_b is neither a positive number nor"),
        ({"gpu_hours": 1000}, "Pelican: gpu_hours is not"),
        ({"gpu_hours": [1000, "A100"]}, "Pelican: peak of gpu_hours is neither"),
    ],
)
def test_malformed_evidence_says_what_is_wrong_with_it(entry: Any, reason: str) -> None:
    with pytest.raises(Malformed, match=f"^{reason}"):
        score_evidence("evidence.json", {"Pelican": entry})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is no JSON"),
        ("{'Pelican': {}}", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"Pelican": {"params_b": ' + "9" * 5000 + "}}", "is no JSON"),
        ('{"Pelican": {}, "Pelican": {}}', "Pelican is given twice"),
        ('{"Pelican": {"c": {"tests": "open", "tests": "closed"}}}', "tests is given twice"),
    ],
)
def test_a_text_that_is_no_json_or_says_a_thing_twice_is_malformed(text: str, reason: str) -> None:
    with pytest.raises(Malformed, match=f"^{reason}"):
        read_evidence(text)


def test_a_file_that_is_no_object_of_projects_is_malformed() -> None:
    with pytest.raises(Malformed, match="no object of projects"):
        score_evidence("evidence.json", [])
