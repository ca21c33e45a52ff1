"""Short lists by the API: organizations, licenses, lenses, plots."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openness.api import parameters, shapes
from openness.api.asking import understood
from openness.api.base import OF_PAGES, View, known_only
from openness.api.problems import Malformed
from openness.exports.lists import (
    LICENSE_COLUMNS,
    ORGANIZATIONS,
    asked_organizations,
    license_rows,
    organization_values,
    organizations,
    organizations_found,
)
from openness.exports.tables import objects, plain
from openness.models.organization import KINDS
from openness.plotted import PLOTS, Plot, plot
from scoring.lenses import LENSES, Lens


class Organizations(View):
    """Makers."""

    row = shapes.OrganizationRow

    @extend_schema(
        operation_id="organizations",
        summary="Organizations",
        parameters=[
            parameters.text("q", "Words in one of its names, all of them."),
            parameters.text("kind", "Kind.", KINDS),
            *parameters.of_pages(row),
        ],
        responses=shapes.page_of(shapes.OrganizationRow),
    )
    def get(self, request: Request) -> Response:
        """Who releases, by slug."""
        known_only(request, ("q", "kind", *OF_PAGES))
        if "\x00" in request.query_params.get("q", ""):
            raise Malformed(("q", "plain text"))
        asked_for, ignored = asked_organizations(request.query_params)
        understood(ignored)
        return self.many(
            request,
            organizations().filter(pk__in=organizations_found(asked_for).values("pk")),
            lambda rows: objects(ORGANIZATIONS, map(organization_values, rows)),
            by="slug",
        )


class OneOrganization(View):
    """A maker."""

    @extend_schema(
        operation_id="organization",
        summary="An organization",
        parameters=[parameters.fields_of(shapes.OrganizationRow)],
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
        parameters=[parameters.fields_of(shapes.LicenseRow)],
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
        parameters=[parameters.fields_of(shapes.LicenseRow)],
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
        parameters=[parameters.fields_of(shapes.Lens)],
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
        parameters=[parameters.fields_of(shapes.Lens)],
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


PLOT = OpenApiExample(
    "On which machine models run",
    response_only=True,
    value={
        "key": "machines",
        "title": "Open to download is not open to run",
        "sentence": "Of 3 models whose weights anybody may download, 2 run on a laptop.",
        "columns": ["Smallest machine", "Models"],
        "rows": [{"name": "laptop", "values": [2]}, {"name": "lab", "values": [1]}],
        "picture": "https://openness.example/plots/machines.svg",
    },
)


class Plots(View):
    """Plots."""

    @extend_schema(
        operation_id="plots",
        summary="The plots of `/plots/`, as numbers",
        parameters=[parameters.fields_of(shapes.Plot)],
        responses=shapes.page_of(shapes.Plot),
    )
    def get(self, request: Request) -> Response:
        """Each with its sentence and its table."""
        return self.all(request, (plot_values(plot(key)) for key in PLOTS))


class OnePlot(View):
    """A plot."""

    @extend_schema(
        operation_id="plot",
        summary="A plot, as numbers",
        parameters=[parameters.fields_of(shapes.Plot)],
        responses=shapes.Plot,
        examples=[PLOT],
    )
    def get(self, request: Request, key: str) -> Response:
        """What the picture draws: a row for each of its columns or bars."""
        if key not in PLOTS:
            raise Http404
        return self.one(request, plot_values(plot(key)))


def plot_values(drawn: Plot) -> dict[str, Any]:
    """A plot in the form of `shapes.Plot`."""
    return {
        "key": drawn.key,
        "title": drawn.title,
        "sentence": drawn.sentence,
        "columns": drawn.head,
        "rows": [{"name": name, "values": values} for name, values in drawn.rows],
        "picture": f"{settings.SITE_URL}{reverse('plot-svg', args=[drawn.key])}",
    }
