"""Translations and paths that are asked for hundreds of times a page, each worked out once.

Django looks through every catalog for a text, and through every route for a path, each time anew.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import get_language, override

_SLUG = re.compile(r"[a-z0-9-]+")
_ANY = "any-slug"


def gettext(text: str) -> str:
    """The text in the language in force, as Django's `gettext`."""
    return _said(get_language(), text)


def pgettext(context: str, text: str) -> str:
    """The text in the language in force, as Django's `pgettext`."""
    return _said(get_language(), text, context)


@lru_cache(maxsize=20_000)
def _said(language: str | None, text: str, context: str = "") -> str:
    with override(language):
        if context:
            return translation.pgettext(context, text)
        return translation.gettext(text)


def path_to(name: str, *args: object) -> str:
    """The path of the page of this name in the language in force, as Django's `reverse`."""
    language = get_language()
    if len(args) == 1 and isinstance(args[0], str) and _SLUG.fullmatch(args[0]):
        before, after = around(name)
        if after:
            return f"{before}{args[0]}{after}"
    return _path(language, name, *args)


def around(name: str) -> tuple[str, str]:
    """What stands before and after the slug in the path of such a page; blank if it has none."""
    return _around(get_language(), name)


@lru_cache(maxsize=2000)
def _path(language: str | None, name: str, *args: object) -> str:
    with override(language):
        return reverse(name, args=args)


@lru_cache(maxsize=500)
def _around(language: str | None, name: str) -> tuple[str, str]:
    try:
        before, _any, after = _path(language, name, _ANY).partition(_ANY)
    except NoReverseMatch:
        return "", ""
    return before, after
