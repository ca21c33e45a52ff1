"""/health/: ok only when database, broker and a worker answer, and never a long wait."""

import time

import pytest
from django.test import Client

from openness.views import health


def fail() -> None:
    raise ConnectionError("away")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("worker")
def test_health_is_ok_when_everything_answers(client: Client):
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("failing", ["database", "broker", "worker"])
def test_health_names_what_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch, failing: str
):
    monkeypatch.setattr(health, "CHECKS", dict.fromkeys(health.CHECKS, lambda: None))
    monkeypatch.setitem(health.CHECKS, failing, fail)
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "failing": [failing]}


def test_a_server_that_hangs_is_named_within_the_time_limit(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(health, "ANSWERS_WITHIN", 0.2)
    monkeypatch.setattr(
        health, "CHECKS", {"database": lambda: time.sleep(1), "broker": lambda: None}
    )
    began = time.monotonic()
    response = client.get("/health/")
    assert time.monotonic() - began < 0.8
    assert response.json()["failing"] == ["database"]


@pytest.mark.parametrize("path", ["/health/", "/admin/login/"])
def test_every_answer_tells_browsers_to_load_nothing_foreign(
    client: Client, monkeypatch: pytest.MonkeyPatch, path: str
):
    monkeypatch.setattr(health, "CHECKS", {})
    policy = client.get(path)["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy


def test_no_answer_to_a_ping_is_no_worker(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health.app.control, "ping", lambda **_: [])
    with pytest.raises(TimeoutError, match="no worker"):
        health.ask_worker()
