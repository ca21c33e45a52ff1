"""The reader's choices, kept in cookies: no script is needed for them, and nothing flashes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

CHOICES: Mapping[str, tuple[str, ...]] = {"theme": ("light", "dark"), "keys": ("off",)}
"""Cookie and parameter: what is kept of it; anything else goes back to the default."""
A_YEAR = 365 * 24 * 3600  # seconds


def chosen(request: HttpRequest, name: str) -> str:
    """What the reader chose of one of CHOICES; blank: nothing, so the default holds."""
    value = request.COOKIES.get(name, "")
    return value if value in CHOICES[name] else ""


def keep_preferences(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: `?theme=` or `?keys=` on any page sets the cookie and leads back to the view."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        asked = [name for name in CHOICES if name in request.GET]
        if not asked or request.method != "GET":
            return get_response(request)
        params = request.GET.copy()
        for name in asked:
            del params[name]
        query = params.urlencode()
        # A path that begins with two slashes would lead to another host.
        path = "/" + request.path.lstrip("/")
        response = HttpResponseRedirect(path + (f"?{query}" if query else ""))
        for name in asked:
            value = request.GET[name]
            if value in CHOICES[name]:
                response.set_cookie(
                    name, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
                )
            else:
                response.delete_cookie(name, samesite="Lax")
        return response

    return middleware
