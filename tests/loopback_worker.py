"""A Celery application whose worker may deliver to a port of this machine, and soon tries again.

For the test of webhooks by a real worker alone: it widens the guard as tests may, in its process.
"""

import os
from datetime import timedelta
from typing import Any

from celery.signals import worker_ready

from openness.celery import app

__all__ = ["app"]


@worker_ready.connect
def widen(**_: Any) -> None:
    """Let the guarded client go where the test listens."""
    from openness.services import webhooks  # noqa: PLC0415 Django must be set up
    from openness.sources.http import Guard, Strangers  # noqa: PLC0415 as above

    port = int(os.environ["LOOPBACK_PORT"])
    guard = Guard(permits=lambda address: address == "127.0.0.1", ports=frozenset({port}))
    webhooks.Strangers = lambda: Strangers(guard=guard)  # type: ignore[assignment,misc]  # a test's
    webhooks.WAITS = (timedelta(seconds=1),) * len(webhooks.WAITS)
