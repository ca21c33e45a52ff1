"""What a board answers: the rows of a query in its order, and counts."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from openness.board import masks
from openness.board.columns import (
    FLOORS,
    WORDS,
    Floats,
    Ints,
    Licenses,
    Mask,
    Profiles,
    Rows,
    Small,
)
from openness.board.standing import Standing
from openness.filters import Query
from openness.models import Organization

Made = TypeVar("Made")

MOST_OFFERED = 600
"""Organizations that are counted by name: those with the most rows."""

KEPT_BYTES, WORD_BYTES = 25_000_000, 5_000_000
"""How much of what was worked out is kept until the rows change; and of which rows hold a word,
until names change."""


class Kept:
    """What was worked out for one question, for the next: the least used goes first."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._bytes = 0

    def get(self, key: Hashable, make: Callable[[], Made], size: int = 0) -> Made:
        """What is kept under the key, made where nothing is; `size` in bytes, where not known."""
        if key in self._found:
            self._found.move_to_end(key)
            held: Made = self._found[key]
            return held
        made = self._found[key] = make()
        self._sizes[key] = size or getattr(made, "nbytes", 0)
        self._bytes += self._sizes[key]
        while self._bytes > self._most and len(self._found) > 1:
            gone, _made = self._found.popitem(last=False)
            self._bytes -= self._sizes.pop(gone)
        return made

    def __contains__(self, key: Hashable) -> bool:
        return key in self._found

    def clear(self) -> None:
        """Keep nothing."""
        self._found.clear()
        self._sizes.clear()
        self._bytes = 0


