"""The Celery application: `celery -A openness`."""

import os

from celery import Celery
from celery.signals import worker_process_init

from openness.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")

app = Celery("openness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def leave_no_orphan(**_: object) -> None:
    """A process of the pool ends with its worker."""
    die_with_parent()
