"""One project as data, and its badges."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from openness import asof
from openness.asof import Moment
from openness.badges import Badge, badge, missing, shields, svg
from openness.exports import cyclonedx, spdx
from openness.exports.mot import mot_yaml
from openness.exports.projects import document, project_csv, project_csvw
from openness.facts import Dossier, NotYet, dossier
from openness.models import Project, Revision
from openness.rankings import current_revision
from openness.views.data.answers import (
    CSV,
    JSON,
    Text,
    as_json,
    marked,
    refused,
    streamed,
    unchanged,
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
    text: Callable[[Project, Moment | None], Text],
) -> HttpResponseBase:
    try:
        moment = asof.asked(request.GET)
    except ValueError as error:
        return refused(str(error))
    parts = (f"project.{suffix}", slug, moment and (moment.number, moment.asked))
    if found := unchanged(request, *parts):
        return found
    project = (
        Project.objects.select_related("organization", "derived_from").filter(slug=slug).first()
    )
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
            parts=parts,
            described=f"/projects/{slug}.csv-metadata.json",
        )
    except NotYet:
        return refused(f"{slug} was not on record then", 404)


@require_safe
def project_as_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>.json`: all that is held of a project, every lens with its reasons."""
    return _answer(
        request,
        slug,
        "json",
        JSON,
        lambda p, moment: lambda revision: as_json(document(p, revision, moment)),
    )


@require_safe
def project_as_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>.csv`: every statement in force, with its source."""
    return _answer(request, slug, "csv", CSV, lambda p, moment: lambda _: project_csv(p, moment))


def _written(held: Dossier, number: int, form: str) -> Iterator[str]:
    if form == "mot.yml":
        yield mot_yaml(held, number)
        return
    found = Revision.objects.filter(pk=number).first()
    revision = found or Revision(pk=number, at=held.project.updated_at)
    write = spdx.document if form == "spdx.json" else cyclonedx.document
    yield from as_json(write(held, revision))


@require_safe
def project_in_format(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """`/projects/<slug>.mot.yml`, `.spdx.json` and `.cdx.json`: in the formats of others."""
    return _answer(
        request,
        slug,
        form,
        MEDIA_TYPES[form],
        lambda p, moment: lambda revision: _written(dossier(p, moment), revision, form),
    )


@require_safe
def project_metadata(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>.csv-metadata.json`: what the columns are, in CSVW."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        return refused(f"there is no project {slug}", 404)
    metadata = project_csvw(project, current_revision())
    response = JsonResponse(metadata, content_type="application/csvm+json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _badge(
    request: HttpRequest, slug: str, lens: str, form: str, write: Callable[[Badge], HttpResponse]
) -> HttpResponseBase:
    if lens not in LENSES:
        return refused(f"there is no lens {lens}; one of: {', '.join(LENSES)}", 404)
    parts = ("badge", form, lens, slug)
    if found := unchanged(request, *parts):
        return found
    revision = Revision.objects.first()
    number = revision.pk if revision else 0
    key = f"badge:{number}:{lens}:{slug}"
    # Plain values are kept: a class that was renamed meanwhile could not be read back.
    kept: tuple[str, str, str, bool] | None = cache.get(key)
    shown = Badge(*kept) if kept else badge(slug, lens, revision)
    if shown is None:
        response = write(missing(lens))
        response.status_code = 404
        response["Access-Control-Allow-Origin"] = "*"
        return response
    if not kept:
        cache.set(key, (shown.label, shown.result, shown.title, shown.known))
    return marked(write(shown), number, *parts)


@require_safe
def badge_svg(request: HttpRequest, slug: str, lens: str) -> HttpResponseBase:
    """`/projects/<slug>/badge/<lens>.svg`; an unknown project has a badge that says so."""
    return _badge(
        request, slug, lens, "svg", lambda b: HttpResponse(svg(b), content_type="image/svg+xml")
    )


@require_safe
def badge_json(request: HttpRequest, slug: str, lens: str) -> HttpResponseBase:
    """`/projects/<slug>/badge/<lens>.json`, in the form that shields.io reads."""
    return _badge(request, slug, lens, "json", lambda b: JsonResponse(shields(b)))
