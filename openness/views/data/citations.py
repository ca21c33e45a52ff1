"""Citations as files: of a project, a ranking, a comparison and the whole data set."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from openness import asof
from openness.citations import FORMS, Citation, of_comparison, of_data, of_project, of_ranking
from openness.comparison import MOST
from openness.filters import Query
from openness.models import Project, Revision
from openness.views.compare import Asked
from openness.views.data.answers import one_state, refused


def revision_of(request: HttpRequest) -> Revision | None:
    """The revision that `?rev=` names, else the newest one.

    Raises Revision.DoesNotExist for one that there is not.
    """
    asked = request.GET.get("rev", "")
    if not asked:
        return Revision.objects.first()
    if not (asked.isascii() and asked.isdigit() and len(asked) < 11):
        raise Revision.DoesNotExist
    return Revision.objects.get(pk=int(asked))


def _answer(citation: Citation, form: str, name: str) -> HttpResponseBase:
    response = HttpResponse(citation.written(form), content_type=FORMS[form])
    filename = "CITATION.cff" if form == "cff" else f"{name}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@require_safe
@one_state()
def cite_project(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """`/projects/<slug>/cite.bib`, `cite.csl.json` and `CITATION.cff`."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        return refused(f"there is no project {slug}", 404)
    try:
        citation = of_project(project, revision_of(request))
    except Revision.DoesNotExist:
        return refused("rev: there is no such revision", 404)
    return _answer(citation, form, slug)


@require_safe
@one_state()
def cite_comparison(request: HttpRequest, form: str) -> HttpResponseBase:
    """`/compare/cite.bib?p=a&p=b` and its other forms."""
    asked = Asked.parse(request)
    if asked.ignored or len(asked.slugs) < 2:
        return refused("; ".join(asked.ignored) or f"p: 2 to {MOST} projects are compared")
    named = dict(Project.objects.filter(slug__in=asked.slugs).values_list("slug", "name"))
    names = {slug: named[slug] for slug in asked.slugs}
    try:
        citation = of_comparison(names, revision_of(request))
    except Revision.DoesNotExist:
        return refused("rev: there is no such revision", 404)
    return _answer(citation, form, "comparison")


@require_safe
@one_state()
def cite_ranking(request: HttpRequest, form: str) -> HttpResponseBase:
    """`/rankings/cite.bib` with the parameters of a ranking, and its other forms."""
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    revision = asof.moment(query.past).revision if query.past else Revision.objects.first()
    return _answer(of_ranking(query.lens, query.cited(), revision), form, "ranking")


@require_safe
@one_state()
def cite_data(request: HttpRequest, form: str) -> HttpResponseBase:
    """`/data/cite.bib`, `cite.csl.json` and `CITATION.cff`."""
    try:
        citation = of_data(revision_of(request))
    except Revision.DoesNotExist:
        return refused("rev: there is no such revision", 404)
    return _answer(citation, form, "data")
