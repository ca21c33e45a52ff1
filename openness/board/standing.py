"""How the profiles stand by one lens: places from the best, ranks from cumulative counts."""

from __future__ import annotations

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

    def shared(self, place: int) -> bool:
        """Whether several projects have the rank of this place."""
        return place < self.unknown and self.per_place[place] > 1
