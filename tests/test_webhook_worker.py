"""Webhooks by a worker process of its own: signed, sent, and sent again until they are taken."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from standardwebhooks import Webhook

from openness.models import Delivery, Receiver
from openness.services.webhooks import register
from openness.tasks import deliver_webhooks
from tests.conftest import PROJECT
from tests.factories import ProjectFactory
from tests.test_webhooks import Desk, change

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

QUEUE = "loopback"  # no other worker of the tests listens there


@pytest.fixture
def desk() -> Iterator[Any]:
    """A receiver on a real socket: `taken` is what came, `status` what it answers."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.taken, server.status = [], 500
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def worker_of_webhooks(desk: Any, test_database_url: str, tmp_path: Path) -> Iterator[None]:
    """A worker that may go to the desk."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "tests.loopback_worker", "worker"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--pool", "solo", "--queues", QUEUE, "--loglevel", "INFO"],
            cwd=PROJECT,
            env=os.environ
            | {"DATABASE_URL": test_database_url, "REDIS_URL": settings.REDIS_URL}
            | {"LOOPBACK_PORT": str(desk.server_port), "PYTHONWARNINGS": "ignore"},
            stdout=log,
            stderr=log,
        )
    yield
    process.terminate()
    process.wait(timeout=30)


def test_a_worker_signs_sends_and_sends_again_until_it_is_taken(
    desk: Any, worker_of_webhooks: None, eventually: Callable[..., None]
) -> None:
    owner = User.objects.create_user("ana")
    receiver = register(
        owner=owner, url=f"http://127.0.0.1:{desk.server_port}/hook", query="project=heron-7b"
    )

    def asked(condition: Callable[[], bool]) -> Callable[[], bool]:
        """The schedule has a round begun now and then."""

        def found() -> bool:
            deliver_webhooks.apply_async(queue=QUEUE, expires=2)
            return condition()

        return found

    eventually(asked(lambda: Receiver.objects.get().fails >= 2), within=60)
    ping = Delivery.objects.get()
    assert (ping.delivered_at, ping.status, ping.words) == (None, 500, "it answered 500")
    row = Receiver.objects.get()
    assert row.first_failed_at is not None
    assert row.next_due_at > ping.tried_at  # later, not at once
    desk.status = 204
    eventually(asked(lambda: Receiver.objects.get().fails == 0), within=60)
    change(ProjectFactory(slug="stork"))
    wanted = change(ProjectFactory(slug="heron-7b"))
    # A receiver for which nothing waited is looked at again after some seconds.
    Receiver.objects.update(next_due_at=ping.tried_at)
    eventually(asked(lambda: Delivery.objects.filter(revision=wanted.revision).exists()), within=60)
    *pings, told = desk.taken
    assert len({headers["webhook-id"] for headers, _body in pings}) == 1
    assert len(pings) >= 3
    for headers, body in desk.taken:
        assert Webhook(receiver.secret).verify(body, headers)
        assert headers["webhook-signature"] == by_hand(receiver.secret, headers, body)
    assert [row["project"] for row in json.loads(told[1])["data"]["changes"]] == ["heron-7b"]
    assert told[0]["webhook-id"] not in {headers["webhook-id"] for headers, _body in pings}


def by_hand(secret: str, headers: dict[str, str], body: bytes) -> str:
    """The signature that Standard Webhooks 1.0 asks for, without any code of ours."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
