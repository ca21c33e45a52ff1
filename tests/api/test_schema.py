"""The API keeps its word: whatever its schema allows is answered as the schema says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from openness.api.description import schema
from openness.wsgi import application
from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of

pytestmark = [pytest.mark.long, pytest.mark.django_db]

OPERATIONS = [
    (method.upper(), path) for path, methods in schema()["paths"].items() for method in methods
]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's transaction over many requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_the_schema_says(
    method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr("openness.api.throttles.Throttle.allow_request", lambda *_: True)
    judged_by_opening_up(shelf_of(heron_7b()))
    told: Any = schemathesis.openapi.from_dict(schema())
    told.app = application

    # Left out: that all that the schema allows is accepted. Which editions, fields and cursors
    # there are, and whether a link can be checked, is no matter of a schema.
    @given(case=told[path][method].as_strategy())
    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        case.call_and_validate(
            headers={"Accept-Encoding": "identity"}, excluded_checks=[positive_data_acceptance]
        )

    holds()
