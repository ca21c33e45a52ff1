"""What is shown when a page cannot be. That for 500 is a file, so that nothing in it can fail."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from openness.views.page import page


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request makes no sense."""
    return page(request, "errors/400.html", status=400)


def forbidden(
    request: HttpRequest, exception: Exception | None = None, reason: str = ""
) -> HttpResponse:
    """403: not for this reader; `reason` is set where the form's check against forgery failed."""
    return page(request, "errors/403.html", {"expired": bool(reason)}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing lives at this address."""
    last = request.path.strip("/").rpartition("/")[2].replace("-", " ")
    return page(request, "errors/404.html", {"last": last[:80]}, status=404)


def no_record(request: HttpRequest, reason: str, status: int = 400) -> HttpResponse:
    """The past that is asked for is none: no such day or revision, or nothing on record then."""
    return page(request, "errors/moment.html", {"reason": reason}, status=status)


def broken(request: HttpRequest) -> HttpResponse:
    """500: something of ours failed; a file without a template, a query or a translation."""
    name = "500.zh-hans.html" if get_language() == "zh-hans" else "500.html"
    body = (Path(settings.BASE_DIR) / "templates" / "errors" / name).read_bytes()
    return HttpResponse(body, status=500)
