"""What is added to every answer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Tell browsers to load nothing that is not ours, unless the view has said otherwise."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    return middleware


class Compression(GZipMiddleware):
    """Compresses answers, except files of which one may ask for a part: its bytes are counted.

    Random bytes are added, so that a secret cannot be guessed from a compressed page's length.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Leave alone what is served in ranges."""
        if response.headers.get("Accept-Ranges") == "bytes":
            return response
        return super().process_response(request, response)
