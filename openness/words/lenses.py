"""What lenses are called and what they answer, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from openness.spoken import gettext
from openness.words.vocabulary import Words, listed, of
from scoring.lenses import LENSES
from scoring.result import Sentence

OUTCOMES: Words = {
    "yes": _("yes"),
    "partly": _("partly"),
    "no": _("no"),
    "unknown": _("unknown"),
    "not_applicable": _("not assessed"),
}
BASES: Words = {"published": _("as published"), "derived": _("our reading")}


def lens(key: str) -> str:
    """The short name of a lens."""
    return gettext(LENSES[key].short_name)


BYLINES: Words = {
    "open-to-whom": _("our own lens, %(edition)s"),
    "mof": _("Model Openness Framework, %(edition)s"),
    "osai": _("Open Source AI Index, %(edition)s"),
    "opening-up": _("its ancestor, %(edition)s"),
    "osaid": _("the Open Source AI Definition, our reading"),
    "gradient": _("of release, our reading"),
    "fmti": _("Transparency Index, %(edition)s"),
}
"""What stands under the short name of a lens."""


def byline(key: str) -> str:
    """What the short name of a lens stands for, and which edition or version is in force."""
    rule = LENSES[key]
    edition = rule.default_edition or rule.version
    return str(BYLINES.get(key, "%(edition)s")) % {"edition": edition}


RANK_RULES: Words = {
    "opening-up": _("Open counts 1, partial one half; the highest sum comes first."),
    "osai": _("The mean of all dimensions: open counts 1, partial one half."),
    "mof": _("Ordered by the share of the components that the framework asks for."),
    "osaid": _("Ordered by verdict; a verdict is no certification by the Open Source Initiative."),
    "gradient": _("Ordered by the step on the gradient, from fully closed to fully open."),
    "fmti": _("Organizations, ordered by the number of indicators that they satisfy."),
}


def say(text: str) -> str:
    """A text of `scoring` in the reader's language."""
    return text.say(gettext) if isinstance(text, Sentence) else gettext(text) if text else ""


VERDICTS: Words = {
    "meets": _("Meets it"),
    "would_meet_with_other_terms": _("Would, with other terms"),
    "undetermined": _("Undetermined"),
    "does_not_meet": _("Does not meet it"),
}
STANDINGS: Words = {
    "there": _("approved terms"),
    "other_terms": _("other terms"),
    "unknown_terms": _("terms not known"),
    "unknown": _("not on record"),
    "missing": _("missing"),
}
"""How a part stands that the Open Source AI Definition requires."""


def grade(key: str, name: str) -> str:
    """What a lens calls one of its grades."""
    texts = LENSES[key].texts
    named = texts.get("grades", texts.get("levels", {})).get(name)
    return gettext(named) if isinstance(named, str) else of(VERDICTS, name)


def dimension(key: str, name: str) -> str:
    """What a publisher's dimension is called, where the lens names it in our words."""
    criterion = LENSES[key].texts.get("criteria", {}).get(name) if key in LENSES else None
    return gettext(criterion["name"]) if isinstance(criterion, dict) else name


def bases(keys: Iterable[str]) -> str:
    """The bases that a lens has."""
    return listed(of(BASES, key) for key in keys)


def rank_rule(key: str) -> str:
    """How a lens orders, in one sentence."""
    return str(RANK_RULES.get(key, ""))
