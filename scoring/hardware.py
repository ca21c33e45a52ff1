"""What fits on which machine: memory to run and adapt, compute to train (method o2w-1).

Quantities are in base units (parameters, tokens, hours, FLOP, GB) and may be ranges; answers are
pairs (low, high) of 0, 0.5 or 1, and (0, 1) where a needed quantity is not on record.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from math import inf
from pathlib import Path
from typing import Any

from scoring.facts import Kind, Quantity

Pair = tuple[float, float]
Quantities = Mapping[str, Sequence[Quantity]]

UNKNOWN: Pair = (0.0, 1.0)
FULL: Pair = (1.0, 1.0)


def _read() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


_DATA = _read()
_FIT: dict[str, Any] = _DATA["fit"]
_TRAINING: dict[str, float] = _DATA["training"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a machine: usable memory in GB, sustained training speed in FLOP/s."""

    key: str
    name: str
    hardware: str
    memory: float = inf
    sustained: float = inf

    @property
    def unlimited(self) -> bool:
        """Whether no size is too large for it, not even an unknown one."""
        return self.memory == inf


ACTORS: dict[str, Actor] = {key: Actor(key, **entry) for key, entry in _DATA["actors"].items()}
"""From the smallest machine to the largest."""

CHIPS: dict[str, float] = {name: entry["peak"] for name, entry in _DATA["chips"].items()}
"""Accelerator -> peak FLOP/s in dense 16-bit arithmetic, as its vendor states it."""


def own_machine(*, ram: float = 0.0, vram: float = 0.0) -> Actor:
    """A visitor's machine from its memory and its GPU's memory in GB; the roomier of both counts.

    As for the fixed actors, 4 GB of memory stay with the system and 90 % of a GPU are usable.
    """
    return Actor("own", "your machine", "", memory=max(ram - 4.0, 0.9 * vram, 0.0), sustained=0.0)


_FIGURE = re.compile(r"^\d+(\.\d+)?(e\+?\d{1,2})?$")


def _fold(name: str) -> str:
    return " ".join(re.findall(r"v(?=\d)|[a-z]+?(?=v\d)|[a-z]+|\d+", name.lower()))


@cache
def _chips_by_fold() -> dict[str, float]:
    longest_first = sorted(CHIPS, key=lambda name: -len(_fold(name)))
    return {f" {_fold(name)} ": CHIPS[name] for name in longest_first}


def peak(chip: str) -> float | None:
    """Peak FLOP/s of an accelerator by its name, as in "NVIDIA A100-SXM4-80GB", or "3.12e14".

    None for a chip that CHIPS does not have.
    """
    if _FIGURE.match(chip):
        return float(chip)
    words = f" {_fold(chip)} "
    return next((speed for name, speed in _chips_by_fold().items() if name in words), None)


def known(quantities: Quantities, name: str) -> Pair | None:
    """What is held of one quantity, or None.

    The most trusted statements count. Where they overlap, what they have in common; where they do
    not, everything from the least to the largest of them.
    """
    return _common(quantities.get(name, ()), lambda quantity: (quantity.low, quantity.high))


def _common(statements: Sequence[Quantity], size: Callable[[Quantity], Pair | None]) -> Pair | None:
    usable = [(one.trust, pair) for one in statements if (pair := size(one))]
    if not usable:
        return None
    best = max(trust for trust, _ in usable)
    pairs = [pair for trust, pair in usable if trust == best]
    return _overlap(pairs) or (min(low for low, _ in pairs), max(high for _, high in pairs))


def _overlap(pairs: Iterable[Pair]) -> Pair | None:
    lows, highs = zip(*pairs, strict=True)
    low, high = max(lows), min(highs)
    return (low, high) if low <= high else None


@dataclass(frozen=True, slots=True)
class Compute:
    """Training compute in FLOP, the estimates it rests on, and whether those exclude each other."""

    low: float
    high: float
    basis: str  # "disclosed", "gpu-hours", "6ND", joined by "+"
    conflict: bool = False


def training_compute(quantities: Quantities, *, token_model: bool = True) -> Compute | None:
    """What every estimate on record allows; None where there is none.

    Estimates that exclude each other are a conflict, and the best source wins: disclosed FLOP,
    then accelerator hours, then 6 x parameters x tokens (only for models of tokens).
    """
    estimates = {
        "disclosed": known(quantities, "flop"),
        "gpu-hours": _common(quantities.get("gpu_hours", ()), _from_hours),
        "6ND": _from_tokens(quantities) if token_model else None,
    }
    held = {basis: pair for basis, pair in estimates.items() if pair is not None}
    if not held:
        return None
    if overlap := _overlap(held.values()):
        return Compute(*overlap, basis="+".join(held))
    basis, best = next(iter(held.items()))
    return Compute(*best, basis=basis, conflict=True)


