"""What every page shares: navigation, language, theme, and the revision of the data it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import translate_url
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from openness.consistent import last
from openness.models import Revision
from openness.spoken import path_to
from openness.views.preferences import chosen
from openness.views.structured import card_of, structured
from openness.views.tray import Tray, tray_of

LANGUAGE_NAMES = {"en": "English", "zh-hans": "简体中文"}
HTML_LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
LOCALES = {"en": "en_US", "zh-Hans": "zh_CN"}
"""Languages as Open Graph names them."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a navigation; `current` is the value of aria-current, blank elsewhere."""

    name: str
    address: str
    current: str = ""
    key: str = ""  # the shortcut that leads there, after "g"


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
    keys: list[Link]  # keyboard shortcuts on or off
    tray: Tray
    address: str  # of this view, as it was asked for
    canonical: str
    card: str  # address of the picture that other sites show beside a link; blank: none
    structured: str  # schema.org as JSON, safe inside a data block; blank: none
    revision: Revision | None

    @property
    def locale(self) -> str:
        """The language of the page in Open Graph's words."""
        return LOCALES[self.lang]

    @property
    def translated(self) -> bool:
        """Whether each language has an address of its own; pages for programmers have one."""
        return len({language.absolute for language in self.languages}) > 1


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
    site = _site(request, canonical, context or {})
    response = render(request, template, {**(context or {}), "site": site}, status=status)
    patch_vary_headers(response, ["Cookie"])
    return response


def _site(request: HttpRequest, canonical: str | None, context: Mapping[str, Any]) -> Site:
    main = [_link(request, name, text) for name, text in _main()]
    return Site(
        lang=HTML_LANGUAGES[_language()],
        theme=chosen(request, "theme"),
        nav=main,
        map=[*main, *(_link(request, name, text) for name, text in _further())],
        languages=_languages(request, canonical),
        themes=_preferences(
            request,
            "theme",
            {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")},
        ),
        keys=_preferences(request, "keys", {"on": _("On"), "off": _("Off")}),
        tray=tray_of(request),
        address=request.get_full_path(),
        canonical=_absolute(request.path, canonical) if canonical is not None else "",
        card=card_of(context),
        structured=structured(request, context),
        revision=_revision(last()),
    )


@lru_cache(maxsize=8)
def _revision(number: int) -> Revision | None:
    """What is on record of a revision, which nobody changes later."""
    return Revision.objects.filter(pk=number).first()


def _main() -> list[tuple[str, str]]:
    return [
        ("rankings", _("Rankings")),
        ("compare", _("Compare")),
        ("organizations", _("Organizations")),
        ("licenses", _("Licenses")),
        ("methods", _("Methods")),
        ("data", _("Data")),
    ]


def _further() -> list[tuple[str, str]]:
    """Pages that only the map in the foot names."""
    return [
        ("plots", _("Plots")),
        ("changes", _("Changes")),
        ("status", _("Status")),
        ("submit", _("Submit a project")),
        ("queue", _("Review queue")),
        ("components", _("Components of this site")),
    ]


def _language() -> str:
    code = get_language() or settings.LANGUAGE_CODE
    return code if code in HTML_LANGUAGES else settings.LANGUAGE_CODE


def _link(request: HttpRequest, name: str, text: str) -> Link:
    address = path_to(name)
    if request.path == address:
        return Link(text, address, "page", name[0])
    return Link(text, address, "true" if request.path.startswith(address) else "", name[0])


def _absolute(path: str, query: str | None) -> str:
    return f"{settings.SITE_URL}{path}" + (f"?{query}" if query else "")


def _languages(request: HttpRequest, canonical: str | None) -> list[Language]:
    now = _language()
    here = request.get_full_path()
    found = []
    for code, name in LANGUAGE_NAMES.items():
        address = here if code == now else translate_url(here, code)
        found.append(
            Language(
                code=HTML_LANGUAGES[code],
                name=name,
                address=address,
                absolute=_absolute(address.partition("?")[0], canonical),
                current=code == now,
            )
        )
    return found


def _preferences(request: HttpRequest, name: str, values: Mapping[str, str]) -> list[Link]:
    """A link for each value of one preference; the first is the default."""
    now = chosen(request, name) or next(iter(values))
    params = request.GET.copy()
    params.pop(name, None)
    others = f"{params.urlencode()}&" if params else ""
    return [
        Link(text, f"?{others}{name}={value}", "true" if value == now else "")
        for value, text in values.items()
    ]
