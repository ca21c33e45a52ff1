"""/metrics/: the state of the refresh for Prometheus, read from the database and the broker.

Nothing is counted inside a process, so every process gives the same answer and none has to be
asked by name.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from openness.models import Listing
from openness.rankings import current_revision
from openness.refresh_status import RefreshStatus, refresh_status
from openness.source_status import SourceStatus

LOOPBACK = ("127.0.0.1", "::1")
# What a proxy adds: then the address that we see is the proxy's, not the asker's.
PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever has METRICS_TOKEN; where none is set, for this machine alone."""
    if not _may_read(request):
        return _plain("These numbers are for whoever runs the site.\n", 403)
    registry = CollectorRegistry(auto_describe=False)
    try:
        registry.register(_Collector(refresh_status()))
        text = generate_latest(registry)
    except DatabaseError:
        return _plain("The database does not answer.\n", 503)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    if token := settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    direct = not any(name in request.headers for name in PASSED_ON)
    return direct and request.META.get("REMOTE_ADDR") in LOOPBACK


class _Collector(Collector):
    """One reading in Prometheus's terms."""

    def __init__(self, found: RefreshStatus) -> None:
        self.found = found

    def collect(self) -> Iterator[Metric]:
        yield from _of_sources(self.found.sources)
        yield from _of_the_broker(self.found)
        since = self.found.pending_since
        age = (self.found.at - since).total_seconds() if since else 0.0
        yield _gauge(
            "pending_scores",
            "Projects whose scores do not know their newest evidence.",
            self.found.pending_scores,
        )
        yield _gauge("pending_score_age_seconds", "How long the first of them has waited.", age)
        left = _labeled("refresh_run_left", "Addresses that a refresh still waits for.", "run")
        for run in self.found.runs:
            left.add_metric([str(run.id)], run.left)
        yield left
        yield _gauge("revision", "Revision of the data in force.", current_revision())
        yield _gauge("projects_listed", "Projects with a result.", Listing.objects.count())


def _of_sources(sources: list[SourceStatus]) -> Iterator[Metric]:
    for name, words in (
        ("addresses", "Addresses at the source."),
        ("due", "Addresses whose visit is due."),
        ("overdue", "Addresses whose visit has been due for more than an hour."),
        ("leased", "Addresses that a worker has in hand."),
        ("failing", "Addresses whose last visit failed."),
        ("gone", "Addresses that are gone."),
    ):
        family = _labeled(f"source_{name}", words, "source")
        for one in sources:
            family.add_metric([one.key], getattr(one, name))
        yield family
    paused = _labeled("source_paused", "1 while nobody asks the source.", "source")
    success = _labeled("source_last_success_timestamp_seconds", "Last success.", "source")
    left = _labeled("source_budget_left", "Questions left in the running window.", "source")
    visits = _labeled(
        "source_visits_last_day", "Answers in 24 hours by their meaning.", "source", "meaning"
    )
    for one in sources:
        paused.add_metric([one.key], int(one.paused_until is not None))
        if one.last_ok_at:
            success.add_metric([one.key], one.last_ok_at.timestamp())
        if one.budget is not None and one.budget_used is not None:
            left.add_metric([one.key], max(0, one.budget - one.budget_used))
        for meaning, n in one.visits.items():
            visits.add_metric([one.key, meaning], n)
    yield from (paused, success, left, visits)


def _of_the_broker(found: RefreshStatus) -> Iterator[Metric]:
    """Nothing of queues and workers while the broker is away: 0 would be a claim."""
    yield _gauge("broker_up", "1 if the broker answers.", int(found.queues is not None))
    waiting = _labeled("queue_messages", "Tasks that wait for a worker.", "queue")
    oldest = _labeled("queue_oldest_seconds", "How long the first of them has waited.", "queue")
    for queue in found.queues or ():
        waiting.add_metric([queue.name], queue.waiting)
        oldest.add_metric([queue.name], queue.oldest or 0.0)
    seen = _labeled("worker_last_seen_seconds", "Since a worker last said it is there.", "worker")
    for worker in found.workers or ():
        seen.add_metric([worker.name], worker.seen)
    yield from (waiting, oldest, seen)


def _labeled(name: str, words: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"openness_{name}", words, labels=labels)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"openness_{name}", words, value=value)
