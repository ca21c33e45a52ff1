"""Open to whom (method o2w-1): who can do what with it. Our own lens.

Six verbs by four actors; each cell is a pair (low, high) from 0 to 1, the score their weighted sum.
Low is what is proven, high what is possible while something is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from scoring import hardware
from scoring.facts import Facts, Kind, Span
from scoring.hardware import ACTORS, Actor, Pair
from scoring.lenses.formula import Values
from scoring.lenses.lens import Lens, rounded
from scoring.lenses.open_to_whom_grid import (
    ACTOR_WEIGHTS,
    MODEL,
    NOBODY,
    OF_ACTOR,
    SOFTWARE,
    VERB_WEIGHTS,
    Cell,
    Grid,
    parts,
    weighted,
)
from scoring.lenses.open_to_whom_words import Words
from scoring.profile import Profile, profile_of
from scoring.result import Check, Outcome, Result, Sentence, Value

__all__ = [
    "ACTOR_WEIGHTS",
    "LENS",
    "NOBODY",
    "VERB_WEIGHTS",
    "Grid",
    "OpenToWhom",
    "most_reachable",
    "parts",
]

_PERSONS = ("laptop", "workstation")


class OpenToWhom(Lens):
    """The lens; its tables of values come from the .toml."""

    def __init__(self) -> None:
        super().__init__(__file__)
        values = self.texts["values"]
        self._state = _Table(values["state"])
        self._right = _Table(values["right"])
        self._access = _by_actor(values["access"])
        self._hosting = _by_actor(values["hosting"])
        self._words = Words(self.texts)

    def messages(self) -> tuple[str, ...]:
        """Every text of the grid that a translator has to know."""
        return self._words.messages()

    def derive(self, profile: Profile) -> Value:
        """The weighted sum of the cells, 0 to 100; the grade is the reach of `run`.

        A data set has no value: the method does not cover it.
        """
        if profile.kind is Kind.DATASET:
            return Value(None, None)
        grid = self.grid(profile)
        return rounded(*grid.total(), grid.reach("run"))

    def grid(self, profile: Profile, *, actors: Iterable[str] = ACTOR_WEIGHTS) -> Grid:
        """Every cell of a profile."""
        reading = SOFTWARE if profile.kind is Kind.SOFTWARE else MODEL
        shared = Values({key: self._state[profile.state(key)] for key in reading.components})
        shared["terms:use"] = self._right[profile.use]
        shared["terms:modify"] = self._right[profile.modify]
        shared["terms:share"] = self._right[profile.share]
        for formula in reading.shared:
            _ = shared[formula]
        values: dict[str, Values] = {}
        alike: dict[tuple[Pair, ...], Values] = {}  # actors who do not differ are worked out once
        for at, actor in enumerate(actors):
            given = (
                self._access[actor][profile.access],
                self._hosting[actor][profile.hosted],
                profile.fit_run[at],
                profile.fit_adapt[at],
                profile.fit_train[at],
            )
            if given not in alike:
                alike[given] = Values(shared)
                alike[given].update(zip(OF_ACTOR, given, strict=True))
            values[actor] = alike[given]
        cells = {
            verb: {actor: own[formula] for actor, own in values.items()}
            for verb, formula in reading.verbs.items()
        }
        return Grid(reading.verbs, values, cells)

    def explain(self, facts: Facts) -> Result:
        """The value with a check for each verb, and in `detail`:

        cells         {verb: {actor: (low, high, binding terms)}}
        sentences     {verb: {actor: Sentence}}
        reach         {verb: the smallest actor with at least half, or "-"}
        actors        {actor: (low, high)}, each actor's own score
        total         (low, high) at full precision, and
        proven, unknown, out_of_reach, withheld    the points, which sum to 100
        compute       hardware.Compute or None
        """
        profile = profile_of(facts)
        if facts.kind is Kind.DATASET:
            return Result(self.derive(profile), notes=(self._words.say("not_scored"),))
        grid = self.grid(profile)
        cells = {
            verb: {actor: (*pair, grid.binding(verb, actor)) for actor, pair in row.items()}
            for verb, row in grid.cells.items()
        }
        told = partial(self._words.cell, facts, profile)
        sentences = {
            verb: {actor: told(verb, ACTORS[actor], cell) for actor, cell in row.items()}
            for verb, row in cells.items()
        }
        compute = hardware.training_compute(facts.quantities, token_model=facts.token_model)
        conflict = compute is not None and compute.conflict
        return Result(
            rounded(*grid.total(), grid.reach("run")),
            checks=tuple(_check(grid, verb, sentences[verb][_PERSONS[0]]) for verb in grid.cells),
            notes=(self._words.say("compute_conflict"),) if conflict else (),
            detail={
                "cells": cells,
                "sentences": sentences,
                "reach": {verb: grid.reach(verb) for verb in grid.cells},
                "actors": {actor: grid.of_actor(actor) for actor in grid.values},
                "total": grid.total(),
                **parts(grid),
                "compute": compute,
            },
        )

    def machine(self, facts: Facts, actor: Actor) -> dict[str, tuple[Cell, Sentence]]:
        """A person's verbs on a visitor's machine (`hardware.own_machine`), beside the headline.

        All but to retrain: how fast the machine is, its memory does not tell.
        """
        profile = profile_of(facts)
        fits = hardware.fits(
            facts.kind, facts.quantities, token_model=facts.token_model, actors=(actor,)
        )
        own = replace(
            profile, fit_run=fits.run, fit_adapt=fits.adapt, fit_train=(hardware.UNKNOWN,)
        )
        grid = self.grid(own, actors=_PERSONS[:1])
        column = {}
        for verb in (verb for verb in grid.cells if verb != "retrain"):
            low, high = grid.cells[verb][_PERSONS[0]]
            cell = (low, high, grid.binding(verb, _PERSONS[0]))
            column[verb] = (cell, self._words.cell(facts, profile, verb, actor, cell))
        return column


def _check(grid: Grid, verb: str, reason: Sentence) -> Check:
    """One verb as a criterion: what it adds to the score over all actors."""
    weight = VERB_WEIGHTS[verb]
    row = grid.cells[verb].items()
    low, high = weighted((ACTOR_WEIGHTS[actor], pair) for actor, pair in row)
    if low < high and low == 0:
        outcome = Outcome.UNKNOWN
    elif low >= 100:
        outcome = Outcome.YES
    else:
        outcome = Outcome.PARTLY if low > 0 else Outcome.NO
    return Check(verb, outcome, reason, (weight * low, weight * high))


def most_reachable(family: Mapping[str, Value]) -> tuple[str, float, float] | None:
    """Of a family's releases the one to show, and the range of proven scores over all of them.

    Sizes are never mixed: a family has no score of its own. None if no release has a value.
    """
    known = {key: value for key, value in family.items() if value.low is not None}
    if not known:
        return None
    best = max(known, key=lambda key: (known[key].low or 0.0, known[key].high or 0.0))
    lows = [value.low or 0.0 for value in known.values()]
    return best, min(lows), max(lows)


class _Table:
    """Span of a ladder -> pair of numbers, from the number of each step."""

    def __init__(self, numbers: Mapping[str, float]) -> None:
        self._numbers = numbers
        self._pairs: dict[tuple[int, int], Pair] = {}  # by places on the ladder

    def __getitem__(self, value: Span[Any]) -> Pair:
        pair = self._pairs.get(value.places)
        if pair is None:
            least, most = value.ends
            pair = self._pairs[value.places] = self._numbers[least], self._numbers[most]
        return pair


def _by_actor(numbers: Mapping[str, Mapping[str, float]]) -> dict[str, _Table]:
    """Actor -> table; people and institutions are told apart."""
    tables = {who: _Table(steps) for who, steps in numbers.items()}
    return {
        actor: tables["person" if actor in _PERSONS else "institution"] for actor in ACTOR_WEIGHTS
    }


LENS = OpenToWhom()
