"""Every error of the API as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"


class Malformed(exceptions.APIException):
    """A request that makes no sense; `errors` are pairs of a parameter or field and a reason."""

    status_code = HTTPStatus.BAD_REQUEST
    default_detail = "The request could not be understood."

    def __init__(self, *errors: tuple[str, str]) -> None:
        super().__init__()
        self.errors = errors


class Absent(exceptions.NotFound):
    """What is asked for makes sense, but there is no such edition, revision or day on record."""

    default_detail = "There is no such thing on record."

    def __init__(self, *errors: tuple[str, str]) -> None:
        super().__init__()
        self.errors = errors


class Duplicate(exceptions.APIException):
    """What was sent may be here already; `candidates` are slugs."""

    status_code = HTTPStatus.CONFLICT
    default_detail = "It may be here already. Send it with `anyway` if it is none of these."

    def __init__(self, candidates: list[str]) -> None:
        super().__init__()
        self.candidates = candidates


class Unchanged(exceptions.APIException):
    """The reader has this answer already: no error, but a way out before the work begins."""

    status_code = HTTPStatus.NOT_MODIFIED


def answer(error: Exception, context: Mapping[str, Any]) -> Response:
    """The problem of an exception: `EXCEPTION_HANDLER` of the REST framework."""
    if isinstance(error, Unchanged):
        return Response(status=HTTPStatus.NOT_MODIFIED)
    if isinstance(error, RecursionError):
        error = Malformed(("", "the document is nested too deeply"))
    if isinstance(error, RequestDataTooBig):
        error = Malformed(("", "the body is too large"))
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing at this address.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif not isinstance(error, exceptions.APIException):
        log.error("the API broke", exc_info=error)
        error = exceptions.APIException("Something broke here; it is in our log.")
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(round(wait) or 1)
    return problem(error, path=context["request"].path, headers=headers)


def problem(error: exceptions.APIException, *, path: str, headers: Mapping[str, str]) -> Response:
    """What is told of an error."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": int(error.status_code),
        "detail": error.detail
        if isinstance(error.detail, str)
        else "Some fields could not be accepted.",
        "instance": path,
    }
    errors = list(_errors(error))
    if errors:
        said["errors"] = errors
    if isinstance(error, Duplicate):
        said["candidates"] = error.candidates
    return Response(
        said, status=error.status_code, content_type=PROBLEM, headers=dict(headers) or None
    )


def _errors(error: exceptions.APIException) -> Iterator[dict[str, str]]:
    if isinstance(error, Malformed | Absent):
        for name, reason in error.errors:
            yield {"name": name, "reason": reason}
    elif isinstance(error, exceptions.ValidationError):
        yield from _flat("", error.detail)


def _flat(name: str, detail: object) -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for key, part in detail.items():
            inner = "" if key == "non_field_errors" else str(key)
            yield from _flat(".".join(filter(None, (name, inner))), part)
    elif isinstance(detail, list):
        for part in detail:
            yield from _flat(name, part)
    else:
        yield {"name": name, "reason": str(detail)}
