"""`/data/<day>/`: one package of the open data set as a page, and its files as they lie there."""

from __future__ import annotations

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from openness.exports.dataset.shelf import MEDIA_TYPES, Package, package, packages
from openness.exports.snapshot import known
from openness.views.data.answers import refused
from openness.views.page import page

LATEST = "latest"
_HEADERS = {
    # A package is never altered; one that is pruned is gone, which no reader's copy has to know.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    "Accept-Ranges": "bytes",
}
_CHECKED = ("Cache-Control", "ETag", "Last-Modified")


@require_safe
def dataset(request: HttpRequest, day: str) -> HttpResponse:
    """`/data/2026-11-24/`, and `/data/latest/`, which leads to the newest."""
    if day == LATEST:
        return redirect("dataset", _newest().day)
    if (held := package(day)) is None:
        raise Http404
    previous = held.descriptor.get("previous")
    context = {"package": held, "before": previous and package(previous["version"])}
    return page(request, "dataset.html", context, canonical="")


@require_safe
def dataset_file(request: HttpRequest, day: str, name: str) -> HttpResponseBase:
    """`/data/2026-11-24/projects.csv`: whole, in part (Range), or 304 if the reader has it."""
    if day == LATEST:
        found = redirect("dataset-file", _newest().day, name)
        found["Access-Control-Allow-Origin"] = "*"
        return found
    held = package(day)
    path = held.file(name) if held else None
    if held is None or path is None:
        return refused(f"there is no {name} of {day}", 404)
    headers = {**_HEADERS, "Content-Type": MEDIA_TYPES.get(path.suffix, MEDIA_TYPES[""])}
    if (tag := _tag(held, name)) is not None:
        headers["ETag"] = tag
    file = StaticFile(str(path), list(headers.items()))
    answer: HttpResponseBase = WhiteNoiseMiddleware.serve(file, request)
    if answer.status_code == 200 and known(request, answer["ETag"]):  # one of several tags
        answer.close()
        answer = HttpResponseNotModified(headers={name: answer[name] for name in _CHECKED})
    answer["Access-Control-Allow-Origin"] = "*"  # 304 too
    return answer


def _newest() -> Package:
    for one in packages():
        return one
    raise Http404


def _tag(held: Package, name: str) -> str | None:
    """The sum of a table is its tag, the same on every machine; others are told by their date."""
    for one in held.resources:
        if one["path"] == name:
            return f'"{one["hash"].removeprefix("sha256:")}"'
    return None
