"""A query in words: conditions as phrases and as chips that take them away, common questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openness import figures, words
from openness.facets import Choice
from openness.filters import Query

Facets = Mapping[str, list[Choice]]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition that is set: its phrase, and the query string without it."""

    name: str
    phrase: str
    without: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A question that many people have, and the query string that answers it."""

    question: str
    query: str
    current: bool


def conditions(query: Query, facets: Facets) -> list[Condition]:
    """Every condition of the query, in the order of the address."""
    return [
        Condition(name, phrase, query.string(**{name: None}))
        for name, phrase in _phrases(query, facets)
    ]


def _phrases(query: Query, facets: Facets) -> Iterator[tuple[str, str]]:
    for name, phrase in PHRASES.items():
        value = getattr(query, name)
        if value not in (None, ""):
            yield name, phrase(str(value), facets)
    for component, floor in query.floors:
        form = _("%(component)s open") if floor == "open" else _("%(component)s at least partial")
        yield component, form % {"component": words.component(component)}


def _either(texts: list[str]) -> str:
    return _(" or ").join(texts)


def _worded(table: words.Words, form: Callable[[], str]) -> Callable[[str, Facets], str]:
    def phrase(value: str, facets: Facets) -> str:
        return form() % {"value": _either([words.of(table, word) for word in value.split(",")])}

    return phrase


def _organization(value: str, facets: Facets) -> str:
    names = {choice.value: choice.label for choice in facets["organization"]}
    return _("by %(value)s") % {
        "value": _either([names.get(slug, slug) for slug in value.split(",")])
    }


def _sourced(value: str, facets: Facets) -> str:
    if value == "all":
        return _("every statement sourced")
    return ngettext(
        "at least %(count)s sourced statement", "at least %(count)s sourced statements", int(value)
    ) % {"count": value}


PHRASES: Mapping[str, Callable[[str, Facets], str]] = {
    "q": lambda value, facets: _("named like “%(value)s”") % {"value": value},
    "kind": _worded(words.KINDS, lambda: _("kind: %(value)s")),
    "organization": _organization,
    "license": lambda value, facets: _("license %(value)s") % {"value": _either(value.split(","))},
    "license_class": _worded(words.LICENSE_CLASSES, lambda: _("terms: %(value)s")),
    "weights": _worded(words.ACCESS, lambda: _("weights: %(value)s")),
    "api": _worded(words.HOSTING, lambda: _("API: %(value)s")),
    "runs_on": _worded(words.ACTORS, lambda: _("runs on: %(value)s")),
    "parameters_min": lambda value, facets: (
        _("at least %(value)s parameters") % {"value": figures.size(float(value)) or "0"}
    ),
    "parameters_max": lambda value, facets: (
        _("at most %(value)s parameters") % {"value": figures.size(float(value)) or "0"}
    ),
    "sourced": _sourced,
}


def presets(query: Query) -> list[Preset]:
    """Common questions as addresses, through the lens in force."""
    plain = query.plain()
    asked = (
        (_("May I ship it?"), {"license_class": "open", "weights": "public"}),
        (_("Does it run on my laptop?"), {"runs_on": "laptop"}),
        (_("May I call it for free?"), {"api": "free_api"}),
        (_("Is the training data public?"), {"training_data": "open"}),
        (_("Could I train it again?"), {"training_code": "open", "training_data": "open"}),
        (_("Is every statement sourced?"), {"sourced": "all"}),
    )
    now = query.string(page=None, sort=None, per_page=None)
    return [
        Preset(question, text, text == now)
        for question, text in ((question, plain.string(**changes)) for question, changes in asked)
    ]
