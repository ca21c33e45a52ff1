"""A project shown elsewhere: its badge and its pictures, with what one pastes to have them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from openness.filters import DEFAULT_LENS
from openness.models import Project
from openness.spoken import gettext as _
from scoring.lenses import LENSES


@dataclass(frozen=True, slots=True)
class Shared:
    """One picture of a project: what it is, its path, and its code in two languages."""

    name: str
    path: str
    markdown: str
    html: str


def chosen_badge(request: HttpRequest) -> str:
    """The lens of the badge that `?badge=` names; our own for anything else."""
    asked = request.GET.get("badge", "")
    return asked if asked in LENSES else DEFAULT_LENS


def shared(project: Project, lens: str) -> list[Shared]:
    """The badge by this lens, the grid of who can do what, and the bars of what is on record.

    Their code is in English, as the pictures are: it stands on pages in any language.
    """
    with translation.override(settings.LANGUAGE_CODE):
        where = f"{settings.SITE_URL}{project.get_absolute_url()}"
    pictures = (
        (_("Badge"), reverse("badge-svg", args=[project.slug, lens]), LENSES[lens].short_name),
        (_("Open to whom?"), reverse("reach-svg", args=[project.slug]), "open to whom?"),
        (_("What is on record"), reverse("bars-svg", args=[project.slug]), "what is on record"),
    )
    return [_shared(name, path, f"{project.name}: {alt}", where) for name, path, alt in pictures]


def _shared(name: str, path: str, alt: str, where: str) -> Shared:
    picture = f"{settings.SITE_URL}{path}"
    in_brackets = re.sub(r"([\\\[\]`*_<>])", r"\\\1", alt)
    return Shared(
        name=name,
        path=path,
        markdown=f"[![{in_brackets}]({picture})]({where})",
        html=f'<a href="{where}"><img src="{picture}" alt="{escape(alt)}" /></a>',
    )
