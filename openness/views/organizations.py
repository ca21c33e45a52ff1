"""One organization: who it is, and its projects by our own lens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from openness.filters import PER_PAGE_MOST, Query
from openness.models import Organization, Score
from openness.rankings import page_of
from openness.views.lines import lines
from openness.views.page import page


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """`/organizations/<slug>/`."""
    maker = get_object_or_404(Organization, slug=slug)
    query = Query.of(f"organization={slug}&per_page={PER_PAGE_MOST}")
    found = page_of(query)
    published = list(
        Score.objects.filter(subject__organization=maker, lens="fmti").order_by("-version")
    )
    context = {
        "maker": maker,
        "found": found,
        "lines": lines(query, found.rows),
        "query": query,
        "published": published,
    }
    return page(request, "organization.html", context, canonical="")
