"""What projects are called in addresses: now, at a past moment, and formerly."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from openness.asof import Moment
from openness.models import Project, ProjectPeriod
from openness.prepared import Given, Prepared


@Prepared
def _having(slug: Given) -> QuerySet[Project]:
    rows = Project.objects.select_related("organization", "derived_from")
    return rows.filter(slug=slug).order_by()


def named(slug: str, moment: Moment | None) -> Project | None:
    """The project of this slug as it is now: with a moment whoever had it then, else who has it.

    So an address with a moment leads to the same project for good, whoever is renamed.
    """
    if moment:
        rows = Project.objects.select_related("organization", "derived_from")
        periods = ProjectPeriod.objects.at(moment.number).filter(slug=slug)
        if found := rows.filter(periods__in=periods).first():
            return found
    return next(iter(_having(slug=slug)), None)


def slug_then(moment: Moment) -> Subquery:
    """What the project of a row was called at a moment, for rows that have a `project`."""
    periods = ProjectPeriod.objects.at(moment.number).filter(project=OuterRef("project"))
    return Subquery(periods.values("slug")[:1])


def renamed(slugs: Collection[str]) -> dict[str, str]:
    """{slug: the present one} of those that a project once had and none has now."""
    rows = ProjectPeriod.objects.filter(slug__in=slugs).exclude(
        slug__in=Project.objects.values("slug")
    )
    return dict(rows.order_by("since_id").values_list("slug", "project__slug"))


def resolved(slugs: Collection[str], moment: Moment | None) -> dict[str, str]:
    """{slug: the one that its project has, or had at the moment}; without those that name none."""
    rows = Project.objects.filter(slug__in=slugs).values_list("slug", flat=True)
    now = {slug: slug for slug in rows}
    if missing := [slug for slug in slugs if slug not in now]:
        now |= renamed(missing)
    if moment is None:
        return now
    periods = ProjectPeriod.objects.at(moment.number)
    then = periods.filter(project__slug__in=now.values())
    called = dict(then.values_list("project__slug", "slug"))
    had = periods.filter(slug__in=slugs).values_list("slug", flat=True)
    return {given: called.get(slug, slug) for given, slug in now.items()} | {s: s for s in had}
