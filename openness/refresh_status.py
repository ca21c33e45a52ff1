"""How the refresh stands, for pages, programs and terminals: sources, queues, workers, runs.

Read from the database and the broker when asked, so that it is the same from every process. The
number of questions to either does not grow with what they hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db.models import Count, F, Max, Min, Q
from django.utils import timezone

from openness.celery import WORKERS_KEY
from openness.models import Fetch, Identifier, LinkCheck, PendingScore, RefreshRun, SourceState
from openness.sources import LIVE, PRICE_LISTS
from openness.sources.budget import BrokerAway, Budget
from openness.sources.http import host_of
from openness.sources.live import HEALTHY, LiveSource
from openness.sources.price_lists import EVERY

# Due for longer than this: the workers do not keep up. The schedule looks at lists once a day.
OVERDUE = timedelta(hours=1)
OVERDUE_LIST = timedelta(days=1)
COUNTED = timedelta(days=1)
RATE_OVER = timedelta(minutes=5)
RUNS = 5
# A worker says that it is there every few seconds.
ALIVE = 30.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How one source stands. Budget: None where the broker does not say, or there is none.

    A price list is one address; links are those of all sites together.
    """

    key: str
    name: str
    last_ok_at: datetime | None
    paused_until: datetime | None
    reason: str  # of the pause, or why a list could not be read
    budget_used: int | None  # questions in the running window
    budget: int | None  # questions that a window may have
    rest: float | None  # seconds until anybody may ask again
    addresses: int
    due: int
    overdue: int
    leased: int
    failing: int  # addresses whose last visit failed
    gone: int
    visits: dict[str, int] = field(default_factory=dict)  # of the last day, by their meaning

    @property
    def asked(self) -> int:
        """Visits of the last day."""
        return sum(self.visits.values())

    @property
    def failures(self) -> dict[str, int]:
        """Visits of the last day that say nothing of their target, by kind."""
        return {kind: n for kind, n in self.visits.items() if kind not in HEALTHY}


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
        sources=_sources(now, ask_budget=broker is not None),
        queues=broker[0] if broker else None,
        workers=broker[1] if broker else None,
        runs=_runs(now),
        pending_scores=pending["n"],
        pending_since=pending["since"],
    )


def run_status(run: RefreshRun) -> RunStatus:
    """How far one refresh has come now."""
    return _of_runs([run], timezone.now())[0]


def _sources(now: datetime, *, ask_budget: bool) -> list[SourceStatus]:
    states = {row.key: row for row in SourceState.objects.all()}
    counts, visits = _addresses(now), _last_day(now)
    found = []
    for key, source in LIVE.items():
        state = states.get(key) or SourceState(key=key)
        used, budget, rest = _budget(source) if ask_budget else (None, None, None)
        found.append(
            SourceStatus(
                key=key,
                name=source.name,
                last_ok_at=state.last_ok_at,
                **_pause(state, now),
                budget_used=used,
                budget=budget,
                rest=rest,
                visits=visits.get(key, {}),
                **counts.get(key, dict.fromkeys(_COUNTS, 0)),
            )
        )
    found += [
        _list(key, states.get(key) or SourceState(key=key), visits.get(key, {}), now)
        for key in PRICE_LISTS
    ]
    return [*found, _links(states.get("links") or SourceState(), visits.get("links", {}), now)]


_COUNTS = ("addresses", "due", "overdue", "leased", "failing", "gone")


def _pause(state: SourceState, now: datetime) -> dict[str, Any]:
    if state.paused_until and state.paused_until > now:
        return {"paused_until": state.paused_until, "reason": state.reason}
    return {"paused_until": None, "reason": ""}


_NO_BUDGET: dict[str, Any] = dict.fromkeys(("budget_used", "budget", "rest"))


def _list(key: str, state: SourceState, visits: dict[str, int], now: datetime) -> SourceStatus:
    """A price list, which is read whole once a week."""
    since = state.last_ok_at + EVERY if state.last_ok_at else None
    due = since is None or since <= now
    return SourceStatus(
        key=key,
        name=PRICE_LISTS[key].name,
        last_ok_at=state.last_ok_at,
        paused_until=None,
        reason=state.reason,
        **_NO_BUDGET,
        addresses=1,
        due=int(due),
        overdue=int(since is not None and since <= now - OVERDUE_LIST),
        leased=0,
        failing=int(bool(state.reason)),
        gone=0,
        visits=visits,
    )


def _links(state: SourceState, visits: dict[str, int], now: datetime) -> SourceStatus:
    """The links that statements rest on, all sites together; each site has a budget of its own."""
    due = Q(next_due_at__lte=now) & (Q(leased_until__isnull=True) | Q(leased_until__lt=now))
    counts = LinkCheck.objects.aggregate(
        last_ok_at=Max("last_ok_at"),
        addresses=Count("pk"),
        due=Count("pk", filter=due),
        overdue=Count("pk", filter=due & Q(next_due_at__lte=now - OVERDUE)),
        leased=Count("pk", filter=Q(leased_until__gt=now)),
        failing=Count("pk", filter=Q(state="suspected")),
        gone=Count("pk", filter=Q(state__in=("dead", "soft_404"))),
    )
    return SourceStatus(
        key="links", name="Links", **_pause(state, now), **_NO_BUDGET, **counts, visits=visits
    )


def _addresses(now: datetime) -> dict[str, dict[str, Any]]:
    """How many addresses of each source there are, by what holds of them."""
    ours = Q(pk__in=())
    for source in LIVE.values():
        ours |= Q(source=source.key, kind__in=source.kinds)
    due = Q(next_due_at__lte=now) & (Q(leased_until__isnull=True) | Q(leased_until__lt=now))
    rows = (
        Identifier.objects.filter(ours)
        .order_by()
        .values_list("source")
        .annotate(
            addresses=Count("pk"),
            due=Count("pk", filter=due),
            overdue=Count("pk", filter=due & Q(next_due_at__lt=now - OVERDUE)),
            leased=Count("pk", filter=Q(leased_until__gt=now)),
            failing=Count("pk", filter=Q(state="failing")),
            gone=Count("pk", filter=Q(state="gone")),
        )
    )
    return {source: dict(zip(_COUNTS, counts, strict=True)) for source, *counts in rows}


def _last_day(now: datetime) -> dict[str, dict[str, int]]:
    """Visits of each source by their meaning, the most frequent first."""
    found: dict[str, dict[str, int]] = {}
    for source, meaning, n in (
        Fetch.objects.filter(at__gt=now - COUNTED)
        .values_list("source", "meaning")
        .annotate(n=Count("pk"))
        .order_by("source", "-n", "meaning")
    ):
        found.setdefault(source, {})[meaning] = n
    return found


def _budget(source: LiveSource) -> tuple[int | None, int | None, float | None]:
    try:
        return Budget(host_of(source.base()), source.token(), source.assumed).spent()
    except BrokerAway:
        return None, None, None


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
