"""One license: what it lets one do, in our words, and who uses it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from openness.filters import Query
from openness.rankings import page_of
from openness.views.lines import lines
from openness.views.page import page
from scoring.licenses import LICENSES


@require_safe
def license_page(request: HttpRequest, key: str) -> HttpResponse:
    """`/licenses/<id>/`; the ids of our own table, which say what they permit."""
    if key not in LICENSES:
        raise Http404(key)
    query = Query.of(f"license={key}")
    found = page_of(query)
    context = {
        "license": LICENSES[key],
        "found": found,
        "lines": lines(query, found.rows),
        "query": query,
    }
    return page(request, "license.html", context, canonical="")
