"""The one application of the project."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class OpennessConfig(AppConfig):
    """Registers the system checks."""

    name = "openness"
    verbose_name = "Openness"

    def ready(self) -> None:
        # Importing registers the checks, the Celery app must exist for `shared_task`.
        from openness import celery, checks  # noqa: F401, PLC0415 models are loaded only now


class AdminConfig(admin_apps.SimpleAdminConfig):
    """The admin, on a site of its own that asks for the second factor too.

    Its pages are loaded with the addresses (`urls`): workers and beat have no use for them.
    """

    default = False  # `openness` alone means the configuration above
    default_site = "openness.admin_site.Site"
