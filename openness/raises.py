"""What would raise each result of a project: asked once a profile and version, then kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.core.cache import cache

from openness.facts import Dossier, Published
from scoring.lenses import LENSES
from scoring.raising import Raise, what_would_raise, what_would_raise_published
from scoring.result import Result, Value

SHOWN = 3
"""How many raises of one lens are told."""

Kept = list[tuple[list[tuple[str, str]], float | None, float | None, str]]
"""Raises as plain values, so that what an older release kept can still be read: the changes, each
a term and what it becomes, and the low, high and grade that they lead to."""


@dataclass(frozen=True, slots=True)
class Raises:
    """One lens: what it gives now, and what would raise that; None where nobody had the time."""

    lens: str
    published: bool
    version: str  # of our reading, or the publisher's edition
    result: Result
    found: Kept | None


def raises(held: Dossier, in_time: Callable[[], bool] = lambda: True) -> Iterator[Raises]:
    """Of each lens that gives the project a result, the publisher's own where there is one.

    `in_time` is asked before each piece of work that nobody has asked for before.
    """
    for key, lens in LENSES.items():
        published = newest(held, key)
        if published is not None:
            found = _of_subject(published, in_time)
            version, result = published.edition.key, published.explained()
        elif key in held.scores and held.listing is not None:
            found = _of_profile(key, held, in_time)
            version, result = lens.version, held.results[key]
        else:
            continue
        if result is not None and result.value != Value(None, None):
            yield Raises(key, published is not None, version, result, found)


def newest(held: Dossier, lens: str) -> Published | None:
    """What the publisher of a lens said of a project, in the newest edition that is scored."""
    said = [one for one in held.published if one.edition.index == lens and one.score and one.scored]
    return max(said, key=lambda one: one.edition.key, default=None)


def _of_profile(lens: str, held: Dossier, in_time: Callable[[], bool]) -> Kept | None:
    if held.listing is None:
        return []
    profile, version = held.listing.profile, LENSES[lens].version
    return _kept(
        f"raise:{lens}:{version}:{profile.digest}",
        lambda: what_would_raise(lens, profile.canonical, version),
        in_time,
    )


def _of_subject(published: Published, in_time: Callable[[], bool]) -> Kept | None:
    lens, edition, said = published.edition.index, published.edition.key, published.said
    digest = hashlib.sha256(repr(said).encode()).hexdigest()
    return _kept(
        f"raise:{lens}:{edition}:{digest}",
        lambda: what_would_raise_published(lens, said, edition),
        in_time,
    )


def _kept(key: str, ask: Callable[[], Sequence[Raise]], in_time: Callable[[], bool]) -> Kept | None:
    """The first raises, from the cache or asked for now; None where there is no time to ask."""
    kept: Kept | None = cache.get(key)
    if kept is None and in_time():
        kept = [
            (
                [(change.term, str(change.to)) for change in one.changes],
                one.value.low,
                one.value.high,
                one.value.grade,
            )
            for one in ask()[:SHOWN]
        ]
        cache.set(key, kept, timeout=None)
    return kept
