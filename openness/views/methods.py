"""How each lens decides: its question, version, rule and source."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from openness import figures, words
from openness.models import Edition
from openness.views.page import page
from scoring.hardware import ACTORS, needs
from scoring.lenses import LENSES
from scoring.lenses.open_to_whom import ACTOR_WEIGHTS, VERB_WEIGHTS

CHECKED: words.Words = {
    "projects": gettext_lazy("%(n)s worked projects, each with its score and its four parts"),
    "cells": gettext_lazy("%(n)s single cells"),
    "models": gettext_lazy("%(n)s models, each with class, percentages and counts"),
    "test_files": gettext_lazy("%(n)s of the publisher’s own test files"),
    "scores": gettext_lazy("%(n)s scores, and their order"),
    "classes": gettext_lazy("%(n)s single classes"),
    "scores_of_the_older_edition": gettext_lazy("%(n)s scores of the older edition"),
    "conclusions": gettext_lazy(
        "%(n)s conclusions of 2024, from evidence set by hand: a check of consistency, no proof"
    ),
    "examples": gettext_lazy("%(n)s examples of the paper"),
    "totals": gettext_lazy("%(n)s totals of companies, and their ranks"),
    "domains": gettext_lazy("%(n)s scores of domains"),
}
"""What the tests of a lens compare with published results, in the order of display."""


@cache
def _oracles() -> dict[str, dict[str, int]]:
    """{lens: {what: how many came out equal}}, as the last run of the tests wrote it."""
    file = Path(settings.BASE_DIR) / "docs" / "oracles.json"
    kept: dict[str, dict[str, int]] = json.loads(file.read_text(encoding="utf-8"))
    return kept


def checked(lens: str) -> list[str]:
    """What was compared with the publisher and came out equal, a line each."""
    counts = _oracles().get(lens, {})
    return [
        str(text) % {"n": figures.count(counts[what])}
        for what, text in CHECKED.items()
        if what in counts
    ]


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """`/methods/`: every lens with its question."""
    return page(request, "methods/all.html", {"lenses": LENSES}, canonical="")


WORKED = 7e9
"""Parameters of the model of which one cell is worked out on the page of our lens."""


@require_safe
def method(request: HttpRequest, key: str) -> HttpResponse:
    """`/methods/<lens>/`."""
    if key not in LENSES:
        raise Http404(key)
    context = {
        "lens": LENSES[key],
        "lenses": LENSES,
        "checked": checked(key),
        "editions": Edition.objects.filter(index=key),
        "verbs": VERB_WEIGHTS,
        "actors": ACTOR_WEIGHTS,
        "machines": ACTORS,
        "worked": {"parameters": WORKED, "memory": needs("run", (WORKED, WORKED))},
    }
    return page(request, "methods/one.html", context, canonical="")
