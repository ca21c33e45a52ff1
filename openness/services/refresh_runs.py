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
def start_run(*, source: str = "", project: Project | None = None) -> RefreshRun:
    """Make all addresses due now (of one source by its key, of one project) and follow them.

    An address that another run still waits for goes over to this one.
    """
    rows = Identifier.objects.filter(addresses([LIVE[source]] if source else [*LIVE.values()]))
    if project is not None:
        rows = rows.filter(project=project)
    run = RefreshRun.objects.create(source=source, project=project, started_at=timezone.now())
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
