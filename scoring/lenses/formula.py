"""Formulas over pairs (low, high): the weakest, the best, or the mean of named parts.

A formula gives its value and, from the same structure, the terms that bind it: the names that one
would have to raise to raise its low end. `Values` holds the given pairs by name and works out each
formula once, so that formulas may share parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import inf

from scoring.hardware import Pair


class Values(dict["Formula | str", Pair]):
    """Pairs by name, and by formula once they were asked for.

    A copy keeps what was worked out; a name must not be given anew once a formula has read it.
    """

    def __missing__(self, part: Formula | str) -> Pair:
        """Work a formula out. Raises KeyError for a name that has no value."""
        if isinstance(part, str):
            raise KeyError(part)
        pair = self[part] = part.join([self[inner] for inner in part.parts])
        return pair


class Formula:
    """A joining of parts; a part is a formula or the name of a value."""

    def __init__(self, *parts: Formula | str) -> None:
        self.parts = parts

    def names(self) -> frozenset[str]:
        """Every name that it reads."""
        read = [frozenset([part]) if isinstance(part, str) else part.names() for part in self.parts]
        return frozenset().union(*read)

    def within(self) -> Iterator[Formula]:
        """Itself and the formulas inside, the innermost first."""
        for part in self.parts:
            if isinstance(part, Formula):
                yield from part.within()
        yield self

    def join(self, pairs: Sequence[Pair]) -> Pair:
        """The pair of the whole from those of its parts."""
        raise NotImplementedError

    def binding(self, values: Values) -> tuple[str, ...]:
        """The names that bind the low end, in the formula's order; none where it is full."""
        raise NotImplementedError

    def _standing(self, values: Values) -> list[tuple[float, tuple[str, ...]]]:
        """For each part its low and the names that bind it."""
        return [(values[part][0], _binding(part, values)) for part in self.parts]


def _binding(part: Formula | str, values: Values) -> tuple[str, ...]:
    if isinstance(part, Formula):
        return part.binding(values)
    return (part,) if values[part][0] < 1 else ()


def _names(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))


class Weakest(Formula):
    """As open as its least open part, which binds it."""

    def join(self, pairs: Sequence[Pair]) -> Pair:
        """The minimum of both ends."""
        low = high = inf
        for other_low, other_high in pairs:
            if other_low < low:
                low = other_low
            if other_high < high:
                high = other_high
        return low, high

    def binding(self, values: Values) -> tuple[str, ...]:
        """The names of the parts with the lowest low."""
        standing = self._standing(values)
        lowest = min(low for low, _ in standing)
        return _names(names for low, names in standing if low == lowest)


class Mean(Weakest):
    """The mean of its parts; the lowest bind it."""

    def join(self, pairs: Sequence[Pair]) -> Pair:
        """The mean of both ends."""
        low = high = 0.0
        for other_low, other_high in pairs:
            low += other_low
            high += other_high
        return low / len(pairs), high / len(pairs)


class Best(Formula):
    """As open as its most open part; the part from which it can be raised soonest binds it."""

    def join(self, pairs: Sequence[Pair]) -> Pair:
        """The maximum of both ends."""
        low = high = -inf
        for other_low, other_high in pairs:
            if other_low > low:
                low = other_low
            if other_high > high:
                high = other_high
        return low, high

    def binding(self, values: Values) -> tuple[str, ...]:
        """The names of the best parts that can still be raised; none if one part is full."""
        standing = self._standing(values)
        raisable = [(low, names) for low, names in standing if names]
        best = max((low for low, _ in raisable), default=0.0)
        full = any(low >= 1 for low, _ in standing)
        return () if full else _names(names for low, names in raisable if low == best)


class Half(Formula):
    """One part at half its worth: at best 0.5."""

    def join(self, pairs: Sequence[Pair]) -> Pair:
        """Half of both ends."""
        ((low, high),) = pairs
        return low / 2, high / 2

    def binding(self, values: Values) -> tuple[str, ...]:
        """What binds its part; nothing once that is full."""
        ((_, names),) = self._standing(values)
        return names


class Scaled(Formula):
    """A part at a third of its worth, and up to all of it as a second part opens."""

    def join(self, pairs: Sequence[Pair]) -> Pair:
        """First x (1 + 2 x second) / 3 at both ends."""
        (low, high), (by_low, by_high) = pairs
        return low * (1 + 2 * by_low) / 3, high * (1 + 2 * by_high) / 3

    def binding(self, values: Values) -> tuple[str, ...]:
        """What binds the first part, and the second where opening it would help."""
        (low, names), (_, others) = self._standing(values)
        return _names((names, others)) if low else names
