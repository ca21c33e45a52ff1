"""The grid of `open_to_whom` in sentences: a verdict for each cell, and the terms that bind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

from scoring import hardware
from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import Facts, Hosting, Kind, Span, State
from scoring.hardware import Actor, Pair
from scoring.lenses.open_to_whom_grid import Cell
from scoring.profile import Profile
from scoring.result import Sentence

_RIGHTS = {"terms:use": "use", "terms:modify": "modify", "terms:share": "share"}
_AGES = 36525  # days of a hundred years
_INSTITUTIONS = ("lab", "cluster")


class Words:
    """Makes sentences from the templates of the lens's .toml; every message id stands there."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        self._sentences: Mapping[str, str] = texts["sentences"]
        self._names: Mapping[str, str] = texts["names"]
        self._verdicts: Mapping[str, str] = texts["verdicts"]

    def messages(self) -> tuple[str, ...]:
        """Every text that a translator has to know."""
        return (*self._sentences.values(), *self._names.values(), *self._verdicts.values())

    def say(self, key: str, **params: str) -> Sentence:
        """The sentence of a key with its places filled."""
        return Sentence(self._sentences[key], **params)

    def name(self, key: str) -> Sentence:
        """A word of the vocabulary, by itself translatable."""
        return Sentence(self._names[key])

    def cell(self, facts: Facts, profile: Profile, verb: str, actor: Actor, cell: Cell) -> Sentence:
        """One cell of these facts and their profile: "run, laptop: no. <reason>; <reason>."."""
        low, high, binding = cell
        reasons = self._reasons(facts, verb, actor, binding) + self._components(profile, binding)
        reasons = reasons or [self._full(facts, verb, actor)]
        shown = "rebuild" if verb == "retrain" and facts.kind is Kind.SOFTWARE else verb
        return self.say(
            "cell",
            verb=self.name(shown),
            actor=self.name(actor.key),
            verdict=Sentence(self._verdicts[_verdict(low, high)]),
            reasons=self._joined("join", reasons),
        )

    def _joined(self, key: str, parts: Sequence[Sentence]) -> Sentence:
        return reduce(lambda first, second: self.say(key, first=first, second=second), parts)

    def _reasons(
        self, facts: Facts, verb: str, actor: Actor, binding: Sequence[str]
    ) -> list[Sentence]:
        told = []
        if "hosted" in binding:
            told.append(self.say(f"hosted_{_step(facts.hosted)}"))
        if "access" in binding:
            told.append(self._access(facts, actor))
        told += [self._right(facts, term) for term in binding if term in _RIGHTS]
        if "hardware" in binding:
            told.append(self._hardware(facts, verb, actor))
        return told

    def _access(self, facts: Facts, actor: Actor) -> Sentence:
        material = "source" if facts.kind is Kind.SOFTWARE else "weights"
        if facts.access.known and facts.access.least is not facts.access.most:
            least, most = (self.name(end) for end in facts.access.ends)
            return self.say(f"{material}_range", least=least, most=most)
        step = _step(facts.access)
        person = "_person" if step == "by_request" and actor.key not in _INSTITUTIONS else ""
        return self.say(f"{material}_{step}{person}")

    def _right(self, facts: Facts, term: str) -> Sentence:
        granted = getattr(facts, _RIGHTS[term])
        step = granted.least if granted.least is granted.most else "unknown"
        return self.say(f"terms_{step}", right=self.name(term))

    def _components(self, profile: Profile, binding: Sequence[str]) -> list[Sentence]:
        """The components that bind, grouped by how open they are."""
        grouped: dict[str, list[Sentence]] = {}
        for key in binding:
            if info := COMPONENTS.get(key) or DERIVED_COMPONENTS.get(key):
                grouped.setdefault(_openness(profile.state(key)), []).append(Sentence(info.name))
        return [
            self.say(f"component_{how}", components=self._joined("list", names))
            for how, names in grouped.items()
        ]

    def _hardware(self, facts: Facts, verb: str, actor: Actor) -> Sentence:
        if verb == "retrain":
            return self._training(facts, actor)
        if actor.unlimited:
            return self.say("no_limit")
        memory = _number(actor.memory)
        if facts.kind is Kind.SOFTWARE:
            need = hardware.software_memory(facts.quantities)
            fits = "full" if need[1] <= actor.memory else "no"
            return self.say(f"software_{fits}", need=_range(need), memory=memory)
        parameters = hardware.known(facts.quantities, "parameters")
        if parameters is None:
            return self.say("parameters_unknown")
        rule = "adapt" if verb == "adapt" else "run"
        full, half = hardware.needs(rule, parameters)
        fits = "full" if full[1] <= actor.memory else "half" if half[1] <= actor.memory else "no"
        return self.say(
            f"{rule}_{fits}",
            parameters=_counted(parameters),
            full=_range(full),
            half=_range(half),
            memory=memory,
        )

    def _training(self, facts: Facts, actor: Actor) -> Sentence:
        compute = hardware.training_compute(facts.quantities, token_model=facts.token_model)
        if compute is None:
            return self.say("train_unknown")
        flop = (compute.low, compute.high)
        days = (flop[0] / actor.sustained / 86400, flop[1] / actor.sustained / 86400)
        if days[0] > _AGES:
            return self.say("train_ages", flop=_power(flop))
        return self.say("train_days", flop=_power(flop), days=_range(days))

    def _full(self, facts: Facts, verb: str, actor: Actor) -> Sentence:
        """Why a cell is full, since nothing binds it."""
        if verb == "use" and facts.hosted.least is Hosting.FREE_API:
            return self.say("hosted_free_api")
        if verb in ("use", "run"):
            permitted = self.say("run_permitted")
        elif verb == "adapt":
            permitted = self.say("adapt_permitted")
        else:
            return self.say(f"{verb}_full")
        return self.say("join", first=permitted, second=self._hardware(facts, verb, actor))


def _verdict(low: float, high: float) -> str:
    if low >= 1 - 1e-9:
        return "yes"
    more = "_or_more" if high > low else ""
    if low >= 0.5:
        return f"partly{more}"
    if low > 0:
        return f"little{more}"
    return "unknown" if more else "no"


def _step(value: Span[Any]) -> str:
    return str(value.least)


def _openness(state: Span[State]) -> str:
    if state.known and state.least is not state.most:
        return "range"
    return str(state.least)


def _number(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def _range(pair: Pair) -> str:
    low, high = (_number(end) for end in pair)
    return low if low == high else f"{low}–{high}"


def _counted(parameters: Pair) -> str:
    """Parameters as people say them: 7B, 350M."""
    scale, unit = (1e9, "B") if parameters[1] >= 1e9 else (1e6, "M")
    return _range((parameters[0] / scale, parameters[1] / scale)) + unit


def _power(flop: Pair) -> str:
    low, high = (f"{end:.1e}".replace("e+", "e") for end in flop)
    return low if low == high else f"{low}–{high}"
