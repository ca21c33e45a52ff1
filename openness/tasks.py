"""What workers do: fetch an id and call a service. Each task may run twice without harm."""

import logging
from dataclasses import asdict
from typing import Any

from celery import shared_task

from openness.services.assess import assess

log = logging.getLogger(__name__)


@shared_task
def rescore_project(project_id: int) -> dict[str, Any]:
    """Settle, score and rank one project and what derives from it; the counts."""
    return asdict(assess(projects=[project_id]))


# Settling the whole catalogue may outlast the limits that suit one project.
@shared_task(soft_time_limit=1500, time_limit=1800)
def rescore_all(lens: str | None = None) -> dict[str, Any]:
    """Settle, score and rank every project, by all lenses or one; the counts."""
    done = asdict(assess(lens=lens))
    log.info("scored the catalogue: %s", done)
    return done


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Say in the log that the schedule and a worker are alive."""
    log.info("schedule and worker are alive")
