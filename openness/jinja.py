"""The environment of the public pages: Django's Jinja2 backend, translated, everything escaped."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.translation import get_language, ngettext, npgettext
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from openness import charts, figures, words
from openness.rankings import Kept
from openness.spoken import gettext, path_to, pgettext


def day(value: date | datetime | None) -> Markup:
    """An ISO date that stays in one line; blank for None."""
    text = figures.day(value)
    return Markup('<time datetime="{0}">{0}</time>').format(text) if text else Markup()


def kept(store: Kept, *of: Hashable, caller: Callable[[], str]) -> Markup:
    """`{% call kept(row.kept, language(), ...) %}`: the block, rendered once for what it is of."""
    if of not in store:
        store[of] = Markup(caller())  # noqa: S704  # the block has escaped its values
    return store[of]


def told(text: str, /, **values: object) -> Markup:
    """`_` of templates: the text in the language in force, with values put in.

    Jinja's own would ask for the text and make markup of it each time.
    """
    return _markup(get_language(), text) % values if values else _plain(get_language(), text)


def told_in(context: str, text: str, /, **values: object) -> Markup:
    """`pgettext` of templates."""
    return _markup(get_language(), text, context) % values


@lru_cache(maxsize=5000)
def _markup(_language: str | None, text: str, context: str = "") -> Markup:
    """A text as a form of values; it is ours and may have tags."""
    return Markup(pgettext(context, text) if context else gettext(text))  # noqa: S704 our own text


@lru_cache(maxsize=5000)
def _plain(language: str | None, text: str) -> Markup:
    """A text that has no values."""
    return _markup(language, text) % {}


def environment(**options: Any) -> Environment:
    """A Jinja2 environment: a misspelt name is an error, every string can be translated."""
    options.pop("autoescape", None)
    made = Environment(
        **options
        | {
            "undefined": StrictUndefined,
            "trim_blocks": True,
            "lstrip_blocks": True,
            "extensions": ["jinja2.ext.i18n"],
        },
        autoescape=True,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals |= {"_": told, "gettext": told, "pgettext": told_in}
    made.filters["dated"] = figures.dated
    made.globals |= {
        "charts": charts,
        "day": day,
        "figures": figures,
        "htmx_script": htmx_script,
        "kept": kept,
        "language": get_language,
        "lasting": {},
        "static": static,
        "url": path_to,
        "words": words,
    }
    return made
