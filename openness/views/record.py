"""The record as pages: what changed everywhere, and everything that changed of one project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from markupsafe import Markup

from openness import figures, plots
from openness.exports.lists import WHOM
from openness.history import asked
from openness.models import Change, Project, ProjectProfile, Score
from openness.standalone import as_document
from openness.views.changes import Told, changes
from openness.views.data.answers import one_state
from openness.views.page import page
from openness.views.paging import sliced
from openness.views.plots import as_svg

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Day:
    """What changed in one revision."""

    day: str
    revision: int
    kind: str
    summary: str
    told: list[tuple[Told, Change]]


@require_safe
def all_changes(request: HttpRequest) -> HttpResponse:
    """`/changes/`: with the parameters of the feeds, and `page`."""
    params = request.GET.copy()
    params.pop("page", None)
    rows, ignored = asked(params)
    kept = {name: str(params[name]) for name in params}
    found = sliced(rows, request, kept, PER_PAGE)
    query = params.urlencode()
    context = {
        "found": found,
        "ignored": ignored,
        "days": _days(found.rows),
        "asked": kept,
        "others": {name: value for name, value in kept.items() if name not in CONTROLS},
        "sentence": _sentence(found.total, kept),
        "suffix": f"?{query}" if query else "",
    }
    return page(request, "changes.html", context, canonical=found.address(found.page))


CONTROLS = ("change_class", "project")


def _sentence(total: int, kept: dict[str, str]) -> str:
    if total:
        return ngettext("%(n)s change on record", "%(n)s changes on record", total) % {
            "n": figures.count(total)
        }
    return _("No change on record fits") if kept else _("Nothing has changed yet")


def _days(rows: list[Change]) -> list[Day]:
    """The changes by the revision in which they came, newest first."""
    days: list[Day] = []
    for told, row in zip(changes(rows), rows, strict=True):
        if not days or days[-1].revision != row.revision_id:
            revision = row.revision
            days.append(Day(told.day, revision.pk, revision.kind, revision.summary, []))
        days[-1].told.append((told, row))
    return days


@dataclass(frozen=True, slots=True)
class Held:
    """What our own lens gave a project from one moment on."""

    since: datetime
    revision: int
    low: float
    high: float

    @property
    def score(self) -> str:
        """The interval in words."""
        return figures.score(self.low, self.high, "open-to-whom")


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """`/projects/<slug>/history/`."""
    project = get_object_or_404(Project.objects.select_related("organization"), slug=slug)
    held = scores_over_time(project)
    rows = project.changes.select_related("revision", "project").order_by("-pk")
    found = sliced(rows, request, {}, PER_PAGE)
    statements = (
        project.evidence.select_related("since", "superseded")
        .order_by("component", "source", "-since_id")
        .all()
    )
    context: dict[str, Any] = {
        "project": project,
        "held": held,
        "picture": picture(held),
        "sentence": sentence(held),
        "found": found,
        "days": _days(found.rows),
        "statements": statements,
    }
    return page(request, "history.html", context, canonical=found.address(found.page))


def scores_over_time(project: Project) -> list[Held]:
    """What our own lens gave the project, the oldest first; each held until the next."""
    profiles = list(
        ProjectProfile.objects.filter(project=project).select_related("since").order_by("since_id")
    )
    scores = {
        score.profile_id: score
        for score in Score.objects.filter(
            profile__in=[row.profile_id for row in profiles], **WHOM, low__isnull=False
        )
    }
    return [
        Held(row.since.at, row.since_id, score.low or 0.0, score.high or 0.0)
        for row in profiles
        if (score := scores.get(row.profile_id))
    ]


def sentence(held: list[Held]) -> str:
    """What became of the score, in one sentence."""
    if not held:
        return _("Our own lens has not scored it.")
    first, last = held[0], held[-1]
    if len(held) == 1:
        return _("%(score)s of 100 since %(day)s; nothing has moved it.") % {
            "score": last.score,
            "day": figures.day(last.since),
        }
    return _("%(score)s of 100 since %(day)s; %(before)s when it was first on record.") % {
        "score": last.score,
        "day": figures.day(last.since),
        "before": first.score,
    }


def picture(held: list[Held]) -> Markup:
    """The score as a step line from the first day on record to today."""
    if not held:
        return Markup()
    start = held[0].since
    # The end of today: the same picture all day.
    end = datetime.combine(timezone.localdate(), time.max, UTC)
    whole = max((end - start).total_seconds(), 1.0)
    values = [((one.since - start).total_seconds() / whole, one.low, one.high) for one in held]
    first, last = figures.day(start), figures.day(end)
    # A record of one day has one date, at which the line begins.
    ends = (first, last if last != first else "")
    return plots.steps(values, 100, ends, sentence(held))


@require_safe
@one_state(daily=True, cached=True)
def history_svg(request: HttpRequest, slug: str) -> HttpResponseBase:
    """`/projects/<slug>/history.svg`."""
    project = get_object_or_404(Project, slug=slug)
    held = scores_over_time(project)
    drawn = picture(held) or plots.steps([], 100, ("", ""), sentence(held))
    title = _("%(name)s: score over time") % {"name": project.name}
    return as_svg(as_document(drawn, title=title, sentence=sentence(held)))
