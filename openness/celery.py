"""The Celery application: `celery -A openness`."""

import contextlib
import gc
import json
import os
import time
from typing import Any

import redis
from celery import Celery
from celery.signals import (
    before_task_publish,
    celeryd_after_setup,
    heartbeat_sent,
    import_modules,
    worker_before_create_process,
    worker_process_init,
    worker_shutdown,
)
from django.conf import settings
from django.utils.log import configure_logging

from openness.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")
# Django's checks would load every page of the site into each worker (20 MB); `make check` and
# `manage.py check` make them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("openness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

clock = Celery("openness", set_as_current=False, fixups=[])
"""For beat, which sends tasks by their names and needs neither what they do nor the database."""
clock.config_from_object("django.conf:settings", namespace="CELERY")

WORKERS_KEY = "openness:workers"
"""In the broker: the workers that said they were there, by when they last did (epoch seconds)."""
SAID_EVERY = 5.0  # seconds
FORGOTTEN_AFTER = 3600.0


@import_modules.connect(sender=clock)
def log_as_the_site_does(**_: object) -> None:
    """Beat has no Django that would see to it."""
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


@worker_before_create_process.connect
def share_what_is_loaded(**_: object) -> None:
    """A garbage collector that need not look at what is loaded leaves it shared with the pool."""
    gc.collect()
    gc.freeze()


@worker_process_init.connect
def leave_no_orphan(**_: object) -> None:
    """A process of the pool ends with its worker."""
    die_with_parent()


@before_task_publish.connect
def note_when_sent(headers: dict[str, Any], **_: object) -> None:
    """A message says when it was sent, so that the age of a queue can be read."""
    headers["sent_at"] = time.time()


class Presence:
    """This worker's word that it is there, renewed with its heartbeat."""

    def __init__(self) -> None:
        self.said = ""  # as JSON; empty in a process that is no worker
        self.last = 0.0
        self.broker: redis.Redis | None = None

    def begin(self, *, name: str, queues: list[str], processes: int) -> None:
        """Know who this is."""
        self.said = json.dumps({"name": name, "queues": queues, "processes": processes})
        self.broker = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        )

    def renew(self) -> None:
        """Say it, if the last time was a while ago; a broker that is away is no matter here."""
        now = time.time()
        if self.broker is None or now - self.last < SAID_EVERY:
            return
        self.last = now
        with contextlib.suppress(redis.RedisError):
            self.broker.zadd(WORKERS_KEY, {self.said: now})
            self.broker.zremrangebyscore(WORKERS_KEY, "-inf", now - FORGOTTEN_AFTER)

    def end(self) -> None:
        """Take it back."""
        if self.broker is not None:
            with contextlib.suppress(redis.RedisError):
                self.broker.zrem(WORKERS_KEY, self.said)


presence = Presence()


@celeryd_after_setup.connect
def know_who_this_is(sender: str, instance: Any, **_: object) -> None:
    """Before the first heartbeat."""
    presence.begin(
        name=sender,
        queues=list(instance.app.amqp.queues.consume_from),
        processes=instance.concurrency,
    )


@heartbeat_sent.connect
def say_it_is_there(**_: object) -> None:
    """With each heartbeat, every two seconds."""
    presence.renew()


@worker_shutdown.connect
def say_goodbye(**_: object) -> None:
    """An orderly stop is known at once; a killed worker is missed after a while."""
    presence.end()
