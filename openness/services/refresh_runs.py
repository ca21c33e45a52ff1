"""A refresh that somebody wished for: which addresses it still waits for stands in their rows."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from openness.models import Identifier, Project, RefreshRun
from openness.sources import LIVE
from openness.sources.live import LiveSource


def addresses(sources: Collection[LiveSource]) -> Q:
    """The addresses of these sources, as a condition on Identifier."""
    found = Q(pk__in=())
    for source in sources:
        found |= Q(source=source.key, kind__in=source.kinds)
    return found


@transaction.atomic
def start_run(
    *, source: str = "", project: Project | None = None, owner: str | None = None
) -> RefreshRun:
    """Make all addresses due now (of one source by its key, of one project) and follow them.

    An address that another run still waits for goes over to this one. With an `owner` ("" for
    everyone) the source's listing is walked through, page by page; only what it does not show is
    asked alone. Raises ValueError for a source without a listing.
    """
    pages = LIVE[source].pages if source else None
    if owner is not None and pages is None:
        raise ValueError(source)
    rows = Identifier.objects.filter(addresses([LIVE[source]] if source else [*LIVE.values()]))
    if project is not None:
        rows = rows.filter(project=project)
    if owner:
        rows = rows.filter(reference__istartswith=f"{owner}/")
    run = RefreshRun.objects.create(
        source=source,
        project=project,
        started_at=timezone.now(),
        cursor=pages.first(owner) if pages and owner is not None else "",
    )
    run.total = rows.update(next_due_at=run.started_at, run=run)
    run.save(update_fields=["total"])
    end_runs()
    return run


def end_runs() -> int:
    """Give runs that wait for nothing any more their end; how many there were."""
    awaited = Identifier.objects.filter(run=OuterRef("pk"))
    return RefreshRun.objects.filter(~Exists(awaited), ended_at__isnull=True).update(
        ended_at=timezone.now()
    )
