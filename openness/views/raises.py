"""What would raise a result, in sentences.

The work is bounded: what does not fit into the budget of a page is left to the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from django.utils.text import capfirst
from django.utils.translation import get_language

from openness import figures, words
from openness.dossiers import Dossier
from openness.raises import Raises, raises
from openness.spoken import gettext as _
from scoring.result import Value

BUDGET = 0.25
"""Seconds a page may spend on raises that nobody has asked for before."""

DECIMALS = {"open-to-whom": 1, "mof": 1, "osai": 2, "opening-up": 1}
"""A change may move less than a list shows of a value."""


@dataclass(frozen=True, slots=True)
class Raising:
    """One lens: how far the next class is, if it has classes, and the smallest changes."""

    lens: str
    published: bool
    next: str
    sentences: list[str]
    pending: bool = False  # not worked out yet


def raisings(held: Dossier) -> list[Raising]:
    """What would raise each result of a project: the publisher's own where there is one.

    What our readings alone say is kept with the facts that it follows from.
    """
    of = ("raisings", get_language(), held.listing and held.listing.profile_id, *held.scores)
    if not held.published and of in held.worked:
        kept: list[Raising] = held.worked[of]
        return kept
    started = monotonic()
    told = [_raising(one) for one in raises(held, lambda: monotonic() - started < BUDGET)]
    found = [one for one in told if one.next or one.sentences or one.pending]
    if not held.published and not any(one.pending for one in found):
        held.worked[of] = found
    return found


def _raising(one: Raises) -> Raising:
    step = one.result.detail.get("next")
    sentences = [
        sentence
        for found in one.found or ()
        if (sentence := _sentence(one.lens, found, one.result.value, published=one.published))
    ]
    told = words.say(step) if isinstance(step, str) else ""
    return Raising(one.lens, one.published, told, sentences, pending=one.found is None)


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
