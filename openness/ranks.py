"""Ranks: counted where they are read, from how many rows have which value of a lens.

One more than the rows with a better value; equal values share a rank; nothing known has none. Those
of our own readings are kept in `Tally`, those of a publisher or of a past moment are few or do not
change any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, Count, F, Q, When

from openness import asof
from openness.asof import Asked, Moment
from openness.consistent import committed
from openness.models import Score, Tally
from scoring.lenses import LENSES
from scoring.result import Value

Stored = tuple[float | None, float | None, str]
"""(low, high, grade) as stored; equal values share a rank."""
OfLens = tuple[str, str, str]
"""(lens, basis, version)."""
ALL = Q()


@dataclass(frozen=True, slots=True)
class Place:
    """How many rows of a lens have one value, their rank (None: nothing known), who shares it."""

    value: Stored
    rows: int
    rank: int | None
    shared: bool = False  # by more than one row


def known(lens: str, score: str) -> Q:
    """Rows whose result by a lens says something; `score` is the path to low, high and grade."""
    rule = LENSES[lens]
    if rule.ranked_grades:
        return Q(**{f"{score}grade__in": rule.ranked_grades})
    low, high = f"{score}low", f"{score}high"
    narrow = Q(**{f"{low}__gte": F(high)})
    narrow |= Q(**{f"{low}__gt": rule.minimum}) | Q(**{f"{high}__lt": rule.maximum})
    return Q(**{f"{low}__isnull": False, f"{high}__isnull": False}) & narrow


def order(lens: str, score: str, *, down: bool = False) -> list[Any]:
    """The columns that put rows by their rank, the unranked last, so that names decide there."""
    if grades := LENSES[lens].ranked_grades:
        whens = (When(**{f"{score}grade": word}, then=n) for n, word in enumerate(grades))
        place = Case(*whens, default=None)
        return [place.desc(nulls_last=True) if down else place.asc(nulls_last=True)]
    ends = [Case(When(known(lens, score), then=F(f"{score}{end}"))) for end in ("low", "high")]
    if down:
        return [place.asc(nulls_last=True) for place in ends]
    return [place.desc(nulls_last=True) for place in ends]


def places(query: Asked) -> list[Place]:
    """Every value of the query's lens, basis and edition, the best first."""
    of_lens = query.lens, query.basis, query.edition
    if query.past:
        return _then(asof.moment(query.past).number, of_lens)
    return _now(query.basis, Q(lens=query.lens, version=query.edition)).get(of_lens, [])


def by_value(query: Asked) -> dict[Stored, Place]:
    """The same by value."""
    return {place.value: place for place in places(query)}


def of_basis(basis: str) -> dict[OfLens, dict[Stored, int | None]]:
    """{(lens, basis, version): {value: its rank}} of all that is there."""
    found = _now(basis)
    return {key: {place.value: place.rank for place in held} for key, held in found.items()}


def rank(scores: Iterable[Score], moment: Moment | None = None) -> None:
    """Give each of these scores its rank, now or at a moment; two queries for any number."""
    groups: dict[OfLens, list[Score]] = defaultdict(list)
    for score in scores:
        groups[score.lens, score.basis, score.version].append(score)
    if moment:
        held = {of_lens: _then(moment.number, of_lens) for of_lens in groups}
    else:
        _rank_derived([one for key, some in groups.items() if key[1] == "derived" for one in some])
        versions = {version for _lens, basis, version in groups if basis == "published"}
        held = _now("published", Q(version__in=versions)) if versions else {}
    for of_lens, found in held.items():
        ranks = {place.value: place.rank for place in found}
        for score in groups.get(of_lens, ()):
            score.rank = ranks.get(score.stored)


_BETTER = """
    SELECT mine.at, 1 + (
        SELECT coalesce(sum(other.projects), 0) FROM openness_tally other
        WHERE other.lens = mine.lens AND other.version = mine.version AND other.key > mine.key
    )
    FROM (VALUES {values}) AS mine (at, lens, version, key)
"""
OfKey = tuple[str, str, tuple[float, ...]]
"""Lens, version, and what puts a value before others."""