def _from_hours(hours: Quantity) -> Pair | None:
    speed = peak(hours.detail)
    if speed is None:
        return None
    flop_per_hour = 3600 * speed * _TRAINING["utilization"]
    spread = 10 ** _TRAINING["spread_gpu_hours"]
    return hours.low * flop_per_hour / spread, hours.high * flop_per_hour * spread


def _from_tokens(quantities: Quantities) -> Pair | None:
    # All experts sit in memory, but only the active ones compute; not stated means dense.
    parameters = known(quantities, "active_parameters") or known(quantities, "parameters")
    tokens = known(quantities, "tokens")
    if parameters is None or tokens is None:
        return None
    spread = 10 ** _TRAINING["spread_parameters_tokens"]
    return 6 * parameters[0] * tokens[0] / spread, 6 * parameters[1] * tokens[1] * spread


def software_memory(quantities: Quantities) -> Pair:
    """GB that software needs: as stated, else a default."""
    return known(quantities, "memory_gb") or (_FIT["software_memory"], _FIT["software_memory"])


def needs(rule: str, parameters: Pair) -> tuple[Pair, Pair]:
    """GB to count in full and by half, for `run` (8 and 4 bits) or `adapt` (16 and 4 bits)."""
    overhead = _FIT["run_overhead"] if rule == "run" else 1.0
    low, high = (count / 1e9 * overhead for count in parameters)
    full, half = ((low * size, high * size) for size in _FIT[rule])
    return full, half


def fit_run(billions: float, memory: float) -> float:
    """1 if so many billion parameters run in so many GB at 8 bits, 0.5 if at 4 bits, else 0."""
    eight, four = (billions * size * _FIT["run_overhead"] for size in _FIT["run"])
    return _step(memory, eight, four)


def fit_adapt(billions: float, memory: float) -> float:
    """1 if it can be tuned by 16-bit LoRA, 0.5 if by 4-bit QLoRA, else 0."""
    lora, qlora = (billions * size for size in _FIT["adapt"])
    return _step(memory, lora, qlora)


def fit_train(flop: float, sustained: float) -> float:
    """1 if it can be trained in 30 days at so many FLOP/s, 0.5 if in a year, else 0."""
    month, year = (days * 86400 * sustained for days in _FIT["train_days"])
    return 1.0 if flop <= month else 0.5 if flop <= year else 0.0


def _step(memory: float, full: float, half: float) -> float:
    return 1.0 if full <= memory else 0.5 if half <= memory else 0.0


@dataclass(frozen=True, slots=True)
class Fits:
    """For each actor, in their order, how far it gets with running, adapting and training."""

    run: tuple[Pair, ...]
    adapt: tuple[Pair, ...]
    train: tuple[Pair, ...]


def fits(
    kind: Kind, quantities: Quantities, *, token_model: bool = True, actors: Iterable[Actor] = ()
) -> Fits:
    """What each actor's machine can do with a project of these sizes (default: ACTORS)."""
    chosen = tuple(actors) or tuple(ACTORS.values())
    if kind is Kind.SOFTWARE:
        memory = software_memory(quantities)
        run = tuple(_ends(partial(_holds, actor.memory), memory) for actor in chosen)
        return Fits(run=run, adapt=run, train=(FULL,) * len(chosen))
    billions = _billions(known(quantities, "parameters"))
    compute = training_compute(quantities, token_model=token_model)
    flop = (compute.low, compute.high) if compute else None
    return Fits(
        run=tuple(_fit(fit_run, billions, actor, actor.memory) for actor in chosen),
        adapt=tuple(_fit(fit_adapt, billions, actor, actor.memory) for actor in chosen),
        train=tuple(_fit(fit_train, flop, actor, actor.sustained) for actor in chosen),
    )


def _billions(parameters: Pair | None) -> Pair | None:
    return (parameters[0] / 1e9, parameters[1] / 1e9) if parameters else None


def _fit(
    rule: Callable[[float, float], float], size: Pair | None, actor: Actor, limit: float
) -> Pair:
    if actor.unlimited:
        return FULL
    return _ends(lambda need: rule(need, limit), size) if size else UNKNOWN


def _holds(memory: float, need: float) -> float:
    return float(need <= memory)


def _ends(rule: Callable[[float], float], size: Pair) -> Pair:
    """The rule at both ends; the smaller size is the easier one."""
    return rule(size[1]), rule(size[0])
