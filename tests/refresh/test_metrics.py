"""/metrics/: who may read it, and what it says."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils.module_loading import import_string
from prometheus_client.parser import text_string_to_metric_families

from openness.models import SourceState
from tests.fakehub import FakeHub


def samples(text: str) -> dict[str, float]:
    """Values by name without the site's prefix and labels: `source_due hub`."""
    return {
        " ".join([one.name.removeprefix("openness_"), *sorted(one.labels.values())]): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_the_numbers_are_those_of_the_refresh(
    hub: FakeHub, target: Callable, visit: Callable, client: Client
):
    hub.models["shore/heron"] = hub.model("shore/heron")
    visit(target("shore/heron"))
    SourceState.objects.create(key="github", paused_until="2100-01-01T00:00Z")
    answer = client.get("/metrics/")
    assert answer["Content-Type"].startswith("text/plain")
    found = samples(answer.content.decode())
    assert found["source_addresses hub"] == 1
    assert found["source_visits_last_day hub ok"] == 1
    assert found["source_paused hub"] == 0
    assert found["source_paused github"] == 1
    # Price lists and links are sources as well; a budget is claimed of none of them.
    assert found["source_due openrouter"] == found["source_due litellm"] == 1
    assert found["source_addresses links"] == 0
    assert "source_budget_left hub" in found
    assert "source_budget_left litellm" not in found
    assert found["pending_scores"] == 1
    assert found["broker_up"] == 1
    assert "queue_messages score" in found


def test_without_the_broker_nothing_is_claimed_of_queues(db: None, client: Client, settings: Any):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    found = samples(client.get("/metrics/").content.decode())
    assert found["broker_up"] == 0
    assert "queue_messages score" not in found


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        (None, {}, "127.0.0.1", 200),
        (None, {}, "::1", 200),
        (None, {}, "198.51.100.7", 403),
        (None, {"X-Forwarded-For": "198.51.100.7"}, "127.0.0.1", 403),
        (None, {"Via": "1.1 proxy"}, "127.0.0.1", 403),
        ("secret", {}, "127.0.0.1", 403),
        ("secret", {"Authorization": "Bearer wrong"}, "127.0.0.1", 403),
        ("secret", {"Authorization": "Bearer secret"}, "198.51.100.7", 200),
    ],
)
def test_strangers_do_not_read_them(db, client, settings, token, headers, address, status):
    settings.METRICS_TOKEN = token
    answer = client.get("/metrics/", headers=headers, REMOTE_ADDR=address)
    assert answer.status_code == status


def test_a_log_line_in_json_has_the_facts_as_fields(settings):
    form = settings.LOGGING["formatters"]["json"]
    formatter = import_string(form["()"])(form["fmt"], timestamp=form["timestamp"])
    record = logging.makeLogRecord(
        {"name": "openness.tasks", "levelname": "INFO", "msg": "visited %s", "args": ("heron",)}
        | {"source": "hub", "meaning": "ok"}
    )
    line = json.loads(formatter.format(record))
    assert (line["message"], line["source"], line["meaning"]) == ("visited heron", "hub", "ok")
    assert line["timestamp"].endswith("+00:00")
