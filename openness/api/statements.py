"""Statements by the API: what holds, what ever held of one component, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openness import called
from openness.api import parameters, shapes
from openness.api.asking import FILTERS, moment, understood
from openness.api.base import OF_PAGES, View, known_only
from openness.api.problems import Malformed
from openness.exports.lists import CHANGES, change_values
from openness.exports.projects import EVIDENCE, evidence_values
from openness.exports.tables import instant, objects
from openness.facts import in_force
from openness.history import asked, chosen
from openness.models import Evidence, Project
from openness.trail import Entry, trail
from scoring.components import COMPONENTS
from scoring.facts import State


class Trail(View):
    """The record of one cell."""

    row = shapes.TrailRow

    @extend_schema(
        operation_id="trail",
        summary="All that was ever stated of a component",
        parameters=[parameters.fields_of(row)],
        responses=shapes.page_of(shapes.TrailRow),
    )
    def get(self, request: Request, slug: str, component: str) -> Response:
        """Statements in force and superseded, newest first: who stated and reviewed them, when."""
        project = Project.objects.filter(slug=slug).first()
        if project is None or component not in COMPONENTS:
            raise Http404
        return self.all(request, (_step(one, slug) for one in trail(project, component)))


def _step(one: Entry, slug: str) -> Mapping[str, Any]:
    [said] = _statements_of([one.row], slug)
    return {
        **said,
        "since_at": instant(one.row.since.at),
        "until": one.ended.pk if one.ended else None,
        "until_at": instant(one.ended.at) if one.ended else None,
        "reviewer": one.row.reviewer.get_username() if one.row.reviewer else None,
        "reviews": [
            {
                "decision": review.decision,
                "reviewer": review.reviewer.get_username(),
                "at": instant(review.at),
                "undone_at": instant(review.undone_at) if review.undone_at else None,
            }
            for review in one.reviews
        ],
    }


class Statements(View):
    """Evidence."""

    row = shapes.EvidenceRow

    @extend_schema(
        operation_id="evidence",
        summary="Statements in force, with their sources",
        parameters=[
            *parameters.OF_EVIDENCE,
            *(p for p in parameters.OF_PROJECTS if p.name in FILTERS),
            *parameters.of_pages(row),
        ],
        responses=shapes.page_of(shapes.EvidenceRow),
    )
    def get(self, request: Request) -> Response:
        """What sources say of components; the filters of a ranking choose the projects."""
        own: dict[str, tuple[str, ...]] = {
            "component": tuple(COMPONENTS),
            "state": tuple(State),
            "project": (),
            "source": (),
        }
        known_only(request, (*FILTERS, *OF_PAGES, *own))
        then = self.at(moment(request))
        found = in_force(then).select_related("project")
        if then:
            found = found.annotate(slug_then=called.slug_then(then))
        for name, words in own.items():
            value = request.query_params.get(name, "")
            if not value:
                continue
            if words and value not in words:
                raise Malformed((name, "one of: " + ", ".join(words)))
            if "\x00" in value:
                raise Malformed((name, "plain text"))
            wanted = called.named(value, then) if name == "project" else value
            found = found.filter(**{name: wanted})
        projects, ignored = chosen(request.query_params, beside=(*own, *OF_PAGES))
        understood(ignored)
        if projects is not None:
            found = found.filter(project__in=projects)
        return self.many(request, found, _statements)


def _statements(rows: list[Evidence]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield from _statements_of([row], getattr(row, "slug_then", None) or row.project.slug)


def _statements_of(rows: list[Evidence], slug: str) -> Iterator[Mapping[str, Any]]:
    for said in objects(EVIDENCE, (evidence_values(row, slug) for row in rows)):
        # Whether it counts is a matter of all statements on a component; the project tells it.
        del said["counts"]
        yield said


class Changes(View):
    """The record."""

    row = shapes.ChangeRow

    @extend_schema(
        operation_id="changes",
        summary="What changed",
        parameters=[
            *parameters.OF_CHANGES,
            *parameters.OF_PROJECTS,
            *parameters.of_pages(row),
        ],
        responses=shapes.page_of(shapes.ChangeRow),
    )
    def get(self, request: Request) -> Response:
        """Changes, newest first; the filters of a ranking choose the projects."""
        params = request.query_params.copy()
        for name in OF_PAGES:
            params.pop(name, None)
        found, ignored = asked(params)
        understood(ignored)
        self.at(moment(request))
        return self.many(
            request, found, lambda rows: objects(CHANGES, map(change_values, rows)), by="-pk"
        )
