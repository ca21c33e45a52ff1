"""What would raise each result of a project: asked once a profile and version, then kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.core.cache import cache

from openness.dossiers import Dossier, Published
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
    asked = list(_asked(held))
    kept: dict[str, Kept] = cache.get_many([key for _one, key, _ask in asked])
    new = {key: _first(ask()) for _one, key, ask in asked if key not in kept and in_time()}
    if new:
        cache.set_many(new, timeout=None)
    for one, key, _ask in asked:
        yield replace(one, found=kept.get(key, new.get(key)))


def _asked(held: Dossier) -> Iterator[tuple[Raises, str, Callable[[], Sequence[Raise]]]]:
    """For each lens: what it gives now, where the raises are kept, and how they are worked out."""
    for key, lens in LENSES.items():
        published = newest(held, key)
        if published is not None:
            edition, said = published.edition.key, published.said
            digest = hashlib.sha256(repr(said).encode()).hexdigest()
            at = f"raise:{key}:{edition}:{digest}"
            version, result = edition, published.explained()
            ask = partial(what_would_raise_published, key, said, edition, SHOWN)
        elif key in held.scores and held.listing is not None:
            profile, version, result = held.listing.profile, lens.version, held.results[key]
            at = f"raise:{key}:{version}:{profile.digest}"
            ask = partial(what_would_raise, key, profile.canonical, version, SHOWN)
        else:
            continue
        if result is not None and result.value != Value(None, None):
            yield Raises(key, published is not None, version, result, None), at, ask


def newest(held: Dossier, lens: str) -> Published | None:
    """What the publisher of a lens said of a project, in the newest edition that is scored."""
    said = [one for one in held.published if one.edition.index == lens and one.score and one.scored]
    return max(said, key=lambda one: one.edition.key, default=None)


def _first(found: Sequence[Raise]) -> Kept:
    return [
        (
            [(change.term, str(change.to)) for change in one.changes],
            one.value.low,
            one.value.high,
            one.value.grade,
        )
        for one in found
    ]
