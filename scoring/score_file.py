"""Scores of single documents, without Django and without a database.

Each function gives plain data, ready for JSON. What a publisher's file says (`Judged` cells) is
read by the caller, since parsing YAML is not a matter of rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import (
    Access,
    Component,
    Facts,
    Hosting,
    Kind,
    LadderT,
    Quantity,
    Right,
    Span,
    State,
    exactly,
    span,
)
from scoring.lenses import LENSES, Judged
from scoring.result import Check, Result


class Malformed(ValueError):
    """A document that cannot be scored; the message says what is wrong with it, and where."""


def score_published(
    lens: str, file: str, name: str, said: Sequence[Judged], edition: str = ""
) -> dict[str, Any]:
    """One line for a publisher's file: its own result by its own rule, with checks.

    For `mof` also `c1`, `c2`, `c3` (percent, full precision) and `class`.
    """
    rule = LENSES[lens]
    edition = rule.edition_of(said, edition)
    result = rule.explain_published(said, edition)
    return {
        "file": file,
        "name": name,
        "lens": lens,
        "edition": edition,
        "low": result.value.low,
        "high": result.value.high,
        "grade": result.value.grade,
        **{key: result.detail[key] for key in ("c1", "c2", "c3", "class") if key in result.detail},
        "checks": [_check(check) for check in result.checks],
        "notes": list(result.notes),
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "criterion": check.criterion,
        "outcome": str(check.outcome),
        "reason": str(check.reason),
        "points": list(check.points),
        "component": check.component,
    }


def read_evidence(text: str) -> object:
    """The value of a JSON text. Raises Malformed for what is none, or names a thing twice."""
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed(f"is no JSON: {error}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; of a project or key that is given twice nobody knows which one is meant."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(f"{twice} is given twice")
    return made


def score_evidence(file: str, document: object) -> Iterator[dict[str, Any]]:
    """A line a project for `open-to-whom`, from {project: evidence in short keys}.

    Raises Malformed for a document of another form, before any line is given.
    """
    if not isinstance(document, Mapping):
        raise Malformed("the file is no object of projects")
    held = {str(name): facts_of(entry, str(name)) for name, entry in document.items()}
    return (
        _line(file, name, LENSES["open-to-whom"].explain(facts)) for name, facts in held.items()
    )


_PARTS = ("proven", "unknown", "out_of_reach", "withheld")


def _line(file: str, name: str, result: Result) -> dict[str, Any]:
    detail: Mapping[str, Any] = result.detail
    low, high = detail["total"]
    return {
        "file": file,
        "project": name,
        "lens": "open-to-whom",
        "low": low,
        "high": high,
        **{part: detail[part] for part in _PARTS},
        "reach": detail["reach"],
        "cells": detail["cells"],
    }


# Short key -> quantity and how many of its base units one stands for.
_SIZES = {
    "params_b": ("parameters", 1e9),
    "active_b": ("active_parameters", 1e9),
    "tokens_t": ("tokens", 1e12),
    "flops": ("flop", 1.0),
    "mem_gb": ("memory_gb", 1.0),
}
_KEYS = {*_SIZES, "gpu_hours", "access", "hosted", "use", "modify", "share", "kind", "c"}


def facts_of(entry: object, name: str) -> Facts:
    """The facts that one entry of an evidence file states; an absent key or null is unknown.

    Raises Malformed for an unknown key, word or component, or a size that is none.
    """
    if not isinstance(entry, Mapping):
        raise Malformed(f"{name}: is no object")
    if unknown := sorted(set(entry) - _KEYS):
        raise Malformed(f"{name}: unknown key {unknown[0]}")
    kind = entry.get("kind") or Kind.MODEL
    if kind not in list(Kind) or kind == Kind.DATASET:
        raise Malformed(f"{name}: kind {kind} is none that open-to-whom scores")
    components = entry.get("c")
    if not isinstance(components, Mapping | None):
        raise Malformed(f"{name}: c is no object")
    return Facts(
        kind=Kind(kind),
        components={key: _component(key, word, name) for key, word in (components or {}).items()},
        access=_span(entry, "access", Access, name),
        hosted=_span(entry, "hosted", Hosting, name),
        use=_span(entry, "use", Right, name),
        modify=_span(entry, "modify", Right, name),
        share=_span(entry, "share", Right, name),
        quantities={size.name: (size,) for size in _quantities(entry, name)},
    )


def _component(key: str, word: object, name: str) -> Component:
    if key not in COMPONENTS and key not in DERIVED_COMPONENTS:
        raise Malformed(f"{name}: unknown component {key}")
    return Component(_word(word, State, f"{name}: {key}"))


def _span(entry: Mapping[str, object], key: str, ladder: type[LadderT], name: str) -> Span[LadderT]:
    return _word(entry.get(key), ladder, f"{name}: {key}")


def _word(word: object, ladder: type[LadderT], where: str) -> Span[LadderT]:
    """A step, or `least..most`; null is unknown."""
    if word is None:
        return exactly(ladder("unknown"))
    least, dots, most = str(word).partition("..")
    try:
        ends = ladder(least), ladder(most if dots else least)
    except ValueError:
        raise Malformed(f"{where} is {word}, none of {', '.join(ladder)}") from None
    order = list(ladder)
    if order.index(ends[0]) > order.index(ends[1]):
        raise Malformed(f"{where} is {word}, whose least open end is not the first")
    return span(*ends)


def _quantities(entry: Mapping[str, object], name: str) -> Iterator[Quantity]:
    for key, (quantity, unit) in _SIZES.items():
        if entry.get(key) is not None:
            low, high = _size(entry[key], f"{name}: {key}", unit)
            yield Quantity(quantity, low, high)
    if (hours := entry.get("gpu_hours")) is not None:
        if not isinstance(hours, list) or len(hours) != 2:
            raise Malformed(f"{name}: gpu_hours is not [hours, peak FLOP/s of one GPU]")
        low, high = _size(hours[0], f"{name}: gpu_hours")
        peak, _ = _size(hours[1], f"{name}: peak of gpu_hours")
        yield Quantity("gpu_hours", low, high, detail=repr(peak))


LARGEST = 1e40
"""Beyond any number of parameters, tokens, hours or FLOP; sums and products of such stay finite."""


def _size(value: object, where: str, unit: float = 1.0) -> tuple[float, float]:
    """A positive number, or [low, high], in base units."""
    ends: list[Any] = value if isinstance(value, list) else [value, value]
    if len(ends) == 2 and all(type(end) in (int, float) and 0 < end < LARGEST for end in ends):
        low, high = (float(end) * unit for end in ends)
        if low <= high:
            return low, high
    raise Malformed(f"{where} is neither a positive number nor [low, high]")
