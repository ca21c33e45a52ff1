"""Projects by the API: rows of a ranking, one with all that is held of it, and several compared."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openness import asof
from openness.api import parameters, shapes
from openness.api.asking import moment, project_of, query_of
from openness.api.base import View
from openness.dossiers import NotYet
from openness.exports.projects import document
from openness.exports.tables import plain
from openness.rankings import Row, filtered, rows_at


class Projects(View):
    """Rows of a ranking."""

    row = shapes.Row
    shown: tuple[str, ...] = tuple(row().get_fields())

    @extend_schema(
        operation_id="projects",
        summary="Projects, with their result by a lens",
        parameters=[*parameters.OF_PROJECTS, *parameters.of_pages(row)],
        responses=shapes.page_of(shapes.Row),
    )
    def get(self, request: Request) -> Response:
        """The rows of a ranking with the filters of its page, in a fixed order by entry."""
        query = query_of(request)
        if query.past:
            self.at(asof.moment(query.past))
        return self.many(
            request,
            filtered(query).values("pk"),
            lambda keys: self._rows(rows_at(query, [key["pk"] for key in keys])),
        )

    def _rows(self, rows: list[Row]) -> Iterator[dict[str, object]]:
        return ({name: plain(getattr(row, name)) for name in self.shown} for row in rows)


class Scores(Projects):
    """The same rows, of which only the result."""

    row = shapes.ScoreRow
    shown = tuple(row().get_fields())

    @extend_schema(
        operation_id="scores",
        summary="Results of a lens",
        parameters=[*parameters.OF_PROJECTS, *parameters.of_pages(row)],
        responses=shapes.page_of(shapes.ScoreRow),
    )
    def get(self, request: Request) -> Response:
        """The results of one lens, in one basis and edition, with the filters of its page."""
        return super().get(request)


class OneProject(View):
    """A project."""

    daily = True  # an offer counts by its age

    @extend_schema(
        operation_id="project",
        summary="All that is held of a project",
        parameters=[*parameters.OF_THE_PAST, parameters.fields_of(shapes.Project)],
        responses=shapes.Project,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Statements with their sources, facts, sizes, and every lens with its reasons."""
        then = self.at(moment(request))
        try:
            return self.one(
                request,
                document(project_of(slug, then), self.revision, then),
                ("as_of", "rev"),
            )
        except NotYet:
            raise Http404 from None
