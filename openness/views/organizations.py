"""Organizations: all of them with what they have released, and each by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup

from openness import figures, words
from openness.exports.lists import asked_organizations, organizations_asked
from openness.filters import Query
from openness.models import Listing, Organization
from openness.models.organization import KINDS
from openness.plotted import by_size
from openness.plotted.makers import dots, spark, transparency
from openness.rankings import page_of
from openness.views.lines import lines
from openness.views.page import Link, page
from openness.views.paging import sliced
from scoring.licenses import LICENSES

SHOWN = 25  # projects on the page of an organization; the ranking has the others


@dataclass(frozen=True, slots=True)
class OrganizationLine:
    """One row of the list."""

    maker: Organization
    held: int
    best: str
    middle: str
    dots: Markup
    fmti: str
    spark: Markup


@require_safe
def organizations(request: HttpRequest) -> HttpResponse:
    """`/organizations/`: `q`, `kind`, `sort` and `page` in the address."""
    asked, _ignored = asked_organizations(request.GET)
    found = sliced(organizations_asked(asked), request, asked)
    keys = [maker.pk for maker in found.rows]
    drawn, judged = dots(keys), transparency(keys)
    rows: list[Any] = found.rows  # with the annotations of `organizations_asked`
    context = {
        "asked": asked,
        "found": found,
        "lines": [
            OrganizationLine(
                maker=maker,
                held=maker.held,
                best=_score(maker.best),
                middle=_score(maker.middle),
                dots=drawn.get(maker.pk, Markup()),
                fmti=_newest(judged.get(maker.pk, [])),
                spark=spark(judged[maker.pk]) if maker.pk in judged else Markup(),
            )
            for maker in rows
        ],
        "kinds": _kinds(asked),
        "sorts": _sorts(asked),
        "with_weights": Organization.objects.filter(
            projects__listing__weights_least__in=("public", "click_through")
        )
        .distinct()
        .count(),
        "all": Organization.objects.count(),
    }
    return page(request, "organizations.html", context, canonical=found.address(found.page))


def _score(value: float | None) -> str:
    return figures.score(value, value, "open-to-whom")


def _newest(editions: list[Any]) -> str:
    judged = [one for one in editions if one.total is not None]
    return f"{judged[-1].total:g}" if judged else ""


def _kinds(asked: dict[str, str]) -> list[tuple[str, str, int]]:
    """(value, word, how many) of each kind that there is."""
    counts = dict(Organization.objects.order_by().values_list("kind").annotate(Count("pk")))
    return [
        (kind, words.of(words.ORGANIZATION_KINDS, kind) or _("kind not on record"), counts[kind])
        for kind in KINDS
        if kind in counts
    ]


def _sorts(asked: dict[str, str]) -> list[Link]:
    names = {
        "projects": _("Most projects"),
        "best": _("Best project"),
        "middle": _("Middle project"),
        "name": _("Name"),
    }
    now = asked["sort"] or "projects"
    return [Link(text, key, "true" if key == now else "") for key, text in names.items()]


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """`/organizations/<slug>/`."""
    maker = get_object_or_404(Organization, slug=slug)
    query = Query.of(f"organization={slug}&per_page={SHOWN}")
    found = page_of(query)
    editions = transparency([maker.pk]).get(maker.pk, [])
    context = {
        "maker": maker,
        "found": found,
        "lines": lines(query, found.rows),
        "query": query,
        "editions": editions,
        "spark": spark(editions) if editions else Markup(),
        "licenses": _licenses(maker),
        "portfolio": by_size(Query(organization=slug)) if found.total > 1 else None,
    }
    return page(request, "organization.html", context, canonical="")


def _licenses(maker: Organization) -> list[tuple[str, int, bool]]:
    """(license, how many of its projects use it, whether it has a page), the most used first."""
    counts: Counter[str] = Counter()
    for ids in Listing.objects.filter(project__organization=maker).values_list(
        "license_ids", flat=True
    ):
        counts.update(ids)
    return [(key, n, key in LICENSES) for key, n in counts.most_common()]
