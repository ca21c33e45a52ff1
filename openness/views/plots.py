"""Pictures of all projects, on a page and each at an address of its own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openness import words
from openness.filters import Query
from openness.models import Organization
from openness.plotted import PLOTS, by_size, plot
from openness.plotted.makers import of_editions, spoken_editions, transparency
from openness.standalone import as_document
from openness.views.data.answers import one_state
from openness.views.page import page
from scoring.lenses import LENSES


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


@require_safe
@one_state(cached=True)
def portfolio_svg(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/organizations/<slug>/portfolio.svg`: its models, by size and by how open they are."""
    maker = get_object_or_404(Organization, slug=slug)
    drawn = by_size(Query(organization=slug))
    title = _("%(name)s: %(what)s") % {"name": maker.name, "what": drawn.title}
    return as_svg(as_document(drawn.picture, title=title, sentence=drawn.sentence))


@require_safe
@one_state(cached=True)
def editions_svg(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/organizations/<slug>/fmti.svg`: what FMTI gave it, edition by edition."""
    maker = get_object_or_404(Organization, slug=slug)
    editions = transparency([maker.pk]).get(maker.pk)
    if editions is None:
        raise Http404(slug)
    document = as_document(
        of_editions(maker.name, editions),
        title=words.say(LENSES["fmti"].name),
        sentence=spoken_editions(editions),
    )
    return as_svg(document)


def as_svg(body: str) -> HttpResponse:
    """An SVG document as an answer that others may embed."""
    response = HttpResponse(body, content_type="image/svg+xml; charset=utf-8")
    # The document brings its own style sheet and nothing else.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
