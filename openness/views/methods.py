"""How each lens decides: its question, version, rule and source."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from openness.models import Edition
from openness.views.page import page
from scoring.hardware import ACTORS
from scoring.lenses import LENSES
from scoring.lenses.open_to_whom import ACTOR_WEIGHTS, VERB_WEIGHTS


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """`/methods/`: every lens with its question."""
    return page(request, "methods/all.html", {"lenses": LENSES}, canonical="")


@require_safe
def method(request: HttpRequest, key: str) -> HttpResponse:
    """`/methods/<lens>/`."""
    if key not in LENSES:
        raise Http404(key)
    context = {
        "lens": LENSES[key],
        "lenses": LENSES,
        "editions": Edition.objects.filter(index=key),
        "verbs": VERB_WEIGHTS,
        "actors": ACTOR_WEIGHTS,
        "machines": ACTORS,
    }
    return page(request, "methods/one.html", context, canonical="")
