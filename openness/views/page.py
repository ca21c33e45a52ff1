"""What every page shares: navigation, language, theme, and the revision of the data it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, translate_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openness.models import Revision

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
LANGUAGE_NAMES = {"en": "English", "zh-hans": "简体中文"}
HTML_LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a navigation; `current` is the value of aria-current, blank elsewhere."""

    name: str
    address: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Language:
    """The same page in one language."""

    code: str
    name: str
    address: str
    absolute: str
    current: bool


@dataclass(frozen=True, slots=True)
class Site:
    """What the base template shows around every page."""

    lang: str
    theme: str
    nav: list[Link]
    map: list[Link]
    languages: list[Language]
    themes: list[Link]
    canonical: str
    revision: Revision | None


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    canonical: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page inside the site. `canonical` is the query string that stands for this view;
    None for a page that no search engine should keep."""
    site = _site(request, canonical)
    response = render(request, template, {**(context or {}), "site": site}, status=status)
    patch_vary_headers(response, ["Cookie"])
    return response


def theme_of(request: HttpRequest) -> str:
    """The theme that the reader chose; blank: the system's."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def _site(request: HttpRequest, canonical: str | None) -> Site:
    rankings, methods = (_link(request, name, text) for name, text in _main())
    return Site(
        lang=HTML_LANGUAGES[_language()],
        theme=theme_of(request),
        nav=[rankings, methods],
        map=[
            rankings,
            methods,
            _link(request, "submit", _("Submit a project")),
            _link(request, "components", _("Components of this site")),
        ],
        languages=_languages(request, canonical),
        themes=_themes(request),
        canonical=_absolute(request.path, canonical) if canonical is not None else "",
        revision=Revision.objects.first(),
    )


def _main() -> list[tuple[str, str]]:
    return [("rankings", _("Rankings")), ("methods", _("Methods"))]


def _language() -> str:
    code = get_language() or settings.LANGUAGE_CODE
    return code if code in HTML_LANGUAGES else settings.LANGUAGE_CODE


def _link(request: HttpRequest, name: str, text: str) -> Link:
    address = reverse(name)
    if request.path == address:
        return Link(text, address, "page")
    return Link(text, address, "true" if request.path.startswith(address) else "")


def _absolute(path: str, query: str | None) -> str:
    return f"{settings.SITE_URL}{path}" + (f"?{query}" if query else "")


def _languages(request: HttpRequest, canonical: str | None) -> list[Language]:
    now = _language()
    return [
        Language(
            code=HTML_LANGUAGES[code],
            name=name,
            address=translate_url(request.get_full_path(), code),
            absolute=_absolute(translate_url(request.path, code), canonical),
            current=code == now,
        )
        for code, name in LANGUAGE_NAMES.items()
    ]


def _themes(request: HttpRequest) -> list[Link]:
    chosen = theme_of(request)
    names = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
    found = []
    for key, name in names.items():
        params = request.GET.copy()
        params["theme"] = key
        current = "true" if (chosen or "system") == key else ""
        found.append(Link(name, f"?{params.urlencode()}", current))
    return found
