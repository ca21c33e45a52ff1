"""The one application of the project."""

from django.apps import AppConfig


class OpennessConfig(AppConfig):
    """Registers the system checks."""

    name = "openness"
    verbose_name = "Openness"

    def ready(self) -> None:
        # Importing registers the checks, the Celery app must exist for `shared_task`.
        from openness import celery, checks  # noqa: F401, PLC0415 models are loaded only now
