"""What would raise a result, in sentences: asked of the lens once a profile and version, and kept.

The work is bounded: what does not fit into the budget of a page is left to the next one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

from django.core.cache import cache
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from openness import figures, words
from openness.facts import Dossier, Published
from scoring.lenses import LENSES
from scoring.raising import Raise, what_would_raise, what_would_raise_published
from scoring.result import Value

SHOWN = 3
"""How many raises of one lens a page shows."""

BUDGET = 0.25
"""Seconds a page may spend on raises that nobody has asked for before."""

DECIMALS = {"open-to-whom": 1, "mof": 1, "osai": 2, "opening-up": 1}
"""A change may move less than a list shows of a value."""

Kept = list[tuple[list[tuple[str, str]], float | None, float | None, str]]
"""Raises as plain values, so that what an older release kept can still be read."""


@dataclass(frozen=True, slots=True)
class Raising:
    """One lens: how far the next class is, if it has classes, and the smallest changes."""

    lens: str
    published: bool
    next: str
    sentences: list[str]
    pending: bool = False  # not worked out yet


def raisings(held: Dossier) -> list[Raising]:
    """What would raise each result of a project: the publisher's own where there is one."""
    started = monotonic()
    return list(_raisings(held, lambda: monotonic() - started < BUDGET))


def _raisings(held: Dossier, in_time: Callable[[], bool]) -> Iterator[Raising]:
    for key in LENSES:
        published = newest(held, key)
        if published is not None:
            found = _of_subject(published, in_time)
            before = published.explained()
        elif key in held.scores and held.listing is not None:
            found = _of_profile(key, held, in_time)
            before = held.results[key]
        else:
            continue
        if before is None or before.value == Value(None, None):
            continue
        step = before.detail.get("next")
        told = words.say(step) if isinstance(step, str) else ""
        sentences = [
            sentence
            for one in found or ()
            if (sentence := _sentence(key, one, before.value, published=published is not None))
        ]
        if told or sentences or found is None:
            yield Raising(key, published is not None, told, sentences, pending=found is None)


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


def _sentence(
    lens: str,
    one: tuple[list[tuple[str, str]], float | None, float | None, str],
    before: Value,
    *,
    published: bool,
) -> str:
    changes, low, high, grade = one
    first, *others = [_change(lens, term, to, published=published) for term, to in changes]
    was, now = _told(lens, before), _told(lens, Value(low, high, grade))
    if was == now:
        return ""
    form = (
        _("%(first)s and %(other)s together would raise it from %(was)s to %(now)s.")
        if others
        else _("%(first)s would raise it from %(was)s to %(now)s.")
    )
    return form % {"first": capfirst(first), "other": "".join(others), "was": was, "now": now}


def _change(lens: str, term: str, to: str, *, published: bool) -> str:
    """One thing to do, as the subject of a sentence."""
    if published and lens == "mof":
        return _("“%(component)s”, listed under an open license,") % {"component": _(term)}
    if published:
        return _("“%(dimension)s”, judged open,") % {"dimension": words.dimension(lens, term)}
    if term == "hosted":
        return _("an API free of charge") if to == "free_api" else _("an API for a price")
    named = {
        "access": _("a download of the weights for everybody"),
        "terms": _("an open license for what is released"),
        "data_information_sufficient": _(
            "a reviewer’s judgement that the documents tell enough of the data"
        ),
        "staged_release": _("the end of the staged release"),
    }
    if term in named:
        return named[term]
    return _("“%(component)s”, whole and under an open license,") % {
        "component": words.component(term)
    }


def _told(lens: str, value: Value) -> str:
    """A value as a sentence names it: a verdict, a step, or the proven number."""
    if lens in ("osaid", "gradient"):
        return _("“%(verdict)s”") % {"verdict": words.grade(lens, value.grade)}
    if value.low is None:
        return figures.DASH
    number = f"{value.low:.{DECIMALS.get(lens, 0)}f}"
    if lens == "mof" and value.grade != "unclassified":
        return _("%(number)s (%(grade)s)") % {
            "number": number,
            "grade": words.grade(lens, value.grade),
        }
    return number
