"""A correction on its whole way back: its link is dead, a worker sees it, its sender is told."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from kombu import Connection

from openness import environment
from openness.models import Evidence, Submission
from openness.tasks import look_at_links, tell_senders
from tests.factories import begun, project_with
from tests.fakehub import FakeHub

GONE = "https://huggingface.co/shore/gone"


def test_a_correction_with_a_dead_link_is_looked_at_returned_with_a_reason_and_its_sender_told(
    hub: FakeHub,
    start: Callable[..., subprocess.Popen[bytes]],
    broker: str,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    eventually: Callable[..., None],
) -> None:
    cache.clear()
    start("worker", "--concurrency", "1", "--queues", "links", "--without-gossip")
    # The site under test speaks to the broker of this worker.
    to_worker = partial(
        look_at_links.apply_async, connection=Connection(environment.broker(broker))
    )
    monkeypatch.setattr(look_at_links, "apply_async", to_worker)
    project = project_with(slug="heron-7b", name="Heron 7B")
    typed = {"begun": begun(), "state": "open", "link": GONE, "email": "ana@example.org"}
    private = client.post("/submit/?project=heron-7b&component=model_card", typed)["Location"]
    sent = Submission.objects.get()

    # A worker asks the Hub, and whoever reviews it reads what came of that.
    eventually(lambda: sent.lookups.filter(done_at__isnull=False).exists(), within=30)
    assert len(hub.asked("shore/gone")) == 1
    reviewer = User.objects.create_user("ben")
    reviewer.user_permissions.add(Permission.objects.get(codename="change_submission"))
    desk = Client()
    desk.force_login(reviewer)
    address = f"/review/{sent.pk}/"
    assert "not there" in desk.get(address).content.decode()
    reason = "Nothing is at this address."
    back = {"do": "return", "part": "model_card", "reason": reason}
    assert desk.post(address, back).status_code == 302

    # The page of its sender says so at once, a letter once it cannot be taken back any more.
    page = client.get(private).content.decode()
    assert "Heron 7B: Returned" in page
    assert reason in page
    tell_senders()
    assert mail.outbox == []
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        tell_senders()
    [letter] = mail.outbox
    assert letter.to == ["ana@example.org"]
    assert reason in letter.body
    assert private in letter.body
    assert not Evidence.objects.filter(project=project, submission=sent).exists()
