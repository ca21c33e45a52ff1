"""What the API tells: the same rows and documents as the pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from django.db.models import Q
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openness import asof
from openness.api import parameters, shapes
from openness.api.base import OF_PAGES, View, known_only
from openness.api.problems import Malformed
from openness.asof import Moment
from openness.exports.lists import (
    CHANGES,
    LICENSE_COLUMNS,
    ORGANIZATIONS,
    change_values,
    license_rows,
    organization_values,
    organizations,
)
from openness.exports.projects import EVIDENCE, document, evidence_values
from openness.exports.tables import instant, objects, plain
from openness.facts import NotYet, in_force
from openness.filters import COMPONENT_KEYS, Ignored, Query
from openness.history import OF_A_LIST, asked, chosen
from openness.models import Evidence, Project
from openness.models.organization import KINDS
from openness.rankings import Row, filtered, rows_at
from openness.trail import Entry, trail
from scoring.components import COMPONENTS
from scoring.facts import State
from scoring.lenses import LENSES, Lens

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


class Projects(View):
    """Rows of a ranking."""

    shown: tuple[str, ...] = tuple(shapes.Row().get_fields())

    @extend_schema(
        operation_id="projects",
        summary="Projects, with their result by a lens",
        parameters=[*parameters.OF_PROJECTS, *parameters.OF_PAGES],
        responses=shapes.page_of(shapes.Row),
    )
    def get(self, request: Request) -> Response:
        """The rows of a ranking with the filters of its page, in a fixed order by entry."""
        query = query_of(request)
        return self.many(
            request,
            filtered(query).values("pk"),
            lambda keys: self._rows(rows_at(query, [key["pk"] for key in keys])),
        )

    def _rows(self, rows: list[Row]) -> Iterator[dict[str, object]]:
        return ({name: plain(getattr(row, name)) for name in self.shown} for row in rows)


class Scores(Projects):
    """The same rows, of which only the result."""

    shown = tuple(shapes.ScoreRow().get_fields())

    @extend_schema(
        operation_id="scores",
        summary="Results of a lens",
        parameters=[*parameters.OF_PROJECTS, *parameters.OF_PAGES],
        responses=shapes.page_of(shapes.ScoreRow),
    )
    def get(self, request: Request) -> Response:
        """The results of one lens, in one basis and edition, with the filters of its page."""
        return super().get(request)


class OneProject(View):
    """A project."""

    @extend_schema(
        operation_id="project",
        summary="All that is held of a project",
        parameters=[*parameters.OF_THE_PAST, parameters.FIELDS],
        responses=shapes.Project,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Statements with their sources, facts, sizes, and every lens with its reasons."""
        found = Project.objects.select_related("organization", "derived_from")
        project = found.filter(slug=slug).first()
        if project is None:
            raise Http404
        try:
            return self.one(
                request,
                document(project, self.revision, moment(request)),
                ("as_of", "rev"),
            )
        except NotYet:
            raise Http404 from None


