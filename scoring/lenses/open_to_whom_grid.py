"""The grid of `open_to_whom`: how the parts of a project make up six verbs for four actors."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.hardware import Pair
from scoring.lenses.formula import Best, Formula, Half, Mean, Scaled, Values, Weakest

_NUMBERS = tomllib.loads(Path(__file__).with_name("open_to_whom.toml").read_text(encoding="utf-8"))
VERB_WEIGHTS: dict[str, float] = _NUMBERS["verbs"]
ACTOR_WEIGHTS: dict[str, float] = _NUMBERS["actors"]

Cell = tuple[float, float, tuple[str, ...]]
"""Low, high, and the terms that bind it (empty where it is full)."""

NOBODY = "-"
"""The reach of a verb that no actor has by half."""

_RUN = Weakest("access", "terms:use", "hardware:run")
_ADAPT = Weakest("access", "terms:modify", "terms:share", "hardware:adapt")
_USE = Best("hosted", _RUN)
_PROBE = Best(_RUN, Half("hosted"))  # a black box shows half

_PAPERS = ("technical_report", "research_paper")
_RECORDS = ("training_record", "model_metadata")


def _verbs(*, inspect: Formula, evidence: Formula, retrain: Formula) -> dict[str, Formula]:
    return {
        "use": _USE,
        "inspect": inspect,
        "run": _RUN,
        "adapt": _ADAPT,
        "evaluate": Scaled(_PROBE, evidence),
        "retrain": retrain,
    }


MODEL_VERBS = _verbs(
    inspect=Mean(
        Best("architecture_code", "architecture_doc"),
        Mean("training_code", "inference_code"),
        Mean("training_data", "data_card"),
        Mean(Best(*_PAPERS), "model_card"),
        Best(*_RECORDS),
    ),
    evidence=Mean(
        "evaluation_results",
        "evaluation_code",
        "evaluation_data",
        Best("training_data", "data_card"),
        Best("weights_intermediate", "training_record"),
    ),
    retrain=Weakest("training_code", "training_data", Best(*_PAPERS, *_RECORDS), "hardware:train"),
)
"""How the parts of a model or a service make up each verb."""

SOFTWARE_VERBS = _verbs(
    inspect=Mean(
        "source_code",
        "code_doc",
        Best("architecture_doc", "research_paper", "technical_report"),
        "tests",
        "change_history",
    ),
    evidence=Mean(
        "tests", "evaluation_data", "evaluation_results", "change_history", "issue_tracker"
    ),
    retrain=Weakest("source_code", "build_recipe"),
)
"""How the parts of software do; to retrain it is to rebuild it."""

_HARDWARE = {
    "hardware:run": "fit_run",
    "hardware:adapt": "fit_adapt",
    "hardware:train": "fit_train",
}
OF_ACTOR = ("access", "hosted", *_HARDWARE)
"""What differs from actor to actor."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a kind's verbs read: component keys, and formulas that are the same for every actor."""

    verbs: Mapping[str, Formula]
    components: tuple[str, ...]
    shared: tuple[Formula, ...]

    @classmethod
    def of(cls, verbs: Mapping[str, Formula]) -> Self:
        """The reading of these verbs."""
        names = frozenset().union(*(formula.names() for formula in verbs.values()))
        inner = dict.fromkeys(one for formula in verbs.values() for one in formula.within())
        return cls(
            verbs,
            tuple(key for key in (*COMPONENTS, *DERIVED_COMPONENTS) if key in names),
            tuple(one for one in inner if one.names().isdisjoint(OF_ACTOR)),
        )


MODEL = Reading.of(MODEL_VERBS)
"""What is read of models and services."""

SOFTWARE = Reading.of(SOFTWARE_VERBS)
"""What is read of software."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one project, and per actor the values from which they come."""

    verbs: Mapping[str, Formula]
    values: Mapping[str, Values]
    cells: Mapping[str, Mapping[str, Pair]]

    def binding(self, verb: str, actor: str) -> tuple[str, ...]:
        """The terms that bind a cell: access, hardware, hosted, terms:use, component ids."""
        names = self.verbs[verb].binding(self.values[actor])
        return tuple(
            dict.fromkeys(name.partition(":")[0] if name in _HARDWARE else name for name in names)
        )

    def reach(self, verb: str) -> str:
        """The smallest actor who has at least half of a verb for sure, or NOBODY."""
        by_actor = self.cells[verb].items()
        return next((actor for actor, (low, _) in by_actor if low >= 0.5), NOBODY)

    def of_actor(self, actor: str) -> Pair:
        """One actor's own score, 0 to 100."""
        cells = [(VERB_WEIGHTS[verb], cells[actor]) for verb, cells in self.cells.items()]
        return weighted(cells)

    def total(self) -> Pair:
        """The headline, 0 to 100: proven and possible."""
        cells = [
            (VERB_WEIGHTS[verb] * ACTOR_WEIGHTS[actor], pair)
            for verb, by_actor in self.cells.items()
            for actor, pair in by_actor.items()
        ]
        return weighted(cells)


def weighted(cells: Iterable[tuple[float, Pair]]) -> Pair:
    """The weighted mean, 0 to 100; never beyond them, since rounding divides out again."""
    low = high = whole = 0.0
    for weight, pair in cells:
        low += weight * pair[0]
        high += weight * pair[1]
        whole += weight
    return 100 * (low / whole), 100 * (high / whole)


def parts(grid: Grid) -> dict[str, float]:
    """Where the 100 points are: proven, unknown, out of reach, withheld.

    Out of reach: somebody with a cluster might have them, these actors not; withheld: nobody.
    """
    low, high = grid.total()
    cluster = grid.of_actor("cluster")[1]
    return {
        "proven": low,
        "unknown": high - low,
        "out_of_reach": cluster - high,
        "withheld": 100 - cluster,
    }
