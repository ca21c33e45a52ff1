"""Former addresses of projects: whoever comes by a slug that a project once had is led on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import reverse

from openness.called import renamed

PROJECTS = ("projects/", "api/v1/projects/")


def follow_renames(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: a 404 below a project's former slug is a 301 to the same place of today.

    Pages, CSV, JSON, pictures, badges and the API alike; only what is not found costs a query.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or match is None or request.method not in ("GET", "HEAD"):
            return response
        slug = match.kwargs.get("slug")
        if not slug or not match.route.removeprefix("zh-hans/").startswith(PROJECTS):
            return response
        now = renamed([slug]).get(slug)
        if now is None:
            return response
        address = reverse(match.view_name, kwargs=match.kwargs | {"slug": now})
        query = request.META.get("QUERY_STRING", "")
        moved = HttpResponsePermanentRedirect(address + (f"?{query}" if query else ""))
        moved["Access-Control-Allow-Origin"] = "*"
        response.close()
        return moved

    return middleware