@dataclass(slots=True)
class Board:
    """All list rows of the derived lenses, by name."""

    rows: Rows
    profiles: Profiles = field(default_factory=Profiles)
    licenses: Licenses = field(default_factory=Licenses)
    standings: dict[tuple[str, str], Standing] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)
    words: Kept = field(default_factory=lambda: Kept(WORD_BYTES))

    def total(self, query: Query) -> int:
        """How many rows fit."""
        if not masks.needs_rows(query):
            return int(self.standing(query).held[self._fitting_profiles(query)].sum())
        key = replace(query, page=None, per_page=1, view="ranking", sort="rank")
        return int(self.kept.get(("total", key), lambda: np.array(self._fits(query).sum())))

    def found(self, query: Query) -> Small:
        """The rows that fit, in the query's order."""
        order = self._order(query)
        if not masks.needs_rows(query) and self.total(query) == len(order):
            return order

        def make() -> Small:
            chosen: Small = order[self._fits(query)[order]]
            return chosen

        key = replace(query, page=None, per_page=1, view="ranking")
        return self.kept.get(("found", key), make)

    def standing(self, query: Query) -> Standing:
        """How the profiles stand by the query's lens."""
        key = query.lens, query.edition
        if key not in self.standings:
            self.standings[key] = Standing(*key)
            self.standings[key].learn(self.profiles)
            self.standings[key].count(self.rows.profile)
        return self.standings[key]

    def opened(self, query: Query) -> dict[str, int]:
        """{component: how many of the rows that fit have it open}."""
        if masks.needs_rows(query):
            chosen = self.rows.profile[self._fits(query)]
            held = np.bincount(chosen, minlength=len(self.profiles))
        else:
            held = np.where(self._fitting_profiles(query), self.standing(query).held, 0)
        code = FLOORS.index("open") + 1
        counts = {name: held[codes == code].sum() for name, codes in self.profiles.floors.items()}
        return _positive(counts)

    def facets(self, query: Query) -> dict[str, dict[str, int]]:
        """{condition: {value: how many rows of the lens have it}}, those of at least one row."""
        standing = self.standing(query)
        held = np.where(standing.covered, standing.held, 0)
        found = {name: self._counted(name, words, held) for name, words in WORDS.items()}
        found["runs_on"].pop("", None)
        here = standing.covered[self.rows.profile]
        licenses: Counter[str] = Counter()
        for ids, n in zip(self.licenses.ids, _per_place(self.rows.license[here]), strict=False):
            licenses.update(dict.fromkeys(ids, n))
        makers = np.bincount(self.rows.organization[here], minlength=1)
        makers[0] = 0  # projects of nobody
        most = np.argsort(-makers, kind="stable")[:MOST_OFFERED].tolist()
        slugs = dict(Organization.objects.filter(pk__in=most).values_list("pk", "slug"))
        organizations = {slug: makers[key] for key, slug in slugs.items()}
        return found | {"license": _positive(licenses), "organization": _positive(organizations)}

    def _counted(self, name: str, words: Sequence[str], held: Ints) -> dict[str, int]:
        counts = np.bincount(self.profiles.codes[name], weights=held, minlength=len(words))
        return _positive(dict(zip(words, counts, strict=True)))

    def _fitting_profiles(self, query: Query) -> Mask:
        return masks.of_profiles(query, self.profiles) & self.standing(query).covered

    def _fits(self, query: Query) -> Mask:
        def named(word: str) -> Mask:
            bits = self.words.get(word, lambda: np.packbits(masks.hold(word, self.rows)))
            return np.unpackbits(bits, count=len(self.rows)).view(np.bool_)

        fits: Mask = self._fitting_profiles(query)[self.rows.profile]
        for mask in masks.of_rows(query, self.rows, self.licenses, named):
            fits &= mask
        return fits

    def _order(self, query: Query) -> Small:
        """All rows of the lens in the query's order: by its column, then by rank, then by name."""

        def by_rank() -> Small:
            standing = self.standing(query)
            found = standing.place[self.rows.profile]
            order = np.argsort(_narrow(found), kind="stable").astype(np.int32)
            return order[: int((found < standing.outside).sum())]

        ranked = self.kept.get(("order", query.lens, query.edition, "rank"), by_rank)
        if query.sort == "rank":
            return ranked
        key = ("order", query.lens, query.edition, query.sort)
        return self.kept.get(key, lambda: self._by(query, ranked))

    def _by(self, query: Query, by_rank: Small) -> Small:
        """These rows by the column that the query names; where it is not known they come last."""
        values = self._column(query)[by_rank]
        known = ~np.isnan(values)
        sign = -1 if query.sort.startswith("-") else 1
        at = np.argsort(sign * values[known], kind="stable")
        return np.concatenate([by_rank[known][at], by_rank[~known]])

    def _column(self, query: Query) -> Floats:
        """What the rows are sorted by; nan where it is not known."""
        rows, standing = self.rows, self.standing(query)
        name = query.sort.removeprefix("-")
        if name == "name":  # equal ones follow one another
            return np.cumsum(np.diff(rows.name, prepend=0) != 0).astype(np.float64)
        if name == "organization":
            return _organizations()[rows.organization]
        if name == "rank":
            found = standing.place[rows.profile].astype(np.float64)
            return np.where(found < standing.unknown, found, np.nan)
        if name == "score":
            return standing.low[rows.profile]
        values: Floats = getattr(rows, name).astype(np.float64)
        return np.where(values < 0, np.nan, values) if name == "parameters" else values


def _organizations() -> Floats:
    """Where each organization stands by name, by its key; equal names share a place."""
    found = list(Organization.objects.order_by("name").values_list("pk", "name"))
    stands = np.full(max((pk for pk, _ in found), default=0) + 1, np.nan)
    place, before = 0, ""
    for pk, name in found:
        place += name != before
        stands[pk], before = place, name
    return stands


def _per_place(codes: Small) -> list[int]:
    counts: list[int] = np.bincount(codes).tolist()
    return counts


def _positive(counts: Mapping[str, Any]) -> dict[str, int]:
    return {value: int(n) for value, n in counts.items() if n}


def _narrow(found: Small) -> NDArray[np.uint16] | Small:
    """As 16 bits where they suffice: numpy sorts those by radix, several times as fast."""
    return found.astype(np.uint16) if found.max(initial=0) < 1 << 16 else found
