"""Where publishers disagree on a component, and why.

Two statements disagree if no state fits both. They may speak of another version, ask another
question under the same name, or be of another date; what is left is a true conflict.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from scoring.components import COMPONENTS
from scoring.facts import Claim, Facts, State
from scoring.weighing import compatible, state_said

FAR_APART = timedelta(days=365)
"""From which distance on a difference of dates explains one of statements."""


class Why(StrEnum):
    """Why two statements differ; the first that applies is given."""

    OTHER_VERSION = "other_version"  # one speaks of the family, or of another release
    OTHER_QUESTION = "other_question"
    OTHER_DATE = "other_date"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two statements on one component that cannot both be true of it, the more open one first."""

    component: str
    more_open: Claim
    less_open: Claim
    why: Why
    asked: tuple[str, str] = ("", "")  # what each asks, where that is why


@cache
def _questions() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def disagreements(facts: Facts, elsewhere: Iterable[Claim] = ()) -> tuple[Disagreement, ...]:
    """Every pair of sources that disagree, by component in the order of display.

    `elsewhere` are claims about the family or another version, which are no evidence of this
    release.
    """
    of_others = list(elsewhere)
    found: list[Disagreement] = []
    for key in COMPONENTS:
        held = facts.components.get(key)
        here = list(held.claims) if held else []
        there = [claim for claim in of_others if claim.component == key]
        found += _among(key, here, there)
    return tuple(found)


def _among(key: str, here: list[Claim], there: list[Claim]) -> Iterator[Disagreement]:
    pairs: list[tuple[Claim, Claim, bool]] = [
        *((one, other, True) for one, other in combinations(here, 2)),
        *((one, other, False) for one in here for other in there),
    ]
    for one, other, same_release in pairs:
        if one.source != other.source and not compatible(state_said(one), state_said(other)):
            more, less = sorted((one, other), key=_openness, reverse=True)
            yield _disagreement(key, more, less, same_release=same_release)


def _openness(claim: Claim) -> int:
    return list(State).index(claim.state)


def _disagreement(key: str, more: Claim, less: Claim, *, same_release: bool) -> Disagreement:
    asked = (_asks(more, key), _asks(less, key))
    if not same_release:
        return Disagreement(key, more, less, Why.OTHER_VERSION)
    if all(asked) and asked[0] != asked[1]:
        return Disagreement(key, more, less, Why.OTHER_QUESTION, asked)
    dates = (more.stated_on, less.stated_on)
    if dates[0] and dates[1] and abs(dates[0] - dates[1]) >= FAR_APART:
        return Disagreement(key, more, less, Why.OTHER_DATE)
    return Disagreement(key, more, less, Why.CONFLICT)


def _asks(claim: Claim, key: str) -> str:
    of_source: Mapping[str, Any] = _questions().get(claim.source, {})
    return str(of_source.get(key, ""))
