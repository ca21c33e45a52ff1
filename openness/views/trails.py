"""`/projects/<slug>/components/<component>/`: the whole record of one cell."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from openness.facts import facts_of
from openness.models import Project
from openness.trail import trail
from openness.views.page import page
from scoring.components import COMPONENTS


@require_safe
def cell(request: HttpRequest, slug: str, component: str) -> HttpResponse:
    """Who stated what of a component, by whom it was reviewed, and what it gave way to."""
    if component not in COMPONENTS:
        raise Http404
    project = get_object_or_404(Project.objects.select_related("organization"), slug=slug)
    context = {
        "project": project,
        "component": component,
        "held": facts_of(project).components.get(component),
        "entries": trail(project, component),
    }
    return page(request, "project/trail.html", context, canonical="")
