"""One project as data, and its badges."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from openness import asof, called
from openness.asof import Moment
from openness.badges import Badge, badge, missing, shields, svg
from openness.dossiers import Dossier, NotYet, dossier
from openness.exports import cyclonedx, spdx
from openness.exports.mot import mot_yaml
from openness.exports.projects import document, project_csv, project_csvw
from openness.models import Project, Revision
from openness.rankings import current_revision
from openness.views.data.answers import (
    CSV,
    CSVM,
    JSON,
    as_json,
    one_state,
    refused,
    streamed,
)
from scoring.facts import Kind
from scoring.lenses import LENSES

MEDIA_TYPES = {
    "mot.yml": "application/yaml; charset=utf-8",
    "spdx.json": "application/spdx+json",
    "cdx.json": "application/vnd.cyclonedx+json; version=1.6",
}


def _answer(
    request: HttpRequest,
    slug: str,
    suffix: str,
    content_type: str,
    text: Callable[[Project, Moment | None], Iterator[str]],
) -> HttpResponseBase:
    try:
        moment = asof.asked(request.GET)
    except ValueError as error:
        return refused(str(error))
    project = called.named(slug, moment)
    if project is None:
        return refused(f"there is no project {slug}", 404)
    if suffix == "mot.yml" and project.kind != Kind.MODEL:
        return refused("the Model Openness Tool judges models only", 404)
    try:
        return streamed(
            request,
            text(project, moment),
            content_type=content_type,
            name=f"{slug}.{suffix}",
            described=f"/projects/{slug}.csv-metadata.json",
        )
    except NotYet:
        return refused(f"{slug} was not on record then", 404)


@require_safe
@one_state(daily=True)
def project_as_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>.json`: all that is held of a project, every lens with its reasons."""
    return _answer(
        request,
        slug,
        "json",
        JSON,
        lambda p, moment: as_json(document(p, current_revision(), moment)),
    )


@require_safe
@one_state(daily=True)
def project_as_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>.csv`: every statement in force, with its source."""
    return _answer(request, slug, "csv", CSV, project_csv)


def _written(held: Dossier, moment: Moment | None, form: str) -> Iterator[str]:
    found = moment.revision if moment else Revision.objects.first()
    revision = found or Revision(pk=0, at=held.project.updated_at)
    if form == "mot.yml":
        yield mot_yaml(held, revision.pk)
        return
    write = spdx.document if form == "spdx.json" else cyclonedx.document
    yield from as_json(write(held, revision))


@require_safe
@one_state(daily=True)
def project_in_format(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """`/projects/<slug>.mot.yml`, `.spdx.json` and `.cdx.json`: in the formats of others."""
    return _answer(
        request,
        slug,
        form,
        MEDIA_TYPES[form],
        lambda p, moment: _written(dossier(p, moment), moment, form),
    )


@require_safe
@one_state()
def project_metadata(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>.csv-metadata.json`: what the columns are, in CSVW."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        return refused(f"there is no project {slug}", 404)
    return JsonResponse(project_csvw(project, current_revision()), content_type=CSVM)


def _badge(slug: str, lens: str, write: Callable[[Badge], HttpResponse]) -> HttpResponseBase:
    if lens not in LENSES:
        return refused(f"there is no lens {lens}; one of: {', '.join(LENSES)}", 404)
    shown = badge(slug, lens, Revision.objects.first())
    if shown is None:
        response = write(missing(lens))
        response.status_code = 404
        response["Access-Control-Allow-Origin"] = "*"
        return response
    return write(shown)


@require_safe
@one_state(cached=True)
def badge_svg(request: HttpRequest, slug: str, lens: str) -> HttpResponseBase:
    """`/projects/<slug>/badge/<lens>.svg`; an unknown project has a badge that says so."""
    return _badge(slug, lens, lambda b: HttpResponse(svg(b), content_type="image/svg+xml"))


@require_safe
@one_state(cached=True)
def badge_json(request: HttpRequest, slug: str, lens: str) -> HttpResponseBase:
    """`/projects/<slug>/badge/<lens>.json`, in the form that shields.io reads."""
    return _badge(slug, lens, lambda b: JsonResponse(shields(b)))
