"""The page of the API: every operation with its parameters, made from its schema."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from openness.api.description import operations, schema
from openness.views.page import page


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """`/api/docs/`: readable without a script."""
    document = schema()
    context = {"info": document["info"], "operations": list(operations(document))}
    return page(request, "api.html", context, canonical="")
