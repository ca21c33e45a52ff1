"""How the refresh stands, for pages, programs and terminals: sources, queues, workers, runs.

Read from the database and the broker when asked, so that it is the same from every process. The
number of questions to either does not grow with what they hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db.models import Count, F, Min
from django.utils import timezone

from openness.celery import WORKERS_KEY
from openness.models import Fetch, PendingScore, RefreshRun
from openness.source_status import SourceStatus, source_statuses

RATE_OVER = timedelta(minutes=5)
RUNS = 5
# A worker says that it is there every few seconds.
ALIVE = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """Tasks that wait for a worker, and for how many seconds the first of them has."""

    name: str
    waiting: int
    oldest: float | None


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """A worker that has said lately that it is there."""

    name: str
    queues: tuple[str, ...]
    processes: int
    seen: float  # seconds ago


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How far a refresh has come; times in seconds."""

    id: int
    source: str
    project: str
    started_at: datetime
    ended_at: datetime | None
    total: int
    left: int
    per_minute: float

    @property
    def visited(self) -> int:
        """Addresses whose visit is recorded."""
        return max(0, self.total - self.left)

    @property
    def remaining(self) -> float | None:
        """Seconds until the end at the present rate; None if nothing moves."""
        return self.left / self.per_minute * 60 if self.per_minute else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshStatus:
    """All of it at one moment. Queues and workers: None where the broker does not answer."""

    at: datetime
    sources: list[SourceStatus]
    queues: list[QueueStatus] | None
    workers: list[WorkerStatus] | None
    runs: list[RunStatus]  # those under way, newest first; else the last that ended
    pending_scores: int
    pending_since: datetime | None


def refresh_status() -> RefreshStatus:
    """How everything stands now."""
    now = timezone.now()
    broker = _broker(now)
    pending = PendingScore.objects.aggregate(n=Count("pk"), since=Min("since"))
    return RefreshStatus(
        at=now,
        sources=source_statuses(now, ask_budget=broker is not None),
        queues=broker[0] if broker else None,
        workers=broker[1] if broker else None,
        runs=_runs(now),
        pending_scores=pending["n"],
        pending_since=pending["since"],
    )


def run_status(run: RefreshRun) -> RunStatus:
    """How far one refresh has come now."""
    return _of_runs([run], timezone.now())[0]


def _runs(now: datetime) -> list[RunStatus]:
    rows = (
        RefreshRun.objects.select_related("project")
        .annotate(left=Count("awaited"))
        .order_by(F("ended_at").desc(nulls_first=True), "-pk")[:RUNS]
    )
    under_way = [run for run in rows if run.ended_at is None]
    return _of_runs(under_way or rows[:1], now)


def _of_runs(runs: Iterable[RefreshRun], now: datetime) -> list[RunStatus]:
    found = []
    for run in runs:
        if (left := getattr(run, "left", None)) is None:
            left = run.awaited.count()
        found.append((run, left))
    return [
        RunStatus(
            id=run.pk,
            source=run.source,
            project=run.project.slug if run.project else "",
            started_at=run.started_at,
            ended_at=run.ended_at,
            total=run.total,
            left=left,
            per_minute=_rate(run, left, now),
        )
        for run, left in found
    ]


def _rate(run: RefreshRun, left: int, now: datetime) -> float:
    """Addresses visited in a minute: lately, or over the whole of a run that has ended."""
    if run.ended_at:
        seconds = (run.ended_at - run.started_at).total_seconds()
        return (run.total - left) / max(1.0, seconds) * 60
    since = max(run.started_at, now - RATE_OVER)
    visited = Fetch.objects.filter(at__gt=since, identifier__isnull=False)
    if run.source:
        visited = visited.filter(source=run.source)
    if run.project_id:
        visited = visited.filter(identifier__project=run.project_id)
    lately = visited.aggregate(n=Count("identifier", distinct=True))["n"]
    return float(lately) / max(1.0, (now - since).total_seconds()) * 60


def _broker(now: datetime) -> tuple[list[QueueStatus], list[WorkerStatus]] | None:
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        ) as client:
            pipe = client.pipeline(transaction=False)
            for name in names:
                # Celery's Redis transport keeps a queue as a list of its name, the next one last.
                pipe.llen(name)
                pipe.lindex(name, -1)
            pipe.zrangebyscore(WORKERS_KEY, now.timestamp() - ALIVE, "+inf", withscores=True)
            *lists, workers = pipe.execute()
    except redis.RedisError:
        return None
    queues = [
        QueueStatus(name, int(waiting), _age(first, now))
        for name, waiting, first in zip(names, lists[::2], lists[1::2], strict=True)
    ]
    return queues, sorted(_workers(workers, now), key=lambda worker: worker.name)


def _age(message: bytes | None, now: datetime) -> float | None:
    try:
        sent = json.loads(message or b"")["headers"]["sent_at"]
        return max(0.0, now.timestamp() - float(sent))
    except (ValueError, KeyError, TypeError):
        return None


def _workers(kept: Iterable[tuple[bytes, float]], now: datetime) -> Iterable[WorkerStatus]:
    for text, at in kept:
        said = json.loads(text)
        seen = max(0.0, now.timestamp() - at)
        yield WorkerStatus(said["name"], tuple(said["queues"]), said["processes"], seen)
