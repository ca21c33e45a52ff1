"""Citations as files: of a project, a ranking, a comparison and the whole data set."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from openness import asof, called
from openness.asof import Moment
from openness.citations import FORMS, Citation, of_comparison, of_data, of_project, of_ranking
from openness.comparison import MOST, gather
from openness.filters import Query
from openness.models import Revision
from openness.views.compare import Asked
from openness.views.data.answers import one_state, refused


def _revision(moment: Moment | None) -> Revision | None:
    """The revision of a moment, else the newest one."""
    return moment.revision if moment else Revision.objects.first()


def _answer(citation: Citation, form: str, name: str) -> HttpResponseBase:
    response = HttpResponse(citation.written(form), content_type=FORMS[form])
    filename = "CITATION.cff" if form == "cff" else f"{name}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@require_safe
@one_state()
def cite_project(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """`/projects/<slug>/cite.bib`, `cite.csl.json` and `CITATION.cff`."""
    try:
        moment = asof.asked(request.GET)
    except ValueError as error:
        return refused(str(error), 404)
    project = called.named(slug, moment)
    if project is None:
        return refused(f"there is no project {slug}", 404)
    if moment:
        if (period := asof.period(project, moment)) is None:
            return refused(f"{slug} was not on record then", 404)
        project = period.as_project()
    return _answer(of_project(project, _revision(moment)), form, slug)


@require_safe
@one_state()
def cite_comparison(request: HttpRequest, form: str) -> HttpResponseBase:
    """`/compare/cite.bib?p=a&p=b` and its other forms."""
    try:
        asked = Asked.parse(request)
    except ValueError as error:
        return refused(str(error), 404)
    if asked.ignored or len(asked.slugs) < 2:
        return refused("; ".join(asked.ignored) or f"p: 2 to {MOST} projects are compared")
    names = {one.project.slug: one.project.name for one in gather(asked.slugs, asked.moment)}
    return _answer(of_comparison(names, _revision(asked.moment)), form, "comparison")


@require_safe
@one_state()
def cite_ranking(request: HttpRequest, form: str) -> HttpResponseBase:
    """`/rankings/cite.bib` with the parameters of a ranking, and its other forms."""
    query = Query.parse(request.GET)
    if query.ignored:
        return refused(query.malformed)
    moment = asof.moment(query.past) if query.past else None
    return _answer(of_ranking(query.lens, query.cited(), _revision(moment)), form, "ranking")


@require_safe
@one_state()
def cite_data(request: HttpRequest, form: str) -> HttpResponseBase:
    """`/data/cite.bib`, `cite.csl.json` and `CITATION.cff`."""
    try:
        moment = asof.asked(request.GET)
    except ValueError as error:
        return refused(str(error), 404)
    return _answer(of_data(_revision(moment)), form, "data")
