"""How the profiles stand by one lens: places from the best, ranks from cumulative counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from openness.board.columns import Floats, Ints, Mask, Profiles, Small
from openness.models import Score
from scoring.lenses import LENSES
from scoring.result import Value

FEW = 5000
"""Profiles up to which scores are asked for by profile."""

_NOTHING = (np.nan, np.nan)


@dataclass(slots=True)
class Standing:
    """One array a column, a row a profile.

    place   from 0 for the best; equal values share it; `unknown` where nothing is known, `outside`
            where the lens has no score
    held    how many list rows have the profile
    """

    lens: str
    version: str
    low: Floats = field(default_factory=lambda: np.zeros(0))
    grade: list[str] = field(default_factory=list)
    key: Floats = field(default_factory=lambda: np.zeros((0, 2)))  # the better the larger
    covered: Mask = field(default_factory=lambda: np.zeros(0, bool))
    place: Small = field(default_factory=lambda: np.zeros(0, np.int32))
    held: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    per_place: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    before: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    unknown: int = 0
    outside: int = 1

    def learn(self, profiles: Profiles) -> None:
        """Take in the scores of profiles that are not here yet."""
        new = profiles.ids[len(self.low) :].tolist()
        if not new:
            return
        scores = Score.objects.filter(lens=self.lens, basis="derived", version=self.version)
        if len(new) < FEW:
            scores = scores.filter(profile_id__in=new)
        found = {
            key: Value(low, high, grade)
            for key, low, high, grade in scores.values_list("profile_id", "low", "high", "grade")
        }
        values = [found.get(key, Value(None, None)) for key in new]
        keys = [(*(LENSES[self.lens].rank_key(value) or _NOTHING), 0.0)[:2] for value in values]
        lows = [np.nan if value.low is None else value.low for value in values]
        self.low = np.concatenate([self.low, np.array(lows, np.float64)])
        self.grade += [value.grade for value in values]
        self.key = np.concatenate([self.key, np.array(keys, np.float64).reshape(-1, 2)])
        self.covered = np.concatenate([self.covered, [key in found for key in new]])
        self._place()

    def _place(self) -> None:
        known = ~np.isnan(self.key[:, 0])
        distinct, where = np.unique(-self.key[known], axis=0, return_inverse=True)
        self.unknown, self.outside = len(distinct), len(distinct) + 1
        self.place = np.full(len(self.key), self.unknown, np.int32)
        self.place[known] = where.reshape(-1)
        self.place[~self.covered] = self.outside

    def count(self, profile: Small) -> None:
        """Count the projects of each profile and place; `profile` is that of each list row."""
        self.held = np.bincount(profile, minlength=len(self.place))
        weighed = np.bincount(self.place, weights=self.held, minlength=self.outside + 1)
        self.per_place = weighed.astype(np.int64)
        self.before = np.cumsum(self.per_place) - self.per_place

    def rank(self, place: int) -> int | None:
        """One more than the projects with a better value; None where nothing is known."""
        return int(self.before[place]) + 1 if place < self.unknown else None

    def shared(self, ranks: Collection[int]) -> set[int]:
        """Those of these ranks that several projects have."""
        tied = self.before[: self.unknown][self.per_place[: self.unknown] > 1] + 1
        return set(ranks) & set(tied.tolist())

    def median(self) -> float | None:
        """The middle of the low ends of all that have a rank, as percentile_cont(0.5) has it."""
        known = (self.place < self.unknown) & ~np.isnan(self.low)
        order = np.argsort(self.low[known], kind="stable")
        lows = self.low[known][order]
        upto = np.cumsum(self.held[known][order])
        total = int(upto[-1]) if len(upto) else 0
        if not total:
            return None
        middle = ((total - 1) // 2, total // 2)
        first, second = (np.searchsorted(upto, at, side="right") for at in middle)
        return float((lows[first] + lows[second]) / 2)

    def at_least(self, low: float) -> int:
        """How many projects have at least this low end."""
        return int(self.held[self.covered & (self.low >= low)].sum())

    def grades(self) -> dict[str, int]:
        """{grade: how many projects have it}."""
        found: Counter[str] = Counter()
        for grade, n, covered in zip(self.grade, self.held.tolist(), self.covered, strict=True):
            if covered and n:
                found[grade] += n
        return dict(found)
