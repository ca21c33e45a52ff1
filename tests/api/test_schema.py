"""The API keeps its word: whatever its schema allows is answered as the schema says."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from rest_framework.authtoken.models import Token
from schemathesis.config import SchemathesisConfig

from openness.api.description import LINKS, schema
from openness.api.writes import PROPOSAL
from openness.wsgi import application
from tests.factories import RevisionFactory
from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of

pytestmark = [pytest.mark.long, pytest.mark.django_db]

OPERATIONS = [
    (method.upper(), path) for path, methods in schema()["paths"].items() for method in methods
]
PLAIN = {"Accept-Encoding": "identity"}
LISTS = [f"GET /api/v1/{name}/" for name in ("projects", "scores", "changes", "evidence")]
FORMS = ["POST /api/v1/submissions/", "POST /api/v1/webhooks/"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "operations": [
            {
                "include-name": name,
                "checks": {
                    "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 409]}
                },
            }
            for name in FORMS
        ]
    }
)
"""What these two take are the fields of forms, and no schema says all that a form asks: that a link
stands beside what is claimed, that a filter's words are there. Each refusal is a problem that names
its fields, which is checked as every answer is."""
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
    found: Any = schemathesis.openapi.from_dict(schema(), config=CONFIG)
    found.app = application
    return found


@pytest.fixture
def token(db: None) -> dict[str, str]:
    """Headers of somebody who may write."""
    made = Token.objects.create(user=User.objects.create(username="a"))
    return PLAIN | {"Authorization": f"Token {made.key}"}


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_the_schema_says(method: str, path: str, told: Any) -> None:
    @given(case=told[path][method].as_strategy())
    @settings(max_examples=40, **BOUNDED)
    def holds(case: Any) -> None:
        case.call_and_validate(headers=PLAIN)

    holds()


TAKE_A_TOKEN = [
    (method, path)
    for method, path in OPERATIONS
    if "401" in schema()["paths"][path][method.lower()]["responses"]
]


@pytest.mark.parametrize(("method", "path"), TAKE_A_TOKEN)
def test_so_it_is_for_who_has_a_token(
    method: str, path: str, told: Any, token: dict[str, str]
) -> None:
    seen: set[int] = set()

    @given(case=told[path][method].as_strategy())
    @settings(max_examples=40, **BOUNDED)
    def holds(case: Any) -> None:
        seen.add(case.call_and_validate(headers=token).status_code)

    holds()
    assert seen - {401}  # the token was taken


@pytest.mark.parametrize("who", ["nobody", "who has a token"])
def test_no_way_from_answer_to_answer_breaks_it(who: str, told: Any, token: dict[str, str]) -> None:
    headers = PLAIN if who == "nobody" else token
    machine = told.as_state_machine()
    walked: set[str] = set()

    class Walk(machine):  # type: ignore[misc,valid-type]  # made at run time
        """Goes where links lead, and checks every answer on the way."""

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": headers}

        def validate_response(
            self, response: Any, case: Any, additional_checks: Any = None, **sent: Any
        ) -> None:
            # As headers of ours, or the token would be taken for one that was made up.
            case.validate_response(
                response,
                additional_checks=additional_checks,
                headers=sent.pop("headers"),
                transport_kwargs=sent or None,
                recorder=self.recorder,
            )

        def before_call(self, case: Any) -> None:
            # Filters are tried above. Here lists are whole, or no way would begin.
            if case.meta.generation.mode.is_positive and case.operation.label in LISTS:
                case.query = {}

        def after_call(self, response: Any, case: Any) -> None:
            if response.status_code in (200, 201, 204):
                walked.add(case.operation.definition.raw["operationId"])

    Walk.run(
        settings=settings(
            max_examples=200, stateful_step_count=6, phases=[Phase.generate], **BOUNDED
        )
    )
    writing = {"webhooks", "submit", "webhook_register"}  # those take a token
    reached = {there for name in LINKS.keys() - writing for there in LINKS[name]}
    assert len(reached & walked) >= len(reached) / 2, reached - walked  # chance picks the ways


OF_OPERATION = {
    operation["operationId"]: (method, path)
    for path, methods in schema()["paths"].items()
    for method, operation in methods.items()
}
WRITTEN = {
    "webhook_register": {"url": "https://example.org/hook", "filter": "organization=ai2"},
    "submit": PROPOSAL.value,
}
SENT = {"webhook_set": {"state": "paused"}}
"""What an operation that a link leads to takes, where it takes anything."""


@pytest.mark.parametrize("writing", WRITTEN)
def test_every_way_from_what_was_written_leads_on(
    writing: str, told: Any, token: dict[str, str]
) -> None:
    """Chance rarely finds what a form takes, so these ways are gone one by one."""

    def ask(name: str, **parts: Any) -> Any:
        method, path = OF_OPERATION[name]
        case = told[path][method].Case(media_type="application/json", **parts)
        return case.call_and_validate(headers=token)

    made = ask(writing, body=WRITTEN[writing])
    assert made.status_code == 201
    for name, taken in LINKS[writing].items():
        [(parameter, where)] = taken.items()
        given = made.json()[where.removeprefix("$response.body#/")]
        body = {"body": SENT[name]} if name in SENT else {}
        answer = ask(name, path_parameters={parameter: given}, **body)
        assert answer.status_code in (200, 204), name
