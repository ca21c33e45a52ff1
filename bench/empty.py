"""An empty view of Django without middleware, on the server that the site has: what any costs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.load import fetch
from bench.programs import FOLDER, Missing, free_port, running


def empty(request: HttpRequest) -> HttpResponse:
    """Two bytes."""
    return HttpResponse(b"ok")


urlpatterns = [path("", empty)]


@cache
def _django() -> WSGIHandler:
    settings.configure(ROOT_URLCONF="bench.empty", ALLOWED_HOSTS=["*"], SECRET_KEY="none")  # noqa: S106 it hides nothing
    return get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The WSGI application, set up at its first request."""
    return _django()(environ, start_response)


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """(its address, its process id) while granian serves it as it serves the site."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"

    def answers() -> bool:
        try:
            return fetch(url, within=5).status == 200
        except Missing:
            return False

    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", "2", "bench.empty:application"),
    ]
    with running(command, FOLDER / "empty.log", answers=answers, within=30) as server:
        yield url, server.pid
