"""/health/: whether a request, the database, the broker and a worker all answer."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing

import redis
from django.conf import settings
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from openness.celery import app

ANSWERS_WITHIN = 2.0  # seconds, for all together
WORKER_ANSWERS_WITHIN = 1.0

# Threads, because a server that hangs would otherwise hang us: a client cannot bound every wait.
ASKING = ThreadPoolExecutor(max_workers=6, thread_name_prefix="health")


def ask_database() -> None:
    """Raise unless the database answers on a new connection."""
    with (
        closing(connections.create_connection("default")) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1")


def ask_broker() -> None:
    """Raise unless the broker answers."""
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
    ) as client:
        client.ping()


def ask_worker() -> None:
    """Raise unless a worker answers.

    A ping asks the worker itself, so a dead one is noticed at once; a mark that it leaves in the
    broker now and then would speak for it for some time after. The first answer ends the wait.
    """
    if not app.control.ping(timeout=WORKER_ANSWERS_WITHIN, limit=1):
        raise TimeoutError("no worker")


CHECKS: dict[str, Callable[[], None]] = {
    "database": ask_database,
    "broker": ask_broker,
    "worker": ask_worker,
}


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"}, or 503 with the names of those that do not answer."""
    asked = {name: ASKING.submit(ask) for name, ask in CHECKS.items()}
    wait(asked.values(), timeout=ANSWERS_WITHIN)
    failing = [
        name
        for name, answer in asked.items()
        if answer.cancel() or not answer.done() or answer.exception()
    ]
    if failing:
        return JsonResponse({"status": "unavailable", "failing": failing}, status=503)
    return JsonResponse({"status": "ok"})
