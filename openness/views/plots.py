"""Pictures of all projects, on a page and each at an address of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from openness.plotted import PLOTS, plot
from openness.standalone import as_document
from openness.views.data.answers import one_state
from openness.views.page import page


@require_safe
def all_plots(request: HttpRequest) -> HttpResponse:
    """`/plots/`."""
    context = {"plots": [plot(key) for key in PLOTS]}
    return page(request, "plots.html", context, canonical="")


@require_safe
@one_state(cached=True)
def plot_svg(request: HttpRequest, key: str) -> HttpResponseBase:
    """`/plots/<key>.svg`, to be shown in other pages."""
    if key not in PLOTS:
        raise Http404(key)
    drawn = plot(key)
    return as_svg(as_document(drawn.picture, title=drawn.title, sentence=drawn.sentence))


def as_svg(body: str) -> HttpResponse:
    """An SVG document as an answer that others may embed."""
    response = HttpResponse(body, content_type="image/svg+xml; charset=utf-8")
    # The document brings its own style sheet and nothing else.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
