"""What a request asks for: the conditions of a list, a project, the past that is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from django.http import Http404
from rest_framework.request import Request

from openness import asof
from openness.api.base import OF_PAGES, known_only
from openness.api.problems import Malformed
from openness.asof import Moment
from openness.facts import Dossier, NotYet, dossier
from openness.filters import COMPONENT_KEYS, Ignored, Query
from openness.history import OF_A_LIST
from openness.models import Project

FILTERS = {f.name for f in fields(Query)} - {"floors", "ignored", *OF_A_LIST} | {*COMPONENT_KEYS}
"""Parameters that choose rows: those of the pages but order and paging."""


def understood(ignored: Iterable[Ignored]) -> None:
    """Raise Malformed if there is a parameter that was not understood."""
    if found := [(one.name, str(one.reason)) for one in ignored]:
        raise Malformed(*found)


def moment(request: Request) -> Moment | None:
    """The past that is asked for. Raises Malformed where there is none."""
    try:
        return asof.asked(request.query_params)
    except ValueError as error:
        name, _is, reason = str(error).partition(": ")
        raise Malformed((name.partition("=")[0], reason)) from None


def query_of(request: Request) -> Query:
    """The query of a ranking. Raises Malformed for anything that is none."""
    known_only(request, (*FILTERS, *OF_PAGES))
    params = request.query_params.copy()
    for name in OF_PAGES:
        params.pop(name, None)
    query = Query.parse(params)
    understood(query.ignored)
    return query


def project_of(slug: str) -> Project:
    """The project of this slug. Raises Http404."""
    rows = Project.objects.select_related("organization", "derived_from")
    project = rows.filter(slug=slug).first()
    if project is None:
        raise Http404
    return project


def held_of(request: Request, slug: str) -> Dossier:
    """All that was held of a project at the moment that is asked for. Raises Http404, Malformed."""
    try:
        return dossier(project_of(slug), moment(request))
    except NotYet:
        raise Http404 from None
