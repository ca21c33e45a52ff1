"""What a request asks for: the conditions of a list, a project, the past that is meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from django.http import Http404
from rest_framework.request import Request

from openness import asof, called
from openness.api.base import OF_PAGES, known_only
from openness.api.problems import Absent, Malformed
from openness.asof import Moment
from openness.dossiers import Dossier, NotYet, dossier
from openness.filters import COMPONENT_KEYS, Ignored, Query
from openness.history import OF_A_LIST
from openness.models import Project
from scoring.lenses import LENSES

FILTERS = {f.name for f in fields(Query)} - {"floors", "ignored", *OF_A_LIST} | {*COMPONENT_KEYS}
"""Parameters that choose rows: those of the pages but order and paging."""


def understood(ignored: Iterable[Ignored]) -> None:
    """Raise Malformed if a parameter was not understood, Absent if it names what there is not."""
    given = list(ignored)
    found = [(one.name, str(one.reason)) for one in given]
    if given and all(_well_formed(one.name, one.value) for one in given):
        raise Absent(*found)
    if given:
        raise Malformed(*found)


def _well_formed(name: str, value: str) -> bool:
    """Whether a value could have been one: an edition or basis of the lens, a day, a revision."""
    if name == "as_of":
        return _is_day(value)
    if name == "rev":
        return value.isascii() and value.isdigit()
    bases = {basis for lens in LENSES.values() for basis in lens.bases}
    return name == "edition" or (name == "basis" and value in bases)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def moment(request: Request) -> Moment | None:
    """The past that is asked for. Raises Malformed, or Absent where nothing is on record."""
    asked = request.query_params
    try:
        return asof.asked(asked)
    except ValueError as error:
        name, _is, reason = str(error).partition(": ")
        names = [one for one in ("as_of", "rev") if asked.get(one)]
        problem = Absent if all(_well_formed(one, asked[one]) for one in names) else Malformed
        raise problem((name.partition("=")[0], reason)) from None


def query_of(request: Request) -> Query:
    """The query of a ranking. Raises Malformed for anything that is none."""
    known_only(request, (*FILTERS, *OF_PAGES))
    params = request.query_params.copy()
    for name in OF_PAGES:
        params.pop(name, None)
    query = Query.parse(params)
    understood(query.ignored)
    return query


def project_of(slug: str, then: Moment | None = None) -> Project:
    """The project of this slug, now or then. Raises Http404."""
    project = called.named(slug, then)
    if project is None:
        raise Http404
    return project


def held_of(slug: str, then: Moment | None) -> Dossier:
    """All that is held of a project, or was then. Raises Http404."""
    try:
        return dossier(project_of(slug, then), then)
    except NotYet:
        raise Http404 from None