class _Counted:
    """The ranks that this process was asked for, and what was committed then."""

    held: tuple[str, dict[OfKey, int]] = "", {}

    def now(self) -> dict[OfKey, int]:
        """Those of what is committed now; whoever counts others adds them."""
        at = committed()
        if not at:
            return {}
        held = self.held
        if held[0] != at:
            held = self.held = at, {}
        return held[1]


_COUNTED = _Counted()


def _rank_derived(scores: list[Score]) -> None:
    """A few of our readings: what is better than each is summed up by the database, and known for
    as long as nothing is committed.
    """
    keys: dict[OfKey, list[Score]] = defaultdict(list)
    for score in scores:
        if (key := LENSES[score.lens].rank_key(Value(*score.stored))) is not None:
            keys[score.lens, score.version, tuple(map(float, key))].append(score)
    known = _COUNTED.now()
    if missing := [of_key for of_key in keys if of_key not in known]:
        given: list[Any] = []
        for at, (lens, version, key) in enumerate(missing):
            given += [at, lens, version, list(key)]
        values = ", ".join(["(%s, %s, %s, %s::float8[])"] * len(missing))
        with connection.cursor() as cursor:
            cursor.execute(_BETTER.format(values=values), given)
            known |= {missing[at]: int(rank) for at, rank in cursor.fetchall()}
    for of_key, alike in keys.items():
        for score in alike:
            score.rank = known[of_key]


def _now(basis: str, of: Q = ALL) -> dict[OfLens, list[Place]]:
    """The places as they are of all lenses and versions of a basis that `of` wants."""
    names = ("lens", "version", "low", "high", "grade")
    rows: Iterable[Any]
    if basis == "derived":
        tallies = Tally.objects.filter(of, projects__gt=0)
        rows = tallies.values_list(*names, "projects")
    else:
        scores = Score.objects.filter(of, basis=basis)
        rows = scores.values_list(*names).annotate(n=Count("pk"))
    counted: dict[OfLens, list[tuple[Stored, int]]] = defaultdict(list)
    for lens, version, low, high, grade, n in rows:
        counted[lens, basis, version].append(((low, high, grade), n))
    return {of_lens: list(_ranked(of_lens[0], rows)) for of_lens, rows in counted.items()}


def _then(revision: int, of_lens: OfLens) -> list[Place]:
    """The places at a revision; kept, for the past stays as it is."""
    key = ":".join(("places", str(revision), *of_lens))
    # Plain values are kept: a class that was renamed meanwhile could not be read back.
    kept: list[tuple[Stored, int]] | None = cache.get(key)
    if kept is None:
        score = asof.paths(of_lens[1])["score"]
        names = (f"{score}low", f"{score}high", f"{score}grade")
        rows = asof.roots_at(revision, *of_lens).order_by().values_list(*names)
        kept = [((low, high, grade), n) for low, high, grade, n in rows.annotate(n=Count("pk"))]
        cache.set(key, kept)
    return list(_ranked(of_lens[0], kept))


def _ranked(lens: str, counted: Iterable[tuple[Stored, int]]) -> Iterator[Place]:
    """The values with their ranks, the best first."""
    rule = LENSES[lens]
    keyed = [(rule.rank_key(Value(*value)), value, n) for value, n in counted]
    ordered = sorted(((key, value, n) for key, value, n in keyed if key is not None), reverse=True)
    better = 0
    for _key, same in groupby(ordered, key=lambda one: one[0]):
        alike = [(value, n) for _key, value, n in same]
        rows = sum(n for _value, n in alike)
        yield from (Place(value, n, better + 1, rows > 1) for value, n in alike)
        better += rows
    yield from (Place(value, n, None) for key, value, n in keyed if key is None)