class Trail(View):
    """The record of one cell."""

    @extend_schema(
        operation_id="trail",
        summary="All that was ever stated of a component",
        parameters=[parameters.FIELDS],
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

    @extend_schema(
        operation_id="evidence",
        summary="Statements in force, with their sources",
        parameters=[
            *parameters.OF_EVIDENCE,
            *(p for p in parameters.OF_PROJECTS if p.name in FILTERS),
            *parameters.OF_PAGES,
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
        then = moment(request)
        found = in_force(then).select_related("project")
        for name, words in own.items():
            value = request.query_params.get(name, "")
            if not value:
                continue
            if words and value not in words:
                raise Malformed((name, "one of: " + ", ".join(words)))
            if "\x00" in value:
                raise Malformed((name, "plain text"))
            found = found.filter(**{"project__slug" if name == "project" else name: value})
        projects, ignored = chosen(request.query_params, beside=(*own, *OF_PAGES))
        understood(ignored)
        if projects is not None:
            found = found.filter(project__in=projects)
        return self.many(request, found, _statements)


def _statements(rows: list[Evidence]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield from _statements_of([row], row.project.slug)


def _statements_of(rows: list[Evidence], slug: str) -> Iterator[Mapping[str, Any]]:
    for said in objects(EVIDENCE, (evidence_values(row, slug) for row in rows)):
        # Whether it counts is a matter of all statements on a component; the project tells it.
        del said["counts"]
        yield said


class Organizations(View):
    """Makers."""

    @extend_schema(
        operation_id="organizations",
        summary="Organizations",
        parameters=[
            parameters.text("q", "Words in the name."),
            parameters.text("kind", "Kind.", KINDS),
            *parameters.OF_PAGES,
        ],
        responses=shapes.page_of(shapes.OrganizationRow),
    )
    def get(self, request: Request) -> Response:
        """Who releases, by slug."""
        known_only(request, ("q", "kind", *OF_PAGES))
        found, asked_for = organizations(), request.query_params
        if (kind := asked_for.get("kind", "")) and kind not in KINDS:
            raise Malformed(("kind", "one of: " + ", ".join(KINDS)))
        if kind:
            found = found.filter(kind=kind)
        if "\x00" in asked_for.get("q", ""):
            raise Malformed(("q", "plain text"))
        for word in asked_for.get("q", "").split():
            found = found.filter(Q(name__icontains=word) | Q(slug__icontains=word))
        return self.many(
            request,
            found,
            lambda rows: objects(ORGANIZATIONS, map(organization_values, rows)),
            by="slug",
        )


class OneOrganization(View):
    """A maker."""

    @extend_schema(
        operation_id="organization",
        summary="An organization",
        parameters=[parameters.FIELDS],
        responses=shapes.OrganizationRow,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Who it is, and of how many projects."""
        row = organizations().filter(slug=slug).first()
        if row is None:
            raise Http404
        return self.one(request, next(objects(ORGANIZATIONS, [organization_values(row)])))


class Licenses(View):
    """Licenses."""

    @extend_schema(
        operation_id="licenses",
        summary="Licenses and what they permit",
        parameters=[parameters.FIELDS],
        responses=shapes.page_of(shapes.LicenseRow),
    )
    def get(self, request: Request) -> Response:
        """The licenses of our table, with the rights that they give."""
        return self.all(request, objects(LICENSE_COLUMNS, license_rows()))


class OneLicense(View):
    """A license."""

    @extend_schema(
        operation_id="license",
        summary="A license and what it permits",
        parameters=[parameters.FIELDS],
        responses=shapes.LicenseRow,
    )
    def get(self, request: Request, key: str) -> Response:
        """One license of our table."""
        for row in objects(LICENSE_COLUMNS, license_rows()):
            if row["id"] == key:
                return self.one(request, row)
        raise Http404


class Lenses(View):
    """Lenses."""

    @extend_schema(
        operation_id="lenses",
        summary="Lenses: the methods of measuring",
        parameters=[parameters.FIELDS],
        responses=shapes.page_of(shapes.Lens),
    )
    def get(self, request: Request) -> Response:
        """Every lens in the order of display."""
        return self.all(request, map(lens_values, LENSES.values()))


class OneLens(View):
    """A lens."""

    @extend_schema(
        operation_id="lens",
        summary="A lens",
        parameters=[parameters.FIELDS],
        responses=shapes.Lens,
    )
    def get(self, request: Request, key: str) -> Response:
        """What it asks, who publishes it, in which editions, between which numbers."""
        if key not in LENSES:
            raise Http404
        return self.one(request, lens_values(LENSES[key]))


def lens_values(lens: Lens) -> dict[str, object]:
    """A lens in the form of `shapes.Lens`."""
    return {
        name: list(value) if isinstance(value := getattr(lens, name), tuple) else plain(value)
        for name in map(str, shapes.Lens().get_fields())
    }


class Changes(View):
    """The record."""

    @extend_schema(
        operation_id="changes",
        summary="What changed",
        parameters=[*parameters.OF_CHANGES, *parameters.OF_PROJECTS, *parameters.OF_PAGES],
        responses=shapes.page_of(shapes.ChangeRow),
    )
    def get(self, request: Request) -> Response:
        """Changes, newest first; the filters of a ranking choose the projects."""
        params = request.query_params.copy()
        for name in OF_PAGES:
            params.pop(name, None)
        found, ignored = asked(params)
        understood(ignored)
        return self.many(
            request, found, lambda rows: objects(CHANGES, map(change_values, rows)), by="-pk"
        )
