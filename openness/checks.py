"""System checks of our own: `manage.py check --deploy` refuses what would be unsafe."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def secret_key_comes_from_the_environment(
    app_configs: Sequence[AppConfig] | None, **_: object
) -> list[CheckMessage]:
    """A site on a managed database has its secret from its operator, not from a file of ours."""
    given = settings.ENVIRONMENT
    if settings.DEBUG or not given.database_url or given.secret_key:
        return []
    return [
        Error(
            "SECRET_KEY is not set.",
            hint="Set it to 50 random characters or more, the same for all processes.",
            id="openness.E001",
        )
    ]
