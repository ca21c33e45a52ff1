"""The API keeps its word: whatever its schema allows is answered as the schema says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings

from openness.api.description import LINKS, schema
from openness.wsgi import application
from tests.factories import RevisionFactory
from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of

pytestmark = [pytest.mark.long, pytest.mark.django_db]

OPERATIONS = [
    (method.upper(), path) for path, methods in schema()["paths"].items() for method in methods
]
LISTS = [f"GET /api/v1/{name}/" for name in ("projects", "scores", "changes", "evidence")]
BOUNDED: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}
"""The same cases each time; their number bounds the minutes."""


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the test's transaction over many requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The schema with the site behind it: four projects, one judged, one changed, and no limits."""
    cache.clear()
    monkeypatch.setattr("openness.api.throttles.Throttle.allow_request", lambda *_: True)
    heron = judged_by_opening_up(shelf_of(heron_7b()))
    RevisionFactory().changes.create(project=heron, field="name", change_class="renamed")
    found: Any = schemathesis.openapi.from_dict(schema())
    found.app = application
    return found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_the_schema_says(method: str, path: str, told: Any) -> None:
    @given(case=told[path][method].as_strategy())
    @settings(max_examples=40, **BOUNDED)
    def holds(case: Any) -> None:
        case.call_and_validate(headers={"Accept-Encoding": "identity"})

    holds()


def test_no_way_from_answer_to_answer_breaks_it(told: Any) -> None:
    machine = told.as_state_machine()
    walked: set[str] = set()

    class Walk(machine):  # type: ignore[misc,valid-type]  # made at run time
        """Goes where links lead, and checks every answer on the way."""

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Accept-Encoding": "identity"}}

        def before_call(self, case: Any) -> None:
            # Filters are tried above. Here lists are whole, or no way would begin.
            if case.meta.generation.mode.is_positive and case.operation.label in LISTS:
                case.query = {}

        def after_call(self, response: Any, case: Any) -> None:
            if response.status_code == 200:
                walked.add(case.operation.definition.raw["operationId"])

    Walk.run(
        settings=settings(
            max_examples=200, stateful_step_count=6, phases=[Phase.generate], **BOUNDED
        )
    )
    reading = LINKS.keys() - {"webhooks", "submit", "webhook_register"}  # those take a token
    reached = {there for name in reading for there in LINKS[name]}
    assert len(reached & walked) > len(reached) / 2  # chance picks the ways
