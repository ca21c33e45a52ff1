"""/status/: what the site runs on, how fresh its data are, and what waits."""

from __future__ import annotations

from concurrent.futures import wait
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from openness import words
from openness.models import Edition, Evidence, Listing, Project, Revision, Submission
from openness.refresh_status import refresh_status
from openness.views.freshness import clock, freshness
from openness.views.health import ANSWERS_WITHIN, ASKING, CHECKS
from openness.views.page import page

REVISIONS = 8


@dataclass(frozen=True, slots=True)
class Part:
    """Something that the site needs, and whether it answers."""

    name: str
    answers: bool


@dataclass(frozen=True, slots=True)
class SourceLine:
    """What we hold from one source."""

    name: str
    statements: int
    sourced: int
    projects: int
    stated_on: Any  # the newest date that it gives, or None
    edition: str


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """`/status/`."""
    htmx = request.htmx  # type: ignore[attr-defined]  # set by django_htmx's middleware
    context: dict[str, Any] = {
        "fresh": freshness(refresh_status()),
        "renewed": request.GET.get("renew") != "no",
        "clock": clock,
    }
    if htmx:
        return page(request, "status_fresh.html", context)
    context |= {
        "parts": _parts(),
        "sources": _sources(),
        "revisions": Revision.objects.all()[:REVISIONS],
        "imported": Revision.objects.filter(kind__in=("catalogue", "import")).first(),
        "pending": Submission.objects.filter(status="pending").count(),
        "oldest": Submission.objects.filter(status="pending").order_by("created_at").first(),
        "unscored": Project.objects.filter(listing__isnull=True).count(),
        "scored": Listing.objects.count(),
    }
    return page(request, "status.html", context, canonical="")


def _parts() -> list[Part]:
    """Those that /health/ asks, asked at once."""
    names = {"database": _("Database"), "broker": _("Broker"), "worker": _("Workers")}
    asked = {name: ASKING.submit(ask) for name, ask in CHECKS.items()}
    wait(asked.values(), timeout=ANSWERS_WITHIN)
    return [
        Part(
            names.get(name, name),
            answer.done() and not answer.cancelled() and not answer.exception(),
        )
        for name, answer in asked.items()
    ]


def _sources() -> list[SourceLine]:
    editions = {
        row["index"]: row["last"]
        for row in Edition.objects.values("index").annotate(last=Max("key")).order_by()
    }
    rows = (
        Evidence.objects.in_force()
        .order_by()
        .values("source")
        .annotate(
            statements=Count("pk"),
            linked=Count("pk", filter=~Q(link="") | ~Q(record="")),
            projects=Count("project", distinct=True),
            stated_on=Max("stated_on"),
        )
        .order_by("-statements")
    )
    return [
        SourceLine(
            name=words.of(words.SOURCES, row["source"]),
            statements=row["statements"],
            sourced=row["linked"],
            projects=row["projects"],
            stated_on=row["stated_on"],
            edition=editions.get(row["source"], ""),
        )
        for row in rows
    ]
