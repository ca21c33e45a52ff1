"""The grid in words: for each verb and machine a short answer, and the lens's own reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isinf
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import get_language

from openness import figures, words
from openness.spoken import gettext as _
from openness.worked_out import from_facts
from scoring import hardware
from scoring.facts import Facts, Kind
from scoring.hardware import Actor, Pair
from scoring.lenses.open_to_whom import LENS as OPEN_TO_WHOM
from scoring.lenses.open_to_whom_grid import Cell as Rated
from scoring.result import Sentence

FULL = 0.995
"""From here on a value is shown as whole."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: `look` is open, partial, far, withheld or unknown; low and high from 0 to 1."""

    look: str
    low: float
    high: float
    answer: str
    reasons: str

    @property
    def glyph(self) -> str:
        """The mark of the state that the cell looks like."""
        return "closed" if self.look == "withheld" else self.look


@dataclass(frozen=True, slots=True)
class Block:
    """Neighboring machines for which the answer is the same to the word."""

    actors: tuple[str, ...]
    cell: Cell

    @property
    def machines(self) -> list[str]:
        """Their names."""
        return [words.of(words.ACTORS, actor) for actor in self.actors]


def blocks(by_actor: Mapping[str, Cell]) -> list[Block]:
    """One verb's cells from the smallest machine to the largest, alike neighbors as one."""
    found: list[Block] = []
    for actor, cell in by_actor.items():
        if found and found[-1].cell == cell:
            found[-1] = Block((*found[-1].actors, actor), cell)
        else:
            found.append(Block((actor,), cell))
    return found


def grid(project: int, facts: Facts, detail: Mapping[str, Any]) -> dict[str, dict[str, Cell]]:
    """{verb: {actor: cell in words}} from what `explain` of open-to-whom gives as its detail.

    Empty where that lens does not cover the project (by key). What is withheld is withheld from
    everybody: no machine is the reason for it.
    """
    if "cells" not in detail:
        return {}
    return from_facts(project, facts, ("grid", get_language()), lambda: _grid(facts, detail))


def _grid(facts: Facts, detail: Mapping[str, Any]) -> dict[str, dict[str, Cell]]:
    sentences = detail["sentences"]
    found: dict[str, dict[str, Cell]] = {}
    for verb, by_actor in detail["cells"].items():
        reachable = by_actor["cluster"][1]
        found[verb] = {}
        for actor, cell in by_actor.items():
            look = look_of(cell[0], cell[1], reachable)
            told = sentences[verb]["cluster" if look == "withheld" else actor]
            found[verb][actor] = _cell(facts, verb, hardware.ACTORS[actor], look, cell, told)
    return found


def own_column(facts: Facts, detail: Mapping[str, Any], actor: Actor) -> dict[str, Cell]:
    """{verb: cell in words} for a visitor's machine, without what its memory cannot tell."""
    column: dict[str, Cell] = {}
    for verb, (cell, sentence) in OPEN_TO_WHOM.machine(facts, actor).items():
        look = look_of(cell[0], cell[1], detail["cells"][verb]["cluster"][1])
        told = detail["sentences"][verb]["cluster"] if look == "withheld" else sentence
        column[verb] = _cell(facts, verb, actor, look, cell, told)
    return column


def _cell(
    facts: Facts, verb: str, actor: Actor, look: str, cell: Rated, sentence: Sentence
) -> Cell:
    low, high, terms = cell
    return Cell(
        look=look,
        low=low,
        high=high,
        answer=_answer(facts, verb, actor, look, low, terms),
        reasons=_("%(reasons)s.") % {"reasons": capfirst(words.say(sentence.params["reasons"]))},
    )


def look_of(low: float, high: float, reachable: float) -> str:
    """How a cell is drawn; `reachable` is the cluster's high, what exists for anybody at all."""
    if low >= FULL:
        return "open"
    if low > 0:
        return "partial"
    if high > 0:
        return "unknown"
    return "far" if reachable > 0 else "withheld"


def _answer(
    facts: Facts, verb: str, actor: Actor, look: str, low: float, terms: tuple[str, ...]
) -> str:
    """Two or three words, with a number where there is one."""
    if look == "withheld":
        return _("Withheld")
    if look == "unknown":
        return (verb == "retrain" and _duration(facts, actor)) or _("Not on record")
    if look == "far":
        return _too_much(facts, verb, actor) if "hardware" in terms else _("Institutions only")
    if verb == "use":
        return _offer(facts, low)
    if verb in ("run", "adapt"):
        return _memory(facts, verb, actor) or _share(low)
    if verb == "retrain":
        return _duration(facts, actor) or _share(low)
    return _share(low)


def _too_much(facts: Facts, verb: str, actor: Actor) -> str:
    """What it would take where the machine is the limit."""
    if verb == "retrain":
        return _duration(facts, actor) or _("Too slow")
    if facts.kind is Kind.SOFTWARE:
        need = hardware.software_memory(facts.quantities)
    elif (parameters := hardware.known(facts.quantities, "parameters")) is None:
        return _("Too large")
    else:
        _full, need = hardware.needs("adapt" if verb == "adapt" else "run", parameters)
    return _("Needs %(size)s") % {"size": figures.span(*need, "gigabytes")}


def _share(low: float) -> str:
    if low >= FULL:
        return _("All of it")
    return _("Most of it") if low >= 0.7 else _("Part of it") if low >= 0.3 else _("Little of it")


OFFERS = {"free_api": 1.0, "paid_api": 0.75, "ui_only": 0.5, "restricted": 0.5}
"""The most that an offer is worth to anybody (open-to-whom section 3)."""


def _offer(facts: Facts, low: float) -> str:
    """The hosted offer, or the reader's own machine where that gives more."""
    offer = str(facts.hosted.least)
    if low > OFFERS.get(offer, 0):
        return _("On one’s own machine")
    return capfirst(words.of(words.HOSTING, offer))


def _memory(facts: Facts, verb: str, actor: Actor) -> str:
    """What it takes on this machine: at the better precision if that fits, else at 4 bits."""
    if facts.kind is Kind.SOFTWARE:
        return figures.span(*hardware.software_memory(facts.quantities), "gigabytes")
    parameters = hardware.known(facts.quantities, "parameters")
    if parameters is None:
        return ""
    full, half = hardware.needs(verb, parameters)
    fits = full[1] <= actor.memory
    size = figures.span(*(full if fits else half), "gigabytes")
    if verb == "run":
        return (_("%(size)s at 8 bits") if fits else _("%(size)s at 4 bits")) % {"size": size}
    return (_("Adapters, %(size)s") if fits else _("4-bit adapters, %(size)s")) % {"size": size}


def _duration(facts: Facts, actor: Actor) -> str:
    """How long the training takes on this machine; blank where no limit or no figure is known."""
    compute = hardware.training_compute(facts.quantities, token_model=facts.token_model)
    speed = actor.sustained
    if compute is None or isinf(speed):
        return ""
    return _days((compute.low / speed / 86400, compute.high / speed / 86400))


CENTURY = 36525  # days


def _days(pair: Pair) -> str:
    low, high = pair
    if low > CENTURY:
        return _("Over a century")
    unit, form = (365.0, _("%(time)s years")) if high >= 730 else (1.0, _("%(time)s days"))
    first, last = (figures.count(max(1, value / unit)) for value in (low, high))
    return form % {"time": first if first == last else f"{first}{figures.DASH}{last}"}
