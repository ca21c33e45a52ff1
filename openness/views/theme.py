"""The reader's choice of light or dark, kept in a cookie: no script is needed, nothing flashes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

from openness.views.page import THEME_COOKIE, THEMES

A_YEAR = 365 * 24 * 3600  # seconds


def choose_theme(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: `?theme=` on any page sets the cookie and leads back to the same view."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        chosen = request.GET.get("theme")
        if chosen is None or request.method != "GET":
            return get_response(request)
        params = request.GET.copy()
        del params["theme"]
        query = params.urlencode()
        # A path that begins with two slashes would lead to another host.
        path = "/" + request.path.lstrip("/")
        response = HttpResponseRedirect(path + (f"?{query}" if query else ""))
        if chosen in THEMES:
            response.set_cookie(
                THEME_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
            )
        else:
            response.delete_cookie(THEME_COOKIE, samesite="Lax")
        return response

    return middleware
