"""/data/: everything that can be downloaded today, under which terms, and how to cite it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openness import words
from openness.citations import of_data
from openness.exports.dataset.rows import sources
from openness.exports.dataset.shelf import packages
from openness.exports.lists import CHANGES, LICENSE_COLUMNS, ORGANIZATIONS
from openness.exports.rankings import COLUMNS
from openness.exports.tables import Column
from openness.models import Edition, Evidence, Judgement, Organization, Project
from openness.views.page import Link, page
from scoring.lenses import LENSES


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, what a row is, its forms, and its columns."""

    name: str
    row: str
    forms: list[Link]
    columns: Sequence[Column]


@require_safe
def downloads(request: HttpRequest) -> HttpResponse:
    """`/data/`."""
    context = {
        "tables": _tables(),
        "lenses": [
            Link(words.lens(key), f"{reverse('rankings-csv')}?lens={key}") for key in LENSES
        ],
        "counts": {
            _("projects"): Project.objects.count(),
            _("organizations"): Organization.objects.count(),
            _("statements in force"): Evidence.objects.in_force().count(),
            _("judgements of publishers"): Judgement.objects.exclude(dimension="").count(),
        },
        "packages": packages(),
        "named": sources(),
        "editions": Edition.objects.order_by("index", "-key"),
        "site_url": settings.SITE_URL,
        "cited": of_data,
    }
    return page(request, "data.html", context, canonical="")


def _tables() -> list[Table]:
    def forms(name: str, *kinds: str) -> list[Link]:
        return [Link(kind.upper(), reverse(f"{name}-{kind}")) for kind in kinds]

    described = {
        name: Link("CSVW", reverse("metadata", args=[name]))
        for name in ("organizations", "licenses", "changes")
    }
    rankings = [*forms("rankings", "csv", "json"), Link("CSVW", reverse("rankings-metadata"))]
    return [
        Table(_("Rankings"), _("a project by one lens, basis and edition"), rankings, COLUMNS),
        Table(
            _("Organizations"),
            _("an organization"),
            [*forms("organizations", "csv", "json"), described["organizations"]],
            ORGANIZATIONS,
        ),
        Table(
            _("Licenses"),
            _("a license and what it permits"),
            [*forms("licenses", "csv", "json"), described["licenses"]],
            LICENSE_COLUMNS,
        ),
        Table(
            _("Changes"),
            _("a fact of a project that became another"),
            [
                *forms("changes", "csv", "json"),
                Link("Atom", reverse("changes-atom")),
                described["changes"],
            ],
            CHANGES,
        ),
    ]
