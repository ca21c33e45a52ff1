"""The API describes itself in OpenAPI 3.1."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openness.api.base import View, known_only
from openness.api.problems import PROBLEM

METHODS = ("get", "post", "patch", "delete")
NOT_KEPT = ("webhooks", "webhook", "status")
"""Operations whose answers are never "not changed since"."""
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as a page tells it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[Mapping[str, Any]]
    example: str


def schema() -> dict[str, Any]:
    """The OpenAPI document."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]  # its authors typed only a part
    made: dict[str, Any] = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # as above
    return made


def with_problems(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """A hook of the generator: what every operation may answer besides, and in which form."""
    reference = {"$ref": "#/components/schemas/Problem"}
    told = {"400": "A parameter makes no sense", "404": "Nothing is here", "429": "Too many"}
    result["components"]["schemas"].setdefault("Problem", PROBLEM_SCHEMA)
    for method, operation in _operations(result):
        responses = operation["responses"]
        for status, text in told.items():
            responses.setdefault(status, {"description": text})
        if method == "get" and operation["operationId"] not in NOT_KEPT:
            responses.setdefault("304", {"description": "Not changed since"})
        for status, response in responses.items():
            if status >= "400":
                response.setdefault("description", "")
                response["content"] = {PROBLEM: {"schema": reference}}
    return result


def with_sparse(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """A hook of the generator: an object that one may ask a part of promises no field."""
    forms = result["components"]["schemas"]
    for _method, operation in _operations(result):
        if any(one["name"] == "fields" for one in operation.get("parameters", ())):
            form = _form(forms, operation["responses"]["200"]["content"]["application/json"])
            if "results" in form["properties"]:  # a page of them
                form = _form(forms, {"schema": form["properties"]["results"]["items"]})
            form.pop("required", None)
            form["description"] = "Each field is there, unless `fields` names others."
    return result


def _form(forms: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = forms[content["schema"]["$ref"].rpartition("/")[2]]
    return form


FIRST = "$response.body#/results/0/"
LINKS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "projects": {name: {"slug": f"{FIRST}slug"} for name in ("project", "raises", "disagreements")},
    "scores": {"project": {"slug": f"{FIRST}slug"}},
    "changes": {"project": {"slug": f"{FIRST}project"}},
    "evidence": {"trail": {"slug": f"{FIRST}project", "component": f"{FIRST}component"}},
    "organizations": {"organization": {"slug": f"{FIRST}slug"}},
    "licenses": {"license": {"key": f"{FIRST}id"}},
    "lenses": {"lens": {"key": f"{FIRST}key"}},
    "plots": {"plot": {"key": f"{FIRST}key"}},
    "webhooks": {"webhook": {"key": f"{FIRST}key"}},
    "submit": {"submission": {"token": "$response.body#/token"}},
    "webhook_register": {
        name: {"key": "$response.body#/key"}
        for name in ("webhook", "webhook_set", "webhook_remove")
    },
}
"""Operation -> where one can go on from its answer -> what that takes, and where it stands."""


def with_links(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """A hook of the generator: what an answer leads to, as links of OpenAPI."""
    for _method, operation in _operations(result):
        for name, taken in LINKS.get(operation["operationId"], {}).items():
            done = operation["responses"]["201" if "201" in operation["responses"] else "200"]
            done.setdefault("links", {})[name] = {"operationId": name, "parameters": dict(taken)}
    return result


PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "instance")},
        "status": {"type": "integer"},
        "errors": {"type": "array", "items": {"type": "object"}},
        "candidates": {"type": "array", "items": {"type": "string"}},
    },
}


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in document["paths"].values():
        yield from ((method, methods[method]) for method in METHODS if method in methods)


class Schema(View):
    """The OpenAPI document."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """`/api/schema/`."""
        known_only(request, ())
        return Response(schema(), content_type=OPENAPI)


class Nothing(View):
    """Any address that there is not."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Always a problem."""
        raise Http404

    post = put = patch = delete = get


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Each operation of the OpenAPI document, in the order of its path."""
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
            examples = [one["value"] for one in body.get("examples", {}).values()]
            yield Operation(
                id=told["operationId"],
                method=method.upper(),
                path=path,
                summary=told.get("summary", ""),
                description=told.get("description", ""),
                parameters=told.get("parameters", []),
                example=json.dumps(examples[0], indent=2) if examples else "",
            )
