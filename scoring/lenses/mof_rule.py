"""The class rule of the Model Openness Tool, as commit 8b5d30e computes it.

A component counts once it is listed under a license that the tool takes for open. Class III, the
lowest, needs 6 required components, Class II those and 4 more, Class I all 14. The research paper
may stand in for the technical report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scoring.mof_licenses import Verdict

DATASETS = "Datasets"
REPORT = "Technical report"
PAPER = "Research paper"
CLASSES = (3, 2, 1)
GRADES = {0: "unclassified", 1: "class_1", 2: "class_2", 3: "class_3"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A component of the framework: its type, class, and the component ids of ours that fill it."""

    name: str
    type: str
    class_: int
    required: bool
    ours: tuple[str, ...]


@dataclass(slots=True)
class Buckets:
    """Where the components of one class landed, in the tool's order."""

    missing: list[str] = field(default_factory=list)
    included: list[str] = field(default_factory=list)
    optional: list[str] = field(default_factory=list)
    unlicensed: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)

    def as_lists(self) -> dict[str, list[str]]:
        """Bucket -> names."""
        return {name: list(getattr(self, name)) for name in self.__slots__}


class Rule:
    """The tool's evaluation over its table of components."""

    def __init__(self, slots: Iterable[Slot]) -> None:
        self.slots = {slot.name: slot for slot in slots}
        self.required = {k: self._cumulative(k, required=True) for k in CLASSES}
        self.optional = {k: self._cumulative(k, required=False) for k in CLASSES}
        self._asked = {k: frozenset(names) for k, names in self.required.items()}

    def _cumulative(self, class_: int, *, required: bool) -> list[str]:
        """The names that a class asks for: those of the lower bars first."""
        return [
            slot.name
            for bar in CLASSES
            if bar >= class_
            for slot in self.slots.values()
            if slot.class_ == bar and slot.required is required
        ]

    def buckets(self, verdicts: Mapping[str, Verdict]) -> dict[int, Buckets]:
        """Class -> buckets, from the verdict on each listed component."""
        found = {class_: self._sorted(class_, verdicts) for class_ in CLASSES}
        if REPORT not in found[3].included and PAPER in verdicts:
            status = self._bucket(verdicts[PAPER])
            for class_ in CLASSES:
                if REPORT in found[class_].missing:
                    found[class_].missing.remove(REPORT)
            for class_ in (3, 2):
                getattr(found[class_], status).append(PAPER)
        return found

    def _sorted(self, class_: int, verdicts: Mapping[str, Verdict]) -> Buckets:
        buckets = Buckets()
        for name in self.required[class_]:
            bucket = self._bucket(verdicts[name]) if name in verdicts else "missing"
            getattr(buckets, bucket).append(name)
        for name in self.optional[class_]:
            if name in verdicts:
                bucket = self._bucket(verdicts[name])
                getattr(buckets, "optional" if bucket == "included" else bucket).append(name)
        return buckets

    @staticmethod
    def _bucket(verdict: Verdict) -> str:
        return "included" if verdict.counts else str(verdict)

    def shares(self, included: frozenset[str]) -> dict[int, float]:
        """Class -> percent of its required components among the included ones, without a gate."""
        return {class_: self._share(class_, included) for class_ in CLASSES}

    def _share(self, class_: int, included: frozenset[str]) -> float:
        asked = self._asked[class_]
        count, total = len(asked & included), len(asked)
        if PAPER in included and REPORT not in included:
            # For Class I the paper is asked for anyhow: one component less is.
            count, total = (count, total - 1) if class_ == 1 else (count + 1, total)
        return min(count / total * 100, 100.0)

    def gated(self, included: frozenset[str]) -> dict[int, float]:
        """Class -> percent as the tool shows it: 0 until every lower class is reached."""
        reached = True
        progress = {}
        for class_ in CLASSES:
            share = self._share(class_, included) if reached else 0.0
            progress[class_] = share
            reached = share >= 100
        return progress

    def short(self, included: frozenset[str], class_: int) -> list[str]:
        """The required components that a class still lacks; report or paper as one."""
        lacking = [name for name in self.required[class_] if name not in included]
        if REPORT in lacking and (PAPER in included or class_ == 1):
            lacking.remove(REPORT)
        return lacking


def class_of(progress: Mapping[int, float]) -> int:
    """The highest class reached (1 is the highest), 0 for none."""
    return next((class_ for class_ in (1, 2, 3) if progress[class_] >= 100), 0)


def total(progress: Mapping[int, float]) -> float:
    """The mean of the three percentages, by which the tool ranks."""
    return (progress[1] + progress[2] + progress[3]) / 3
